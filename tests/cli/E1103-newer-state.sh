# A state that a later Styx wrote is refused, and left as it is.
printf 'resource a: std.data {\n  input = 1\n}\n' >main.styx
expect 0 -- styx apply --auto-approve
sqlite3 .styx/state.db 'PRAGMA user_version = 4711'
before=$(sqlite3 .styx/state.db 'SELECT * FROM object' | cksum)
expect 1 'E1103' 'version 4711' -- styx plan
expect 1 'E1103' -- styx apply --auto-approve
expect 1 'E1103' -- styx state list
[ "$before" = "$(sqlite3 .styx/state.db 'SELECT * FROM object' | cksum)" ]
