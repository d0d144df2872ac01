# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Completion for fish. In: after tables.awk, bulwark.fish.in. Out: its text, with the tables in the places of the marks.

# One word of fish: in single quotes, where a backslash takes the meaning from itself and from a quote.
function fish(text)
{
	gsub(/\\/, "\\\\", text)
	gsub(/'/, "\\'", text)
	return "'" text "'"
}

function offers(value)
{
	if (words_of(value) != "")
		return " -a " fish(words_of(value))
	return value == "policies" ? " -a '(__bulwark_policies)'" : value == "users" ? " -a '(__fish_complete_users)'" : \
		value == "groups" ? " -a '(__fish_complete_groups)'" : ""
}

function option_line(c, o,    value)
{
	printf "complete -c bulwark -n '__bulwark_is %s'", c
	if (short[c, o] != "")
		printf " -s %s", short[c, o]
	printf " -l %s", long[c, o]
	if (argument[c, o] != "") {
		value = value_of(argument[c, o])
		printf "%s%s", value == "files" ? " -rF" : " -x", offers(value)
	}
	print " -d " fish(about[c, o])
}

function place_line(c, at, value)
{
	if (value != "none")
		printf "complete -c bulwark -n '__bulwark_at %s %s'%s\n", c, at, value == "files" ? " -F" : " -f" offers(value)
}

/^@taking$/ {
	for (i = 1; i <= n_commands; i++) {
		c = command[i]
		for (o = 1; o <= n_options[c]; o++)
			if (argument[c, o] != "")
				printf " %s", c ":--" long[c, o] (short[c, o] != "" ? " " c ":-" short[c, o] : "")
	}
	print ""
	next
}
/^@commands$/ {
	for (i = 1; i <= n_commands; i++)
		printf "complete -c bulwark -n '__bulwark_is_first; or __bulwark_at help 1' -f -a %s -d %s\n", command[i],
			fish(help[command[i]])
	next
}
/^@arguments$/ {
	for (i = 1; i <= n_commands; i++) {
		c = command[i]
		print "\n# " c
		for (o = 1; o <= n_options[c]; o++)
			option_line(c, o)
		for (o = 1; o <= n_places[c]; o++)
			place_line(c, o, place[c, o])
		if (n_places[c] && rest[c] != "none")
			place_line(c, n_places[c] + 1 " more", rest[c])
	}
	next
}
/^@/ { wrong(FILENAME ":" FNR ": no such mark: " $0) }
{ print }
END { exit failed }
