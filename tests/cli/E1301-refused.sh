# A server that is not there: nothing was sent, so nothing is left to find out.
demo
thing
expect 1 'E1301' '127.0.0.1:1' 'refused|connect' -- env DEMO_HOST=http://127.0.0.1:1 styx apply --auto-approve $DEMO
expect 0 'created t' -- styx apply --auto-approve $DEMO
expect 0 'nothing to do' -- styx plan $DEMO
