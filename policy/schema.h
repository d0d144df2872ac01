/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The forms of policies and of their tests as data: which keys a map has, and what stands under each. For editors; the
 * parser's own word counts, and a test holds the two together.
 */
#ifndef POLICY_SCHEMA_H
#define POLICY_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

enum schema_map_id {
	SCHEMA_POLICY,
	SCHEMA_METADATA,
	SCHEMA_SPEC,
	SCHEMA_RULE,
	SCHEMA_SELECTOR,
	SCHEMA_EXEC,
	SCHEMA_TEST,
	SCHEMA_CASE,
	SCHEMA_PROCESS,
	SCHEMA_EXEC_OBJECT,
	_SCHEMA_MAPS,
};

enum schema_form {
	SCHEMA_WORD,	 /* one of `words` */
	SCHEMA_TEXT,	 /* any; where `most` is set, one line of so many bytes */
	SCHEMA_NAME,	 /* of a policy or rule */
	SCHEMA_PERCENT,	 /* 0 to 100 */
	SCHEMA_BOOLEAN,	 /* true or false */
	SCHEMA_TRUE,	 /* true alone */
	SCHEMA_TEXTS,	 /* a text, or a list of them */
	SCHEMA_WORDS,	 /* one of `words`, or a list of them */
	SCHEMA_IDS,	 /* names, numbers or ranges: one, or a list */
	SCHEMA_ID,	 /* one name or number */
	SCHEMA_TEXT_MAP, /* texts by texts */
	SCHEMA_DEFAULTS, /* verdicts by operations */
	SCHEMA_MAP,	 /* `map` */
	SCHEMA_MAPS,	 /* a list of `map` */
	SCHEMA_TEXTS_OR_MAP,
	SCHEMA_TEXT_OR_MAP,
};

struct schema_property {
	const char *key;
	const char *what; /* for whom writes it */
	enum schema_form form;
	enum schema_map_id map;
	const char *const *words; /* NULL-terminated */
	size_t most;
	bool required;
};

struct schema_map {
	const char *name; /* "rule" */
	const char *what;
	const struct schema_property *property; /* ends with one without a key */
	bool operations;			/* and those of the operations, of which one has to be there */
};

const struct schema_map *schema_map(enum schema_map_id id);

/* The property of an operation in a rule; `operation` is below _BW_OP_MAX. */
struct schema_property schema_operation(unsigned int operation);

/* The words of a vocabulary of names.h: the numbers from `from` on, NULL-terminated. Static. */
const char *const *schema_verdicts(unsigned int from);
const char *const *schema_operations(void);

#endif
