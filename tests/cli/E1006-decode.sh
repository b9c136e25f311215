# A plan graph inside the state that cannot be decoded is said, and does no harm.
cat >main.styx <<'S'
resource f: local.file { path = "f.txt", content = "a" }
S
expect 0 -- styx apply --auto-approve
sqlite3 .styx/state.db "update object set desired = x'ff'"
expect 1 'E1006' -- styx plan
[ -e f.txt ]
