#!/usr/bin/env bash
# The command line against an agent: the double, which takes policies and decides nothing.
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2317
. "$(dirname "$0")/lib.sh"

[ -x "$FAKE" ] || skip 'bulwarkd_fake was not built'
start_agent

ask list
is 'nothing is in force' 0 'no policy is in force' ''
ask list --json
is 'nothing is in force, for machines' 0 '{"policies":\[\]}' ''
ask status
is 'a healthy agent' 0 'healthy*' ''
ask status --json
is 'a healthy agent, for machines' 0 '{*"healthy":true*}' ''

# --- load
policy web >"$FOLDER/web.yaml"
policy database enforce >"$FOLDER/database.yaml"
ask load "$FOLDER/web.yaml"
is 'load says what it loaded' 0 'loaded web: audit, 1 rule' ''
ask load "$FOLDER/web.yaml" "$FOLDER/database.yaml" --json
is 'load again replaces' 0 '{"loaded":\[{"name":"web",*"replaced":true*{"name":"database",*"replaced":false*\]}' ''
ask list
is 'list has a row for each' 0 "NAME *MODE *RULES *HITS *DENIALS *LAST HIT *SOURCE*web *audit *1 *0 *0 *- *socket*database *enforce*" ''
ask load --mode enforce "$FOLDER/web.yaml"
is 'load with a mode' 0 'replaced web: enforce, 1 rule' ''

policy third audit '[{exce: [/bin/sh]}]' >"$FOLDER/bad.yaml"
policy fourth >"$FOLDER/fourth.yaml"
ask load "$FOLDER/fourth.yaml" "$FOLDER/bad.yaml"
is 'a broken file is told with its own path' 1 '' "$FOLDER/bad.yaml:6:*error: *"
ask show fourth
is 'and nothing of that load is in force' 1 '' "bulwark: *fourth*"
ask load "$FOLDER/web.yaml" "$FOLDER/web.yaml"
is 'what only the agent can see is told too' 1 '' '*error: *web*'
printf '%s\n' 'metadata: [' >"$FOLDER/bad.yaml"
ask load "$FOLDER/bad.yaml"
is 'no YAML' 1 '' "$FOLDER/bad.yaml:*error: *"
ask load "$FOLDER/absent.yaml"
is 'no file' 1 '' "$FOLDER/absent.yaml: error: *"
OUT=$(policy piped | "$BULWARK" load --socket "$SOCKET" - 2>"$FOLDER/err")
STATUS=$? ERR=$(cat "$FOLDER/err")
is 'load from standard input' 0 'loaded piped: audit, 1 rule' ''

# --- show, mode
ask show web
is 'show says the mode in force' 0 '# mode enforce, hash [0-9a-f]*, loaded *Z from socket*name: web*' ''
same 'the text is the one that was loaded' "$(cat "$FOLDER/web.yaml")" "$(sed 1d "$FOLDER/out")"
cp "$FOLDER/out" "$FOLDER/shown.yaml"
run check --strict "$FOLDER/shown.yaml"
is 'and can be loaded again' 0
ask show web --json
is 'show for machines' 0 '{"policy":{*"name":"web"*},"text":"*"}' ''
ask show nosuch
is 'show what is not there' 1 '' 'bulwark: *nosuch*'
ask mode web audit
is 'mode says what it was' 0 'web: audit, was enforce' ''
ask mode web audit --json
is 'mode for machines' 0 '{*"was":"audit"*}' ''
ask mode nosuch audit
is 'mode of what is not there' 1 '' 'bulwark: *nosuch*'

# --- events
ask events
is 'the agent remembers what was loaded' 0 '*policy *loaded*web*' ''
ask events --json
is 'events for machines' 0 '{"time":*' ''
while read -r line; do
	[[ $line == '{"time":"'*'}' ]] || same 'every line is an event' '{"time":...}' "$line"
done <"$FOLDER/out"
ask events --verdict kill --json
is 'no such event' 0 '' ''
ask events --since 2000-01-01T00:00:00Z --policy web --operation exec
is 'all filters' 0 '' ''
"$BULWARK" events --follow --json --socket "$SOCKET" | head -n 1 >"$FOLDER/followed" &
follower=$!
# Whether it listens already cannot be seen from here: something happens until it has seen something.
happens()
{
	ask load "$FOLDER/web.yaml"
	test -s "$FOLDER/followed"
}
wait_until happens
same 'follow prints at once' 1 "$(wc -l <"$FOLDER/followed")"
ended()
{
	ask load "$FOLDER/web.yaml"
	! kill -0 "$follower" 2>/dev/null
}
wait_until ended
same 'and ends with its reader' 0 $?

# --- reload
policy filed >"$FOLDER/policy.d/filed.yaml"
ask reload
is 'reload says how many there are' 0 '[0-9]* policies in force' ''
ask show filed
is 'what is in the folder is in force' 0 '*name: filed*' ''
printf '%s\n' 'metadata: [' >"$FOLDER/policy.d/broken.yaml"
ask reload
is 'reload names a broken file' 1 '[0-9]* policies in force' "$FOLDER/policy.d/broken.yaml:*: error: *"
ask reload --json
is 'reload for machines' 1 '{"policies":[0-9]*,"failed":\[{"file":"*broken.yaml"*}\]}' ''
ask show filed
is 'the good file stays in force' 0
rm "$FOLDER/policy.d/"*
ask reload
is 'reload with the files gone' 0 '[0-9]* policies in force' ''
ask show filed
is 'a policy goes with its file' 1 '' 'bulwark: *filed*'

# --- unload, stop
ask unload web nosuch
is 'unload with a name that is not there' 1 '' 'bulwark: *nosuch*'
ask show web
is 'takes out none' 0
ask unload web
is 'unload' 0 'unloaded web' ''
ask unload --all --json
is 'unload all' 0 '{"unloaded":\[*"database"*\]}' ''
ask list
is 'nothing is left' 0 'no policy is in force' ''
# Of a process that runs. The double holds nothing of it: the kernel has not looked.
ask explain --pid $$
is 'a live process' 0 "$$ runs /*bash as user *below *has not looked at it since*" ''
ask explain --pid $$ --json
is 'a live process, for machines' 0 '{"process":{"binary":"/*"computed":false}' ''
ask explain --pid $$ -b /usr/bin/other -o read -O /srv/none
is 'a question about it' 0 "allow: *read of /srv/none by /usr/bin/other as user $(id -u)*" ''
ask explain --pid 999999999
is 'a process that is not there' 1 '' '*no process 999999999 is there*'
ask explain --pid 12x
is 'no process id' 2 '' "*no process id: '12x'*"
ask explain --pid $$ "$FOLDER/web.yaml"
is 'files take a question' 2 '' '*no FILE without a question*'

ask doctor --agent /nonexistent
is 'doctor tells how the agent is' 1 "*Agent at $SOCKET*ok *pid $AGENT*" '*cannot run*'
ask stop
is 'stop' 0 'enforcement is down, the agent has ended' ''
ask status
is 'nobody is there any more' 3 '' 'bulwark: cannot ask the agent*'
AGENT=

finish
