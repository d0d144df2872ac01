/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Policies of other projects -> policies of ours.
 *
 * In: a text of theirs. Out: for each of its documents a policy as readable YAML, and what became of the document.
 * What the policy cannot say is an error at its place, what it says differently a warning: nothing is dropped in
 * silence. Every policy given has been read, checked and compiled by this library.
 */
#ifndef POLICY_IMPORT_H
#define POLICY_IMPORT_H

#include "diag.h"
#include <linux/types.h>
#include <bulwark/abi.h>

enum import_dialect {
	IMPORT_TETRAGON,
	IMPORT_KUBEARMOR,
};

struct import_options {
	/* KubeArmor: what becomes of what no Allow rule names, where no Namespace of the text says: deny or audit. */
	enum bw_verdict posture;
};

enum import_result {
	IMPORT_WHOLE,  /* all of it */
	IMPORT_PARTLY, /* something was left out */
	IMPORT_NOTHING,
	IMPORT_SKIPPED, /* no policy, and taken note of: a Namespace with its postures */
};

/* One document. The texts are malloc'd. */
struct import_item {
	struct source *source; /* referenced */
	struct span span;
	char *kind;   /* theirs; NULL: it has none */
	char *theirs; /* its name there; NULL */
	char *name;   /* ours; NULL: no policy */
	char *text;   /* the policy; NULL: no policy */
	enum import_result result;
	size_t n_left_out;
	size_t n_notes;
};

struct import_list {
	struct import_item *item;
	size_t n;
	size_t capacity;
};

/* "converted", "partly", "not", "skipped" */
const char *import_result_name(enum import_result result);

/* -EINVAL for an unknown word. */
int import_dialect_from(const char *word);

/*
 * Appends what the text's documents became; names are unique in the list. 0, also where something was left out, or
 * -ENOMEM. What is wrong with the text itself is in `diag` too, and leaves no item for what could not be read.
 */
int import_read(enum import_dialect dialect, const struct import_options *options, struct source *source,
		struct import_list *list, struct diag *diag);

void import_list_done(struct import_list *list);

#endif
