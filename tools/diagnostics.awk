# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# In: docs/diagnostics.md. Out: its rows about policies as the members of a table in C, so that the page and what machines
# are told cannot drift apart.
BEGIN { FS = " \\| " }
/^## The agent's configuration/ { exit }
/^\| `[a-z-]+` \| / {
	id = $1
	gsub(/[|` ]/, "", id)
	about = $2
	remedy = $3
	sub(/ \|$/, "", remedy)
	warning = sub(/^warning(, with `--[a-z]+`)?(, from the agent)?: /, "", about)
	gsub(/\]\([^)]*\)/, "]", remedy)
	gsub(/[\\"]/, "\\\\&", about)
	gsub(/[\\"]/, "\\\\&", remedy)
	printf "\t{ \"%s\", \"%s\", \"%s\", %s },\n", id, about, remedy, warning ? "true" : "false"
}
