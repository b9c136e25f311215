# More than a million objects.
cat >main.styx <<'S'
resource d: std.data for n in [for x in sequence(1, 1000001) => "${x}"] { input = 1 }
S
expect 1 'E0907' 'main.styx:1:1' 'more than 1000000' -- styx plan
