# Completion scripts load in their shells, and offer what there is.
styx completion bash >script
styx completion zsh >_styx
styx completion fish >styx.fish
cat >main.styx <<'S'
resource card: local.file for who in ["ada l", "bob"] {
  path    = "${who}.txt"
  content = who
}
S
styx apply --auto-approve

# in_bash WORD...: what is offered for the last word.
in_bash() {
	bash -c '. ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _styx
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}
in_fish() { fish -N -c "source styx.fish; complete -C '$1'"; }
expect 0 '^plan$' '!apply' -- in_bash styx pla
expect 0 '^--auto-approve$' -- in_bash styx apply --a
expect 0 '^list$' '^mv$' -- in_bash styx state ''
expect 0 '^card\\\[\\"ada\\ l\\"\\\]$' '^card' -- in_bash styx state show ''
expect 0 '^card' '!--' -- in_bash styx plan -t ''
expect 0 '^always$' '!never|auto' -- in_bash styx plan --color = al
expect 0 '^sarif$' -- in_bash styx validate --format ''
expect 0 '^local.file$' '!Functions' -- in_bash styx doc ''
expect 0 '^tokens$' -- in_bash styx dump ''
expect 0 '!.' -- in_bash styx dump tree '' # file names, by bash itself
expect 0 '!.' -- in_bash styx plan ''
expect 0 '^fish$' -- in_bash styx completion ''
expect 0 '^apply$' -- in_bash styx help ''

expect 0 'compdef styx' 'state' 'auto-approve' -- styx completion zsh
expect 0 'complete -c styx' 'auto-approve' -- styx completion fish
if command -v zsh; then zsh -n _styx; fi
if command -v fish; then
	fish -n styx.fish
	expect 0 '^plan' '!main.styx' -- in_fish 'styx '
	expect 0 '^list' '!^show .*an object' '!main.styx' -- in_fish 'styx state '
	expect 0 'card\[' '!^list' -- in_fish 'styx state show '
	expect 0 '^always' -- in_fish 'styx plan --color '
	expect 0 'JSON$' '!\\' -- in_fish 'styx plan --js'
	expect 0 '^main.styx' -- in_fish 'styx plan '
fi
expect 1 'bash, zsh and fish' -- styx completion csh
