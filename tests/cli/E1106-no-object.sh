# An address that is not recorded, with the nearest one; moves and removals.
cat >main.styx <<'S'
resource alpha: std.data {
  input = 1
}
resource beta: std.data {
  input = alpha.id
}
S
expect 0 -- styx apply --auto-approve
expect 1 'E1106' 'did you mean .alpha.' -- styx state rm alpah --auto-approve
expect 0 -- styx state mv alpha gamma
expect 0 '^gamma$' '!alpha' -- styx state list
sed -i 's/alpha/gamma/' main.styx
expect 0 'nothing to do' -- styx plan
expect 0 -- styx state rm gamma --auto-approve
expect 0 '\+ gamma' -- styx plan
