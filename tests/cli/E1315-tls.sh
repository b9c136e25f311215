# HTTPS spoken to a server that does not.
demo
cat >main.styx <<S
lookup h: std.http { url = "https://127.0.0.1:$(cat port)/things" }
output body = h.response_body
S
expect 1 'E1315' -- styx apply --auto-approve
