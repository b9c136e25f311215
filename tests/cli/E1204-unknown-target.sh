# A target that means nothing, with the nearest that does.
printf 'resource alpha: std.data {\n  input = 1\n}\n' >main.styx
expect 1 'E1204' 'did you mean .alpha.' -- styx plan --target alhpa
expect 0 '1 to create' -- styx plan --target alpha
expect 1 'E1204' -- styx plan --replace beta
