# shellcheck shell=bash disable=SC2034,SC2317
# What the scenarios of test/vm share. They are read by `suite`, one after another, with an agent running.
#
# A scenario writes policies, then says what they cover:
#
#	policy NAME <<YAML             a policy, in force only when asked for; `rules`: one about probe, by its rules
#	fresh() { ... }                makes what the operations need; before each of them
#	covered NAME FIELDS COMMAND    refused by the policy, with an event that has the FIELDS (KEY=VALUE, by spaces)
#	free NAME COMMAND              not touched by it, and no event
#	judge                          all of these: without the policy, in audit mode, in enforce mode
#
# COMMAND ends in `probe`, which says what became of one system call. Every `covered` must succeed without the
# policy, or it would prove nothing.

BIN=/srv/t/bin		# programs that policies name; probe is among them
D=/srv/t/data		# what they are about
POLICIES=/run/t/policies
LOG=/run/t/events.jsonl # of the agent
WORK=/run/t/work
SOCKET=/run/bulwark/control.sock

PASSED=0 FAILED=0 SKIPPED=0 MISSING=0
SCENARIO=''
POLICY='' FILE=''
TODO=''
EXPECT=()		# fields that every event of the policy has
CASES=()		# "NAME US FIELDS US KIND US COMMAND", words of the command by RS
US=$'\x1f' RS=$'\x1e'

checks() { echo $((PASSED + FAILED + MISSING)); }

ok() {
	PASSED=$((PASSED + 1))
	echo "ok $(checks) - $SCENARIO: $1${TODO:+ # TODO it does now: $TODO}"
}

not_ok() {
	if [ "$TODO" ]; then
		MISSING=$((MISSING + 1))
		echo "not ok $(checks) - $SCENARIO: $1 # TODO $TODO"
		return
	fi
	FAILED=$((FAILED + 1))
	echo "not ok $(checks) - $SCENARIO: $1"
	shift
	[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
}

skip() {
	SKIPPED=$((SKIPPED + 1))
	echo "# skip $SCENARIO: $1"
}

# todo REASON CHECK...: what the language promises and is known to be missing; does not fail the suite.
todo() {
	TODO=$1
	"${@:2}"
	TODO=''
}

# same NAME EXPECTED FOUND
same() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "expected: $2" "found:    $3"; fi
}

# within FOLDER COMMAND...: in a cgroup, which is made if it is not there.
within() {
	local folder=/sys/fs/cgroup/$1
	shift
	mkdir -p "$folder"
	# shellcheck disable=SC2016
	/bin/bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$folder" "$@"
}

# expect NAME COMMAND...: the command succeeds.
expect() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "status $?: $*" "$out"; fi
}

# --- one system call ---------------------------------------------------------

# Runs a command that ends in probe. STATUS, OUT (OK or an errno), PID (of probe).
attempt() {
	local rest
	"$@" >"$WORK/out" 2>"$WORK/err" &
	PID=$!
	{ wait "$PID"; } 2>/dev/null
	STATUS=$? OUT='' rest=''
	read -r OUT rest <"$WORK/out"
	PID=${rest:-$PID}
}

was_allowed() { [ "$STATUS" -eq 0 ] && [ "$OUT" = OK ]; }
was_refused() { [ "$STATUS" -eq 1 ] && [ "$OUT" = EPERM ]; }
# Not one instruction more: it had no time to say anything.
was_killed() { [ "$STATUS" -eq 137 ] && [ ! "$OUT" ]; }

outcome() { echo "$OUT, status $STATUS"; sed 's/^/stderr: /' "$WORK/err"; }

# judged NAME OUTCOME COMMAND...
judged() {
	local name=$1 how=$2
	shift 2
	attempt "$@"
	if "was_$how"; then ok "$name"; else not_ok "$name" "not $how: $*" "$(outcome)"; fi
}

allowed() { judged "$1" allowed "${@:2}"; }
refused() { judged "$1" refused "${@:2}"; }
killed() { judged "$1" killed "${@:2}"; }

# --- events ------------------------------------------------------------------

# event NAME KEY=VALUE...: there is one with these values, or will be within seconds.
event() {
	local name=$1 why
	shift
	if why=$(seen "$LOG" type=decision "$@"); then ok "$name"; else not_ok "$name" "wanted: $*" "$why"; fi
}

# no_event NAME KEY=VALUE...: there is none in which any of these is so.
no_event() {
	local name=$1 why
	shift
	if why=$(seen --none "$LOG" "$@"); then ok "$name"; else not_ok "$name" "$why"; fi
}

# --- policies ----------------------------------------------------------------

# named NAME: from here on it is about this policy.
named() {
	POLICY=$1 FILE=$POLICIES/$1.yaml
	CASES=() EXPECT=()
}

# policy NAME: the policy on standard input becomes $FILE.
policy() {
	named "$1"
	cat >"$FILE"
}

# rules NAME [DEFAULT]: a policy about probe, whose rules are on standard input.
rules() {
	named "$1"
	{
		printf 'apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: %s}\nspec:\n' "$1"
		printf '  mode: enforce\n  subject: {binary: [%s/probe]}\n%s  rules:\n' "$BIN" "${2:+  default: $2$'\n'}"
		sed 's/^/    /'
	} >"$FILE"
}

# With patience: the agent has one processor, and shares it with what the scenario keeps busy.
load() {
	bulwark load --timeout 60 "$@" >"$WORK/load" 2>&1 || not_ok "load $*" "$(<"$WORK/load")"
}

unload() {
	bulwark unload --timeout 60 "$@" >"$WORK/load" 2>&1 || not_ok "unload $*" "$(<"$WORK/load")"
}

# with_policy FILE COMMAND...: the command while the file's policies are in force.
with_policy() {
	local file=$1
	shift
	load "$file"
	"$@"
	unload --all
}

# in_mode audit|enforce COMMAND...: the same, with $FILE in this mode.
in_mode() {
	load --mode "$1" "$FILE"
	"${@:2}"
	unload --all
}

# --- cases -------------------------------------------------------------------

fresh() { :; }

add_case() {
	local kind=$1 name=$2 fields=$3 IFS=$RS
	shift 3
	CASES+=("$kind$US$name$US$fields$US$*")
}

covered() { add_case covered "$@"; }
free() { add_case free "$1" '' "${@:2}"; }

# split STRING SEPARATOR: the parts as PARTS, whatever bytes they have.
split() {
	local - IFS=$2
	set -f
	# shellcheck disable=SC2206
	PARTS=($1)
}

# each_case FUNCTION: with KIND, NAME, FIELDS (a list) and COMMAND (a list).
each_case() {
	local line KIND NAME FIELDS COMMAND PARTS
	for line in "${CASES[@]}"; do
		KIND=${line%%"$US"*} line=${line#*"$US"}
		NAME=${line%%"$US"*} line=${line#*"$US"}
		split "${line%%"$US"*}" ' '
		FIELDS=("${PARTS[@]}")
		split "${line#*"$US"}" "$RS"
		COMMAND=("${PARTS[@]}")
		fresh
		"$1"
	done
}

check_alone() { allowed "$NAME: without a policy" "${COMMAND[@]}"; }

wanted_verdict() {
	local field
	VERDICT=deny
	for field in "${FIELDS[@]}"; do
		[[ $field != verdict=* ]] || VERDICT=${field#*=}
	done
}

# In a mode: what became of it, then its event.
check_in() {
	local mode=$1 enforced=$2 how=$3 who VERDICT
	attempt "${COMMAND[@]}"
	if [ "$KIND" = free ]; then
		if was_allowed; then ok "$NAME: free, $mode"; else not_ok "$NAME: free, $mode" "$(outcome)"; fi
		UNTOUCHED+=("process.pid=$PID")
		return
	fi
	if ! "was_$how"; then
		not_ok "$NAME: $mode" "not $how: ${COMMAND[*]}" "$(outcome)"
		return
	fi
	wanted_verdict
	who=(process.uid=0 process.gid=0 process.euid=0 process.user=root)
	[[ " ${FIELDS[*]}" != *' process.uid='* ]] || who=()
	# Started by this shell, unless probe forked.
	[[ " ${FIELDS[*]}" == *' process.ppid='* ]] || who+=("process.ppid=$$" "ancestors.0.pid=$$")
	event "$NAME: $mode" "policy=$POLICY" "mode=$mode" "verdict=$VERDICT" "enforced=$enforced" "process.pid=$PID" \
		"process.binary=$BIN/probe" "process.args.0=$BIN/probe" process.tid=@any process.exec_id=@any \
		node=test-node id=@any suppressed=0 "${who[@]}" "${EXPECT[@]}" "${FIELDS[@]}"
}

check_audit() { check_in audit false allowed; }

check_enforce() {
	local how=refused VERDICT
	wanted_verdict
	[ "$VERDICT" != kill ] || how=killed
	check_in enforce true "$how"
}

untouched() {
	[ "${#UNTOUCHED[@]}" -eq 0 ] || no_event "no event of what is free, $1" "${UNTOUCHED[@]}"
	UNTOUCHED=()
}

judge() {
	UNTOUCHED=()
	each_case check_alone
	in_mode audit each_case check_audit
	untouched audit
	in_mode enforce each_case check_enforce
	untouched enforce
	CASES=()
	# shellcheck disable=SC2317
	fresh() { :; }
}
