#!/usr/bin/env bash
# Wrong usage: exit status 2, a line that says what is wrong, and nothing on standard output.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

run
is 'no command: help on standard error' 2 '' 'Usage: bulwark COMMAND*'
run --help
is 'help is an answer' 0 'Usage: bulwark COMMAND*' ''
run help
is 'help as a command' 0 'Usage: bulwark COMMAND*' ''
run --version
is 'version' 0 'bulwark [0-9]*' ''
run lsit
is 'a mistyped command' 2 '' "bulwark: unknown command 'lsit'; did you mean 'list'?"
run xyzzy
is 'a command that is like none' 2 '' "bulwark: unknown command 'xyzzy'; 'bulwark --help' lists them"
run help xyzzy
is 'help for no command' 2 '' "bulwark: unknown command*"
run $'\033[2Jx'
is 'a command that would clear the screen' 2 '' "bulwark: unknown command '\\\\x1b\\[2Jx'*"

commands=$("$BULWARK" --help | sed -n 's/^  \([a-z][a-z-]*\)  *.*/\1/p')
for command in $commands; do
	run "$command" --help
	is "$command --help" 0 "Usage: bulwark $command*" ''
	run "$command" --no-such-option
	is "$command: an unknown option" 2 '' "bulwark $command: unrecognized option*"
done

for command in load check test unload show mode; do
	run "$command"
	is "$command without an argument" 2 '' "bulwark $command: which *"
done
for command in list reload status stop events metrics doctor oci-hook schema; do
	run "$command" argument
	is "$command with an argument" 2 '' "bulwark $command: takes no argument*"
done
run unload --all name
is 'unload: names and --all' 2 '' '*either names or --all*'
run show one two
is 'show: two names' 2 '' '*one NAME at a time*'
run mode name
is 'mode without a mode' 2 '' '*audit or enforce?*'
run mode name enfroce
is 'mode: a mistyped mode' 2 '' "*unknown mode 'enfroce'; did you mean 'enforce'?*"
run load --mode off file
is 'load: an unknown mode' 2 '' "*unknown mode 'off'; it is one of audit, enforce*"
run events --verdict dney
is 'events: a mistyped verdict' 2 '' "*unknown verdict 'dney'; did you mean 'deny'?*"
run events --operation opne
is 'events: a mistyped operation' 2 '' "*unknown operation 'opne'*"
run events --since yesterday
is 'events: no time' 2 '' "*not a time: 'yesterday'*"
run status --timeout 0
is 'a timeout of nothing' 2 '' '*not a number of seconds*'
run status --timeout 10x
is 'a timeout that is no number' 2 '' '*not a number of seconds*'
run status --socket ''
is 'an empty socket path' 2 '' '*1 to 107 bytes*'
run status --socket "$(printf 'x%.0s' {1..108})"
is 'a socket path that is too long' 2 '' '*1 to 107 bytes; this one has 108*'

finish
