# Something still uses the object.
demo
thing
echo 'POST /things 412 {"message":"still in use"}' >rules
expect 1 'E1312' 'still in use' '`t`|created' 'styx explain E1312' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
