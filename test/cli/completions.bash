# What bash offers. In: the completion; lines on standard input, the cursor at the end of each. Out: LINE, a tab, a WORD.
# shellcheck shell=bash disable=SC1090 # it is written by the build
. "$1"

# readline would go on with files.
compopt()
{
	mapfile -t COMPREPLY < <(compgen -f -- "$word")
}

while IFS= read -r line; do
	# readline parts words at "=" too.
	read -ra COMP_WORDS <<<"${line//=/ = }"
	[[ $line != *' ' ]] || COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_bulwark bulwark
	for word in "${COMPREPLY[@]}"; do
		printf '%s\t%s\n' "$line" "$word"
	done
done
