# shellcheck shell=bash disable=SC2034,SC2154
# The end: SIGTERM ends the agent and not enforcement; the next agent goes on; --stop takes everything down.

rules stopped <<YAML
- {name: it, read: [$D/secret]}
YAML
cp "$FILE" /run/t/policy.d/stopped.yaml
echo '{' >/run/t/policy.d/broken.yaml
bulwark reload >/dev/null 2>&1
refused 'before SIGTERM' "$BIN/probe" open r "$D/secret"
kill -TERM "$AGENT"
wait "$AGENT"
same 'SIGTERM: the agent has ended, and told that a file is broken' 1 "$?"
refused 'after SIGTERM' "$BIN/probe" open r "$D/secret"
bulwark list >"$WORK/out" 2>"$WORK/err"
same 'nobody answers' 3 "$?"

start_agent
refused 'in force when the next one is ready' "$BIN/probe" open r "$D/secret"
bulwark status >"$WORK/out" 2>&1
same 'status tells of a broken file' 1 "$?"
expect 'and names it' grep -q broken.yaml "$WORK/out"
rm -f /run/t/policy.d/broken.yaml
for _ in {1..50}; do
	bulwark status >"$WORK/out" 2>&1 && break
	sleep 0.1
done
expect 'healthy when it is gone' bulwark status
rm -f /run/t/policy.d/stopped.yaml
for _ in {1..50}; do
	bulwark list | grep -q 'no policy' && break
	sleep 0.1
done
allowed 'a file taken out of the folder is out of force' "$BIN/probe" open r "$D/secret"

load "$FILE"
kill -KILL "$AGENT"
{ wait "$AGENT"; } 2>/dev/null
refused 'killed: what came over the socket holds too' "$BIN/probe" open r "$D/secret"
"$BULWARKD" --config "$CONFIG" --stop 2>"$WORK/err"
same 'bulwarkd --stop without an agent' 0 "$?"
allowed 'nothing is enforced' "$BIN/probe" open r "$D/secret"
same 'nothing is left' '' "$(ls /sys/fs/bpf/bulwark)"
"$BULWARKD" --config "$CONFIG" --stop 2>"$WORK/err"
same 'once more: there is nothing' 1 "$?"
expect 'and it says so' grep -q 'No agent runs, and none has left anything' "$WORK/err"
AGENT=

mkdir -p /sys/fs/bpf/bulwark/half/links
"$BULWARKD" --config "$CONFIG" --stop 2>"$WORK/err"
same 'what an agent has left half made is taken down' '0 ' "$? $(ls /sys/fs/bpf/bulwark)"
chown 1000 /sys/fs/bpf/bulwark
"$BULWARKD" --config "$CONFIG" --policy-dir /run/t/policy.d 2>"$WORK/err"
same "a folder that is somebody else's is not taken" 1 "$?"
expect 'and it says whose it is' grep -q 'belongs to user 1000' "$WORK/err"
chown 0 /sys/fs/bpf/bulwark
unshare --mount bash -c 'umount /sys/fs/bpf && exec "$@"' - "$(type -P "$BULWARKD")" --config "$CONFIG" \
	--policy-dir /run/t/policy.d 2>"$WORK/err"
same 'nor one that goes with a mount namespace' 1 "$?"
expect 'and it says so' grep -q 'the node does not have mounted' "$WORK/err"

# Who cannot log in boots with a word.
sed 's/$/ bulwark=off/' /proc/cmdline >"$WORK/cmdline"
mount --bind "$WORK/cmdline" /proc/cmdline
"$BULWARKD" --config "$CONFIG" --policy-dir /run/t/policy.d 2>"$WORK/err"
same 'bulwark=off: the agent ends well' 0 "$?"
expect 'and says why' grep -q 'Switched off by bulwark=off' "$WORK/err"
allowed 'nothing is in force' "$BIN/probe" open r "$D/secret"
umount /proc/cmdline
