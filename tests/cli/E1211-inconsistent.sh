# A server that makes something else than it was asked for is found out.
demo
thing
echo 'POST /things 201 {"thingName":"one","size":1,"colour":"green","state":"ready"}' >rules
echo 'GET /things/one 200 {"thingName":"one","size":1,"colour":"green","state":"ready"}' >>rules
expect 1 'E1211' -- styx apply --auto-approve $DEMO
