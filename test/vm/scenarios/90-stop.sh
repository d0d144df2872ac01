# shellcheck shell=bash disable=SC2034,SC2154
# The end: `bulwark stop` takes enforcement down; a second agent, ended by SIGTERM, does as well.

rules stopped <<YAML
- {name: it, read: [$D/secret]}
YAML
load "$FILE"
refused 'before the stop' "$BIN/probe" open r "$D/secret"
expect 'bulwark stop' bulwark stop
wait "$AGENT"
same 'the agent has ended well' 0 "$?"
allowed 'after the stop' "$BIN/probe" open r "$D/secret"
bulwark list >"$WORK/out" 2>"$WORK/err"
same 'nobody answers' 3 "$?"
AGENT=

# With a policy in its folder it is in force as soon as it says that it is ready; a broken one is told.
cp "$FILE" /run/t/policy.d/stopped.yaml
echo '{' >/run/t/policy.d/broken.yaml
rm -f /run/t/ready
start_agent
refused 'in force when ready' "$BIN/probe" open r "$D/secret"
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
refused 'before SIGTERM' "$BIN/probe" open r "$D/secret"
kill -TERM "$AGENT"
wait "$AGENT"
same 'SIGTERM: the agent has ended well' 0 "$?"
allowed 'after SIGTERM' "$BIN/probe" open r "$D/secret"
