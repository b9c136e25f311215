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
	expect 1 'E1101' -- styx apply --auto-approve -p name=a
	chmod u+w .
fi
