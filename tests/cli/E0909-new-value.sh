# A server says a value that the schema does not know, and a match has no arm for it.
demo
cat >main.styx <<'S'
lookup t: demo.thing { thing_name = "one" }
output text = match t.kind { "big" => "B", "small" => "S" }
S
echo 'GET /things/one 200 {"thingName":"one","size":1,"colour":"red","state":"ready","kind":"huge"}' >rules
expect 1 'E0909' 'no arm of this' 'main.styx:2:21' -- styx plan $DEMO
sed -i s/huge/big/ rules
expect 0 'text = "B"' -- styx plan $DEMO
