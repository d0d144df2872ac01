#!/bin/bash
# The name of a function tells its file: what is not static begins with the file's name, or with its first word where
# several files stand behind one header (methods_read.c, check_path.c).
#
# In:  the folder of a build.
# Out: the functions that do not; exit 0 when there is none.
set -uo pipefail
# shellcheck source=test/check/lib.sh
source "$(dirname "$0")/lib.sh"

# policy/names.c is the vocabulary: verdict_name(), verdict_from() and so on.
nm -A -g --defined-only "$1/policy/libpolicy.a" "$1/agent/libagent_core.a" "$1/tools/libtools.a" \
	"$1"/agent/CMakeFiles/bulwarkd.dir/*.c.o "$1"/agent/fetch/CMakeFiles/bulwark-pods.dir/*.c.o |
	awk -v found=0 '
		NF < 3 || $(NF - 1) != "T" || $NF == "main" { next }
		{
			split($1, part, /[:\/]/)
			file = $1
			sub(/\.c\.o:.*/, "", file)
			sub(/.*[:\/]/, "", file)
			word = file
			sub(/_.*/, "", word)
			n++
		}
		file != "names" && index($NF, file "_") != 1 && $NF != file && index($NF, word "_") != 1 {
			print file ".c: " $NF "()"
			found = 1
		}
		END { exit found || n == 0 }'
