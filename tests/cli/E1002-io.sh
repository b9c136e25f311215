# A file where a folder belongs.
cat >main.styx <<'S'
resource f: local.file { path = "d/e", content = "a" }
S
echo x >d
expect 1 'E1002' '`.*d`' -- styx apply --auto-approve
mkdir sub && mkdir sub/main.styx
expect 1 'E0314|E1002' 'sub' -- styx plan sub
