# The first page, the pages of commands, near misses.
expect 0 'usage: styx COMMAND' 'plan .*show what would change' 'resource hello: local.file' -- styx
expect 0 'usage: styx COMMAND' -- styx --help
expect 0 'usage: styx COMMAND' -- styx help
for c in plan apply destroy drift show output graph validate fmt doc explain dump completion version; do
	expect 0 "usage: styx $c" 'options:' '--help' -- styx "$c" --help
	expect 0 "usage: styx $c" -- styx help "$c"
done
expect 0 'usage: styx state list' -- styx state list --help
expect 0 'list the recorded objects' 'forget objects' -- styx state
expect 1 'E1007' 'no command `paln`' 'did you mean `styx plan`' -- styx paln
expect 1 'no option `--auto-aprove`' 'did you mean `--auto-approve`' -- styx apply --auto-aprove
expect 1 'no command `state lst`' 'styx state list' -- styx state lst
expect 1 'needs a value' -- styx plan --out
expect 1 'needs a value' 'is empty' -- styx plan --out=
expect 1 'needs a value' 'is empty' -- styx plan --target ''
expect 1 'E1007' 'is empty' 'not set' -- styx destroy --auto-approve ''
expect 1 'takes no arguments' -- styx version extra
expect 1 'exclude each other' -- styx plan --json --markdown
expect 1 'the command comes first' 'styx COMMAND --color' -- styx --color never plan
expect 1 'bash, zsh or fish' -- styx completion
expect 1 'styx doc --functions' -- styx doc nosuchthing
expect 1 '^{"code":"E1007"' -- sh -c 'styx validate --format json "" 2>/dev/null'
expect 1 'takes no value' -- styx plan --json=yes
expect 1 'is true or false' -- styx plan --refresh=maybe
expect 1 'sets nothing' 'name=value' -- styx plan -p region
expect 1 'takes one argument' -- styx plan a b
echo 'resource a: std.data { input = 1 }' >main.styx
expect 1 'whole number' -- styx apply --auto-approve --parallelism many
expect 1 'auto, always or never' -- styx plan --color sometimes
expect 0 '^styx [0-9]+\.[0-9]+\.[0-9]+$' -- styx version
expect 0 '^styx [0-9]' -- styx --version
expect 0 '"version"' -- styx version --json
