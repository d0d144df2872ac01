#!/usr/bin/env bash
# bulwark learn: what is learned is allowed, what is next to it is denied, and hostile names stay names.
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2317
. "$(dirname "$0")/lib.sh"

# event OPERATION OBJECT [ENFORCED [BINARY]]: a line of a log.
event()
{
	printf '{"type":"decision","policy":"watch","rule":"all","verdict":"audit","enforced":%s,"operation":"%s","hook":"h","object":{%s},"process":{"exec_id":"%x","tid":2,"ppid":1,"euid":0,"binary":"%s"}}\n' \
		"${3:-false}" "$1" "$2" "$RANDOM" "${4:-/usr/sbin/nginx}"
}

{
	event exec '"path":"/usr/bin/gzip"'
	event exec '"path":"/"'
	event exec '"path":"/usr/bin/gzip"' false /usr/sbin/other
	event exec '"path":"/usr/bin/evil"' true
	for i in {1..20}; do event read "\"path\":\"/srv/www/$i.html\""; done
	event read '"path":"/etc/nginx/a*[b].conf"'
	event read '"path":"/proc/4711/status"'
	event write '"path":"/var/log/nginx/x\u0022: {,\\\\ y"'
	for i in {1..20}; do event connect "\"address\":\"10.0.0.$i\",\"port\":5432,\"protocol\":\"tcp\""; done
	event connect '"address":"2001:db8::1","port":443,"protocol":"tcp"'
	event bind '"unix":"/run/a b.sock"'
	event bind '"unix":"@n*"'
	event socket '"family":"AF_PACKET","type":"SOCK_RAW","protocol":2054'
	event use '"facility":"bpf","name":"BPF_PROG_LOAD"'
} >"$FOLDER/log"

run learn --from "$FOLDER/log" --name seen
is 'a policy' 0 $'apiVersion: bulwark/v1\nkind: Policy\n*name: seen*mode: audit*' ''
cp "$FOLDER/out" "$FOLDER/seen.yaml"
is 'what a rule is due to' 0 $'*# seen in 2 events, 1 different\n    - name: exec-1*# seen in 1 event\n    - name: exec-2*# seen in 22 events, 22 different\n    - name: read-*'
is 'a folder for many files, one by one what runs' 0 '*"/usr/bin/gzip"*"/srv/www/\*"*"\*:5432/tcp"*'
run check "$FOLDER/seen.yaml"
is 'that is valid' 0 '1 policy*no errors*'
run replay "$FOLDER/log" "$FOLDER/seen.yaml"
is 'by which only what was refused is denied' 1 $'newly denied: 1\n*/usr/bin/evil*'

# decides VERDICT OPERATION OBJECT [OPTION...]
decides()
{
	local verdict=$1

	shift
	run explain -o "$1" -O "$2" -b /usr/sbin/nginx "${@:3}" "$FOLDER/seen.yaml"
	is "$verdict: $1 $2" 0 "$verdict: *"
}
decides allow exec /usr/bin/gzip
decides 'would deny' exec /usr/bin/evil
decides 'would deny' exec /usr/bin/gzipped
decides allow read /srv/www/other.html
decides 'would deny' read /srv/www/deeper/1.html
decides allow read '/etc/nginx/a*[b].conf'
decides 'would deny' read /etc/nginx/axb.conf
decides allow read /proc/1/status
decides allow connect 10.9.9.9:5432/tcp
decides 'would deny' connect 10.0.0.1:5433/tcp
decides allow connect '[2001:db8::1]:443/tcp'
decides 'would deny' connect '[2001:db8::2]:443/tcp'
decides allow bind 'unix:@n*'
decides allow socket AF_PACKET/SOCK_RAW/ETH_P_ARP
decides 'would deny' socket AF_PACKET/SOCK_RAW/ETH_P_ALL
decides allow use bpf
decides 'would deny' use kexec
run explain -o read -O /etc/shadow -b /usr/sbin/sshd "$FOLDER/seen.yaml"
is 'others are not meant' 0 'allow: *'

run learn --from "$FOLDER/log" /usr/sbin/other
is 'of one program' 0 $'*"/usr/sbin/other"*exec:*"/usr/bin/gzip"*' ''
same 'and no other' 0 "$(grep -c nginx "$FOLDER/out")"
run learn --from "$FOLDER/log" --most 100
is 'one by one' 0 '*"/srv/www/20.html"*'
OUT=$("$BULWARK" learn --from - --policy watch <"$FOLDER/log" 2>&1)
STATUS=$?
is 'from standard input' 0 '*name: learned*'
run learn --from "$FOLDER/log" --policy other
is 'nothing' 1 '' 'bulwark: there is nothing to learn from'
echo '{' >>"$FOLDER/log"
run learn --from "$FOLDER/log"
is 'a line that is none is told' 0 '*name: learned*' 'bulwark: 1 lines cannot be read*'
run learn --from "$FOLDER/log" --name 'Not A Name'
is 'a name that is none' 1 '' '*learned:4:*error: *\[name\]*'
run learn --from "$FOLDER/log" --most many
is 'a number that is none' 2 '' '*not a number*'
run learn --from "$FOLDER/absent"
is 'no log' 1 '' 'bulwark: *absent: *'
run learn --socket "$FOLDER/nobody.sock"
is 'no agent' 3 '' 'bulwark: *'
if [ -n "$FAKE" ]; then
	start_agent
	ask learn
	is 'an agent that has seen nothing' 1 '' '*nothing to learn from'
fi

# --- a learning run ------------------------------------------------------------------------------------------------

run learn --for 10s
is 'a run needs programs' 2 '' '*--for needs the programs*'
run learn --for 10s "$FOLDER/nothing"
is 'that are there' 2 '' "*no such program: '$FOLDER/nothing'*"
run learn --for 0s /bin/sh
is 'and a time' 2 '' "*--for takes a span up to a week*not '0s'*"
run learn --for 10s --from "$FOLDER/log" /bin/sh
is 'and no log' 2 '' '*--for does not go with --from*'
run learn --for 10s --policy x /bin/sh
is 'nor a policy' 2 '' '*--for does not go with --policy*'
run learn --for 1s --socket "$FOLDER/none.sock" /bin/sh
is 'and an agent' 3 '' '*cannot ask the agent*'
if [ -x "$FAKE" ]; then
	start_agent
	cp /bin/true "$FOLDER/a [\"b\\] {c}"
	ask learn --for 1s "$FOLDER/a [\"b\\] {c}"
	is 'who does nothing is not learned' 1 '' "*watching *for 1 s by the policy 'learning-*there is nothing to learn from*"
	ask list
	is 'the policy of the run is gone' 0 '*no policy*'
	"$BULWARK" learn --socket "$SOCKET" --for 1h /bin/sh 2>"$FOLDER/err" >"$FOLDER/out" &
	LEARNING=$!
	in_force() { ask list && [[ $OUT == *learning-"$LEARNING"*audit* ]]; }
	wait_until in_force
	same 'it is in force meanwhile' 0 $?
	kill -INT "$LEARNING"
	wait "$LEARNING"
	same 'an interruption ends it' 1 $?
	ask list
	is 'and takes the policy out' 0 '*no policy*'
fi
finish
