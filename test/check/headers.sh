#!/bin/bash
# Every C file opens with its licence and with what it is for.
#
# Out: the files that do not; exit 0 when there is none.
set -uo pipefail
# shellcheck source=test/check/lib.sh
source "$(dirname "$0")/lib.sh"

failed=0
while read -r file; do
	{ read -r first && read -r second; } <"$file"
	if [[ $first != '/'[/*]' SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause'* ]]; then
		echo "$file:1: no licence" && failed=1
	elif [[ $second != '/*'* ]]; then
		echo "$file:2: no comment that says what enters and what leaves" && failed=1
	fi
done < <(sources '*.c' '*.h')
exit "$failed"
