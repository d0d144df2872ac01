/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Does one thing of a policy hold wherever another one does? The answers are safe, not complete: true is certain, false
 * may only mean that it does not show in the text.
 */
#ifndef TOOLS_COVER_H
#define TOOLS_COVER_H

#include "policy/policy.h"

/* What a rule asks of the process: the subject of its policy and its own. */
struct cover_subject {
	const struct selector *policy;
	const struct selector *rule; /* NULL: a default */
};

bool cover_path(const struct path_value *wide, const struct path_value *narrow);
bool cover_condition(const struct condition *wide, const struct condition *narrow);

/* Does every process that matches `narrow` match each condition of `wide`? */
bool cover_selector(const struct selector *wide, const struct cover_subject *narrow);

/* Is every object of `narrow` one of `wide`, which has the same operation? */
bool cover_objects(const struct rule *wide, const struct rule *narrow);

/* Is there no file that the pattern does not match? */
bool cover_is_everything(const struct path_value *value);

#endif
