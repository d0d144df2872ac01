# shellcheck shell=bash disable=SC2034,SC2154
# Enforcement outlives its agent: killed and started again, upgraded to another version, there is no moment in which a
# file that is denied can be opened.

pins=/sys/fs/bpf/bulwark
restarts=${RESTARTS:-15}
PAUSE=0.02
echo held >"$D/lasting"
mkfifo "$WORK/never"

# hammer N: tries to open the file until there is a file `enough`, without starting a program, and leaves the processor to
# others for PAUSE seconds now and then.
hammer() {
	local tries=0 i
	while [ ! -e "$WORK/enough" ]; do
		for ((i = 0; i < 20; i++)); do
			if { read -r _ <"$D/lasting"; } 2>/dev/null; then echo "$1" >>"$WORK/opened"; fi
		done
		tries=$((tries + i))
		read -rt "$PAUSE" _ <>"$WORK/never"
	done
	echo "$tries" >"$WORK/tries.$1"
}

begin_hammering() {
	local i
	rm -f "$WORK/enough" "$WORK/tries".*
	: >"$WORK/opened"
	HAMMERS=()
	for i in 1 2 3 4; do
		hammer "$i" &
		HAMMERS+=($!)
	done
}

end_hammering() {
	touch "$WORK/enough"
	wait "${HAMMERS[@]}"
	TRIES=$(cat "$WORK/tries".* | paste -sd+ | bc 2>/dev/null || awk '{ n += $1 } END { print n }' "$WORK/tries".*)
}

generation() { readlink "$pins/current"; }

begin_hammering
sleep 1
end_hammering
expect 'the control: without a policy the loop opens it' test -s "$WORK/opened"

cat >/run/t/policy.d/held.yaml <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: held}
spec:
  mode: enforce
  rules: [{name: it, read: [$D/lasting]}]
YAML
bulwark reload >/dev/null
refused 'the policy holds' "$BIN/probe" open r "$D/lasting"
first=$(generation)

# --- killed and started again ------------------------------------------------------------------------------------

begin_hammering
killed=0
for ((i = 0; i < restarts; i++)); do
	kill -KILL "$AGENT"
	{ wait "$AGENT"; } 2>/dev/null
	"$BIN/probe" open r "$D/lasting" | grep -q OK || killed=$((killed + 1))
	start_agent
done
end_hammering
same "killed $restarts times: refused each time while there was none" "$restarts" "$killed"
same 'and never opened' '' "$(sort "$WORK/opened" | uniq -c)"
expect "in $TRIES tries" test "$TRIES" -gt 1000
same 'the programs are those of the first' "$first" "$(generation)"
expect 'healthy' bulwark status
took_over() { grep -c '"state":"took over".*"decided":[1-9]' "$LOG"; }
same 'each agent tells what was decided without one' "$restarts" "$(took_over)"

kill -KILL "$AGENT"
{ wait "$AGENT"; } 2>/dev/null
: >"$LOG"
"$BIN/other" open r "$D/lasting" >/dev/null
start_agent
event 'what was decided without an agent has its names' policy=held rule=it operation=read enforced=true \
	"process.binary=$BIN/other" "object.path=$D/lasting"

bulwarkd --config "$CONFIG" --policy-dir /run/t/policy.d --socket /run/t/second.sock 2>"$WORK/err"
same 'a second agent is refused' 1 "$?"
expect 'and told why' grep -q "Another agent has '$pins'" "$WORK/err"

# --- a container that nobody but a hook has told of ---------------------------------------------------------------

echo told >"$D/told"
cat >/run/t/policy.d/told.yaml <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: told}
spec:
  mode: enforce
  subject: {namespace: told}
  rules: [{name: it, read: [$D/told]}]
YAML
bulwark reload >/dev/null
inside=("$BIN/probe" unshare open r "$D/told")
mkdir -p "$WORK/bundle"
echo '{"annotations":{"io.kubernetes.pod.namespace":"told"}}' >"$WORK/bundle/config.json"
mkdir -p /sys/fs/cgroup/told
/bin/bash -c 'echo $$ >/sys/fs/cgroup/told/cgroup.procs && exec sleep 1000' &
first_of=$!
until_there=50
while ! grep -qx '0::/told' "/proc/$first_of/cgroup" && ((until_there--)); do sleep 0.1; done
allowed 'the control: before the hook tells it is no container' within told "${inside[@]}"
printf '{"ociVersion":"1.0.2","id":"told","status":"created","pid":%d,"bundle":"%s"}' "$first_of" "$WORK/bundle" |
	bulwark oci-hook --require
refused 'a rule about its namespace' within told "${inside[@]}"
kill -KILL "$AGENT"
{ wait "$AGENT"; } 2>/dev/null
refused 'without an agent' within told "${inside[@]}"
start_agent
refused 'and with the next one' within told "${inside[@]}"
kill "$first_of"
rm /run/t/policy.d/told.yaml
bulwark reload >/dev/null

# --- bpf(2) denied to all ------------------------------------------------------------------------------------------

cat >/run/t/policy.d/no-bpf.yaml <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: no-bpf}
spec:
  mode: enforce
  rules: [{name: any, use: [bpf]}]
YAML
bulwark reload >/dev/null
refused 'bpf(2) is denied to all' "$BIN/probe" map-create
kill -KILL "$AGENT"
{ wait "$AGENT"; } 2>/dev/null
refused 'and without an agent' "$BIN/probe" map-create
start_agent
expect 'but not to the next agent' bulwark status
refused 'bpf(2) is still denied' "$BIN/probe" map-create
rm /run/t/policy.d/no-bpf.yaml
bulwark reload >/dev/null

# --- another version -----------------------------------------------------------------------------------------------

mkdir -p "$D/kept"
echo kept >"$D/kept/file"
allowed 'the control: a file that no policy is about yet' "$BIN/probe" open r "$D/kept/file"
cat >/run/t/policy.d/kept.yaml <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: kept}
spec:
  mode: enforce
  rules: [{name: it, read: ["$D/kept/**"]}]
YAML
bulwark reload >/dev/null
mv "$D/kept/file" "$D/moved"
refused 'a file that was renamed' "$BIN/probe" open r "$D/moved"
cp -al "$pins/$first" /sys/fs/bpf/aside

begin_hammering
PAUSE=2 # to load programs takes minutes of the one processor
kill -TERM "$AGENT"
wait "$AGENT"
AGENT=
bulwarkd_next --config "$CONFIG" --policy-dir /run/t/policy.d --log "$LOG" 2>>/run/t/agent.err &
sleep 5
kill -KILL $!
{ wait $!; } 2>/dev/null
end_hammering
same 'an upgrade that was killed: never opened' '' "$(sort "$WORK/opened" | uniq -c)"
same 'the programs are those of the first' "$first $(printf '%s\n' current "$first" | sort | paste -sd' ')" \
	"$(generation) $(cd "$pins" && printf '%s\n' * | sort | paste -sd' ')"

begin_hammering
BULWARKD=bulwarkd_next
agent_of strict
end_hammering
same 'upgraded: never opened' '' "$(sort "$WORK/opened" | uniq -c)"
expect "in $TRIES tries" test "$TRIES" -gt 500
expect 'by other programs' test "$(generation)" != "$first"
whole() { same "$1" "$(printf '%s\n' current "$(generation)" | sort)" "$(cd "$pins" && printf '%s\n' * | sort)"; }
whole 'what was there before is gone'
expect 'healthy' bulwark status
event 'it reports' policy=held operation=read enforced=true "object.path=$D/lasting"
refused 'what was renamed before the upgrade' "$BIN/probe" open r "$D/moved"
last_told() { grep '"state":"took over"' "$LOG" | tail -n 1; }
expect 'it tells how much was decided without an agent' grep -q '"decided":[1-9][0-9][0-9]' <(last_told)
expect 'and that reports of it are lost' grep -q '"type":"lost".*"count":[1-9][0-9][0-9]' "$LOG"

# As if it had been killed before it removed what was in force before it, and another one while it pinned.
kill -KILL "$AGENT"
{ wait "$AGENT"; } 2>/dev/null
mv /sys/fs/bpf/aside "$pins/$first"
mkdir -p "$pins/half/links"
ln "$pins/$first/links/bw_may_open" "$pins/half/links/bw_may_open"
chmod 755 "$pins"
start_agent
whole 'what killed agents have left is gone'
same 'nobody else may look' 700 "$(stat -c %a "$pins")"
refused 'the policy holds' "$BIN/probe" open r "$D/lasting"
rm /run/t/policy.d/held.yaml /run/t/policy.d/kept.yaml
bulwark reload >/dev/null
begin_hammering
sleep 2
end_hammering
expect 'the control: out of the folder, it can be opened' test -s "$WORK/opened"
rm "$D/lasting"
