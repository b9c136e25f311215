# Changes of long texts show what differs: in JSON by its parts, else from the first difference on.
cat >main.styx <<'S'
param port: int = 80
param names: list<string> = ["first", "second"]
resource conf: local.file {
  path    = "conf.json"
  content = json({ name = "a name that is long enough to be cut", port = port, names = names })
}
resource text: local.file {
  path    = "long.txt"
  content = "${repeat("a", 150)}${port}"
}
S
expect 0 -- styx apply --auto-approve
expect 0 'content.port: 80 -> 8080' '! name that is' '"\.\.\.a+80" -> "\.\.\.a+8080"' -- \
	styx plan -p port=8080
expect 0 'content.names:' '- "second"' '\+ "third"' '!"first"' -- \
	styx plan -p 'names=["first", "third"]'
