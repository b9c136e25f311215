# Ctrl-C: what runs is finished, nothing more is begun, and the next apply goes on.
cat >main.styx <<'S'
resource a: local.command { create = "touch started; sleep 1" }
resource b: local.file { path = "b.txt", content = a.id }
S
styx apply --auto-approve >out 2>&1 &
pid=$!
until_there started
kill -INT $pid
status=0
wait $pid || status=$?
cat out
[ $status = 3 ]
grep -Eq 'E1008|nterrupted' out
[ ! -e b.txt ]
expect 0 'created b' -- styx apply --auto-approve
expect 0 'nothing to do' -- styx plan
