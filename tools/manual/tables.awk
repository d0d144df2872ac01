# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What page.awk, bash.awk, zsh.awk and fish.awk share. In: first the rows of main.c, then a text with marked lines (@WORD).
# Out: arrays of what the commands take; the scripts print the text, and what belongs in the place of a mark.
#
#     command[i] help[c]                                 the commands, in the order of the help
#     usage[c, i]                                        lines of arguments
#     long[c, o] short[c, o] argument[c, o] kind[c, o] about[c, o]
#     place[c, i] rest[c]                                what stands at the i-th place, what at each one after the last
#
# An argument that nothing is known of ends the build: who adds an option says what may stand there.

BEGIN {
	FS = "\t"
	# What the shells complete an argument with. NAME is a policy in force.
	n = split("NAME policies|FILE files|DIR files|A files|B files|EVENT files|EVENTS files|PATH files|PATH,... files|" \
		"PROGRAM files|BINARY files|OBJECT files|USER users|GROUP groups|SPAN words 60s 5m 1h|TIME words 10m 1h 1d|" \
		"SECONDS none|N none|PID none|CAP,... none|IMAGE none|CONTAINER none|NAMESPACE none|POD none|KEY=VALUE none|" \
		"ARGUMENT none|DIGEST none", rows, "|")
	for (i = 1; i <= n; i++)
		values[substr(rows[i], 1, index(rows[i], " ") - 1)] = substr(rows[i], index(rows[i], " ") + 1)
	values["FILE|DIR"] = "files"
}

FNR == NR && $1 == "words" { values[$2] = "words " $3; next }
FNR == NR && $1 == "command" { command[++n_commands] = $2; help[$2] = $3; next }
FNR == NR && $1 == "usage" { usage[$2, ++n_usages[$2]] = $3; next }
FNR == NR && $1 == "option" {
	o = ++n_options[$2]
	long[$2, o] = $3
	# The first that has a letter keeps it: metrics has its own -T.
	short[$2, o] = $4 == "-" || ($2, "-" $4) in number ? "" : $4
	argument[$2, o] = $5 == "-" ? "" : $5
	kind[$2, o] = $6
	about[$2, o] = $7
	number[$2, "--" $3] = o
	if (short[$2, o] != "")
		number[$2, "-" $4] = o
	next
}
FNR == NR { wrong("a row that nobody knows: " $0) }
FNR == 1 {
	for (i = 1; i <= n_commands; i++)
		read_usages(command[i])
}

function wrong(message)
{
	print "tools/manual: " message | "cat >&2"
	close("cat >&2")
	failed = 1
	exit 1
}

# "words audit enforce", "policies", "files", "users", "groups" or "none"
function value_of(name,    list)
{
	if (name in values)
		return values[name]
	if (name !~ /^[a-z]+(\|[a-z]+)+$/)
		wrong("what may stand for " name "? tell it in the table of tools/manual/tables.awk")
	list = name
	gsub(/\|/, " ", list)
	return "words " list
}

# The words of a value, or nothing.
function words_of(value)
{
	return sub(/^words /, "", value) ? value : ""
}

# Takes an item of a line of arguments apart: item_name, item_more (may be repeated), item_bare (may be left out).
function read_item(text)
{
	item_bare = gsub(/[][]/, "", text) > 0
	item_more = text ~ /^[^,]*\.\.\.$/
	if (item_more)
		sub(/\.\.\.$/, "", text)
	item_name = text
}

# Places, from the line that has the most of them.
function read_usages(c,    i)
{
	for (i = 1; i <= n_usages[c]; i++)
		read_usage(c, usage[c, i])
}

function read_usage(c, line,    items, n, i, places, found, more)
{
	n = split(line, items, " ")
	for (i = 1; i <= n; i++) {
		read_item(items[i])
		if (item_name ~ /^-/) {
			if (!((c, item_name) in number))
				wrong(c " has no option " item_name)
			i += argument[c, number[c, item_name]] != ""
			continue
		}
		found[++places] = value_of(item_name)
		place_name[c, places] = item_name
		more = item_more
	}
	if (places <= n_places[c])
		return
	n_places[c] = places
	rest[c] = more ? found[places] : "none"
	for (i = 1; i <= places; i++)
		place[c, i] = found[i]
}

# One word of sh: in single quotes.
function quote(text)
{
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}
