#!/usr/bin/env bash
# The documents that ship: the manual's examples are valid policies, its pages are well-formed and name every command.
# shellcheck source-path=SCRIPTDIR disable=SC2034
. "$(dirname "$0")/lib.sh"

top=$(cd "$(dirname "$0")/../.." && pwd)
written=$(dirname "$BULWARK")/manual/bulwark.1

# The displays of the page that are policies, as one stream of documents.
awk '/^\.Bd/ { inside = 1; print "---"; next } /^\.Ed/ { inside = 0 } inside' "$top/docs/man/bulwark-policy.5" \
	>"$FOLDER/manual.yaml"
run check --strict "$FOLDER/manual.yaml"
is 'the policies of bulwark-policy(5)' 0 '2 policies*' ''

for name in "$top"/policy/library/*.yaml; do
	[ -e "$name" ] || continue
	run check --strict "$name"
	is "the shipped ${name##*/}" 0
	run test "$top/policy/library/tests/$(basename "$name" .yaml).test.yaml"
	is "its tests" 0
	grep -qF "\`${name##*/}\`" "$top/policy/library/README.md"
	STATUS=$?
	is "its line in the list" 0
done

for command in $("$BULWARK" --help | sed -n 's/^  \([a-z][a-z-]*\)  *.*/\1/p'); do
	section=$(awk -v head="^\\.It Cm $command( |\$)" '/^\.It Cm / || /^\.Sh / { inside = $0 ~ head } inside' "$written")
	[ -n "$section" ]
	STATUS=$?
	is "bulwark(1) describes $command" 0
	for option in $("$BULWARK" "$command" --help | sed -nE 's/^ {2,6}(-., )?(--[a-z][a-z0-9-]+).*/\2/p'); do
		case $option in --help | --usage | --version) continue ;; esac
		case $option in
		--json | --socket | --timeout) grep -q "^\.It .*Fl Fl ${option#--}\b" "$written" ;;
		*) grep -q "^\.It .*Fl Fl ${option#--}\b" <<<"$section" ;;
		esac
		STATUS=$?
		is "bulwark(1) describes $command $option" 0
	done
done

if command -v mandoc >/dev/null; then
	for page in "$written" "$top"/docs/man/*.[1-9]; do
		mandoc -T lint -W warning "$page" >"$FOLDER/out" 2>&1
		STATUS=$?
		is "${page##*/} is well-formed" 0
	done
fi

finish
