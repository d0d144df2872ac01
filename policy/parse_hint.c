/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a complaint of libyaml and the byte that it is about. Out: what the author most likely did. The complaints are
 * recognised by a part of their wording; one that is not recognised is shown as it is, so a change of the library's
 * wording costs comfort and nothing else.
 */
#include "parse_hint.h"
#include <base/cleanup.h>
#include <stddef.h>
#include <string.h>

#define INDENTATION "keys of one map stand in one column, and so do the '-' of one list"

static const struct {
	const char *problem; /* part of the library's wording */
	const char *bytes;   /* only when it stopped at one of these, "" for the end of the text; NULL: anywhere */
	struct parse_hint hint;
} complaints[] = {
	{ "cannot start any token", "\t", { "a tab where indentation is expected", "indent with spaces" } },
	{ "cannot start any token", NULL, { "no value begins with this character", "put the value in quotes" } },
	{ "tab character", NULL, { "a tab where indentation is expected", "indent with spaces" } },
	{ "mapping values are not allowed",
	  NULL,
	  { "a ':' where no key can stand", "check the indentation, and put a value with ': ' in it in quotes" } },
	{ "could not find expected ':'", NULL, { "a key without its ':'", "write 'key: value'" } },
	{ "did not find expected key", NULL, { "neither a key nor the end of the map", INDENTATION } },
	{ "did not find expected '-' indicator", NULL, { "neither '- ' nor the end of the list", INDENTATION } },
	{ "did not find expected ',' or ']'",
	  NULL,
	  { "a list in [ ] that does not close, or lacks a ','",
	    "within [ ] put a value that holds , [ ] { or } in quotes" } },
	{ "did not find expected ',' or '}'",
	  NULL,
	  { "a map in { } that does not close, or lacks a ','",
	    "within { } put a value that holds , [ ] { or } in quotes" } },
	{ "found unexpected end of stream", NULL, { "the text ends within quotes", "close the quotes" } },
	{ "found unexpected document indicator", NULL, { "'---' or '...' within quotes", "close the quotes" } },
	{ "did not find expected alphabetic or numeric character",
	  NULL,
	  { "'*' and '&' begin aliases and anchors, which are not allowed", "put the value in quotes: \"*:53/udp\"" } },
	{ "found unknown escape character",
	  NULL,
	  { "an unknown escape in double quotes", "use single quotes: '/a/\\*' holds the backslash as it is" } },
	{ "block sequence entries are not allowed",
	  NULL,
	  { "a '-' where no list can stand", "check the indentation" } },
	{ "block mapping", NULL, { "a '?' where no map can stand", "put the value in quotes" } },
	{ "did not find expected <document start>",
	  NULL,
	  { "text after the end of the document", "begin the next document with a line '---'" } },
	{ "did not find expected node content",
	  "",
	  { "the text ends in the middle of a list in [ ] or a map in { }", "close it" } },
	{ "did not find expected node content",
	  NULL,
	  { "no value where one is expected",
	    "put a value that begins with ':' or holds , [ ] { } in quotes: \"::1\"" } },
	{ "control characters are not allowed", NULL, { "a control character: this is no text", NULL } },
	{ "UTF-8", NULL, { "not valid UTF-8: this is no text, or of another encoding", NULL } },
	{ "invalid Unicode character", NULL, { "not valid UTF-8: this is no text, or of another encoding", NULL } },
	{ "maximum nesting", NULL, { "nested too deep", NULL } },
};

struct parse_hint parse_hint(const char *problem, char at)
{
	size_t i;

	for (i = 0; problem && i < ARRAY_SIZE(complaints); i++) {
		if (!strstr(problem, complaints[i].problem))
			continue;
		if (!complaints[i].bytes || strchr(complaints[i].bytes, at))
			return complaints[i].hint;
	}
	return (struct parse_hint){ 0 };
}
