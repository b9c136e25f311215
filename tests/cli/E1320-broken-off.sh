# A server that has a problem of its own, or breaks off: what it did is found out later.
demo
thing
echo 'POST /things 500 {"message":"oops"}' >rules
expect 1 'E1320' 'oops' -- styx apply --auto-approve $DEMO
echo 'POST /things 0' >rules
expect 1 'E1320' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
