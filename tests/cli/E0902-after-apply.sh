# An assertion over what only an apply shows fails the apply, and then every plan until it holds.
cat >main.styx <<'S'
param wanted: string = "no"
resource x: local.command {
  create = ["echo", wanted]
}
assert trim(x.stdout) == "yes", "the command must say yes"
S
expect 1 'E0902' 'must say yes' 'main.styx:5' -- styx apply --auto-approve
expect 1 'E0902' 'must say yes' -- styx plan
expect 0 'x' '!E0902' -- styx apply --auto-approve -p wanted=yes
expect 0 'nothing to do' -- styx plan -p wanted=yes
