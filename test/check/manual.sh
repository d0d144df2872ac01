#!/bin/bash
# The manual pages are without a fault that mandoc knows.
#
# In:  the folder of a build, where bulwark(1) is.
# Out: what it found; exit 0 when that is nothing.
set -uo pipefail
# shellcheck source=test/check/lib.sh
source "$(dirname "$0")/lib.sh"

mapfile -t pages < <(sources 'docs/man/*.[1-9]')
((${#pages[@]})) && mandoc -T lint -W warning "$1/tools/manual/bulwark.1" "${pages[@]}"
