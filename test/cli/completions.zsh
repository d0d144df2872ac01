# What zsh offers. In: a folder with the completion as _bulwark; lines on standard input, the cursor at the end of each.
# Out: LINE, a tab, a WORD.
#
# A shell on a terminal of its own is typed to; compadd, to which all words are given in the end, tells them.
zmodload zsh/zpty

cat >$1/setup <<'EOT'
PS1= PS2= RPS1=
unset zle_bracketed_paste
autoload -Uz compinit
compinit -u -D
compadd()
{
	local -a hits
	local hit

	# Asked for a list only: nothing is offered.
	[[ ${@[1,(i)(-|--)]} != *-[OAD]\ * ]] || { builtin compadd "$@"; return }
	builtin compadd -A hits "$@"
	for hit in $hits; do print -r -- "<$hit>"; done
	builtin compadd "$@"
}
told()
{
	compstate[list]= compstate[insert]=
	comppostfuncs=(told) # for the next time: each time takes it
	print -r -- "<<told>>"
}
comppostfuncs=(told)
bindkey -e
bindkey '^I' complete-word
zstyle ':completion:*' verbose yes
print -r -- "<<ready>>"
EOT

zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "fpath=(${(q)1} \$fpath); source ${(q)1}/setup"
zpty -r shell answer '*<<ready>>*' || exit 1
while IFS= read -r line; do
	zpty -w -n shell "$line"$'\t'
	zpty -r shell answer '*<<told>>*' || exit 1
	for word in ${(f)answer}; do
		word=${word%$'\r'}
		[[ $word != *'<'*'>' || $word == *'<<told>>' ]] || print -r -- "$line"$'\t'"${${word##*<}%>}"
	done
	zpty -w -n shell $'\C-u'
done
zpty -d shell
