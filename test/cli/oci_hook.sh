#!/usr/bin/env bash
# The hook of container runtimes, fed as they do, against an agent and against none.
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2317
. "$(dirname "$0")/lib.sh"

# hook STATE [OPTION...]
hook()
{
	printf '%s' "$1" >"$FOLDER/state"
	shift
	"$BULWARK" oci-hook --socket "$SOCKET" "$@" <"$FOLDER/state" >"$FOLDER/out" 2>"$FOLDER/err"
	STATUS=$?
	OUT=$(cat "$FOLDER/out")
	ERR=$(cat "$FOLDER/err")
}

# state ID: of a container whose first process is this shell.
state()
{
	printf '{"ociVersion":"1.0.2","id":"%s","status":"creating","pid":%d,"bundle":"%s","annotations":%s}' \
		"$1" $$ "$FOLDER/bundle" '{"io.kubernetes.pod.name":"web-0","odd":[]}'
}

mkdir "$FOLDER/bundle"
cat >"$FOLDER/bundle/config.json" <<'TEXT'
{"ociVersion": "1.0.2", "annotations": {"io.kubernetes.pod.name": "old", "org.opencontainers.image.ref.name": "x:1"}}
TEXT

# --- nobody there
hook "$(state web)"
is 'no agent: a warning' 0 '' 'bulwark: cannot ask the agent*begins all the same*'
hook "$(state web)" --require
is 'no agent, and it is required' 3 '' 'bulwark: cannot ask the agent*'
for text in '' '{' '[]' '{"id":7}' 'nonsense' '{"pid":1}'; do
	hook "$text"
	is "no state: '$text'" 0 '' '*no state of an OCI container*'
	hook "$text" --require
	is "no state, and it is required: '$text'" 1 '' '*no state of an OCI container*'
done

# --- an agent
[ -x "$FAKE" ] || skip 'bulwarkd_fake was not built'
start_agent

# known: how many containers the agent knows.
known()
{
	ask status --json
	KNOWN=$(sed 's/.*"known":\([0-9]*\).*/\1/' "$FOLDER/out")
}

known
before=$KNOWN
hook "$(state bulwark-test-1)"
is 'the agent is told' 0 '' ''
known
same 'and knows it' "$((before + 1))" "$KNOWN"
hook "$(state bulwark-test-1)" --require --json
is 'for machines' 0 '{"id":"bulwark-test-1"}' ''
known
same 'twice is once' "$((before + 1))" "$KNOWN"
rm "$FOLDER/bundle/config.json"
hook "$(state bulwark-test-2)" --require
is 'a bundle without a configuration' 0 '' ''
hook '{"id":"bulwark-test-3"}' --require
is 'hardly a state' 0 '' ''
hook "$(state ../x)"
is 'an id that is none' 0 '' 'bulwark: the agent*refused*begins all the same*'
hook "$(state ../x)" --require
is 'an id that is none, and it is required' 3 '' 'bulwark: the agent*refused*'
ask stop
is 'stop' 0
AGENT=

finish
