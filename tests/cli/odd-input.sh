# Odd input: each gets one clear answer, and nothing ends in a crash.
mkdir empty binary crlf bom folder
: >empty/main.styx
expect 0 'nothing to do' -- styx plan empty
head -c 4096 "$(command -v styx)" >binary/main.styx
expect 1 'E0106|E0109' '!bug in styx' -- styx validate binary
printf 'let a = 1\r\noutput b = a\r\n' >crlf/main.styx
expect 0 -- styx validate crlf
printf '\357\273\277let a = 1\n' >bom/main.styx
status=0
styx validate bom >out 2>&1 || status=$?
[ $status -le 1 ]
mkdir folder/main.styx
expect 1 'E0314|E1002' -- styx plan folder
mkdir nul
printf 'resource a: local.command {\n  create = ["sh", "-c", "echo a\0 >out"]\n}\n' >nul/main.styx
expect 1 'E0106' 'main.styx:2:32' 'a NUL' -- styx validate nul
printf '# a\0b\n' >nul/main.styx
expect 1 'E0106' -- styx validate nul
long=$(head -c 5000 /dev/zero | tr '\0' x)
mkdir long
echo "resource $long: local.file { path = \"x\", content = \"a\" }" >long/main.styx
expect 0 '1 to create' -- styx plan long
echo "output y = ${long}z" >long/main.styx
expect 1 'E0301' -- styx plan long

# Params from files in three forms, and one that is none.
mkdir params && cat >params/main.styx <<'S'
param name: string
param sizes: list<int> = []
resource f: local.file { path = "f-${name}.txt", content = "${len(sizes)}" }
S
printf 'name  = "a"\nsizes = [1, 2]\n' >p.styx
printf '{"name": "a", "sizes": [1, 2]}' >p.json
printf 'name: a\nsizes: [1, 2]\n' >p.yaml
for p in p.styx p.json p.yaml; do
	expect 0 'f-a.txt' 'content = "2"' -- styx plan params -P $p
done
printf '{"name": ' >cut.json
expect 1 'E1004' 'cut.json' -- styx plan params -P cut.json
printf 'name: [\n' >cut.yaml
expect 1 'E1005' 'cut.yaml' -- styx plan params -P cut.yaml
printf '{"naem": "a"}' >near.json
expect 1 'E0306' 'did you mean `name`' -- styx plan params -P near.json
expect 1 'E0307' '`name`' -- styx plan params

# A closed standard output, no HOME, a narrow terminal, colours.
cd params
styx plan -p name=a | head -1 >/dev/null
expect 0 '1 to create' -- env -u HOME styx plan -p name=a
expect 0 '1 to create' -- env COLUMNS=20 styx plan -p name=a
esc=$(printf '\033')
expect 0 "$esc" -- styx plan -p name=a --color always
expect 0 "!$esc" -- styx plan -p name=a
expect 0 "!$esc" -- env NO_COLOR=1 styx plan -p name=a
expect 1 "$esc" -- styx plan -p nam=a --color always

# A folder that cannot be written to.
if [ "$(id -u)" != 0 ]; then
	chmod a-w .
	expect 1 'E1002' 'making the folder of the state' -- styx apply --auto-approve -p name=a
	chmod u+w .
fi
cd ..

# What is listed as .styx and cannot be read is an error: its objects would be taken for removed.
mkdir odd && echo 'let a = 1' >odd/a.styx
ln -s nowhere odd/b.styx
expect 1 'E1002' 'odd/b.styx' 'a link to what is not there' -- styx plan odd
expect 1 'odd/b.styx' -- styx fmt odd
rm odd/b.styx && mkfifo odd/b.styx
expect 1 'E1002' 'odd/b.styx' 'no regular file' -- timeout 20 styx validate odd
expect 1 'odd/b.styx' -- timeout 20 styx fmt odd
rm odd/b.styx && ln -s b.styx odd/b.styx
expect 1 'E1002' 'odd/b.styx' -- styx validate odd
rm odd/b.styx && ln -s nowhere odd/.#a.styx # an editor's lock
expect 0 -- styx validate odd

# Params files that are no such thing, with their own lines and columns.
printf '\nname = other\n' >name.styx
expect 1 'E0313' 'name.styx:2:8' '`other`' -- styx plan params -P name.styx
printf 'name = \n' >cut.styx
expect 1 'E0204' 'cut.styx:1:7' '!\{' -- styx plan params -P cut.styx
printf 'name = "a" }\n' >close.styx
expect 1 'E02' 'close.styx:1:12' -- styx plan params -P close.styx
printf 'name = {\n' >open.styx
expect 1 'E02' 'open.styx:' -- styx plan params -P open.styx
printf '## Why.\nname = "a", sizes = [\n  1\n] # more\n' >good.styx
expect 0 'f-a.txt' -- styx plan params -P good.styx
printf 'resource x: local.file {}\n' >decl.styx
expect 1 'decl.styx:1:1' -- styx plan params -P decl.styx

# Output that gets lost is said, and is no success; a reader that went away is nobody to tell.
for c in 'plan params -p name=a' 'doc std.data' version help 'dump tokens params/main.styx' \
	'completion fish' 'explain E0402'; do
	expect 1 'cannot write to standard output' 'No space left' -- sh -c "styx $c >/dev/full"
done
(
	styx doc --errors || [ $? = 141 ] || echo "status $?"
) 2>lost | head -c 1 >/dev/null
[ ! -s lost ]
