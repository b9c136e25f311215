# A saved plan that the state has moved on from is shown, and said to be of no use any more.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "a"\n}\n' >main.styx
expect 0 -- styx plan --out first.plan
expect 0 '1 to create' '!stale' -- styx show first.plan
expect 0 -- styx apply --auto-approve
expect 0 '1 to create' 'stale and cannot be applied' 'serial' -- styx show first.plan
expect 0 '"stale":"the plan was made for serial 0' -- styx show --json first.plan
expect 1 'E1201' -- styx apply first.plan
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "b"\n}\n' >main.styx
expect 0 -- styx plan --out second.plan
expect 0 -- styx state rm --auto-approve a
expect 0 'content: "a" -> "b"' 'stale.*`a` is not recorded as it was' -- styx show second.plan
expect 1 'E1201' '`a` is not recorded' -- styx apply second.plan
printf 'no plan' >junk.plan
expect 1 'E1202' -- styx show junk.plan
