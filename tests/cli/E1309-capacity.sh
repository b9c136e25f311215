# No capacity; the next apply finds some.
demo
thing
echo 'POST /things 507 {"message":"all sold"}' >rules
expect 1 'E1309' 'all sold' '`t`|created' 'styx explain E1309' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
