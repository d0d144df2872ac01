#!/usr/bin/env bash
# No agent: exit status 3 and one line with the socket and the remedy, for every command that asks one.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

policy web >"$FOLDER/web.yaml"
for command in list status stop events metrics 'show x' 'unload x' 'unload --all' 'mode x audit' "load $FOLDER/web.yaml"; do
	# shellcheck disable=SC2086
	ask ${command%% *} ${command#"${command%% *}"}
	is "$command: no socket" 3 '' "bulwark: cannot ask the agent at $SOCKET: no such socket; is bulwarkd running\\?*"
	same "$command: one line" 1 "$(wc -l <"$FOLDER/err")"
done

run status --socket "$FOLDER/web.yaml"
is 'a file that is no socket' 3 '' "bulwark: cannot ask the agent at $FOLDER/web.yaml: nobody listens there*"
run status --socket "$FOLDER/web.yaml/x"
is 'a path through a file' 3 '' 'bulwark: cannot ask*'
run status --json --socket "$SOCKET"
is 'with --json too' 3 '' 'bulwark: cannot ask*'

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	mkdir -m 0700 "$FOLDER/closed"
	chmod 0711 "$FOLDER"
	cp "$BULWARK" "$FOLDER/bulwark"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$FOLDER/bulwark" status --socket "$FOLDER/closed/s" \
		>"$FOLDER/out" 2>"$FOLDER/err"
	STATUS=$? OUT=$(cat "$FOLDER/out") ERR=$(cat "$FOLDER/err")
	is 'not permitted names the groups' 3 '' "bulwark: not permitted to ask the agent at *admin_group*"
fi

finish
