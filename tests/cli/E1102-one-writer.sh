# One writer at a time: the second says who holds the stack, since when, doing what.
printf 'resource a: std.data {\n  input = 1\n}\n' >main.styx
expect 0 -- styx apply --auto-approve
sqlite3 .styx/state.db "UPDATE lease SET who = 'ada@' || '$(hostname)', pid = $$,
	doing = 'apply', until = 99999999999999"
printf 'resource a: std.data {\n  input = 2\n}\n' >main.styx
expect 1 'E1102' "ada@.*process $$" 'since 20.*doing .apply.' -- styx apply --auto-approve
expect 0 'input: 1 -> 2' -- styx plan
# A holder that is dead keeps nobody out.
sqlite3 .styx/state.db 'UPDATE lease SET pid = 2147483646'
expect 0 '1 updated' -- styx apply --auto-approve
