#!/bin/bash
# Is what the pages say true, as far as a program can tell?
#
# In:   the path of the bulwark binary.
# Out:  one line for each thing that is wrong; exit 0 when nothing is, 2 for wrong usage.
#
# Looked at: every ```yaml block of the pages is a valid policy (fragments are ```yaml-fragment); the shipped policies
# pass the strict check; every diagnostic id has its line, and no line is about an id that does not exist; links
# between pages lead somewhere.
set -euo pipefail

if [[ $# -ne 1 || ! -x $1 ]]; then
	echo "usage: $0 BULWARK" >&2
	exit 2
fi
bulwark=$(readlink -f "$1")
readonly bulwark
cd "$(dirname "$(readlink -f "$0")")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

wrong() {
	printf '%s\n' "$*"
	failed=1
}

# Writes each yaml block of a page to its own file, below as many empty lines as stand above it in the page: so the
# line numbers of diagnostics are those of the page.
extract() {
	awk -v prefix="$2" '
		in_block && /^```/ { in_block = 0; close(file); next }
		in_block { print > file; next }
		/^```yaml[ \t]*$/ {
			in_block = 1
			file = prefix "." NR ".yaml"
			for (i = 0; i < NR; i++)
				print "" > file
			print file
		}' "$1"
}

check_blocks() {
	local page block n=0
	for page in README.md docs/*.md; do
		while read -r block; do
			n=$((n + 1))
			"$bulwark" check "$block" >"$work/said" 2>&1 && continue
			wrong "$page: a yaml block is no valid policy"
			sed "s,^$work/,," "$work/said"
		done < <(extract "$page" "$work/$(basename "$page")")
	done
	((n > 0)) || wrong "no yaml block was found in any page"
}

check_library() {
	local policy
	for policy in policy/library/*.yaml; do
		"$bulwark" check --strict "$policy" >"$work/said" 2>&1 && continue
		wrong "$policy: not valid under --strict"
		cat "$work/said"
	done
}

# What the code can say: the first word in quotes after whoever reports. automaton.c refuses by other words.
ids_in_code() {
	local sources
	mapfile -t sources < <(find policy tools agent -name '*.c' ! -name '*_test.c' ! -name automaton.c)
	cat "${sources[@]}" | tr -s '\n\t ' ' ' |
		grep -oE '[^_a-z](diag_error|diag_warning|expect_error|mistake|refuse|fail|import_left_out|import_note|tetragon_refuse)\([^;"]*"[a-z]+(-[a-z]+)*",' |
		grep -oE '"[^"]*"' | tr -d '"'
	# Those that are handed on in a struct, and those that a test has seen.
	cat "${sources[@]}" | tr -s '\n\t ' ' ' | grep -oE 'struct unknown[^"]*\{ "[a-z]+(-[a-z]+)*", ' |
		grep -oE '"[^"]*"' | tr -d '"'
	grep -hE ': (error|warning): ' test/cases/policy/*/errors.golden | grep -oE '\[[a-z]+(-[a-z]+)*\]$' | tr -d '[]'
}

check_ids() {
	local id
	# shellcheck disable=SC2016 # the backquotes are the page's
	grep -oE '^\| `[a-z-]+` \|' docs/diagnostics.md | tr -d '|` ' | sort -u >"$work/documented"
	ids_in_code | sort -u >"$work/used"
	while read -r id; do
		wrong "docs/diagnostics.md: nothing about [$id]"
	done < <(comm -13 "$work/documented" "$work/used")
	while read -r id; do
		grep -rqF --include='*.c' "\"$id\"" policy tools agent || wrong "docs/diagnostics.md: no code says [$id]"
	done <"$work/documented"
}

check_links() {
	local page link
	for page in README.md docs/*.md docs/decisions/*.md; do
		while read -r link; do
			[[ -e $(dirname "$page")/$link ]] || wrong "$page: no $link"
		done < <(grep -oE '\]\([^)# ]+' "$page" | sed 's/^](//' | grep -v '^[a-z]*:' | sort -u)
	done
}

check_blocks
check_library
check_ids
check_links
exit "$failed"
