# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Completion for bash. In: after tables.awk, bulwark.bash.in. Out: its text, with the tables in the places of the marks.

function line(word, text)
{
	printf " \\\n\t\t%s", quote(word "\t" text)
}

function arms(c, name, value)
{
	printf "\t%s) kind=%s ;;\n", c ":" name, quote(value)
}

/^@commands$/ {
	printf "\tprintf '%%s\\n'"
	for (i = 1; i <= n_commands; i++)
		line(command[i], help[command[i]])
	print ""
	next
}
/^@options$/ {
	for (i = 1; i <= n_commands; i++) {
		c = command[i]
		printf "\t%s) printf '%%s\\n'", c
		for (o = 1; o <= n_options[c]; o++) {
			line("--" long[c, o], about[c, o])
			if (short[c, o] != "")
				line("-" short[c, o], about[c, o])
		}
		line("--help", "Describe the command")
		print " ;;"
	}
	next
}
/^@values$/ {
	for (i = 1; i <= n_commands; i++) {
		c = command[i]
		for (o = 1; o <= n_options[c]; o++)
			if (argument[c, o] != "")
				arms(c, "--" long[c, o] (short[c, o] != "" ? " | " c ":-" short[c, o] : ""), value_of(argument[c, o]))
	}
	next
}
/^@places$/ {
	for (i = 1; i <= n_commands; i++) {
		c = command[i]
		for (o = 1; o <= n_places[c]; o++)
			arms(c, o, place[c, o])
		if (n_places[c] && rest[c] != "none")
			arms(c, "*", rest[c])
	}
	next
}
/^@/ { wrong(FILENAME ":" FNR ": no such mark: " $0) }
{ print }
END { exit failed }
