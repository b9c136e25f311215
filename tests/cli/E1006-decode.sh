# Stored bytes that cannot be decoded are said, and do no harm: here of a state from before there were
# checksums, which would have seen it.
printf 'resource f: local.file { path = "f.txt", content = "text" }\n' >main.styx
printf text >f.txt
old_state 1
sqlite3 .styx/state.db "update output set value = x'ff'"
expect 1 'E1006' 'while reading the recorded outputs' -- styx output
expect 1 'E1006' -- styx plan
[ -e f.txt ]
