# A damaged state is never taken for an empty one.
printf 'resource a: std.data {\n  input = 1\n}\n' >main.styx
expect 0 -- styx apply --auto-approve
sqlite3 .styx/state.db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
cp .styx/state.db good
: >.styx/state.db # cut to nothing, as by a crash of the file system
rm -f .styx/state.db-wal .styx/state.db-shm
expect 1 'E1104' '!to create' -- styx plan
head -c 3000 good >.styx/state.db
expect 1 'E1104' -- styx plan
yes | head -c 20000 >.styx/state.db
expect 1 'E1104' -- styx state list
sqlite3 other.db 'CREATE TABLE mine (x)'
cp other.db .styx/state.db
expect 1 'E1104' 'not one of Styx' -- styx plan
cp good .styx/state.db
expect 0 'nothing to do' -- styx plan
