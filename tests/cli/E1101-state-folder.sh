# A state that cannot be opened: something else lies where it belongs.
printf 'resource a: std.data {\n  input = 1\n}\n' >main.styx
mkdir -p .styx/state.db
expect 1 'E1101' 'it is a directory' 'state.db' -- styx plan
expect 1 'E1101' -- styx apply --auto-approve
