#!/usr/bin/env bash
# bulwark explain: the question by options and from an event, the answer, and what is no question.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

policy web audit '[{name: no-shell, subject: {binary: [/usr/sbin/nginx]}, exec: [/bin/sh], action: kill, message: no},
    {name: no-curl, exec: [/usr/bin/curl]}]' >"$FOLDER/web.yaml"

run explain -o exec -O /usr/bin/sh -b /usr/sbin/nginx "$FOLDER/web.yaml"
is 'what decides, and why the other does not' 0 \
	"would kill: web/no-shell ($FOLDER/web.yaml:6)*exec of /usr/bin/sh by /usr/sbin/nginx*no*audit*not matching:*web/no-curl*object: wanted /usr/bin/curl" ''
run explain --operation exec --object /bin/sh --binary /bin/bash --user 33 --group 33 --capability CAP_BPF,CAP_KILL \
	--parent /a --lineage /b,/c --owner --container --cgroup /x --image i --name n --namespace s --pod p --label k=v \
	--label l=w --arg sh --arg -c "$FOLDER/web.yaml"
is 'every option; nothing matches' 0 'allow: no rule says otherwise*binary: wanted /usr/sbin/nginx, got /bin/bash*' ''
run explain --json -o exec -O /bin/sh -b /usr/sbin/nginx "$FOLDER/web.yaml"
is 'JSON' 0 '{"operation":"exec","object":"/bin/sh","verdict":"kill","carried_out":"allow","policy":"web","rule":"no-shell",*"rules":\[{*"matches":true*},{*"matches":false,"reason":"object"*}\]}' ''
for object in connect:10.0.0.5:443/tcp bind:unix:/run/x socket:AF_ALG/SOCK_SEQPACKET use:bpf; do
	run explain -o "${object%%:*}" -O "${object#*:}" "$FOLDER/web.yaml"
	is "an object of ${object%%:*}" 0 "allow: *${object%%:*} of ${object#*:}*" ''
done

policy list audit '[{name: etc, read: [/etc/], action: allow}]' | sed 's/  rules/  default: {read: kill}\n&/' >"$FOLDER/list.yaml"
run explain -o read -O /etc/passwd "$FOLDER/list.yaml"
is 'a default that is lifted' 0 "allow: list/etc ($FOLDER/list.yaml:7) lifts the default*not matching:*list/default*allowed by etc" ''
run explain -o read -O /srv "$FOLDER/list.yaml"
is 'a default that holds' 0 "would kill: list/default ($FOLDER/list.yaml:6)*not matching:*list/etc*object: wanted /etc/" ''

cat >"$FOLDER/event.json" <<-'EOT'
{"time":"2026-01-02T03:04:05.678901234Z","node":"n","type":"decision","id":"0d5e0c1b2a394857","policy":"old","rule":"r","mode":"audit","verdict":"audit","enforced":false,"operation":"exec","hook":"bprm_check_security","object":{"path":"/usr/bin/sh","args":["sh"]},"process":{"pid":2,"ppid":1,"uid":0,"euid":0,"binary":"/usr/sbin/nginx"},"ancestors":[{"pid":1,"binary":"/usr/lib/systemd/systemd"}]}
EOT
run explain "$FOLDER/event.json" "$FOLDER/web.yaml"
is 'a recorded event' 0 'would kill: web/no-shell*an event tells no capabilities*' ''
run explain --json "$FOLDER/event.json" "$FOLDER/web.yaml"
is 'what it does not tell' 0 '{*"verdict":"kill",*"untold":\["capability","group","owner","sha256"\],"rules":*' ''
cat "$FOLDER/event.json" "$FOLDER/event.json" >"$FOLDER/two.json"
run explain "$FOLDER/two.json" "$FOLDER/web.yaml"
is 'two events are for replay' 2 '' '*bulwark replay*'
echo '{"type":"agent"}' >"$FOLDER/agent.json"
run explain "$FOLDER/agent.json" "$FOLDER/web.yaml"
is 'an event that is no decision' 2 '' '*not an event of type decision'
sed 's,"/usr/bin/sh","usr/bin/sh",' "$FOLDER/event.json" | sed 's,"path":"/,"path":",' >"$FOLDER/cut.json"
run explain "$FOLDER/cut.json" "$FOLDER/web.yaml"
is 'a path that was cut' 2 '' '*longer than an event holds'

run explain -o exec "$FOLDER/web.yaml"
is 'a question without an object' 2 '' '*which --object?*'
run explain -O /bin/sh "$FOLDER/web.yaml"
is 'a question without an operation' 2 '' '*which --operation?*'
run explain
is 'no question' 2 '' '*name the file of an event*'
run explain -o exce -O /bin/sh "$FOLDER/web.yaml"
is 'a misspelled operation' 2 '' "*did you mean 'exec'*"
run explain -o read -O etc/passwd --user 5000000000 "$FOLDER/web.yaml"
is 'values that are none, each by its option' 2 '' '*--user: *--object: *'
run explain -o connect -O 10.0.0.0/8 "$FOLDER/web.yaml"
is 'one endpoint, not a network' 2 '' '*--object: *'
echo 'not: a policy' >"$FOLDER/bad.yaml"
run explain -o read -O /x "$FOLDER/bad.yaml"
is 'a policy that is none' 1 '' '*bad.yaml:1:*error*'
run explain --socket "$FOLDER/nobody.sock" -o read -O /x
is 'no agent to ask' 3 '' 'bulwark: *'

if [ -n "$FAKE" ]; then
	start_agent
	ask load "$FOLDER/web.yaml"
	ask mode web enforce
	ask explain -o exec -O /bin/sh -b /usr/sbin/nginx
	is 'the policies in force, in the mode that they are in' 0 'kill: web/no-shell (web (in force):*' ''
fi
finish
