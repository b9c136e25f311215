# Each secret that is made by chance is one of its own, and stays as it is.
mkdir m
cat >m/m.styx <<'P'
secret a = generate(24)
output a: secret string = a
P
cat >main.styx <<'P'
secret a = generate(24)
secret b = generate(24)
secret c = generate()
import "./m"
module n: m {}
resource fa: local.file { path = "a", secret_content = a }
resource fb: local.file { path = "b", secret_content = b }
resource fc: local.file { path = "c", secret_content = c }
resource fm: local.file { path = "m.txt", secret_content = n.a }
P
expect 0 '4 created|created 4|fm' -- styx apply --auto-approve
for f in a b c m.txt; do
	[ "$(wc -c <$f)" -ge 32 ]
	! grep -rqF -e "$(cat $f)" .styx
done
[ "$(cat a b c m.txt | fold -w 32 | sort -u | wc -l)" -ge 4 ]
! cmp -s a b
! cmp -s a m.txt
cp a before
expect 0 'nothing to do' -- styx plan
rm a
expect 0 -- styx apply --auto-approve
cmp a before
