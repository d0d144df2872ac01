# bash completion for bulwark(1). Commands and options are read from --help, so they cannot drift from the program.
# shellcheck shell=bash

_bulwark_commands()
{
	"$1" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\)  *.*/\1/p'
}

_bulwark_options()
{
	"$1" "$2" --help 2>/dev/null | grep -oE -- '--[a-z][a-z0-9-]*' | sort -u
}

_bulwark_policies()
{
	"$1" list --timeout 1 2>/dev/null | sed -n '2,$s/ .*//p'
}

# The words that may stand after an option.
_bulwark_values()
{
	case $1 in
	-m | --mode) echo audit enforce ;;
	-v | --verdict) echo allow audit deny kill ;;
	-o | --operation) echo exec read write connect bind socket use ;;
	-s | --since) echo 10m 1h 1d ;;
	-p | --policy | --posture) [[ $3 == import ]] && echo block audit || _bulwark_policies "$2" ;;
	*) return 1 ;;
	esac
}

# The words that may stand as arguments of a command; nothing: files.
_bulwark_arguments()
{
	case $1 in
	show | unload | impact) _bulwark_policies "$2" ;;
	mode) _bulwark_policies "$2" && echo audit enforce ;;
	import) [[ $3 -ne 2 ]] || echo tetragon kubearmor ;;
	help) _bulwark_commands "$2" ;;
	esac
}

_bulwark()
{
	local program=$1 word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words

	if [[ $COMP_CWORD -eq 1 ]]; then
		words="$(_bulwark_commands "$program") help --help --version"
	elif [[ $word == -* ]]; then
		words=$(_bulwark_options "$program" "${COMP_WORDS[1]}")
	elif ! words=$(_bulwark_values "$before" "$program" "${COMP_WORDS[1]}"); then
		words=$(_bulwark_arguments "${COMP_WORDS[1]}" "$program" "$COMP_CWORD")
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _bulwark bulwark
