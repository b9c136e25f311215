# Secret params reach the run from files, the environment and the command line, and rest nowhere.
cat >main.styx <<'P'
param pw: secret string
resource f: local.file {
  path           = "f.txt"
  secret_content = "<${pw}>"
}
P
at_rest() {
	! grep -rlsq hunter .styx saved got
}
echo '{ "pw": "hunter-json" }' >p.json
echo 'pw: hunter-yaml' >p.yaml
echo 'pw = "hunter-lines"' >p.params
for how in json yaml lines; do
	file=p.$how
	[ $how = lines ] && file=p.params
	expect 0 '!hunter' -- styx plan -P $file --out saved
	at_rest
	expect 0 '!hunter' -- styx apply -P $file --auto-approve
	[ "$(cat f.txt)" = "<hunter-$how>" ]
	at_rest
	expect 0 'nothing to do' -- styx plan -P $file
done
expect 0 '!hunter' -- env STYX_PARAM_pw=hunter-env styx apply --auto-approve
[ "$(cat f.txt)" = "<hunter-env>" ]
at_rest
expect 0 '1 to (update|replace)' 'secret, changed' -- env STYX_PARAM_pw=hunter-env styx plan -p pw=hunter-last --out saved
expect 1 'E1212' '!hunter' -- styx apply saved
expect 0 -- styx plan -p pw=hunter-last --out saved
expect 0 '!hunter' -- styx apply saved -P p.json
[ "$(cat f.txt)" = "<hunter-json>" ]
at_rest
