# Without a terminal to ask on, nothing is changed.
cat >main.styx <<'S'
resource f: local.file { path = "f.txt", content = "a" }
S
expect 1 'E1010' 'auto-approve' -- styx apply
[ ! -e f.txt ]
expect 0 -- styx apply --auto-approve
expect 1 'E1010' -- styx destroy
[ -e f.txt ]
