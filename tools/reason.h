/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What an explanation says, in words.
 */
#ifndef TOOLS_REASON_H
#define TOOLS_REASON_H

#include "policy/explain.h"
#include <stdio.h>

/* "binary: wanted /usr/sbin/nginx, got /usr/bin/bash"; malloc'd, NULL: no memory. Not escaped for a terminal. */
char *reason_text(const struct explain_line *line, const struct simulate_question *question);

/* "exec of /usr/bin/dash by /usr/sbin/nginx as uid 33", as above. */
char *reason_question(const struct simulate_question *question);

/* "exec" of the object alone: "/usr/bin/dash", "10.0.0.5:443/tcp", "unix:@x", "module-load", as above. */
char *reason_object(const struct simulate_question *question);

/* "POLICY/RULE" or "POLICY/default", as above. */
char *reason_rule(const struct policy *policy, const struct rule *rule);

/* "object", "subject", "except", "allowed", ...: a stable word for machines. */
const char *reason_word(enum explain_reason reason);

#endif
