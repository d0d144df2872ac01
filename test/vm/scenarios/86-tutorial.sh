# shellcheck shell=bash disable=SC2034,SC2154
# docs/tutorial.md, word for word: each block of commands is run as it stands, and what it prints is what stands below it.

place=/run/t/tutorial
mkdir -p "$place"

# Takes the document apart: N.run, the commands; N.fails, if they are to fail; N.output, what they print.
awk -v place="$place" '
/^```sh( fails)?$/ { file = place "/" ++n ".run"; if ($2 == "fails") print "" >(place "/" n ".fails"); print "" >file; next }
/^```output$/ { file = place "/" n ".output"; next }
/^```/ { file = ""; next }
file { print >file }
END { print n >(place "/count") }' /vm/tutorial.md

# Is the text what the pattern says? In the pattern `...` stands for anything, in a line, or alone for any lines.
matches() { # PATTERN-FILE TEXT-FILE
	awk '
	function glob(line, parts, n, i, at) {
		n = split(wanted[w], parts, /\.\.\./)
		if (n == 1) return line == wanted[w]
		if (index(line, parts[1]) != 1) return 0
		line = substr(line, length(parts[1]) + 1)
		for (i = 2; i < n; i++) {
			at = index(line, parts[i])
			if (!at) return 0
			line = substr(line, at + length(parts[i]))
		}
		return parts[n] == "" || (length(line) >= length(parts[n]) && substr(line, length(line) - length(parts[n]) + 1) == parts[n])
	}
	NR == FNR { wanted[++m] = $0; next }
	{ found[++k] = $0 }
	# reach[w, f]: the first w of what is wanted are the first f of what was found.
	END {
		reach[0, 0] = 1
		for (w = 1; w <= m; w++)
			for (f = 0; f <= k; f++) {
				if (wanted[w] == "...")
					reach[w, f] = reach[w - 1, f] || (f && reach[w, f - 1])
				else if (f && reach[w - 1, f - 1])
					reach[w, f] = glob(found[f])
			}
		exit !reach[m, k]
	}' "$1" "$2"
}

# The walk begins where a newcomer begins: with nothing in force, in an empty folder.
mkdir "$place/folder"
for ((i = 1; i <= $(<"$place/count"); i++)); do
	name="block $i: $(sed -n 2p "$place/$i.run")"
	(cd "$place/folder" && bash -e "$place/$i.run" >"$place/$i.out" 2>&1)
	status=$?
	if [ -e "$place/$i.fails" ] && [ "$status" -eq 0 ]; then
		not_ok "$name" 'it was to fail' "$(<"$place/$i.out")"
	elif [ ! -e "$place/$i.fails" ] && [ "$status" -ne 0 ]; then
		not_ok "$name" "status $status" "$(<"$place/$i.out")"
	elif [ -e "$place/$i.output" ] && ! matches "$place/$i.output" "$place/$i.out"; then
		not_ok "$name" 'it printed:' "$(<"$place/$i.out")"
	else
		ok "$name"
	fi
done
expect 'it has all been walked' test "$(<"$place/count")" -gt 12
printf 'a\n...\nb...d\n' >"$place/pattern"
printf 'a\nx\ny\nb--d\n' >"$place/text"
expect 'the comparison takes what is alike' matches "$place/pattern" "$place/text"
printf 'a\nx\ny\nb--c\n' >"$place/text"
if matches "$place/pattern" "$place/text"; then not_ok 'and nothing else'; else ok 'and nothing else'; fi
unload --all
