# A setting that says where objects are changes: what is there is destroyed there, not forgotten.
demo
mkdir two
python3 "$HERE/demo_server.py" two >two.log 2>&1 &
trap 'kill $demo_pid $!' EXIT
until_there two/port
first=$DEMO_HOST second=http://127.0.0.1:$(cat two/port)
thing
expect 0 -- styx apply --auto-approve $DEMO
DEMO_HOST=$second
expect 0 'nothing changed' -- env DEMO_HOST=$first styx drift $DEMO
expect 0 '1 to replace' '`host` changes: "http' '!create' -- styx plan $DEMO
: >log
expect 0 -- styx apply --auto-approve $DEMO
grep -q 'DELETE /things/one' log
grep -q 'POST /things' two/log
! grep -q DELETE two/log
expect 0 'nothing to do' -- styx plan $DEMO
# No longer in the program, while the provider's settings moved: destroyed where it is.
DEMO_HOST=$first
echo 'resource u: demo.thing { thing_name = "other" }' >main.styx
expect 0 '1 to create, 1 to destroy' -- styx plan $DEMO
expect 0 -- styx apply --auto-approve $DEMO
grep -q 'DELETE /things/one' two/log
expect 0 'nothing to do' -- styx plan $DEMO
# Gone there: made anew here.
rm main.styx
thing
sed -i 's/resource t/resource u/' main.styx
python3 -c "
import urllib.request as u
u.urlopen(u.Request('$first/things/other', method='DELETE'))"
DEMO_HOST=$second
expect 0 '1 to create' 'destroyed outside' -- styx plan $DEMO
