# shellcheck shell=bash disable=SC2034,SC2154
# What lasts, and what is taken back: policies of the socket outlive the agent, a change on trial does not outlive its time.

again() {
	kill -KILL "$AGENT"
	{ wait "$AGENT"; } 2>/dev/null
	start_agent
}

rules lasting <<YAML
- {name: it, read: [$D/secret]}
YAML
load "$FILE"
bulwark mode lasting audit >/dev/null
again
allowed 'a mode that was switched lasts' "$BIN/probe" open r "$D/secret"
expect 'and so does the policy' grep -q '^lasting  *audit' <(bulwark list)
bulwark mode lasting enforce >/dev/null
again
refused 'it is in force with the next agent' "$BIN/probe" open r "$D/secret"
unload --all
again
allowed 'what was unloaded is not' "$BIN/probe" open r "$D/secret"

# --- on trial ------------------------------------------------------------------------------------------------------

expect 'a load on trial' bulwark load --try 6s "$FILE"
refused 'is in force' "$BIN/probe" open r "$D/secret"
bulwark unload --all >"$WORK/out" 2>"$WORK/err"
same 'nothing else is changed meanwhile' 1 "$?"
expect 'and it is said how to go on' grep -q 'bulwark confirm' "$WORK/err"
expect 'status tells' grep -q 'taken back in' <(bulwark status)
sleep 7
allowed 'nobody confirmed: it is taken back' "$BIN/probe" open r "$D/secret"
bulwark confirm >"$WORK/out" 2>&1
same 'too late' 1 "$?"

expect 'once more' bulwark load --try 6s "$FILE"
expect 'confirmed' bulwark confirm
sleep 7
refused 'it stays' "$BIN/probe" open r "$D/secret"
expect 'a mode on trial' bulwark mode --try 60s lasting audit
allowed 'audits' "$BIN/probe" open r "$D/secret"
expect 'undone at once' bulwark confirm --undo
refused 'enforces again' "$BIN/probe" open r "$D/secret"

unload --all
expect 'a trial, and the agent is killed' bulwark load --try 5s "$FILE"
kill -KILL "$AGENT"
{ wait "$AGENT"; } 2>/dev/null
refused 'what was on trial holds without an agent' "$BIN/probe" open r "$D/secret"
sleep 5
start_agent
allowed 'the next agent takes it back' "$BIN/probe" open r "$D/secret"
begun() { grep -c "\"type\":\"trial\",\"state\":\"$1\"" "$LOG"; }
same 'events: begun' 4 "$(begun begun)"
same 'events: confirmed' 1 "$(begun confirmed)"
same 'events: taken back' 3 "$(begun 'taken back')"

# --- nobody is locked out ------------------------------------------------------------------------------------------

# out NAME SUBJECT RULE: a policy that would.
out() {
	policy "$1" <<-YAML
		apiVersion: bulwark/v1
		kind: Policy
		metadata: {name: $1}
		spec:
		  mode: enforce
		  subject: $2
		  rules: [$3]
	YAML
}

# not_loaded NAME: refused, with the reason.
not_loaded() {
	bulwark load "$FILE" >"$WORK/out" 2>"$WORK/err"
	same "$1: refused" 1 "$?"
	expect "$1: with the reason" grep -q '\[lockout\]' "$WORK/err"
}

daemon=$(command -v "$BULWARKD") cli=$(command -v bulwark)
out start '{user: 0}' "{name: it, exec: [$daemon], action: kill}"
not_loaded 'the start of the agent'
out cli '{user: 0}' "{name: it, exec: [$cli]}"
not_loaded 'the command line'
out socket '{user: 0}' "{name: it, connect: ['unix:$SOCKET']}"
not_loaded 'the socket'
out state '{user: 0}' '{name: it, write: [/var/lib/bulwark/**]}'
not_loaded 'what is kept'
out others '{user: 1000}' "{name: it, exec: [$cli]}"
load "$FILE"
same 'the control: another user has no right to it' refused \
	"$("$BIN/probe" as 1000 1000 execve "$cli" --version >/dev/null 2>&1 || echo refused)"
expect 'root has' bulwark --version
unload --all
out cli '{user: 0}' "{name: it, exec: [$cli]}"
load --mode audit "$FILE"
bulwark mode cli enforce >"$WORK/out" 2>"$WORK/err"
same 'nor by the mode' 1 "$?"
expect 'root still has it' bulwark list
unload --all
