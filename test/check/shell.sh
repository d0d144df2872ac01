#!/bin/bash
# The scripts are without a fault that shellcheck knows. They are found by their first line or their name.
#
# Out: what it found; exit 0 when that is nothing.
set -uo pipefail
# shellcheck source=test/check/lib.sh
source "$(dirname "$0")/lib.sh"

scripts() {
	sources '*' | while read -r file; do
		read -r -n 80 first <"$file"
		case $file:$first in
		*:'#!'*sh | *.sh:*) echo "$file" ;;
		esac
	done 2>/dev/null
}

mapfile -t found < <(scripts)
((${#found[@]})) && shellcheck -x "${found[@]}"
