# styx fmt: files, directories, standard input, --check and --diff.
printf 'let   x=1\n' >a.styx
mkdir sub .hidden && cp a.styx sub/b.styx && cp a.styx .hidden/c.styx
expect 1 'a.styx' 'sub/b.styx' '!hidden' -- styx fmt --check
grep -q 'let   x=1' a.styx
expect 0 '^-let   x=1' '^\+let x = 1' -- styx fmt --diff a.styx
grep -q 'let   x=1' a.styx
expect 0 'a.styx' 'sub/b.styx' -- styx fmt
grep -qx 'let x = 1' a.styx
grep -qx 'let x = 1' sub/b.styx
grep -q 'let   x=1' .hidden/c.styx
expect 0 '!styx' -- styx fmt --check
[ "$(printf 'let y   =  2' | styx fmt -)" = "let y = 2" ]
printf 'let a = \nlet   b=2\n' >broken.styx
expect 1 'E0204' -- styx fmt broken.styx
grep -qx 'let b = 2' broken.styx
expect 1 'E1001' -- styx fmt missing.styx
printf '# A page\n' >page.md
expect 1 'E1007' 'no .styx file' -- styx fmt page.md
grep -qx '# A page' page.md
