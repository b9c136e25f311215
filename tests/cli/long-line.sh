# A mistake in a very long line shows the part about it; a text that is too long is refused at once.
{
	printf 'let x = ["'
	head -c 200000 /dev/zero | tr '\0' a
	printf '", nowhere, "'
	head -c 200000 /dev/zero | tr '\0' b
	echo '"]'
} >main.styx
expect 1 'E0301' 'a", nowhere, "b' '\^\^\^\^\^\^\^ ' -- styx validate
[ "$(wc -c <got)" -lt 2000 ]
echo 'output o = repeat("a", 100000000000)' >main.styx
expect 1 'E0905' 'more than' -- timeout 10 styx validate
