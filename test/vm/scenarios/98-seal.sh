# shellcheck shell=bash disable=SC2034,SC2154,SC2317
# A node that is sealed: what enforces stays until it starts again, whatever root asks of the agent, and whichever agent
# comes next. The last of the suite, for there is no way back.

mkdir -p /run/t/sealed.d
settings() { # FILE LINE...: what differs from the configuration of the suite
	grep -v '^guard:\|^open_files:' /vm/bulwark.yaml >"$1"
	printf '%s\n' "${@:2}" >>"$1"
}
settings /run/t/seal.yaml 'open_files: keep' 'seal: true'
settings /run/t/plain.yaml 'open_files: keep'
settings /run/t/empty.yaml 'open_files: keep' 'state_dir: /run/t/nothing' 'policy_dirs: [/run/t/nothing.d]'
settings /run/t/other.yaml 'open_files: judge' 'state_dir: /run/t/nothing' 'policy_dirs: [/run/t/nothing.d]'
mkdir -p /run/t/nothing.d /run/t/nothing
chmod 700 /run/t/nothing

# begin CONFIG [FOLDER]: an agent; returns what came of it.
begin() {
	local answer='' ready
	rm -f /run/t/ready
	mkfifo /run/t/ready
	bulwarkd --config "$1" ${2:+--policy-dir "$2"} --log "$LOG" --once-ready 9 9>/run/t/ready 2>/run/t/begin.err &
	AGENT=$!
	exec {ready}</run/t/ready
	read -r answer <&"$ready"
	exec {ready}<&-
	[ "$answer" = ready ]
}
end_agent() { # by the node's first process
	echo "$AGENT" >/run/bulwark-vm/end
	kill -USR1 1
	{ wait "$AGENT"; } 2>/dev/null
}
rules held <<-YAML
	- {name: it, read: [$D/secret]}
YAML
cp "$FILE" /run/t/sealed.d/held.yaml
held() { refused "$1: the policy holds" "$BIN/probe" open r "$D/secret"; }
denied() { # NAME MESSAGE COMMAND...
	local status
	"${@:3}" >"$WORK/out" 2>&1
	status=$?
	if [ "$status" -ne 0 ] && grep -q "$2" "$WORK/out"; then ok "$1"; else not_ok "$1" "status $status" "$(<"$WORK/out")"; fi
}

[ ! "$AGENT" ] || end_agent
bulwarkd --config /run/t/plain.yaml --stop 2>/dev/null
begin /run/t/plain.yaml /run/t/sealed.d
held 'not sealed'
end_agent
begin /run/t/empty.yaml
allowed 'the control: an agent with another configuration has no policies' "$BIN/probe" open r "$D/secret"
end_agent

begin /run/t/seal.yaml /run/t/sealed.d
held 'sealed'
expect 'the status says so' grep -q '"guard":"sealed"' <(bulwark status --json)
sealed='the node is sealed'
denied 'unload' "$sealed" bulwark unload held
denied 'unload --all' "$sealed" bulwark unload --all
denied 'mode audit' "$sealed" bulwark mode held audit
sed 's/secret/other/' "$FILE" >"$WORK/weaker.yaml"
denied 'a weaker one of the name' "$sealed" bulwark load "$WORK/weaker.yaml"
denied 'the same in audit mode' "$sealed" bulwark load --mode audit "$FILE"
denied 'stop' "$sealed" bulwark stop
denied 'bulwarkd --stop' 'node is sealed' bulwarkd --config /run/t/seal.yaml --stop
mv /run/t/sealed.d/held.yaml /run/t/away.yaml
denied 'a reload without its file' "$sealed" bulwark reload
held 'all that'
mv /run/t/away.yaml /run/t/sealed.d/held.yaml
expect 'the same again is no change' bulwark load "$FILE"
rules more <<-YAML
	- {name: it, read: [$D/more]}
YAML
echo more >"$D/more"
denied 'on trial' "$sealed" bulwark load --try 10s "$FILE"
expect 'another policy comes' bulwark load "$FILE"
refused 'and holds' "$BIN/probe" open r "$D/more"
denied 'and stays' "$sealed" bulwark unload more
rules told <<-YAML
	- {name: it, read: [$D/told]}
YAML
expect 'one that only tells' bulwark load --mode audit "$FILE"
expect 'may go again' bulwark unload told

# --- the agents after it --------------------------------------------------------------------------------------------

end_agent
held 'without an agent'
denied 'bulwarkd --stop without an agent' 'sealed' bulwarkd --config /run/t/plain.yaml --stop
refused 'the pins stay' "$BIN/other" unlink /sys/fs/bpf/bulwark/current
for other in empty other plain; do
	if begin "/run/t/$other.yaml"; then not_ok "$other: an agent without the policies"; else ok "$other: an agent without the policies"; fi
	{ wait "$AGENT"; } 2>/dev/null
	expect "$other: it says why" grep -q "sealed and policy '.*' enforces" /run/t/begin.err
	held "$other"
done
cat >/run/t/sealed.d/spaces.yaml <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: spaces}
spec: {mode: enforce, rules: [{name: it, use: [userns], subject: {binary: $BIN/probe}}]}
YAML
begin /run/t/seal.yaml /run/t/sealed.d
held 'the agent that was there'
denied 'and it is sealed all the same' "$sealed" bulwark unload held
denied 'its stop' "$sealed" bulwark stop
refused 'it is guarded' "$BIN/other" kill-that "$AGENT" 9
refused 'what came later holds' "$BIN/probe" open r "$D/more"
refused 'so does what needs programs that nothing needed before' "$BIN/probe" unshare-user
