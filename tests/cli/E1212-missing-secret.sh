# A secret that cannot be fetched; one that can leaves no trace.
cat >main.styx <<'S'
secret token = env("THE_TOKEN")
resource a: local.file {
  path           = "a.txt"
  secret_content = token
}
S
expect 1 'E1212' 'THE_TOKEN' -- styx apply --auto-approve
expect 0 '!hunter2' -- env THE_TOKEN=hunter2 styx apply --auto-approve
[ "$(cat a.txt)" = hunter2 ]
! grep -q hunter2 .styx/*
expect 0 'secret, changed' '!hunter' -- env THE_TOKEN=hunter3 styx plan --out saved
! grep -q hunter saved
