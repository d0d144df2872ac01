# shellcheck shell=bash disable=SC2034,SC2154
# What somebody can do who has taken the agent over: what is tried succeeds as root and fails after the agent's own
# confinement. Then the agent that runs, and the scout beside it.

while read -r verdict dash what; do
	case $verdict in
	ok) ok "$what" ;;
	not) not_ok "${what#- }" ;;
	'#') echo "# $dash $what" ;;
	esac
done < <(confined --all)

# of_process PID FIELD: of /proc/PID/status.
of_process() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }

same 'the agent has a filter' 2 "$(of_process "$AGENT" Seccomp)"
same 'and wins no privileges' 1 "$(of_process "$AGENT" NoNewPrivs)"
read -r scout _ <"/proc/$AGENT/task/$AGENT/children"
same 'the scout' bulwark-scout "$(of_process "$scout" Name)"
printf -v looks '%016x' $((1 << 2 | 1 << 19)) # dac_read_search, sys_ptrace
same 'the scout looks at processes' "$looks" "$(of_process "$scout" CapEff)"
same 'and cannot win more' "$looks" "$(of_process "$scout" CapBnd)"
same 'the scout has a filter' 2 "$(of_process "$scout" Seccomp)"
same 'and holds nothing of the agent' 1 "$(find "/proc/$scout/fd" -mindepth 1 | wc -l)"

bulwark status --json >"$WORK/status"
if grep -q '"confined":{"capabilities":true,"files":[1-9][0-9]*,"calls":true}' "$WORK/status"; then
	ok 'status tells'
else
	not_ok 'status tells' "$(grep -o '"confined":{[^}]*}' "$WORK/status")"
fi
bulwark doctor >"$WORK/doctor" 2>&1
for feature in landlock seccomp; do
	if grep -q "ok *$feature " "$WORK/doctor"; then
		ok "doctor: $feature"
	else
		not_ok "doctor: $feature" "$(grep "$feature" "$WORK/doctor")"
	fi
done

# Without its scout the agent goes on, and says so.
kill -KILL "$scout"
for _ in {1..50}; do
	[ -e "/proc/$scout/root" ] || break
	sleep 0.1
done
bulwark status >"$WORK/status"
same 'a lost scout: not healthy' 1 $?
if grep -q 'looks at others' "$WORK/status"; then ok 'and why'; else not_ok 'and why' "$(<"$WORK/status")"; fi
rules without-scout <<YAML
- {name: it, read: [$D/secret]}
YAML
in_mode enforce refused 'policies hold' "$BIN/probe" open r "$D/secret"
kill -TERM "$AGENT"
wait "$AGENT"
start_agent
expect 'the next agent has one' bulwark status
