# An object that goes away between the plan and its update.
demo
thing
expect 0 -- styx apply --auto-approve $DEMO
thing 'colour = "blue"'
echo 'PATCH /things/one 404 {"message":"gone"}' >rules
expect 1 'E1310' 'gone|does not exist' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'updated t' -- styx apply --auto-approve $DEMO
