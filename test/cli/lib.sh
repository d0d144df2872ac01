# What the tests of the command line share. A test is called with the program and, where it was built, the agent's
# double; it speaks TAP-like lines and exits with 1 if one of its checks failed, 77 if it cannot run.
# shellcheck shell=bash disable=SC2034

set -u
BULWARK=$1
FAKE=${2:-}
FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/bulwark-cli.XXXXXX")
SOCKET=$FOLDER/control.sock
FAILED=0
AGENT=

unset NO_COLOR
export TZ=UTC LC_ALL=C

# Ends the agent that this test started, whatever became of the test.
clean_up()
{
	[ -z "$AGENT" ] || kill "$AGENT" 2>/dev/null
	rm -rf "$FOLDER"
}
trap clean_up EXIT

# Runs the program; STATUS, OUT and ERR are what came of it.
run()
{
	"$BULWARK" "$@" >"$FOLDER/out" 2>"$FOLDER/err" </dev/null
	STATUS=$?
	OUT=$(cat "$FOLDER/out")
	ERR=$(cat "$FOLDER/err")
}

# The same with the double's socket.
ask()
{
	local command=$1

	shift
	run "$command" --socket "$SOCKET" "$@"
}

report()
{
	printf '%s - %s\n' "$1" "$2"
	[ "$1" = ok ] && return
	FAILED=1
	printf '# status %s\n' "$STATUS"
	sed 's/^/# out: /' "$FOLDER/out"
	sed 's/^/# err: /' "$FOLDER/err"
}

# is NAME STATUS [OUT-PATTERN [ERR-PATTERN]]: patterns of bash over the whole text.
is()
{
	local verdict=ok

	[ "$STATUS" -eq "$2" ] || verdict='not ok'
	# shellcheck disable=SC2053
	[[ $# -lt 3 || $OUT == $3 ]] || verdict='not ok'
	# shellcheck disable=SC2053
	[[ $# -lt 4 || $ERR == $4 ]] || verdict='not ok'
	report "$verdict" "$1"
}

# same NAME EXPECTED FOUND
same()
{
	[ "$2" = "$3" ] && report ok "$1" && return
	report 'not ok' "$1"
	printf '# expected: %s\n# found:    %s\n' "$2" "$3"
}

# Until the command is true, at most 5 seconds; its status.
wait_until()
{
	local i

	for i in {1..100}; do
		"$@" && return 0
		sleep 0.05
	done
	return 1
}

# Starts the double on $SOCKET with the options given, if any; AGENT is its process.
# shellcheck disable=SC2120
start_agent()
{
	mkdir -p "$FOLDER/policy.d"
	echo "state_dir: $FOLDER/state" >"$FOLDER/bulwark.yaml"
	"$FAKE" --config "$FOLDER/bulwark.yaml" --policy-dir "$FOLDER/policy.d" --socket "$SOCKET" "$@" \
		>"$FOLDER/agent.log" 2>&1 &
	AGENT=$!
	wait_until test -S "$SOCKET" && return
	echo 'not ok - the double does not start'
	sed 's/^/# /' "$FOLDER/agent.log"
	exit 1
}

skip()
{
	printf '1..0 # skip %s\n' "$1"
	exit 77
}

finish()
{
	exit "$FAILED"
}

# policy NAME [MODE [RULES]]: a valid policy on standard output.
policy()
{
	cat <<-EOT
	apiVersion: bulwark/v1
	kind: Policy
	metadata: {name: $1}
	spec:
	  mode: ${2:-audit}
	  rules: ${3:-[{name: no-shell, exec: [/bin/sh]\}]}
	EOT
}
