# A thing that never gets ready, and a command that runs too long.
demo
thing
echo 'GET /things/one 200 {"thingName":"one","size":1,"colour":"red","state":"making"}' >rules
expect 1 'E1314' 'did not become ready' -- styx apply --auto-approve $DEMO
cat >main.styx <<'S'
resource c: local.command {
  create  = ["sleep", "20"]
  timeout = 1s
}
S
rm -rf .styx
expect 1 'E1314' 'took too long' -- styx apply --auto-approve
