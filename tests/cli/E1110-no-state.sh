# Nothing was applied here: that is no empty state, and none is made by looking.
printf 'resource a: std.data {\n  input = 1\n}\n' >main.styx
expect 1 'E1110' 'styx apply' -- styx state list
expect 1 'E1110' -- styx output
expect 0 '1 to create' -- styx plan
[ ! -e .styx/state.db ]
