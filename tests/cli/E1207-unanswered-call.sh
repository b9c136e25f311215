# Killed in the middle of a call that nobody can ask about: the user is asked, with the object named.
cat >main.styx <<'S'
resource job: local.command {
  create = ["sh", "-c", "echo ran >>runs; kill -9 $PPID"]
}
S
expect 137 -- styx apply --auto-approve
[ "$(cat runs)" = ran ]
expect 1 'E1207' '.job.' 'styx state rm' -- styx plan
expect 1 'E1207' -- styx apply --auto-approve
[ "$(cat runs)" = ran ] # not a second time
expect 0 -- styx state rm job --auto-approve
expect 0 '1 to create' -- styx plan

# With a way to find out, it is found out.
cat >main.styx <<'S'
resource job: local.command {
  create = ["sh", "-c", "echo ran >>runs; kill -9 $PPID"]
  check  = ["test", "-e", "runs"]
}
S
rm runs
expect 137 -- styx apply --auto-approve
expect 0 '!E1207' -- styx plan
expect 0 -- styx apply --auto-approve
[ "$(cat runs)" = ran ]
expect 0 'nothing to do' -- styx plan
