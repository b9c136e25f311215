# A lookup that finds nothing.
cat >main.styx <<'S'
lookup f: local.file { path = "missing.txt" }
output text = f.text
S
expect 1 'E1209' 'missing.txt' -- styx plan
demo
cat >main.styx <<'S'
lookup t: demo.thing { thing_name = "none" }
output colour = t.colour
S
expect 1 'E1209' 'demo.thing' -- styx plan $DEMO
