#!/usr/bin/env bash
# bulwark replay and bulwark impact: what would change, in which form, and what gates a pipeline.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

# event POLICY RULE VERDICT ENFORCED PATH: a line of a log.
event()
{
	printf '{"time":"2026-01-02T03:04:05.000000000Z","node":"n","type":"decision","id":"%016x","policy":"%s","rule":"%s","mode":"audit","verdict":"%s","enforced":%s,"operation":"exec","hook":"bprm_check_security","object":{"path":"%s","dev":"8:1","ino":%d},"process":{"exec_id":"%016x","pid":2,"tid":2,"ppid":1,"uid":0,"euid":0,"binary":"/usr/sbin/nginx"},"ancestors":[{"pid":1,"binary":"/usr/lib/systemd/systemd"}],"suppressed":0}\n' \
		"$RANDOM" "$1" "$2" "$3" "$4" "$5" "$RANDOM" "$RANDOM"
}

policy web audit '[{name: no-shell, exec: [/bin/sh]}]' >"$FOLDER/web.yaml"
policy web audit '[{name: seen, exec: [/bin/sh, /bin/ls], action: audit}]' >"$FOLDER/mild.yaml"
{
	event web seen audit false /usr/bin/sh
	event web seen audit false /usr/bin/sh
	event web seen audit false /usr/bin/ls
	echo '{"type":"agent","state":"started"}'
	echo 'not an event'
} >"$FOLDER/log"

run replay "$FOLDER/log" "$FOLDER/web.yaml"
is 'newly denied' 1 $'newly denied: 2\n'"  web/no-shell ($FOLDER/web.yaml:6)"$'\n'"         2  exec     /usr/sbin/nginx -> /usr/bin/sh  audit by web/seen, now deny  $FOLDER/log:1"$'\n*milder: 1*3 attempts of 2 kinds: 2 newly denied, 1 milder, 0 as before; 1 lines cannot be read' \
	"$FOLDER/log:5: warning: not a JSON object"
run replay "$FOLDER/log" "$FOLDER/mild.yaml"
is 'nothing changes' 0 '3 attempts of 2 kinds: 0 newly denied, 3 as before; 1 lines cannot be read'
OUT=$("$BULWARK" replay - "$FOLDER/mild.yaml" <"$FOLDER/log" 2>"$FOLDER/err")
STATUS=$? ERR=$(cat "$FOLDER/err")
is 'from standard input' 0 '*3 as before*' '-:5: warning: *'
event web no-shell deny true /bin/sh | tr -d '\n' >"$FOLDER/denied"
run replay "$FOLDER/denied" "$FOLDER/mild.yaml"
is 'a denial that is reported only; the last line has no end' 0 $'newly allowed: 1\n  web/no-shell\n         1  exec     */bin/sh  deny, now audit by web/seen*' ''
run replay --json "$FOLDER/log" "$FOLDER/web.yaml"
is 'JSON' 1 '{"log":*"attempts":3,"questions":2,"other":1,"unreadable":1,"newly-denied":2,*"changes":\[{"change":"newly-denied","count":2,"was":"audit","was_rule":"web/seen","is":"deny","is_rule":"web/no-shell","operation":"exec","binary":"/usr/sbin/nginx","object":"/usr/bin/sh","line":1}*"problems":\[{"line":5,*}\]}' ''
same 'on one line' 1 "$(wc -l <"$FOLDER/out")"

for i in {1..15}; do event web seen audit false "/opt/$i"; done >"$FOLDER/many"
policy web audit '[{name: opt, exec: [/opt/**]}]' >"$FOLDER/opt.yaml"
run replay "$FOLDER/many" "$FOLDER/opt.yaml"
is 'many programs' 1 '*and 5 more*'
same 'ten are shown' 10 "$(grep -c '/opt/' "$FOLDER/out")"
run replay --all "$FOLDER/many" "$FOLDER/opt.yaml"
same 'or all' 15 "$(grep -c '/opt/' "$FOLDER/out")"

printf '%s\n' "$(event web seen audit false '/x\u001b[2J')" >"$FOLDER/screen"
policy web audit '[{name: all, exec: [/**]}]' >"$FOLDER/all.yaml"
run replay "$FOLDER/screen" "$FOLDER/all.yaml"
is 'a name that would clear the screen' 1
same 'does not' 0 "$(grep -c $'\033' "$FOLDER/out")"

run replay "$FOLDER/absent" "$FOLDER/web.yaml"
is 'no log' 1 '' "bulwark: $FOLDER/absent: No such file*"
run replay "$FOLDER" "$FOLDER/web.yaml"
is 'a folder is no log' 1 '' 'bulwark: *directory'
run replay "$FOLDER/log" "$FOLDER/absent.yaml"
is 'no policy' 1 '' '*absent.yaml: error: *'
run replay
is 'nothing' 2 '' '*which log*'
run impact
is 'impact of nothing' 2 '' '*which NAME*'
run impact --socket "$FOLDER/nobody.sock" web
is 'impact asks the agent' 3 '' 'bulwark: *'

if [ -n "$FAKE" ]; then
	start_agent
	ask load "$FOLDER/web.yaml"
	ask replay "$FOLDER/log"
	is 'with the policies in force' 1 'newly denied: 2*web/no-shell (web (in force):*'
	{
		event web no-shell deny false /bin/sh
		event web no-shell deny false /bin/sh
		event web gone deny false /bin/former
		event web no-shell deny true /bin/sh
		event other no-shell deny false /bin/sh
	} >"$FOLDER/audited"
	ask impact web --log "$FOLDER/audited"
	is 'what enforcing would have refused' 1 $'web would have refused 2 of the 3 attempts that it reported\n  web/no-shell (web (in force):*\n         2  exec     /usr/sbin/nginx -> /bin/sh  deny, now deny*' ''
	ask impact web --json --log "$FOLDER/audited"
	is 'the same as JSON' 1 '{"log":*"refused":2}' ''
	ask impact web
	is 'nothing that the agent remembers' 0 'web would have refused 0 of the 0 attempts that it reported' ''
	ask impact absent
	is 'no such policy' 1 '' '*absent*'
fi
finish
