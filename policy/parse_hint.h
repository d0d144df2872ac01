/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the YAML library complains about, in words that help the author of a policy.
 */
#ifndef POLICY_PARSE_HINT_H
#define POLICY_PARSE_HINT_H

struct parse_hint {
	const char *message; /* NULL: the library's own words are all there is */
	const char *hint;
};

/* `problem`: the library's words, may be NULL. `at`: the byte that it stopped at. */
struct parse_hint parse_hint(const char *problem, char at);

#endif
