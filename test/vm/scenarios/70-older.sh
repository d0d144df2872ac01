# shellcheck shell=bash disable=SC2034,SC2154
# Processes that were there before the agent (started by `before`) are judged as any other.

policy older <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: older}
spec:
  mode: enforce
  rules:
    - {name: program, subject: {binary: [$BIN/probe, $BIN/removed]}, read: [$D/older-secret]}
    - {name: user, subject: {user: [1000]}, read: [$D/older-secret]}
YAML
load "$FILE"
rm -f "$BIN/removed"
touch /run/t/older/go "$D/go"

# became NAME EXPECTED PROGRAM
became() {
	local word rest
	wait "${OLDER[$1]}" 2>/dev/null
	read -r word rest <"/run/t/older/$1"
	same "older than the agent: $1" "$2" "$word"
	[ "$2" != EPERM ] || event "older than the agent: $1, its event" policy=older "process.pid=$rest" \
		"process.binary=$3" "object.path=$D/older-secret"
}

became probe EPERM "$BIN/probe"
became other OK
became user EPERM "$BIN/other"
became child EPERM "$BIN/probe"
became thread EPERM "$BIN/probe"
became becomes EPERM "$BIN/probe"
became leaves OK
became chrooted EPERM "$BIN/probe"
# The file is gone, the name is what /proc says it was: the rule named it, and it stays what it is.
became removed EPERM @any
unload --all
