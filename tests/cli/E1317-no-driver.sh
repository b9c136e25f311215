# A type that can only be looked up, declared as a resource.
cat >main.styx <<'S'
resource r: std.http { url = "http://127.0.0.1:1/" }
S
expect 1 'E1317|E0311' -- styx apply --auto-approve
