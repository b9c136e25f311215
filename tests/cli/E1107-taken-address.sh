# An address that is taken is not given to another object.
printf 'resource a: std.data {\n  input = 1\n}\nresource b: std.data {\n  input = 2\n}\n' >main.styx
expect 0 -- styx apply --auto-approve
expect 1 'E1107' '.b. already' -- styx state mv a b
expect 0 '^a$' '^b$' -- styx state list
