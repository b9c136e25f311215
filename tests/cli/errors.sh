# Bad input gets one clear error with place, reason and what to do; nothing is lost or half-written.
expect 1 'E0314' -- styx plan
expect 1 'E0314|E1001' 'nowhere' -- styx plan nowhere

cat >main.styx <<'S'
param size: int = 3
resource x: local.file {
  path    = "x.txt"
  contnet = "y"
}
S
expect 1 'E0402' 'main.styx:4:3' 'did you mean|similar name' 'content' -- styx plan
expect 1 '"code":"E0402"' '"line":4' -- styx validate --format json
expect 1 '"version":"2.1.0"' '"ruleId":"E0402"' -- styx validate --format sarif
expect 1 '^::error file=main.styx,line=4,col=3' -- styx validate --format github
[ ! -e .styx ]

cat >main.styx <<'S'
param size: int = 3
resource x: local.file {
  path    = "x.txt"
  content = "${size}"
}
S
expect 1 'E0306' 'siez' 'did you mean `size`' -- styx plan -p siez=4
expect 1 'E0313' 'size' -- styx plan -p size=many
expect 1 'E1001' -- styx plan -P missing.json
expect 1 'E1010' 'auto-approve' -- styx apply
[ ! -e x.txt ]
expect 0 -- styx apply --auto-approve -p size=5
[ "$(cat x.txt)" = 5 ]
STYX_PARAM_size=6 expect 0 'x' -- styx plan
expect 0 -- env STYX_PARAM_size=6 styx apply --auto-approve
[ "$(cat x.txt)" = 6 ]

# A state that is damaged, and one of a later version.
cp .styx/state.db good.db
sqlite3 .styx/state.db 'pragma wal_checkpoint(truncate)' >/dev/null
printf 'this is no database, and it is long enough to be sure' >.styx/state.db
rm -f .styx/state.db-wal .styx/state.db-shm
expect 1 'E1104' 'state.db' -- styx plan
cp good.db .styx/state.db
sqlite3 .styx/state.db 'pragma user_version = 9999'
expect 1 'E1103' 'later' -- styx plan

# A full disk (a tiny file system) is said, and nothing is half-written; needs root to mount.
if [ "$(id -u)" = 0 ] && mkdir tiny && mount -t tmpfs -o size=64k tmpfs tiny 2>/dev/null; then
	cp main.styx tiny
	head -c 60000 /dev/zero >tiny/fill 2>/dev/null || true
	(cd tiny && expect 1 'E1109|E1101|E1002' '!BUG' -- styx apply --auto-approve)
	umount tiny
fi
