# A plan that would destroy more than allowed is refused.
printf 'resource a: std.data {\n  input = 1\n}\nresource b: std.data {\n  input = 2\n}\n' >main.styx
expect 0 -- styx apply --auto-approve
printf 'resource c: std.data {\n  input = 1\n}\n' >main.styx
expect 1 'E1208' '2 objects would be destroyed' -- styx apply --auto-approve --max-destroy 1
expect 0 '1 created, 2 destroyed' -- styx apply --auto-approve --max-destroy 2
