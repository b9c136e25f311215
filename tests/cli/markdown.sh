# `styx plan --markdown` fits a comment, escapes what comes from the program, and says what it left out.
program() {
	cat <<'S'
param n:    int    = 1
param word: string = "old"
resource f: local.file for k in { for i in sequence(1, 20) => ["k${i}"] = i } {
  path    = "${k}.txt"
  content = word
}
resource s: std.data for k in ["</code><b>&`x` $HOME"] if n == 1 {
  input = join([for i in sequence(1, 5000) => "~~~~\n</details>${i}"], "\n")
}
output word = word
S
}
program >main.styx
styx plan --markdown >out
[ "$(head -1 out)" = '<!-- styx plan -->' ]
expect 0 '&lt;/code&gt;&lt;b&gt;&amp;' '!<b>' '!^ {0,3}</details>[0-9]' 'outputs' 'word = "old"' -- cat out
[ "$(grep -c '<details>' out)" = "$(grep -c '^</details>' out)" ]
styx apply --auto-approve >/dev/null

# Only an output changes.
sed -i 's/^output word = word/output word = "new"/' main.styx
expect 0 '1 output to change' 'word: "old" -> "new"' -- styx plan --markdown

# What goes comes first and is not folded, however much is created.
sed 's/sequence(1, 20)/sequence(1, 6000)/' main.styx >many && mv many main.styx
styx plan --markdown -p n=2 >out
[ "$(wc -c <out)" -le 65536 ]
expect 0 'plan: 5980 to create, 1 to destroy' '^\*\*destroy\*\* <code>s' '[0-9] more steps do not fit' -- cat out
