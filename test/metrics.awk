# Is this text what readers of metrics take? -v form=openmetrics or prometheus; status 1 and a line for what is wrong.
#
# Looked at: HELP and TYPE before the samples of a family and together with them, names and suffixes that fit the type,
# labels and values that can be read, no sample twice, and the last line.

function wrong(what) { print FILENAME ":" NR ": " what ": " $0; failed = 1 }

ended { wrong("behind the end") }
$0 == "# EOF" { ended = 1; next }
/^# HELP / {
	family = $3
	if (family in begun) wrong("a family twice")
	begun[family] = 1
	type = ""
	next
}
/^# TYPE / {
	if ($3 != family) wrong("a type without its help")
	type = $4
	if (type !~ (form == "openmetrics" ? "^(counter|gauge|info)$" : "^(counter|gauge)$")) wrong("an unknown type")
	next
}
{
	name = $0
	sub(/[{ ].*/, "", name)
	expected = family
	if (form == "openmetrics" && type == "counter") expected = family "_total"
	if (form == "openmetrics" && type == "info") expected = family "_info"
	if (name != expected) wrong("a sample that is not of " family)
	if (form == "prometheus" && type == "counter" && name !~ /_total$/) wrong("a counter without _total")
	if ($0 !~ /^[a-z_]+({([a-z]+="([^"\\]|\\["\\n])*",?)+})? [0-9]+(\.[0-9]+)?$/) wrong("no sample")
	sample = $0
	sub(/ [^ ]*$/, "", sample)
	if (sample in seen) wrong("a sample twice")
	seen[sample] = 1
	n++
}
END {
	if (!n) { print FILENAME ": no sample"; failed = 1 }
	if (form == "openmetrics" && !ended) { print FILENAME ": no end"; failed = 1 }
	if (form == "prometheus" && ended) { print FILENAME ": an end that nobody knows"; failed = 1 }
	exit failed
}
