# A source file that is too big.
head -c 70000000 /dev/zero | tr '\0' '#' >main.styx
expect 1 'E1003' 'main.styx' 'MiB|bytes' -- styx validate
