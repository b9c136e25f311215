# A server that goes on asking to slow down, until the attempts are used up.
demo
thing
echo 'POST /things 429 {"message":"slow down"}' >rules
expect 1 'E1307' 'slow down' '`t`|created' 'styx explain E1307' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
