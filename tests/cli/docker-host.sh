# Addresses of a Docker Engine that lead nowhere.
echo 'resource v: docker.volume { name = "v" }' >main.styx
DOCKER_HOST=ssh://me@host.example.com
export DOCKER_HOST
expect 1 'E1301' 'cannot talk to .ssh://me@host.example.com' 'why: .*its socket' \
	'ssh -fNT -L /tmp/engine.sock:/var/run/docker.sock me@host.example.com' \
	'DOCKER_HOST=unix:///tmp/engine.sock' -- styx apply --auto-approve
DOCKER_HOST=host.example.com
expect 1 'E1301' 'unix:///path, tcp://host:port' -- styx apply --auto-approve
DOCKER_HOST=unix://$PWD/none
expect 1 'E1301' 'none' -- styx apply --auto-approve
