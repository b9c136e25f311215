# Credentials that the server refuses.
demo
thing
echo 'POST /things 401 {"message":"who are you"}' >rules
expect 1 'E1305' 'who are you' '`t`|created' 'styx explain E1305' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
