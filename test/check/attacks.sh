#!/bin/bash
# docs/attacks.md is about exactly the techniques of test/vm/attacks/table.tsv; each has its program and its policies,
# and each program its technique.
#
# Out: what is missing; exit 0 when nothing is.
set -uo pipefail
# shellcheck source=test/check/lib.sh
source "$(dirname "$0")/lib.sh"

readonly folder=test/vm/attacks
failed=0

# complain WHAT: the names on standard input, if there are any.
complain() {
	local name
	while read -r name; do
		echo "$1: $name"
		failed=1
	done
}

# column N
column() { awk -F'\t' -v n="$1" '$1 != "" && !/^#/ { print $n }' $folder/table.tsv; }

# shellcheck disable=SC2016 # the backquotes are the page's
documented() { sed -n 's/^| `\([^`]*\)` |.*/\1/p' docs/attacks.md | sort; }

programs() { sources "$folder/*.c" | sed 's|.*/||; s|\.c$||' | grep -vxE 'attack|world|payload.*' | sort; }

policies() { sources "$folder/policies/*.yaml" | sed 's|.*/||; s|\.yaml$||' | sort; }

complain 'not seven columns' < <(awk -F'\t' '$1 != "" && !/^#/ && NF != 7 { print $1 }' $folder/table.tsv)
complain 'twice in the table' < <(column 1 | sort | uniq -d)
complain 'no such expectation' < <(column 6 | grep -vE '^(stopped|(open|later)( (6\.1|6\.12|7))?: .+)$')
complain 'docs/attacks.md lacks (run test/vm/attacks/document)' < <(comm -23 <(column 1 | sort) <(documented))
complain 'docs/attacks.md has what the table lacks' < <(comm -13 <(column 1 | sort) <(documented))
complain 'the table lacks the program' < <(comm -13 <(column 3 | cut -d' ' -f1 | sort -u) <(programs))
complain 'there is no program' < <(comm -23 <(column 3 | cut -d' ' -f1 | sort -u) <(programs))
complain 'the table lacks the policy' < <(comm -13 <(column 5 | tr ',' '\n' | sort -u) <(policies))
complain 'there is no policy' < <(comm -23 <(column 5 | tr ',' '\n' | sort -u) <(policies))
exit "$failed"
