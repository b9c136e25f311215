# A full disk is said, nothing is half-written, and with room again all is well.  Needs root, to
# mount a tiny file system; otherwise a limit on the size of files stands for it.
cat >main.styx <<'S'
resource f: local.file for n in split("a b c d e f g h i j k l m n o p", " ") {
  path    = n
  content = "a"
}
S
mkdir tiny
if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o size=4m tmpfs tiny 2>/dev/null; then
	expect 1 'E1109|E1101|E1002' '!bug in styx' -- sh -c 'ulimit -f 8; exec styx apply --auto-approve'
	expect 0 'Done' -- styx apply --auto-approve
	expect 0 'nothing to do' -- styx plan
	exit 0
fi
trap 'cd "$WORK" && umount tiny' EXIT
cp main.styx tiny
cd tiny
head -c 5000000 /dev/zero >fill 2>/dev/null || true
expect 1 'E1109|E1101|E1002' '!bug in styx' -- styx apply --auto-approve
rm fill
expect 0 'Done' -- styx apply --auto-approve
expect 0 'nothing to do' -- styx plan
cd ..
