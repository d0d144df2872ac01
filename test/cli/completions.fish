# What fish offers. In: the completion; lines on standard input, the cursor at the end of each. Out: LINE, a tab, a WORD.
source $argv[1]
while read -l line
    for offer in (complete -C $line)
        printf '%s\t%s\n' $line (string replace -r '\t.*' '' -- $offer | string replace -r '^--[a-z-]*=(.)' '$1')
    end
end
