# A secret in each place that takes one, each with a word of its own after `zq9`: none of them is in a
# file that styx writes, nor in what it prints.
cp -R "$HERE/secrets/." .
export THE_KEY=zq9environment
unset_words() {
	sed -i 's/zq9tail/zq9other/; s/zq9envliteral/zq9anotherenv/; s/zq9output/zq9newoutput/' main.styx
}
nowhere() {
	found=$(grep -rlas zq9 .styx saved* out.*) || return 0
	for file in $found; do
		echo "in $file: $(grep -ao 'zq9[a-z]*' "$file" | sort -u | tr '\n' ' ')"
	done
	exit 1
}
look() {
	for command in plan 'plan --json' 'plan --markdown' graph 'graph --mermaid' 'dump values' 'dump graph' \
		drift; do
		status=0
		styx $command -p p=zq9argument >"out.$(echo "$command" | tr ' ' -)" 2>&1 || status=$?
		[ $status -le 2 ]
	done
	for command in 'show saved' 'show --json saved' show 'show --json' 'state list' 'state show c' 'state show pw' \
		output 'output --json'; do
		styx $command >"out.$(echo "$command" | tr ' ' -)" 2>&1 || true
	done
	nowhere
}
expect 0 -- styx plan -p p=zq9argument --out saved
look
expect 0 '!zq9' -- styx apply saved -p p=zq9argument --stats
look
[ "$(cat b.txt)" = 'zq9around=zq9environment
zq9tail' ]
grep -q '^zq9envliteralzq9environmentzq9aroundenv-zq9argument' c.txt
[ "$(cat deep.txt)" = zq9aroundmod-zq9environment ]
expect 0 'nothing to do' -- styx plan -p p=zq9argument
# A change of each, saved and interrupted half-way: the journal and the log of SQLite have none either.
unset_words
expect 0 'to (update|replace)' '!zq9' -- styx plan -p p=zq9argument --out saved
look
STYX_PARAM_p=zq9argument styx apply --auto-approve >out.killed 2>&1 &
until grep -qs creat\|updat out.killed; do kill -0 $! || break; done
kill -9 $! 2>/dev/null || true
wait $! || true
nowhere
echo '{ "p": "zq9fromfile" }' >params.json
expect 0 '!zq9' -- styx apply -P params.json --auto-approve
look
expect 0 '!zq9' -- styx plan --destroy -p p=zq9argument --out saved
nowhere
# It is bound to this state.
expect 1 'E1202' -- sh -c 'tr a b <saved >saved.bad && styx show saved.bad'
mv .styx/key key
expect 1 'E1105' '!zq9' -- styx apply saved
mv key .styx/key
expect 0 '!zq9' -- styx apply saved -p p=zq9argument
nowhere
# Processes show their arguments to all: what a command is given is not among them, and its words
# that fail are not shown where they have a secret.
cat >main.styx <<'S'
secret key = env("THE_KEY")
resource c: local.command {
  create             = "tr '\\0' ' ' </proc/$$/cmdline >cmdline; cat /proc/*/cmdline 2>/dev/null | tr '\\0' ' ' >all"
  secret_environment = { A = "zq9literal", B = key }
}
S
expect 0 '!zq9' -- styx apply --auto-approve
! grep -q 'zq9' cmdline all
nowhere
