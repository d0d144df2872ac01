#!/bin/bash
# Whether the agent is confined is told by `status` and `doctor`, and `confine: false` is told in its log too.
# shellcheck source=test/cli/lib.sh
source "$(dirname "$0")/lib.sh"

# filter_of PID: of a process that may have been started in one.
filter_of() { sed -n 's/^Seccomp_filters:[[:space:]]*//p' "/proc/$1/status"; }

start_agent
ask status
is 'it is' 0 '*Confined*capabilities*'
same 'no new privileges' 1 "$(sed -n 's/^NoNewPrivs:[[:space:]]*//p' "/proc/$AGENT/status")"
ask doctor --agent "$FAKE"
is 'the doctor has nothing to say of it' "$STATUS" '*pid *'
same 'nothing at all' 0 "$(grep -c 'not confined' "$FOLDER/out")"
kill "$AGENT"
wait "$AGENT"

printf 'confine: false\nstate_dir: %s/state\n' "$FOLDER" >"$FOLDER/free.yaml"
start_agent --config "$FOLDER/free.yaml"
ask status
is 'it is not' 0 '*Confined*no: the agent may do all that root may*'
same 'as it was' "$(filter_of $$)" "$(filter_of "$AGENT")"
ask doctor --agent "$FAKE"
is 'the doctor says so' "$STATUS" '*not confined: it may do all that root may*'
grep -q 'keeps all that root may do (confine: false)' "$FOLDER/agent.log"
same 'its log too' 0 $?
finish
