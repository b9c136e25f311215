# A state that may be read and not written can be planned with and looked at, also what is in its
# write-ahead log alone; what would write it says so before it does anything.
dir=$(mktemp -d)
trap 'chmod -R u+rwx "$dir"; rm -rf "$dir"' EXIT
cp "$(realpath "$(command -v styx)")" "$dir/styx"
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "a"\n}\noutput p = a.path\n' >"$dir/main.styx"
expect 0 -- styx apply --auto-approve "$dir"
expect 0 -- styx plan --out "$dir/saved.plan" "$dir"
chmod -R a+rX "$dir"
chmod -R a-w "$dir/.styx"
as=
[ "$(id -u)" != 0 ] || as="setpriv --reuid 65534 --clear-groups"
looks() {
	expect 0 'nothing to do' -- $as "$dir/styx" plan "$1"
	expect 0 'nothing changed outside' -- $as "$dir/styx" drift "$1"
	expect 0 "$2 = \"a.txt\"" -- $as sh -c "cd '$1' && '$dir/styx' output"
	expect 0 'local.file' -- $as "$dir/styx" graph "$1"
	expect 0 '^a$' -- $as sh -c "cd '$1' && '$dir/styx' state list"
	expect 0 'content' -- $as sh -c "cd '$1' && '$dir/styx' show"
}
looks "$dir" p
expect 0 'nothing to do' -- $as sh -c "cd '$dir' && ./styx show saved.plan"
expect 1 'E1101' 'may only be read' -- $as sh -c "cd '$dir' && ./styx state rm --auto-approve a"
printf 'resource a: local.file {\n  path = "b.txt"\n  content = "a"\n}\n' >"$dir/main.styx"
expect 0 '1 to replace' -- $as "$dir/styx" plan "$dir"
expect 1 'E1101' 'may only be read' -- $as "$dir/styx" apply --auto-approve "$dir"
[ -e "$dir/a.txt" ] || { echo "it was destroyed"; exit 1; }

# A log whose index is gone, as a copy of the files has it: another reader keeps the apply that
# records the output `logged` from writing its log back.
mkdir -p "$dir/copy?#%41/.styx" "$dir/work"
cp "$dir/a.txt" "$dir/work/"
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "a"\n}\noutput logged = a.path\n' \
	>"$dir/work/main.styx"
cp -R "$dir/.styx" "$dir/work/"
chmod -R u+w "$dir/work"
python3 - "$dir/work/" "$dir/copy?#%41/.styx/" <<'END'
import shutil, sqlite3, subprocess, sys
work, copy = sys.argv[1:]
db = sqlite3.connect(work + ".styx/state.db")
db.execute("BEGIN")
db.execute("SELECT count(*) FROM output").fetchone()
subprocess.run(["styx", "apply", "--auto-approve", work], check=True)
for name in ("state.db", "state.db-wal", "key"):
    shutil.copyfile(work + ".styx/" + name, copy + name)
assert b"logged" not in open(copy + "state.db", "rb").read()
END
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "a"\n}\noutput logged = a.path\n' \
	>"$dir/copy?#%41/main.styx"
cp "$dir/a.txt" "$dir/copy?#%41/"
chmod -R a+rX "$dir/copy?#%41"
chmod -R a-w "$dir/copy?#%41/.styx"
looks "$dir/copy?#%41" logged
