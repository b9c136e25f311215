# A status that the schema gives no meaning.
demo
thing
echo 'POST /things 418 {"message":"i am a teapot"}' >rules
expect 1 'E1302' 'i am a teapot' '`t`|created' 'styx explain E1302' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
