# A command that fails, one that does not exist, and one that is killed.
cat >main.styx <<'S'
resource c: local.command { create = "echo the reason >&2; exit 7" }
S
expect 1 'E1009' 'ended with status 7' 'the reason' -- styx apply --auto-approve
echo 'resource c: local.command { create = ["no-such-program"] }' >main.styx
expect 1 'E1009' 'no-such-program' -- styx apply --auto-approve
echo 'resource c: local.command { create = "kill -9 $$" }' >main.styx
expect 1 'E1009' 'signal 9' -- styx apply --auto-approve
