# A lookup that finds more than one.
demo
cat >main.styx <<'S'
resource t: demo.thing for n in ["a", "b"] { thing_name = n }
S
expect 0 '2 created' -- styx apply --auto-approve $DEMO
mkdir other
cat >other/main.styx <<'S'
lookup t: demo.thing { colour = "red" }
output name = t.thing_name
S
expect 1 'E1210' '2 objects' -- styx plan other $DEMO
