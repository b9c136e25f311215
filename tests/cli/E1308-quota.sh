# A quota that is used up.
demo
thing
echo 'POST /things 402 {"message":"three are enough"}' >rules
expect 1 'E1308' 'three are enough' '`t`|created' 'styx explain E1308' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
