# Stored bytes that cannot be decoded are said, and do no harm.
cat >main.styx <<'S'
resource f: local.file { path = "f.txt", content = "a" }
output path = f.path
S
expect 0 -- styx apply --auto-approve
sqlite3 .styx/state.db "update output set value = x'ff'"
expect 1 'E1006' 'while reading the recorded outputs' -- styx output
expect 1 'E1006' -- styx plan
[ -e f.txt ]
