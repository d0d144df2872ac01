# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The manual page. In: after tables.awk, the page with marks. Out: mdoc. The marks:
#
#     @synopsis        all lines of arguments
#     @command NAME    the head of a command; its description follows
#     @common          the same for the options that the commands share
#     @option NAME     words about an option, in place of what --help says of it
#     @words ARGUMENT  the words that may stand for an argument, as the end of a sentence
#     @end             the end of a command: its options stand here

/^@synopsis$/ { synopsis(); next }
/^@common$/ { begin(command[1]); common = 1; next }
/^@command / { begin(substr($0, 10)); head(current); next }
/^@option / { begin_option(substr($0, 9)); next }
/^@words / { put(sentence_of(words_of(value_of(substr($0, 8))))); next }
/^@end$/ { finish(); next }
/^@/ { wrong(FILENAME ":" FNR ": no such mark: " $0) }
{ put($0) }
END {
	if (failed)
		exit 1
	if (current != "")
		wrong(FILENAME ": no @end after @command " current)
	for (i = 1; i <= n_commands; i++)
		if (!(command[i] in described))
			wrong(FILENAME ": nothing about the command " command[i])
}

function put(text)
{
	if (option != "")
		words[option] = words[option] text "\n"
	else
		print text
}

# ".Cm allow ,", ".Cm audit" and "or" and ".Cm deny ."
function sentence_of(list,    n, i, word, text)
{
	n = split(list, word, " ")
	for (i = 1; i < n; i++)
		text = text ".Cm " word[i] (i < n - 1 ? " ,\n" : "\nor\n")
	return text ".Cm " word[n] " ."
}

function begin(c)
{
	if (current != "")
		wrong(FILENAME ":" FNR ": no @end before this")
	if (!(c in help))
		wrong(FILENAME ":" FNR ": there is no command " c)
	current = c
	common = 0
	split("", words)
}

function begin_option(name)
{
	if (current == "" || !((current, "--" name) in number))
		wrong(FILENAME ":" FNR ": there is no option " name " of " current)
	option = name
	words[option] = ""
}

# --- lines of arguments -------------------------------------------------------------------------------------------

function argument_macro(name,    list)
{
	list = words_of(value_of(name))
	if (list != "" && name ~ /\|/)
		return "Cm " alternatives(name)
	return "Ar " alternatives(tolower(name))
}

function alternatives(name)
{
	gsub(/\|/, " | ", name)
	return name
}

function flag_macro(c, o)
{
	return (short[c, o] != "" ? "Fl " short[c, o] : "Fl Fl " long[c, o]) \
		(argument[c, o] != "" ? " " argument_macro(argument[c, o]) : "")
}

# Adds to parts[]; what may be left out is marked by a "[" before it.
function add_options(c, line,    o, flags, named, more)
{
	for (o = 1; o <= n_options[c]; o++) {
		named = is_named(c, o, line)
		more = more || (named && kind[c, o] == "more")
		if (kind[c, o] != "own" || is_named(c, o, ""))
			continue
		if (argument[c, o] == "" && short[c, o] != "")
			flags = insert(flags, short[c, o])
		else
			parts[++n_parts] = "[" flag_macro(c, o)
	}
	if (flags != "") {
		for (o = ++n_parts; o > 1; o--)
			parts[o] = parts[o - 1]
		parts[1] = "[Fl " flags
	}
	return more
}

# Adds a letter where it belongs by the alphabet.
function insert(letters, letter,    i)
{
	for (i = 1; i <= length(letters) && tolower(substr(letters, i, 1)) <= tolower(letter); i++)
		;
	return substr(letters, 1, i - 1) letter substr(letters, i)
}

# Does a line of arguments name this option? Without a line: does any?
function is_named(c, o, line,    i)
{
	if (line == "" && n_usages[c] > 0) {
		for (i = 1; i <= n_usages[c]; i++)
			if (usage[c, i] != "" && is_named(c, o, usage[c, i]))
				return 1
		return 0
	}
	line = " " line " "
	gsub(/[][]|\.\.\./, " ", line)
	return index(line, " --" long[c, o] " ") || (short[c, o] != "" && index(line, " -" short[c, o] " "))
}

function add_items(c, line, more,    items, n, i, o, text, asked)
{
	n = split(line, items, " ")
	for (i = 1; i <= n; i++) {
		read_item(items[i])
		asked = item_name ~ /^-/
		if (asked) {
			o = number[c, item_name]
			text = item_name ~ /^--/ ? "Fl Fl " long[c, o] : flag_macro(c, o)
			if (argument[c, o] != "")
				read_item(items[++i])
		} else {
			if (more)
				parts[++n_parts] = "[Ar option ..."
			more = 0
			text = argument_macro(item_name)
		}
		parts[++n_parts] = (item_bare ? "[" : "") text (item_more ? " ..." : "")
	}
}

function read_parts(c, line,    more)
{
	n_parts = 0
	more = add_options(c, line)
	add_items(c, line, more)
}

function synopsis(    i, j, k)
{
	for (i = 1; i <= n_commands; i++)
		for (j = 1; j <= n_usages[command[i]]; j++) {
			print ".Nm\n.Cm " command[i]
			read_parts(command[i], usage[command[i], j])
			for (k = 1; k <= n_parts; k++)
				print (sub(/^\[/, "", parts[k]) ? ".Op " : ".") parts[k]
		}
}

function head(c,    j, k, text)
{
	described[c] = 1
	for (j = 1; j <= n_usages[c]; j++) {
		read_parts(c, usage[c, j])
		text = ".It Cm " c
		for (k = 1; k <= n_parts; k++)
			text = text (sub(/^\[/, "", parts[k]) ? " Oo " parts[k] " Oc" : " " parts[k])
		print text
	}
}

# --- options ------------------------------------------------------------------------------------------------------

# What --help says, as a sentence: "Its cgroup [/]" becomes "Its cgroup, / by default."
function sentence(text)
{
	gsub(/\\/, "\\e", text)
	gsub(/`/, "\\(ga", text)
	gsub(/'/, "\\(aq", text)
	if (match(text, / \[[^]]*\]$/))
		text = substr(text, 1, RSTART - 1) ", " substr(text, RSTART + 2, RLENGTH - 3) " by default"
	return (text ~ /^\./ ? "\\&" : "") text "."
}

function print_item(c, o)
{
	printf ".It %s%s", short[c, o] != "" ? "Fl " short[c, o] " , " : "", "Fl Fl " long[c, o]
	printf "%s\n", argument[c, o] != "" ? " Ns = Ns " argument_macro(argument[c, o]) : ""
	if (long[c, o] in words)
		printf "%s", words[long[c, o]]
	else
		print sentence(about[c, o])
}

# Of the shared options a command lists those that the page has words about.
function is_listed(c, o)
{
	return common ? kind[c, o] == "common" : kind[c, o] != "common" || long[c, o] in words
}

function finish(    o, any)
{
	if (current == "")
		wrong(FILENAME ":" FNR ": @end of nothing")
	for (o = 1; o <= n_options[current]; o++) {
		if (!is_listed(current, o))
			continue
		if (!any++)
			print ".Bl -tag -width Ds"
		print_item(current, o)
	}
	if (common)
		print ".It Fl ?\\& , Fl Fl help\nDescribe the command."
	if (any)
		print ".El"
	current = option = ""
}
