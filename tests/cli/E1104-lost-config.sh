# A row that names provider settings which are gone is damage, and said so; nothing is changed.
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "a"\n}\n' >main.styx
expect 0 -- styx apply --auto-approve
sqlite3 .styx/state.db 'pragma foreign_keys = off; update object set config = 9999;'
expect 1 'E1104' '`a` is damaged' '!bug' -- styx plan
expect 1 'E1104' -- styx apply --auto-approve
[ "$(cat a.txt)" = a ]
