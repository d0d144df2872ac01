# shellcheck shell=bash disable=SC2034,SC2154
# Several policies at once, modes, rollout, and what a change of identity changes.

p=$BIN/probe
file=$D/several
echo text >"$file"

# simple NAME ACTION [MORE-OF-THE-RULE [MODE [SPEC-LINE]]]
simple() {
	cat >"$POLICIES/$1.yaml" <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: $1, tags: {of: $1}}
spec:
  mode: ${4:-enforce}
${5:+  $5}
  rules:
    - {name: it, read: [$file], action: $2${3:+, $3}}
YAML
}
loads() { load "$POLICIES/$1.yaml" "${@:2}"; }

# --- the strictest stands ------------------------------------------------------------

simple s-audit audit
simple s-deny deny
simple s-kill kill "subject: {user: [1000]}"
simple s-allow allow '' enforce 'default: {read: deny}'
simple s-dry kill '' audit
sed -i "s|^  default: .*|&\n  subject: {binary: [$BIN/probe]}|; s|read: \[$file\]|read: [$file, $BIN/]|" \
	"$POLICIES/s-allow.yaml"

allowed 'nothing loaded' "$p" open r "$file"
loads s-audit
allowed 'audit alone' "$p" open r "$file"
event 'audit alone: event' policy=s-audit verdict=audit enforced=false "process.pid=$PID" tags.of=s-audit
loads s-deny
refused 'audit and deny' "$p" open r "$file"
event 'audit and deny: of the one' policy=s-audit verdict=audit "process.pid=$PID" tags.of=s-audit
event 'audit and deny: of the other' policy=s-deny verdict=deny enforced=true "process.pid=$PID" tags.of=s-deny
loads s-allow
refused 'an allow elsewhere lifts nothing' "$p" open r "$file"
loads s-kill
refused 'deny, kill for another user' "$p" open r "$file"
killed 'deny and kill' "$p" as 1000 1000 open r "$file"
event 'deny and kill: the kill' policy=s-kill verdict=kill enforced=true "process.pid=$PID" process.uid=1000
event 'deny and kill: the deny' policy=s-deny verdict=deny "process.pid=$PID"
loads s-dry
refused 'a kill of a policy in audit mode changes nothing' "$p" open r "$file"
event 'the dry kill is reported' policy=s-dry mode=audit verdict=kill enforced=false "process.pid=$PID"
unload s-deny s-kill
allowed 'without deny and kill' "$p" open r "$file"
refused 'the allow-list still stands' "$p" open r "$BIN/../data"
unload s-allow s-audit s-dry

# --- modes -----------------------------------------------------------------------------

mode_is() {
	expect "mode $2" bulwark mode "$1" "$2"
}
loads s-deny
refused 'enforce' "$p" open r "$file"
mode_is s-deny audit
allowed 'switched to audit' "$p" open r "$file"
event 'switched to audit: event' policy=s-deny mode=audit verdict=deny enforced=false "process.pid=$PID"
mode_is s-deny enforce
refused 'switched back' "$p" open r "$file"
event 'switched back: event' policy=s-deny mode=enforce verdict=deny enforced=true "process.pid=$PID"
# The mode of one policy is not that of another, nor does a load of another bring back what the text says.
mode_is s-deny audit
loads s-audit
allowed 'a load of another policy keeps the mode' "$p" open r "$file"
loads s-deny
refused 'a load of the policy itself takes its text' "$p" open r "$file"
unload --all

# --- rollout ----------------------------------------------------------------------------

simple s-none deny '' enforce 'rollout: 0'
simple s-full deny '' enforce 'rollout: 100'
loads s-none
allowed 'rollout 0' "$p" open r "$file"
event 'rollout 0: reported' policy=s-none mode=audit verdict=deny enforced=false "process.pid=$PID"
loads s-full
refused 'rollout 100' "$p" open r "$file"
unload s-full
allowed 'rollout 0 again' "$p" open r "$file"
unload --all

# --- who it is as of the operation --------------------------------------------------------

simple s-user deny 'subject: {user: [1000]}'
simple s-group deny 'subject: {group: [3000]}'
cp "$BIN/probe" "$BIN/setuid"
chown 1000 "$BIN/setuid"
chmod u+s "$BIN/setuid"
loads s-user
loads s-group
allowed 'root' "$p" open r "$file"
refused 'after setuid' "$p" as 1000 1000 open r "$file"
event 'after setuid: event' policy=s-user "process.pid=$PID" process.uid=1000 process.euid=1000 process.gid=1000
refused 'after seteuid' "$p" euid 1000 open r "$file"
event 'after seteuid: event' policy=s-user "process.pid=$PID" process.uid=0 process.euid=1000
allowed 'back from seteuid' "$p" euid 1000 euid 0 open r "$file"
refused 'by a set-user-id program' "$BIN/setuid" open r "$file"
refused 'a child after setuid' "$p" as 1000 1000 fork open r "$file"
refused 'a thread after setuid' "$p" as 1000 1000 thread open r "$file"
refused 'another program after setuid' "$p" as 1000 1000 exec "$BIN/other" open r "$file"
refused 'effective group' "$p" as 0 3000 open r "$file"
allowed 'another group' "$p" as 0 3001 open r "$file"
unload --all
rm -f "$BIN/setuid"

# --- counters of the list ------------------------------------------------------------------

loads s-deny
for _ in 1 2 3; do attempt "$p" open r "$file"; done
counted=$(bulwark list --json | grep -o '"hits":[0-9]*,"denials":[0-9]*')
same 'list counts hits and denials' '"hits":3,"denials":3' "$counted"
unload --all
