# A file or a lost link where the state's folder should be is not the same as no state.
printf 'resource a: local.file { path = "a.txt", content = "a" }\n' >main.styx
touch .styx
for command in plan 'apply --auto-approve' show drift 'state list'; do
	expect 1 'E1101' 'it is a file' -- styx $command
done
rm .styx
ln -s gone .styx
expect 1 'E1101' 'leads nowhere' -- styx plan
expect 1 'E1101' 'leads nowhere' -- styx apply --auto-approve
[ ! -e a.txt ]
rm .styx
mkdir .styx
ln -s gone .styx/state.db
expect 1 'E1101' -- styx plan
expect 1 'E1101' -- styx apply --auto-approve
rm .styx/state.db
expect 0 -- styx apply --auto-approve
