# shellcheck shell=bash disable=SC2034,SC2154
# What is wrong is refused with one clear line and the right status, and changes nothing.

bad=$WORK/bad
mkdir -p "$bad"

head_of() { printf 'apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: bad}\nspec:\n'; }

in_force() { bulwark list --json; }

# says NAME STATUS PATTERN COMMAND...: this status, nothing on standard output, one error on standard error.
says() {
	local name=$1 wanted=$2 pattern=$3 status errors
	shift 3
	"$@" >"$WORK/out" 2>"$WORK/err"
	status=$?
	errors=$(grep -c 'error: ' "$WORK/err")
	if [ "$status" -eq "$wanted" ] && [ ! -s "$WORK/out" ] && grep -qE -- "$pattern" "$WORK/err" &&
		[ "$errors" -le 1 ]; then
		ok "$name"
	else
		not_ok "$name" "status $status, not $wanted; pattern $pattern" "$(cat "$WORK/out" "$WORK/err")"
	fi
	same "$name: nothing has changed" "$BEFORE" "$(in_force)"
}

# refuses NAME PATTERN: the policy on standard input is not loaded.
refuses() {
	cat >"$bad/policy.yaml"
	says "$1" 1 "^$bad/policy.yaml:[0-9]+:[0-9]+: error: .*$2" bulwark load "$bad/policy.yaml"
}

rules stays <<YAML
- {name: it, read: [$D/secret]}
YAML
load "$FILE"
BEFORE=$(in_force)

refuses 'an unknown key' "unknown key 'reed'" <<<"$(head_of; echo '  rules: [{reed: [/x]}]')"
refuses 'an unknown action' 'refuse' <<<"$(head_of; echo '  rules: [{read: [/x], action: refuse}]')"
refuses 'a wrong type' '' <<<"$(head_of; echo '  rules: {read: [/x]}')"
refuses 'a relative pattern' '' <<<"$(head_of; echo '  rules: [{read: [x]}]')"
refuses 'two operations' '' <<<"$(head_of; echo '  rules: [{read: [/x], write: [/x]}]')"
refuses 'a class without an end' '' <<<"$(head_of; echo '  rules: [{read: ["/x[a"]}]')"
refuses 'a port that is none' '' <<<"$(head_of; echo '  rules: [{connect: ["10.0.0.0/8:70000"]}]')"
refuses 'a prefix that is none' '' <<<"$(head_of; echo '  rules: [{connect: ["10.0.0.0/33"]}]')"
refuses 'an unknown user' 'no-such-user' <<<"$(head_of; echo '  rules: [{subject: {user: [no-such-user]}, read: [/x]}]')"
refuses 'a range the wrong way round' '' <<<"$(head_of; echo '  rules: [{subject: {user: ["9-1"]}, read: [/x]}]')"
refuses 'a component of 256 bytes' '' <<<"$(head_of; printf '  rules: [{read: ["/%0256d"]}]\n' 0)"
refuses 'a rollout above 100' '' <<<"$(head_of; echo '  rollout: 101'; echo '  rules: [{read: [/x]}]')"
refuses 'an unknown capability' '' <<<"$(head_of; echo '  rules: [{except: {capability: sys_admin}, read: [/x]}]')"
refuses 'a selector with an unknown key' '' <<<"$(head_of; echo '  rules: [{subject: {containers: true}, read: [/x]}]')"
refuses 'an unknown version' '' <<<'{apiVersion: bulwark/v9, kind: Policy, metadata: {name: bad}, spec: {rules: [{read: [/x]}]}}'
refuses 'no YAML' '' <<<'{apiVersion: [bulwark'
refuses 'a test of policies' '' <<<'{apiVersion: bulwark/v1, kind: PolicyTest, policies: [], cases: []}'
head -c 90 "$FILE" >"$bad/policy.yaml"
says 'a truncated file' 1 'error: ' bulwark load "$bad/policy.yaml"
: >"$bad/policy.yaml"
says 'an empty file' 1 'error: ' bulwark load "$bad/policy.yaml"
head -c 5000 /vm/bin/probe >"$bad/policy.yaml"
says 'no text at all' 1 'error: ' bulwark load "$bad/policy.yaml"
says 'no such file' 1 "$bad/none.yaml" bulwark load "$bad/none.yaml"
mkdir -p "$bad/empty"
says 'a folder without policies' 1 "$bad/empty" bulwark load "$bad/empty"
cp "$FILE" "$bad/secret.yaml"
chmod 600 "$bad/secret.yaml"
chmod 755 /run/t "$WORK" "$bad"
says 'an unreadable file' 1 'Permission denied' \
	setpriv --reuid 1000 --regid 1000 --clear-groups bulwark load "$bad/secret.yaml"
head_of >"$bad/good.yaml"
echo '  rules: [{read: [/x]}]' >>"$bad/good.yaml"
echo '{' >"$bad/policy.yaml"
says 'a good one and a bad one: none is loaded' 1 'error: ' bulwark load "$bad/good.yaml" "$bad/policy.yaml"

says 'unload of what is not there' 1 'nothing' bulwark unload nothing
says 'unload of one that is and one that is not' 1 'nothing' bulwark unload stays nothing
says 'mode of what is not there' 1 'nothing' bulwark mode nothing audit
says 'show of what is not there' 1 'nothing' bulwark show nothing
says 'a mode that is none' 2 'sometimes' bulwark mode stays sometimes
says 'no such command' 2 'frobnicate' bulwark frobnicate
says 'no such option' 2 'frobnicate' bulwark list --frobnicate
says 'load of nothing' 2 'FILE' bulwark load
says 'no socket there' 3 "$WORK/none.sock" bulwark list --socket "$WORK/none.sock"
says 'a user without rights' 3 '' setpriv --reuid 1000 --regid 1000 --clear-groups bulwark list
says 'a reader changes nothing' 3 '' setpriv --reuid 1000 --regid 2000 --clear-groups bulwark mode stays audit
says 'a reader unloads nothing' 3 '' setpriv --reuid 1000 --regid 2000 --clear-groups bulwark unload stays
says 'a reader stops nothing' 3 '' setpriv --reuid 1000 --regid 2000 --clear-groups bulwark stop
same 'a reader reads' "$BEFORE" "$(setpriv --reuid 1000 --regid 2000 --clear-groups bulwark list --json)"
refused 'the policy still holds' "$BIN/probe" open r "$D/secret"
expect 'the agent is healthy' bulwark status
unload --all
