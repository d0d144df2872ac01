# shellcheck shell=bash disable=SC2034,SC2046,SC2154,SC2317
# What an event says of who did it: all ancestors, whatever has become of them; arguments; namespaces; who logged in.

p=$BIN/probe
o=$BIN/other
tree=/run/t/family # where the members of `family` (see `before`) write down their pids, from the first to the last
touch "$D/family-secret" "$D/family-last"

rules events <<YAML
- {name: member, read: [$D/family-secret, $D/family-last]}
YAML
sed -i '/subject:/d' "$FILE" # of everybody
load --mode audit "$FILE"

# member PID KEY: what the last event of a process says of itself, as JSON; of a list all of it.
member() {
	sed -n "s/.*\"process\":{\(.*\"pid\":$1,\"tid\".*\)},\"ancestors\".*/\1/p" "$LOG" | tail -1 |
		sed -n "s/^\(.*,\)\{0,1\}\"$2\":\(\[[^]]*\]\|\"[^\"]*\"\|[0-9]*\).*/\2/p" | sed 's/^"\(.*\)"$/\1/'
}

# waited_for FILE
waited_for() {
	local i
	for ((i = 0; i < 600; i++)); do
		[ ! -e "$1" ] || return 0
		sleep 0.1
	done
	not_ok "$1 comes"
}

# of_family NAME MORE...: the event about family-last names each who wrote itself down, and then what MORE says.
of_family() {
	local name=$1 pids pid i n wanted=()
	shift
	waited_for "$tree.done"
	mapfile -t pids <"$tree"
	pid=${pids[-1]}
	event "$name: there is one" "process.pid=$pid" "object.path=$D/family-last"
	n=$((${#pids[@]} - 2))
	for ((i = 0; i < 16 && n >= 0; i++, n--)); do
		wanted+=("ancestors.$i.pid=${pids[n]}")
		if [ "$(readlink "/proc/${pids[n]}/exe")" = "$p" ] || [ -z "$(member "${pids[n]}" exec_id)" ]; then
			wanted+=("ancestors.$i.binary=$p" "ancestors.$i.args.0=$p" "ancestors.$i.args.1=thread" "ancestors.$i.start=@any")
		else
			wanted+=("ancestors.$i.exec_id=$(member "${pids[n]}" exec_id)" "ancestors.$i.start=$(member "${pids[n]}" start)"
				"ancestors.$i.args=$(member "${pids[n]}" args)" "ancestors.$i.binary=/usr/bin/bash" "ancestors.$i.uid=0")
		fi
	done
	event "$name: all of them" "process.pid=$pid" "object.path=$D/family-last" "${wanted[@]}" "$@"
}

# family STEP...: all of them are over, or wait for nobody, when it returns.
family() {
	rm -f "$tree" "$tree.done"
	touch "$tree.go-last"
	/bin/bash "$BIN/family" "$@" &
	FIRST=$!
}

# --- who started whom ------------------------------------------------------------------------------------------

family child gone twice gone place thread child last
of_family 'a child, orphans, a fork twice, another program in place, a thread' "ancestors.8.pid=$$" ancestors.9.pid=@any
family long child last
of_family 'arguments beyond what an event holds' ancestors.1.cut.0=args ancestors.2.cut=@absent "ancestors.3.pid=$$"
same 'which are cut at 4 KiB' 4096 "$(($(member "$(sed -n 2p "$tree")" args | tr -d '[]"' | sed 's/,/ /g' | wc -c) - 1))"
family child gone child gone child gone child gone child gone child gone child gone child gone child gone child last
of_family 'more than 16' ancestors.15.pid=@any ancestors.16=@absent

# --- older than the agent --------------------------------------------------------------------------------------

rm -f "$tree" "$tree.done"
touch "$tree.go"
waited_for "$tree"
touch "$tree.go-on"
of_family 'older than the agent' "ancestors.1.pid=${OLDER[family]}" "ancestors.2.pid=$$" ancestors.3.pid=@any

# --- overwritten -----------------------------------------------------------------------------------------------

rm -f "$tree.go-last"
rm -f "$tree" "$tree.done"
/bin/bash "$BIN/family" gone child last &
until [ "$(wc -l <"$tree" 2>/dev/null)" = 3 ]; do sleep 0.1; done
sleep 0.5
allowed 'many families' "$p" family 4200 open r "$D/family-secret"
touch "$tree.held" "$tree.go-last" # what /proc tells of those who live, it tells when the event is read
waited_for "$tree.done"
mapfile -t pids <"$tree"
event 'overwritten: who lives is named, and above it its parent of now' "process.pid=${pids[2]}" "object.path=$D/family-last" \
	"ancestors.0.pid=${pids[1]}" "ancestors.0.exec_id=$(member "${pids[1]}" exec_id)" "ancestors.0.args=$(member "${pids[1]}" args)" \
	ancestors.0.binary=/usr/bin/bash ancestors.1.pid=@any
touch "$tree.let-go"

# --- arguments -------------------------------------------------------------------------------------------------

# letters N
letters() { head -c "$1" /dev/zero | tr '\0' a; }
words=("$p" open r "$D/family-last")
room=$((4096 - $(printf '%s ' "${words[@]}" | wc -c)))
attempt "${words[@]}" "$(letters $((room - 1)))"
event 'arguments of 4096 bytes are whole' "process.pid=$PID" "process.args.4=$(letters $((room - 1)))" process.cut=@absent
attempt "${words[@]}" "$(letters "$room")"
event 'a byte more, and they are cut' "process.pid=$PID" "process.args.4=$(letters "$room")" process.cut.0=args
unload --all

policy events-exec <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: events-exec}
spec:
  mode: enforce
  rules:
    - {name: attempt, subject: {binary: [$p]}, exec: [$o]}
YAML
load "$FILE"
room=$((4096 - ${#o} - 1))
attempt "$p" execve "$o" "$(letters $((room - 1)))"
event 'the attempt: 4096 bytes are whole' "process.pid=$PID" "object.args.1=$(letters $((room - 1)))" object.cut=@absent
attempt "$p" execve "$o" "$(letters "$room")"
event 'the attempt: a byte more, and it is cut' "process.pid=$PID" "object.args.1=$(letters "$room")" object.cut.0=args
attempt "$p" execve "$o" x "$(letters 9000)" y
event 'the attempt: much more' "process.pid=$PID" object.args.1=x "object.args.2=$(letters $((room - 2)))" object.args.3=@absent \
	object.cut.0=args
unload --all

# --- the process -----------------------------------------------------------------------------------------------

load --mode audit "$POLICIES/events.yaml"
# spaces PID: what /proc says of its namespaces, as fields.
spaces() {
	local n
	for n in cgroup ipc mnt net pid time user uts; do
		[ ! -e "/proc/$1/ns/$n" ] || readlink "/proc/$1/ns/$n" | sed "s/\([a-z]*\):\[\([0-9]*\)\]/process.namespaces.\1=\2/"
	done
}
rm -f /run/t/spaces
/bin/bash -c ": <$D/family-secret; touch /run/t/spaces; exec sleep 60" &
one=$!
waited_for /run/t/spaces
mapfile -t fields < <(spaces "$one")
same 'namespaces: there are eight' 8 "${#fields[@]}"
event 'namespaces of the node' "process.pid=$one" "${fields[@]}" process.loginuid=@absent process.login_user=@absent
kill "$one"
rm -f /run/t/spaces
unshare --cgroup --ipc --mount --net --uts --user --map-root-user --pid --fork \
	/bin/bash -c ": <$D/family-secret; touch /run/t/spaces; exec sleep 60" &
waited_for /run/t/spaces
one=$(ps -o pid= --ppid $! 2>/dev/null || cat "/proc/$!/task/$!/children")
one=$((one))
mapfile -t fields < <(spaces "$one")
event 'namespaces of its own' "process.pid=$one" "${fields[@]}"
kill -9 "$one"

/bin/bash -c "echo 1000 >/proc/self/loginuid; : <$D/family-secret" &
one=$!
wait "$one"
event 'who logged in' "process.pid=$one" process.uid=0 process.loginuid=1000 process.login_user=tester
unload --all

# --- what is lost ----------------------------------------------------------------------------------------------

# Of cgroups the agent is told through the ring too, which takes some 1,900 of these.
kill -STOP "$AGENT"
mkdir /sys/fs/cgroup/t-flood
(cd /sys/fs/cgroup/t-flood && mkdir $(seq 2500))
kill -CONT "$AGENT"
told_of_lost() {
	local i
	for ((i = 0; i < 15; i++)); do # it has all the others to look at first
		! seen "$LOG" type=lost where=ring count=@any || return 0
	done
	bulwark status
	return 1
}
expect 'word of cgroups is lost, and that is told' told_of_lost
(cd /sys/fs/cgroup/t-flood && rmdir $(seq 2500))
rmdir /sys/fs/cgroup/t-flood
# The next scenario finds an agent that has looked at all of it.
for ((i = 0; i < 300; i++)); do
	bulwark status --timeout 60 --json | grep -qE '"cgroups":[0-9]{1,3},' && break
	sleep 0.2
done
