# Completion scripts load in their shells, and offer what there is.
styx completion bash >script
expect 0 '^plan$' -- bash -c '. ./script; COMP_WORDS=(styx pla); COMP_CWORD=1; _styx; printf "%s\n" "${COMPREPLY[@]}"'
expect 0 '^--auto-approve$' -- bash -c '. ./script; COMP_WORDS=(styx apply --a); COMP_CWORD=2; _styx; printf "%s\n" "${COMPREPLY[@]}"'
expect 0 '^list$' '^mv$' -- bash -c '. ./script; COMP_WORDS=(styx state ""); COMP_CWORD=2; _styx; printf "%s\n" "${COMPREPLY[@]}"'
expect 0 'compdef styx' 'state' 'auto-approve' -- styx completion zsh
expect 0 'complete -c styx' 'auto-approve' -- styx completion fish
if command -v zsh; then styx completion zsh >_styx && zsh -n _styx; fi
if command -v fish; then styx completion fish >c.fish && fish -n c.fish; fi
expect 1 'bash, zsh and fish' -- styx completion csh
