# What costs a call per object: read while it is little, else where the program writes it.
demo
light() { # NAME: turns a lamp on behind Styx's back
	python3 - "$DEMO_HOST/things/$1" <<-END
		import sys, urllib.request as u
		u.urlopen(u.Request(sys.argv[1], b'{"lit": true}', method="PATCH")).read()
	END
}
reads() { grep -c '?light' log || :; }

echo 'resource a: demo.lamp { thing_name = "a" }' >main.styx
expect 0 '1 created' -- styx apply --auto-approve $DEMO
light a
expect 2 'a .*demo.lamp' 'lit' -- styx drift $DEMO
expect 0 'lit' '1 to update' -- styx plan $DEMO
expect 0 '1 updated' -- styx apply --auto-approve $DEMO
expect 0 'nothing changed outside' -- styx drift $DEMO

cat >main.styx <<-'END'
	let half = { lit = false }
	resource a: demo.lamp { thing_name = "a" }
	resource b: demo.lamp { thing_name = "b", lit = false }
	resource c: demo.lamp { thing_name = "c", ...half }
	resource on: demo.lamp { thing_name = "on", lit = true }
	resource many: demo.lamp for i in sequence(1, 500) { thing_name = "many${i}" }
END
expect 0 '503 created' -- styx apply --auto-approve $DEMO
for name in a b c; do light $name; done
: >log
expect 0 '2 to update' '501 reads .*left out' '--refresh=full' -- styx plan $DEMO
[ "$(reads)" = 3 ] # b, c, on
expect 0 '"unread":501' -- styx plan --json $DEMO
expect 2 '3 changed outside' '!left out' -- styx drift $DEMO
: >log
expect 0 '3 to update' '!left out' -- styx plan --refresh=full $DEMO
[ "$(reads)" = 504 ]
expect 0 '3 updated' -- styx apply --refresh=full --auto-approve $DEMO
expect 0 'nothing changed outside' -- styx drift $DEMO
