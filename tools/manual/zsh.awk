# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Completion for zsh. In: after tables.awk, bulwark.zsh.in. Out: its text, with the tables in the places of the marks.

# What has a meaning to _arguments and _describe.
function plain(text)
{
	gsub(/[:\\]|\[|\]/, "\\\\&", text)
	return text
}

function action(value)
{
	if (words_of(value) != "")
		return "(" words_of(value) ")"
	return value == "none" ? " " : value == "policies" ? "_bulwark_policies" : "_" value
}

function spec(text)
{
	printf " \\\n\t\t\t%s", text
}

function option_spec(c, o,    names, end, first)
{
	first = about[c, o] ~ /may be repeated/ ? "*" : ""
	if (short[c, o] != "" && first == "")
		names = "(-" short[c, o] " --" long[c, o] ")"
	end = "[" plain(about[c, o]) "]"
	if (argument[c, o] != "")
		end = end ":" plain(tolower(argument[c, o])) ":" action(value_of(argument[c, o]))
	if (short[c, o] != "")
		spec(quote(names first "-" short[c, o] (argument[c, o] != "" ? "+" : "") end))
	spec(quote(names first "--" long[c, o] (argument[c, o] != "" ? "=" : "") end))
}

/^@commands$/ {
	for (i = 1; i <= n_commands; i++)
		print "\t" quote(command[i] ":" plain(help[command[i]]))
	next
}
/^@arguments$/ {
	for (i = 1; i <= n_commands; i++) {
		c = command[i]
		printf "\t%s)\n\t\t_arguments -s -S", c
		for (o = 1; o <= n_options[c]; o++)
			option_spec(c, o)
		spec(quote("(- *)--help[Describe the command]"))
		for (o = 1; o <= n_places[c]; o++)
			spec(quote(o ":" plain(tolower(place_name[c, o])) ":" action(place[c, o])))
		if (n_places[c] && rest[c] != "none")
			spec(quote("*:" plain(tolower(place_name[c, n_places[c]])) ":" action(rest[c])))
		print "\n\t\t;;"
	}
	next
}
/^@/ { wrong(FILENAME ":" FNR ": no such mark: " $0) }
{ print }
END { exit failed }
