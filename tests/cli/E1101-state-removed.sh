# The state is removed while a command runs: it says so, and changes nothing more.
cat >main.styx <<'S'
resource a: local.command {
  create = "rm -rf .styx"
}
resource b: local.file {
  path    = "b.txt"
  content = a.id
}
S
expect 1 'E1101' 'removed or replaced' '!Done' -- styx apply --auto-approve
[ ! -e b.txt ]
