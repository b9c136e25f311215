# A file that is no saved plan, or was changed.
printf 'resource a: std.data {\n  input = 1\n}\n' >main.styx
expect 0 -- styx plan --out saved
printf 'x' | dd of=saved bs=1 seek=60 conv=notrunc 2>/dev/null
expect 1 'E1202' 'damaged' 'saved' -- styx apply saved
