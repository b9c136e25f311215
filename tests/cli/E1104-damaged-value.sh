# A value that was changed in the file, however little, is damage: it is said, and nothing is done.
cat >main.styx <<'S'
resource f: local.file {
  path = "f.txt"
  content = "some text"
}
output size = len(f.content ?? "")
S
expect 0 -- styx apply --auto-approve
[ "$(stat -c %a .styx/state.db)" = 600 ]
cp .styx/state.db good
sed 's/some text/sOme text/' good >.styx/state.db
cmp -s good .styx/state.db && exit 1
cp .styx/state.db bad
for command in plan 'apply --auto-approve' 'destroy --auto-approve' output 'state list' 'state rm f --auto-approve' show \
	'state mv f g'; do
	expect 1 'E1104' '`f` is damaged' 'put a copy of' -- styx $command
	cmp .styx/state.db bad
done
[ "$(cat f.txt)" = 'some text' ]
cp good .styx/state.db
expect 0 'nothing to do' -- styx plan
sqlite3 .styx/state.db '.backup copy.db' # as the documentation tells
cp copy.db .styx/state.db
expect 0 'nothing to do' -- styx plan
