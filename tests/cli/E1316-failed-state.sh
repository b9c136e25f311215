# A thing that goes into a failed state is recorded as tainted, and replaced next time.
demo
thing
echo 'GET /things/one 200 {"thingName":"one","size":1,"colour":"red","state":"failed"}' >rules
echo 'POST /things 201 {"thingName":"one","size":1,"colour":"red","state":"failed"}' >>rules
echo 'GET /things 200 {"items":[]}' >>rules
expect 1 'E1316' 'did not become ready' -- styx apply --auto-approve $DEMO
