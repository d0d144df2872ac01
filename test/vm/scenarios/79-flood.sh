# shellcheck shell=bash disable=SC2034,SC2154
# A flood of equal denials: all are refused, few are told, and those that were not are told of by their number: none is
# missing. What differs is not carried away with it.

denials=${FLOOD:-200000}
cp /vm/bin/swarm "$BIN/swarm"
cp /vm/bin/swarm "$BIN/swarm-too"
echo x >"$D/flood"
echo x >"$D/flood-too"

# count_of KEY: of the agent's own counters of events.
count_of() { bulwark status --json --timeout 60 | sed -n "s/.*\"events\":{[^}]*\"$1\":\([0-9]*\).*/\1/p"; }

# told: decisions of the policy, as events, as numbers in them, and as numbers beside them.
told() {
	awk '/"policy":"flood"/ && /"type":"decision"/ { n++; sub(/.*"suppressed":/, ""); n += $0 + 0; next }
	     /"policy":"flood"/ && /"type":"suppressed"/ { sub(/.*"count":/, ""); n += $0 + 0; next }
	     /"type":"lost"/ { sub(/.*"count":/, ""); n += $0 + 0 }
	     END { print n + 0 }' "$LOG"
}
all_told() { [ "$(told)" -ge "$1" ]; }
within_seconds() {
	local i
	for ((i = 0; i < $1 * 2; i++)); do
		"${@:2}" && return
		sleep 0.5
	done
	return 1
}

policy flood <<-YAML
	apiVersion: bulwark/v1
	kind: Policy
	metadata: {name: flood}
	spec:
	  mode: enforce
	  subject: {binary: [$BIN/swarm, $BIN/swarm-too]}
	  rules:
	    - {name: refused, read: [$D/flood]}
	    - {name: other, read: [$D/flood-too]}
YAML
expect 'the control: without a policy' "$BIN/swarm" flood 100 OK "$D/flood"
load "$FILE"
sleep 1
: >"$LOG"
declare -A before
for key in decided sent suppressed lost; do before[$key]=$(count_of "$key"); done

"$BIN/swarm" flood "$denials" EPERM "$D/flood" >"$WORK/flood" 2>&1 &
flood=$!
sleep 0.2
"$BIN/swarm" look EPERM "$D/flood-too" # amid the flood: another object
"$BIN/swarm-too" look EPERM "$D/flood" # and another program
same 'both were amid it' running "$(kill -0 "$flood" 2>/dev/null && echo running)"
wait "$flood"
same 'each is refused' "2 made, 0 not made, 0 wrong" "$(<"$WORK/flood")"
event 'another object is told' policy=flood rule=other "object.path=$D/flood-too" suppressed=0
event 'another program is told' policy=flood rule=refused "process.binary=$BIN/swarm-too" suppressed=0
within_seconds 60 all_told $((denials + 2))
same 'what is told is all of it' $((denials + 2)) "$(told)"
events=$(grep -c '"type":"decision"' "$LOG")
expect "in few events: $events" test "$events" -lt $((denials / 20))
expect 'of which there are some' test "$events" -ge 34
expect 'the last are told as a number' seen "$LOG" type=suppressed policy=flood rule=refused verdict=deny \
	operation=read process.comm=swarm
for key in decided sent suppressed lost; do before[$key]=$(($(count_of "$key") - before[$key])); done
same 'decided' $((denials + 2)) "${before[decided]}"
same 'sent, suppressed and lost together' "${before[decided]}" $((before[sent] + before[suppressed] + before[lost]))
unload --all
