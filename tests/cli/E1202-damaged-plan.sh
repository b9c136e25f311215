# A file that is not a saved plan, a damaged one, and one that is cut short.
cat >main.styx <<'S'
resource f: local.file { path = "f.txt", content = "a" }
S
echo hello >not.plan
expect 1 'E1202' 'not.plan' -- styx apply --auto-approve not.plan
expect 0 -- styx plan --out p.plan
size=$(wc -c <p.plan)
head -c $((size - 7)) p.plan >cut.plan
expect 1 'E1202' -- styx apply --auto-approve cut.plan
{ head -c $((size / 2)) p.plan; printf 'XXXX'; tail -c +$((size / 2 + 5)) p.plan; } >flip.plan
expect 1 'E1202' -- styx show flip.plan
[ ! -e f.txt ]
expect 0 'created f' -- styx apply --auto-approve p.plan
