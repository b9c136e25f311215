# A state of the first version of the tables is brought forward, and nothing in it is lost.
cat >main.styx <<'S'
resource secret_word: std.random_password {
  length = 20
}
resource f: local.file {
  path = "f.txt"
  content = "text"
}
resource many: std.data for i in [1, 2, 3] {
  input = "${f.path} ${i}"
}
output path = f.path
output word: secret string = secret_word.result
S
old_state 1
printf text >f.txt
chmod 644 f.txt
expect 0 'nothing to do' -- styx plan
[ "$(sqlite3 .styx/state.db 'PRAGMA user_version')" != 1 ]
[ "$(sqlite3 .styx/state.db 'SELECT count(*) FROM object WHERE sum = 0')" = 0 ]
expect 0 'path = "f.txt"' -- styx output
expect 0 '^.{20}$' -- styx output --raw --show-secrets word
expect 0 'many\[3\]' -- styx state list
expect 0 '5 destroyed' -- styx destroy --auto-approve
# A damaged one is left alone.
rm -rf .styx
old_state 1
sqlite3 .styx/state.db 'PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = 3 WHERE name = "output"'
cp .styx/state.db before
expect 1 'E1104' 'nothing was changed' -- styx plan
cmp .styx/state.db before
