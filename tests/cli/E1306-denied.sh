# A permission that is missing.
demo
thing
echo 'POST /things 403 {"message":"not yours"}' >rules
expect 1 'E1306' 'not yours' '`t`|created' 'styx explain E1306' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
