/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What came of tests of policies, for people and for the programs that collect such results.
 */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include "policy/policytest.h"
#include <json-c/json.h>

/* One case; or a file none of whose cases could be run, which counts as a failed one. */
struct report_line {
	const char *file;
	const char *name; /* NULL: the file as a whole */
	unsigned int line;
	bool passed;
	enum bw_verdict expected;
	enum bw_verdict decided;
	const char *expected_rule; /* "POLICY/RULE"; NULL: any */
	const char *rule;	   /* that decided; NULL: none */
};

/* Zeroed: empty. Owns all that its lines point to. */
struct report {
	struct arena arena;
	struct report_line *list;
	size_t n;
	size_t n_failed;
};

/* 0 or -ENOMEM. */
int report_add(struct report *report, const struct policytest *test, const struct policytest_case *from,
	       const struct policytest_result *result);
int report_add_invalid(struct report *report, const char *file);

void report_print_tap(const struct report *report, FILE *to);
void report_print_junit(const struct report *report, FILE *to);

/* Adds the fields "tests", "failed" and "cases". 0 or -ENOMEM. */
int report_add_json(const struct report *report, struct json_object *document);

void report_done(struct report *report);

#endif
