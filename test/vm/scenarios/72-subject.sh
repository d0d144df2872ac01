# shellcheck shell=bash disable=SC2154
# Who a live process is to the policies in force, as the kernel holds it: what is told is what is then decided.

p=$BIN/probe
o=$BIN/other
touch "$D/subject-file" "$D/subject-other"
chmod 666 "$D"/subject-*

# live NAME COMMAND...: probe waits for the file `go`, as whom the command makes it, then does what it is told.
declare -A LIVE
live() {
	rm -f "$WORK/subject-go"
	"${@:2}" wait "$WORK/subject-go" open w "$D/subject-file" >"$WORK/subject-$1" 2>&1 &
	LIVE[$1]=$!
}

# told NAME KEY=VALUE...: what explain says of that process.
told() {
	local why name=$1
	shift
	bulwark explain --pid "${LIVE[$name]}" --json >"$WORK/told.json" 2>"$WORK/err"
	if why=$(seen "$WORK/told.json" "$@"); then ok "$name: $*"; else not_ok "$name: $*" "$why" "$(cat "$WORK/told.json" "$WORK/err")"; fi
}

# did NAME EXPECTED: what became of it when it went on.
did() {
	local word
	wait "${LIVE[$1]}" 2>/dev/null
	read -r word _ <"$WORK/subject-$1"
	same "$1: what it then may do" "$2" "$word"
}

policy subject <<YAML
apiVersion: bulwark/v1
kind: Policy
metadata: {name: subject}
spec:
  mode: enforce
  subject: {binary: [$p]}
  rules:
    - {name: below, subject: {ancestor: [$o], user: [1000]}, except: {group: [2000]}, write: [$D/subject-file]}
    - {name: capable, subject: {capability: [CAP_SYS_ADMIN]}, write: [$D/subject-other]}
YAML

live early "$o" execve "$p" as 1000 1000
sleep 0.3
load "$FILE"
told early computed=false process.binary="$p" process.user=1000 policies=@absent
live below "$o" execve "$p" as 1000 1000
live excepted "$o" execve "$p" as 1000 2000
live alone "$p" as 1000 1000
live root "$o" execve "$p"
sleep 0.5
told below computed=true process.binary="$p" process.user=1000 process.group=1000 process.capability.0=@absent \
	policies.0.name=subject policies.0.mode=enforce policies.0.subject.0.holds=yes \
	policies.0.rules.0.name=below policies.0.rules.0.about=true
told below policies.0.rules.0.subject.0.key=user policies.0.rules.0.subject.0.holds=yes \
	policies.0.rules.0.subject.1.key=ancestor policies.0.rules.0.subject.1.values.0="$o" \
	policies.0.rules.0.subject.1.holds=yes policies.0.rules.0.except.0.holds=no \
	policies.0.rules.1.about=false policies.0.rules.1.subject.0.holds=no
told excepted policies.0.rules.0.about=false policies.0.rules.0.except.0.holds=yes
told alone policies.0.rules.0.about=false policies.0.rules.0.subject.0.holds=yes policies.0.rules.0.subject.1.holds=no
told root policies.0.rules.0.about=false policies.0.rules.0.subject.0.holds=no policies.0.rules.1.about=true \
	policies.0.rules.1.subject.0.values.0=CAP_SYS_ADMIN process.user=0 process.parent=/usr/bin/bash

# A question about it is answered as the kernel will.
same 'asked: whom the rule is about' 'deny: subject/below' \
	"$(bulwark explain -p "${LIVE[below]}" -l "$o" -o write -O "$D/subject-file" | sed 's/ (.*//; q')"
same 'asked: whom it is not about' 'allow: no rule says otherwise' \
	"$(bulwark explain -p "${LIVE[root]}" -o write -O "$D/subject-file" | sed 1q)"
touch "$WORK/subject-go"
did early EPERM
did below EPERM
event 'of the one it is about' policy=subject rule=below operation=write object.path="$D/subject-file"
did excepted OK
did alone OK
did root OK

bulwark explain --pid "${LIVE[root]}" 2>"$WORK/err" >/dev/null
same 'a process that is gone' 1 $?
expect 'it says so' grep -q "no process ${LIVE[root]} is there" "$WORK/err"
bulwark explain --pid 2 >"$WORK/out"
expect 'a thread of the kernel' grep -q '^2 runs no program as user 0, group 0' "$WORK/out"
unload --all
