# A state that may not be looked at is not taken for none.
dir=$(mktemp -d)
trap 'chmod -R u+rwx "$dir"; rm -rf "$dir"' EXIT
cp "$(realpath "$(command -v styx)")" "$dir/styx"
printf 'resource a: local.file {\n  path = "a.txt"\n  content = "a"\n}\n' >"$dir/main.styx"
expect 0 -- styx apply --auto-approve "$dir"
if [ "$(id -u)" = 0 ]; then # the state is of another user
	chmod 755 "$dir"
	expect 1 'E1101' '!to create' -- setpriv --reuid 65534 --clear-groups "$dir/styx" plan "$dir"
else
	chmod 0 "$dir/.styx"
	expect 1 'E1101' '!to create' -- styx plan "$dir"
fi
