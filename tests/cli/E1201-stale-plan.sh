# A saved plan applies exactly, once, to the state that it was made for.
printf 'resource a: std.data {\n  input = 1\n}\n' >main.styx
expect 0 -- styx plan --out first
expect 0 '1 created' -- styx apply first
expect 1 'E1201' 'serial' -- styx apply first
printf 'resource a: std.data {\n  input = 2\n}\n' >main.styx
expect 0 -- styx plan --out second
expect 0 -- styx state mv a b
expect 1 'E1201' -- styx apply second
