/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is wrong with a policy, for its author. Stages add diagnostics and go on where that makes sense; one
 * printer shows them all:
 *
 *	web.yaml:14:12: error: unknown key 'pathes' in a rule [unknown-key]
 *	   14 |       pathes: [/bin/sh]
 *	      |       ^~~~~~
 *	   hint: did you mean 'paths'?
 *
 * Nothing here logs or exits. A list that is full (DIAG_MAX) counts on without storing.
 */
#ifndef POLICY_DIAG_H
#define POLICY_DIAG_H

#include "source.h"
#include <stdio.h>

#define DIAG_MAX 100

enum diag_severity {
	DIAG_WARNING,
	DIAG_ERROR,
};

struct diagnostic {
	enum diag_severity severity;
	const char *id;	       /* static: a stable word for the kind of mistake, "unknown-key" */
	struct source *source; /* referenced; NULL: about no text */
	struct span span;
	char *message;
	char *hint; /* what to write instead; may be NULL */
};

struct diag {
	struct diagnostic *list;
	size_t n;
	size_t n_errors; /* counts those not stored too */
	size_t n_warnings;
};

/*
 * Adds one. `hint` may be NULL and is copied; the message is formatted, and may hold bytes of the text as they are:
 * printing makes control characters visible. Out of memory, the error is counted and not stored.
 */
void diag_error(struct diag *diag, struct source *source, struct span span, const char *id, const char *hint,
		const char *format, ...) __attribute__((format(printf, 6, 7)));
void diag_warning(struct diag *diag, struct source *source, struct span span, const char *id, const char *hint,
		  const char *format, ...) __attribute__((format(printf, 6, 7)));

void diag_print(const struct diag *diag, FILE *to);   /* all, in the form above, sorted by file and place */
char *diag_text(const struct diagnostic *diagnostic); /* one, in the form above; the caller frees; NULL: no memory */
void diag_line(const struct diagnostic *diagnostic, char *buffer, size_t size); /* "FILE:L:C: error: MESSAGE" */
void diag_done(struct diag *diag);

/* The nearest of `names` (NULL-terminated) to `word`, or NULL when none is near. */
const char *diag_nearest(const char *word, const char *const *names);

#endif
