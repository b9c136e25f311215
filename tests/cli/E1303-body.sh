# An answer that is no JSON.
demo
thing
echo 'GET /things 200 <html>no' >rules
expect 1 'E1303' 'JSON' -- styx apply --auto-approve $DEMO
rm rules
expect 0 'created t' -- styx apply --auto-approve $DEMO
