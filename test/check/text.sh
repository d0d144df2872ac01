#!/bin/bash
# What holds for every text: no white space at the end of a line, an end to the last line, nothing put off.
#
# Out: the places; exit 0 when there is none.
set -uo pipefail
# shellcheck source=test/check/lib.sh
source "$(dirname "$0")/lib.sh"

# Bytes that a test needs as they are; the corpora are of machines.
mapfile -t texts < <(sources '*' | grep -vE '^(test/cases/policy|test/fuzz/corpus|LICENSE)')
failed=0

grep -nIE '[[:space:]]+$' "${texts[@]}" && failed=1
# The words are in two parts, or this line would be found. The suites of test/vm speak TAP, where one of them is a word.
printf '%s\n' "${texts[@]}" | grep -vE '^test/vm/(lib\.sh|suite|attacks/suite|attacks/table\.tsv)$' |
	xargs -d '\n' grep -nIwE 'TO''DO|FIX''ME|XX''X' && failed=1
for file in "${texts[@]}"; do
	[[ ! -s $file || ! $(tail -c 1 "$file") ]] || { echo "$file: its last line has no end" && failed=1; }
done 2>/dev/null
exit "$failed"
