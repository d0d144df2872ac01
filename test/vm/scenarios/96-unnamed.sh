# shellcheck shell=bash disable=SC2034,SC2154,SC1091
# unknown_container: deny: a container that nobody has named is refused what rules by name are about; the hook spares it
# that.
. /vm/containers.sh

agent_of strict
make_container_root
policy unnamed <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: unnamed}
spec:
  mode: enforce
  subject: {namespace: production}
  rules:
    - {name: shell, exec: [/bin/busybox]}
YAML
load "$FILE"
with_names staging registry.example/shop/web:2.1
hex d
for runtime in crun runc; do
	HOOKED=''
	bundle "$HEX" "$KUBE/$HEX" /bin/sh -c 'echo OK'
	# The agent stands still, or it may be first: it has the names of a container as soon as the runtime has written them.
	kill -STOP "$AGENT"
	at_once "$runtime" "$HEX"
	kill -CONT "$AGENT"
	if was_allowed; then not_ok "$runtime: without a hook it does not begin" "$(outcome)"; else ok "$runtime: without a hook it does not begin"; fi
	event "$runtime: and the event" policy=unnamed verdict=deny enforced=true object.path=/bin/busybox \
		"process.cgroup=$KUBE/$HEX"
	: >"$LOG"
	HOOKED=yes
	bundle "$HEX" "$KUBE/$HEX" /bin/sh -c 'echo OK'
	at_once "$runtime" "$HEX"
	if was_allowed; then ok "$runtime: with it, it does"; else not_ok "$runtime: with it, it does" "$(outcome)"; fi
done
unload --all
