#!/bin/bash
# The manual pages are without a fault that mandoc knows.
#
# Out: what it found; exit 0 when that is nothing.
set -uo pipefail
# shellcheck source=test/check/lib.sh
source "$(dirname "$0")/lib.sh"

mapfile -t pages < <(sources 'docs/man/*')
((${#pages[@]})) && mandoc -T lint -W warning "${pages[@]}"
