# A value that the API refuses.
demo
thing
echo 'POST /things 422 {"message":"size is too odd"}' >rules
expect 1 'E1313' 'size is too odd' '`t`|created' 'styx explain E1313' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
