# The object is busy with another change.
demo
thing
echo 'POST /things 423 {"message":"wait your turn"}' >rules
expect 1 'E1318' 'wait your turn' '`t`|created' 'styx explain E1318' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
