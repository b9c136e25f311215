# Secrets deep inside attributes, written in clear or computed: none is at rest or shown.
cat >main.styx <<'P'
secret key = env("THE_KEY")
resource c: local.command {
  create             = "printf '%s %s' \"$A\" \"$B\" >out.txt"
  secret_environment = { A = "clear-hunter", B = "x-${key}" }
}
output told: secret string = "told-hunter"
P
export THE_KEY=hunter-key
nowhere() {
	! grep -rlq hunter .styx saved "$@" || {
		grep -rl hunter .styx saved "$@"
		exit 1
	}
}
expect 0 'secret_environment' '!hunter' -- styx plan --out saved
nowhere got
expect 0 '!hunter' -- styx plan --json
expect 0 '!hunter' -- styx show saved
expect 0 '!hunter' -- styx apply saved
[ "$(cat out.txt)" = "clear-hunter x-hunter-key" ]
nowhere
expect 0 'nothing to do' -- styx plan
sed -i 's/clear-hunter/clearer-hunter/' main.styx
expect 0 '1 to update' 'secret, changed' '!hunter' -- styx plan --out saved
expect 0 '!hunter' -- styx plan --json
nowhere
expect 0 '!hunter' -- styx apply --auto-approve
[ "$(cat out.txt)" = "clearer-hunter x-hunter-key" ]
expect 0 'nothing to do' -- styx plan
expect 0 '!hunter' -- styx state show c
expect 0 '!hunter' -- styx state list
nowhere
