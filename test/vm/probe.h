/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the rooms of probe share: an operation is one row of a table.
 */
#ifndef TEST_VM_PROBE_H
#define TEST_VM_PROBE_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct operation {
	const char *name; /* NULL: the end of a table */
	int arguments;	  /* at least so many */
	int (*run)(char **argument);
};

extern const struct operation use_operations[];	  /* probe_use.c */
extern const struct operation guard_operations[]; /* probe_guard.c */

void __attribute__((noreturn)) usage(const char *what);

/* What comes before the operation must work. */
int must(int r, const char *what);

long number(const char *text);
void doze(void);

#endif
