# Objects that went behind our back: trusted with --refresh=false, seen without; a plan applies once.
echo 'resource a: local.file { path = "a.txt", content = "x" }' >main.styx
expect 1 'E1110' -- styx drift
expect 0 '1 to create' -- styx plan --out saved
expect 0 '1 to create' -- styx show saved
expect 0 'created a' -- styx apply saved
expect 1 'E1201' 'plan again' -- styx apply saved
rm a.txt
expect 0 'nothing to do' -- styx plan --refresh=false
expect 0 'nothing to do' -- styx apply --auto-approve --refresh=false
[ ! -e a.txt ]
expect 2 'was destroyed outside' -- styx drift
expect 0 'a .*was destroyed outside' '1 to create' -- styx plan
expect 0 'created a' -- styx apply --auto-approve
[ "$(cat a.txt)" = x ]
expect 0 'nothing changed outside' -- styx drift
# Two programs side by side keep to themselves.
mkdir other
echo 'resource a: local.file { path = "b.txt", content = "y" }' >other/main.styx
expect 0 '1 to create' -- styx apply --auto-approve other
expect 0 'nothing to do' -- styx plan
expect 0 '1 to destroy' -- styx destroy --auto-approve other
[ "$(cat a.txt)" = x ]
