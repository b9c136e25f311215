# Bad input gets one clear error with place, reason and what to do; nothing is lost or half-written.
expect 1 'E0314' -- styx plan
expect 1 'E0314|E1001' 'nowhere' -- styx plan nowhere

cat >main.styx <<'S'
param size: int = 3
resource x: local.file {
  path    = "x.txt"
  contnet = "y"
}
S
expect 1 'E0402' 'main.styx:4:3' 'did you mean|similar name' 'content' -- styx plan
expect 1 '"code":"E0402"' '"line":4' -- styx validate --format json
expect 1 '"version":"2.1.0"' '"ruleId":"E0402"' -- styx validate --format sarif
expect 1 '^::error file=main.styx,line=4,col=3' -- styx validate --format github
[ ! -e .styx ]

cat >main.styx <<'S'
param size: int = 3
resource x: local.file {
  path    = "x.txt"
  content = "${size}"
}
S
expect 1 'E0306' 'siez' 'did you mean `size`' -- styx plan -p siez=4
expect 1 'E0313' 'size' -- styx plan -p size=many
expect 1 'E1001' -- styx plan -P missing.json
expect 1 'E1010' 'auto-approve' -- styx apply
[ ! -e x.txt ]
expect 0 -- styx apply --auto-approve -p size=5
[ "$(cat x.txt)" = 5 ]
STYX_PARAM_size=6 expect 0 'x' -- styx plan
expect 0 -- env STYX_PARAM_size=6 styx apply --auto-approve
[ "$(cat x.txt)" = 6 ]
