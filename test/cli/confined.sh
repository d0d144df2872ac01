#!/bin/bash
# Whether the agent is confined is told by `status` and `doctor`, and `confine: false` is told in its log too.
# shellcheck source=test/cli/lib.sh
source "$(dirname "$0")/lib.sh"

# filter_of PID: of a process that may have been started in one.
filter_of() { sed -n 's/^Seccomp_filters:[[:space:]]*//p' "/proc/$1/status"; }

start_agent
ask status
is 'it is' 0 '*Confined*capabilities*'
is 'and guarded' 0 '*Guard*on: the agent and its files are closed to root while a policy enforces*'
same 'no new privileges' 1 "$(sed -n 's/^NoNewPrivs:[[:space:]]*//p' "/proc/$AGENT/status")"
ask doctor --agent "$FAKE"
is 'the doctor has nothing to say of it' "$STATUS" '*pid *'
same 'nothing at all' 0 "$(grep -c 'not confined' "$FOLDER/out")"
kill "$AGENT"
wait "$AGENT"

printf 'confine: false\nguard: false\nstate_dir: %s/state\n' "$FOLDER" >"$FOLDER/free.yaml"
start_agent --config "$FOLDER/free.yaml"
ask status
is 'it is not' 0 '*Confined*no: the agent may do all that root may*'
is 'nor guarded' 0 '*Guard*off*'
same 'as it was' "$(filter_of $$)" "$(filter_of "$AGENT")"
ask doctor --agent "$FAKE"
is 'the doctor says so' "$STATUS" '*not confined: it may do all that root may*'
grep -q 'keeps all that root may do (confine: false)' "$FOLDER/agent.log"
same 'its log too' 0 $?
kill "$AGENT"
wait "$AGENT"

printf 'seal: true\nstate_dir: %s/sealed\n' "$FOLDER" >"$FOLDER/sealed.yaml"
start_agent --config "$FOLDER/sealed.yaml"
ask status
is 'a sealed node' 0 '*Guard*sealed: what enforces stays until the node starts again*'
ask doctor --agent "$FAKE"
is 'the doctor knows no other way back' "$STATUS" '*The node is sealed*boot with bulwark=off*'
same 'none at all' 0 "$(grep -c 'bulwark unload' "$FOLDER/out")"
ask stop
is 'is not stopped' 3 '' '*the node is sealed*'
finish
