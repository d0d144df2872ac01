/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The forms that values have: text, one of some words, a number, a list, a map with known keys. Each function
 * reports what does not have its form, with an example of what would.
 */
#ifndef POLICY_EXPECT_H
#define POLICY_EXPECT_H

#include "check.h"

/* What the author is told when a value has another form. */
struct form {
	const char *what;    /* "a list of path patterns" */
	const char *example; /* "exec: [/bin/sh, /usr/bin/python3*]" */
};

/* One known key of a map. */
struct field {
	const char *name;
	void (*read)(struct check *check, const struct node *value, void *into);
	bool required;
};

/* The values of a list: `n` nodes from `first` on, by their `next`. */
struct items {
	const struct node *first;
	size_t n;
};

#define EXPECT_WORDS_MAX 48 /* keys of one map, words of one choice */

/* A mistake at a node's place. `hint` may be NULL. */
void expect_error(struct check *check, const struct node *at, const char *id, const char *hint, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* A word that is none of those that can stand in its place. */
struct unknown {
	const char *id;
	const char *what; /* "key", "capability" */
	const char *word;
	const char *const *words; /* NULL-terminated */
	const char *where;	  /* "a rule"; NULL: not said */
};

/* "unknown WHAT 'WORD' in WHERE": the hint names the nearest of the words, or all of them. */
void expect_error_unknown(struct check *check, const struct node *at, const struct unknown *unknown);

bool expect_map(struct check *check, const struct node *value, const struct form *form);
bool expect_list(struct check *check, const struct node *value, const struct form *form);
bool expect_text(struct check *check, const struct node *value, const struct form *form);
bool expect_boolean(struct check *check, const struct node *value);

/* A list that is not empty; text stands for a list of one. */
bool expect_items(struct check *check, const struct node *value, const struct form *form, struct items *ret);

/* Reads a map by its fields (the last one has no name). `what` names it: "a rule". False: a key was unknown. */
bool expect_fields(struct check *check, const struct node *map, const char *what, const struct field *fields,
		   void *into);

/*
 * The number of the word that a member of a map is, as `name` counts them from 0 on until it returns NULL; -1: none.
 * `what` names it: "mode".
 */
int expect_choice(struct check *check, const struct node *value, const char *what, const char *(*name)(unsigned int));

/* Text of one line, at most `max` bytes, copied to the policy. NULL: reported, or no memory. */
const char *expect_line(struct check *check, const struct node *value, size_t max, const struct form *form);

/* A name: [a-z0-9]([a-z0-9-]*[a-z0-9])?, at most BW_NAME_MAX bytes, copied to the policy. */
const char *expect_name(struct check *check, const struct node *value, const struct form *form);

/* Memory of the policy; NULL sets no_memory. */
void *expect_memory(struct check *check, size_t n, size_t size);
const char *expect_copy(struct check *check, const char *text, size_t size);

#endif
