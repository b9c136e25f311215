# A server that is not there, and one that has a problem of its own.
demo
thing
expect 1 'E1301' '127.0.0.1:1' 'refused|connect' -- env DEMO_HOST=http://127.0.0.1:1 styx apply --auto-approve $DEMO
echo 'POST /things 500 {"message":"oops"}' >rules
expect 1 'E1301' 'oops' -- styx apply --auto-approve $DEMO
echo 'POST /things 0' >rules
expect 1 'E1301' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
