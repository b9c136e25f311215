# An object of this name that somebody else made.
demo
thing
echo 'POST /things 409 {"message":"it is there"}' >rules
expect 1 'E1311' 'it is there' '`t`|created' 'styx explain E1311' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
