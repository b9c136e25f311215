# A server that leaves out what a text of the next object is made of: said before anything is sent.
demo
cat >main.styx <<'S'
resource a: demo.ghost { label = "a" }
resource b: demo.thing { thing_name = "b", colour = "light-${a.note}" }
S
echo 'POST /ghosts 201 {"ghostId":"g1","label":"a"}' >rules
echo 'GET /ghosts/g1 200 {"ghostId":"g1","label":"a"}' >>rules
expect 1 'E0908' 'null' '`b` was not created' -- styx apply --auto-approve $DEMO
expect 0 '^a$' '!^b$' -- styx state list
