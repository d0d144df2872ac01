#!/bin/bash
# The walls between the rooms: who may include what. The table below is the rule.
#
# Out: each include that breaks it; exit 0 when there is none.
set -uo pipefail
# shellcheck source=test/check/lib.sh
source "$(dirname "$0")/lib.sh"

# FILES (a regular expression) | INCLUDES THEY MAY NOT HAVE | BUT THESE FILES MAY | why
table() {
	cat <<'TEXT'
include/base/      | .*/.*                                        |                                                     | libc alone
include/bulwark/   | (agent\|policy\|tools\|base\|bpf\|yaml\|json-c).* |                                                 | the kernel's compiler reads it too
policy/            | (bpf\|json-c\|agent\|tools\|sys/socket\|sys/un\|netinet)[./].* |                                        | builds and tests anywhere
policy/            | yaml\.h                                      | policy/parse\.c                                     | one place knows the YAML library
kern/              | (policy\|agent\|tools\|base\|std\|sys)[./].* |                                                     | nothing of user space
agent/             | (bpf/.*\|bulwark\.skel\.h)                   | agent/(probe\|pins\|programs\|load\|load_attach\|fill\|guarded\|apply\|batch\|carry\|lineage\|counters\|standing\|heritage\|ring)\.[ch] | the kernel room
agent/             | tools/.*                                     |                                                     | the agent does not know who asks it
agent/             | curl/.*                                      | agent/fetch/get\.c                                  | one place knows the HTTP library
agent/             | yaml\.h                                      |                                                     | a configuration is read by policy/parse
tools/             | bpf/.*                                       |                                                     | needs no privilege
tools/             | agent/.*                                     |                                                     | all that both know is include/bulwark/control.h
TEXT
}

# What a file includes, a name in quotes as the path that it means: "FILE:LINE NAME".
# shellcheck disable=SC2016 # perl's variables
includes() {
	sources '*.c' '*.h' '*.def' | grep -vE '^tools/vm\.d/' |
		xargs perl -ne 'print "$ARGV:$. $1\n" if /^\s*#\s*include\s+[<"]([^>"]+)[>"]/; close ARGV if eof'
}

failed=0
found=$(includes)
while IFS= read -r row; do
	row=${row//\\|/$'\1'}
	IFS='|' read -r files banned unless why <<<"$row"
	files=${files// /} banned=${banned// /} unless=${unless// /}
	broken=$(grep -E "^${files}[^ ]* ${banned//$'\1'/|}\$" <<<"$found")
	[[ ! $unless ]] || broken=$(grep -vE "^${unless//$'\1'/|}:" <<<"$broken")
	# Tests bring a double of the kernel and look across the walls.
	broken=$(grep -vE '^[^ ]*_(test\.c|fixture\.h):' <<<"$broken")
	[[ $broken ]] || continue
	failed=1
	printf '%s\n' "${broken//$'\n'/"   -- $files:$why"$'\n'}   -- $files:$why"
done < <(table)
exit "$failed"
