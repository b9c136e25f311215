# Somebody took the lease while a command ran: nothing more is written.
cat >main.styx <<'S'
resource thief: local.command {
  create = ["sqlite3", ".styx/state.db", "UPDATE lease SET token = token + 1"]
}
resource after: std.data {
  input = thief.id
}
S
expect 1 'E1108' '!1 created' -- styx apply --auto-approve
