#!/usr/bin/env bash
# The completions, each in its shell: every command and every option that the program's own help tells is offered, and
# what may stand behind it.
# shellcheck source-path=SCRIPTDIR disable=SC2034,SC2046,SC2086 # words are parted by blanks
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
written=$(cd "$(dirname "$BULWARK")/manual" && pwd)
PATH=$(cd "$(dirname "$BULWARK")" && pwd):$PATH
mkdir "$FOLDER/fpath" "$FOLDER/cwd"
cp "$written/bulwark.zsh" "$FOLDER/fpath/_bulwark"
cd "$FOLDER/cwd" && touch some-file.yaml || exit 1

# --- what the program says ---------------------------------------------------------------------------------------

commands=$("$BULWARK" --help | sed -n 's/^  \([a-z][a-z-]*\)  *.*/\1/p')

# Lines of the options of a command: "-m", "--mode", and what the long one takes, or "-".
options()
{
	"$BULWARK" "$1" --help |
		sed -nE '/--(help|usage|version)( |$)/d; s/^  (-.,|   ) --([a-z0-9-]+)(=([^ ]+))? .*/\1 --\2 \4 -/p' |
		sed 's/^   /-/; s/,//' | cut -d' ' -f1-3
}

# words COMMAND...: those that the program knows at the end, from its own mouth.
words()
{
	"$BULWARK" "$@" xyzzyx 2>&1 | sed -n 's/.*it is one of //p' | tr -d ','
}

# --- what is asked of the shells, and what they are to offer ----------------------------------------------------------

# ask_shells LINE [WORD...]: the shells are to offer exactly these, options apart.
lines=() expected=()
ask_shells()
{
	lines+=("$1")
	shift
	expected+=("$(printf '%s\n' "$@" | sort)")
}

ask_options()
{
	local command short long value

	for command in $commands; do
		while read -r short long value; do
			case $value in
			FILE*) ask_shells "bulwark $command $long so" some-file.yaml ;;
			*[a-z]\|[a-z]*) ask_shells "bulwark $command $long " ${value//|/ } ;;
			esac
		done < <(options "$command")
	done
}

ask_words()
{
	ask_shells 'bulwark load -m ' $(words load --mode)
	ask_shells 'bulwark load --mode=' $(words load --mode)
	ask_shells 'bulwark events --verdict ' $(words events --verdict)
	ask_shells 'bulwark events --verdict d' deny
	ask_shells 'bulwark events --operation ' $(words events --operation)
	ask_shells 'bulwark explain -o ' $(words events --operation)
	ask_shells 'bulwark import ' tetragon kubearmor
	ask_shells 'bulwark import -s -p block ' tetragon kubearmor
	ask_shells 'bulwark import tetragon so' some-file.yaml
	ask_shells 'bulwark load so' some-file.yaml
	ask_shells 'bulwark load some-file.yaml so' some-file.yaml
	ask_shells 'bulwark mode NAME ' $(words mode NAME)
	ask_shells 'bulwark mode -t 5m NAME ' $(words mode NAME)
	ask_shells 'bulwark mode --try=5m NAME ' $(words mode NAME)
	ask_shells 'bulwark help ex' explain
	ask_shells 'bulwark schema '
	ask_shells 'bulwark show NAME '
	ask_shells 'bulwark events --timeout '
	ask_shells 'bulwark no-such-command '
}

ask_policies()
{
	local command

	for command in show unload impact 'unload web-shell' 'events --policy' 'learn -p'; do
		ask_shells "bulwark ${command%% *} --socket $SOCKET $(cut -s -d' ' -f2- <<<"$command ") " web-shell web-write
	done
	ask_shells "bulwark mode -S $SOCKET web-" web-shell web-write
	ask_shells "bulwark show --socket=$SOCKET web-w" web-write
	ask_shells 'bulwark show --socket /nowhere '
}

# --- the shells -----------------------------------------------------------------------------------------------------------

# What has each of them tell its offers.
tell_bash=(bash --norc --noprofile "$here/completions.bash" "$written/bulwark.bash")
tell_zsh=(zsh -f "$here/completions.zsh" "$FOLDER/fpath")
tell_fish=(env "HOME=$FOLDER" fish --no-config "$here/completions.fish" "$written/bulwark.fish")

# offered LINE: the words, sorted, without options.
offered()
{
	awk -F'\t' -v line="$1" '$1 == line { print $2 }' "$FOLDER/offers" | sort
}

check_shell()
{
	local shell=$1 command short long missing i
	local -n tell=tell_$1

	{
		printf 'bulwark \n'
		for command in $commands; do printf 'bulwark %s --\nbulwark %s -\n' "$command" "$command"; done
		printf '%s\n' "${lines[@]}"
	} | timeout 30 "${tell[@]}" >"$FOLDER/offers" 2>"$FOLDER/err"
	STATUS=$? OUT='' ERR=$(cat "$FOLDER/err")
	is "$shell runs" 0 '' ''
	missing=$(comm -23 <(printf '%s\n' $commands help | sort) <(offered 'bulwark '))
	same "$shell: every command" '' "$missing"
	for command in $commands; do
		missing=$(while read -r short long _; do
			offered "bulwark $command --" | grep -qxFe "$long" || echo "$long"
			[ "$short" = - ] || offered "bulwark $command -" | grep -qxFe "$short" || echo "$short"
		done < <(options "$command"))
		same "$shell: every option of $command" '' "$missing"
	done
	for ((i = 0; i < ${#lines[@]}; i++)); do
		same "$shell: ${lines[i]//$FOLDER/...}" "${expected[i]}" "$(offered "${lines[i]}" | grep -v '^-')"
	done
}

same 'the help is understood' '-m --mode audit|enforce' "$(options load | head -n 1)"
same 'and the words' 'audit enforce' "$(words load --mode)"
[ -n "$FAKE" ] || skip 'the double of the agent was not built'
start_agent
policy web-shell >"$FOLDER/a.yaml"
policy web-write >"$FOLDER/b.yaml"
ask load "$FOLDER/a.yaml" "$FOLDER/b.yaml"
is 'two policies' 0
ask_options
ask_words
ask_policies
for shell in bash zsh fish; do
	if command -v "$shell" >/dev/null; then
		check_shell "$shell"
	else
		echo "ok - $shell # skip it is not installed"
	fi
done
finish
