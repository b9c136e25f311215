# What is protected stays, even when its block is gone.
printf 'resource a: std.data {\n  @protect = true\n  input    = 1\n}\n' >main.styx
expect 0 -- styx apply --auto-approve
expect 1 'E1203' -- styx destroy --auto-approve
printf 'resource b: std.data {\n  input = 1\n}\n' >main.styx
expect 1 'E1203' '.a. is protected' -- styx apply --auto-approve
expect 0 '^a ' '!^b' -- styx state list
printf 'resource a: std.data {\n  @protect = false\n  input    = 1\n}\n' >main.styx
expect 0 -- styx apply --auto-approve
expect 0 -- styx destroy --auto-approve
