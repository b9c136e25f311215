# A lost or wrong key is said before anything is touched.
printf 'resource a: std.data {\n  input = 1\n}\n' >main.styx
expect 0 -- styx apply --auto-approve
[ "$(stat -c %a .styx/key)" = 600 ]
mv .styx/key kept
printf 'resource a: std.data {\n  input = 2\n}\n' >main.styx
expect 1 'E1105' 'does not exist' -- styx plan
printf '%064d\n' 7 >.styx/key
expect 1 'E1105' 'not the key' -- styx apply --auto-approve
expect 0 '^a$' -- styx state list
rm .styx/key
expect 1 'E1105' '64 hex digits' -- env STYX_STATE_KEY=short styx plan
expect 0 'input: 1 -> 2' -- env STYX_STATE_KEY="$(cat kept)" styx plan
# Where nothing is sealed a plan needs no cipher; what would use the key is refused.
printf '%064d\n' 7 >.styx/key
expect 0 'input: 1 -> 2' -- styx plan
expect 1 'E1105' 'not the key' -- styx apply --auto-approve
expect 0 'input *= 1' -- styx state show a
