/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The policy that an importer writes, as texts; and what all importers share: complaints, names, values of their text.
 *
 * Every function is void where it can be. Want of memory sets `no_memory`, which is asked once, at the end; what a
 * function returns may be NULL then. All of it lives in the arena of one import.
 */
#ifndef POLICY_DRAFT_H
#define POLICY_DRAFT_H

#include "document.h"
#include "import.h"
#include "policy.h"

#define DRAFT_MOST 8192 /* values of one list, rules of one policy: they are compared with each other */

struct draft_text {
	struct draft_text *next;
	const char *text;
	const char *value; /* of a tag; else NULL */
	uint32_t line;	   /* in their text; 0: of no line */
};

struct draft_list {
	struct draft_text *first;
	struct draft_text *last;
	size_t n;
};

/* By key of our selectors; `true` and `false` are texts too. */
struct draft_selector {
	struct draft_list key[_SUBJECT_MAX];
};

struct draft_rule {
	struct draft_rule *next;
	const char *name; /* wished for; made unique when it is written */
	enum bw_operation operation;
	enum bw_verdict action;
	const char *message;
	const char *comment; /* why it stands there; NULL */
	struct draft_selector subject;
	struct draft_selector except;
	struct draft_list objects;
	bool memory; /* exec: of what has no name */
	struct draft_list origins;
};

struct draft {
	const char *name;
	const char *description;
	struct draft_list tags;
	enum bw_mode mode;
	struct draft_selector subject;
	int fallback[_BW_OP_MAX]; /* enum bw_verdict, or -1 */
	struct draft_rule *first;
	struct draft_rule *last;
	size_t n_rules;
};

/* What a Namespace of the text says, for KubeArmor. */
struct import_posture {
	struct import_posture *next;
	const char *name;
	int file;    /* enum bw_verdict, or -1 */
	int network; /* the same */
};

/* One text being imported. `draft` and the counts are of the document at hand. */
struct import {
	struct arena arena;
	struct source *source;
	struct diag *diag;
	const struct import_options *options;
	struct import_posture *postures;
	struct draft draft;
	size_t n_left_out;
	size_t n_notes;
	size_t first_note; /* in `diag`: where the document's begin */
	bool no_memory;
	bool too_many; /* a list or the rules of the document are over DRAFT_MOST */
};

/* --- complaints ----------------------------------------------------------------------------------------- */

/* Something of theirs has no counterpart. `hint`: what to do instead; may be NULL. */
void import_left_out(struct import *import, const struct node *at, const char *id, const char *hint, const char *format,
		     ...) __attribute__((format(printf, 5, 6)));

/* It has one, and the difference is to be known. Said once for each document. */
void import_note(struct import *import, const struct node *at, const char *id, const char *hint, const char *format,
		 ...) __attribute__((format(printf, 5, 6)));

/* Reports the keys of a map that are none of `known` (NULL-terminated). */
void import_keys(struct import *import, const struct node *map, const char *what, const char *const *known);

/* --- values --------------------------------------------------------------------------------------------- */

/* The text of a scalar member; NULL where there is none or another form, which is reported. */
const char *import_text(struct import *import, const struct node *map, const char *key);

/* Is the member there, and true? */
bool import_true(struct import *import, const struct node *map, const char *key);

/* The first item of a list, or a scalar as a list of itself; NULL where there is none. Other forms are reported. */
const struct node *import_items(struct import *import, const struct node *value);

/* A text of the arena; "" without memory. */
const char *import_format(struct import *import, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- the draft ------------------------------------------------------------------------------------------ */

void draft_begin(struct import *import);
void draft_drop_rules(struct draft *draft); /* and its defaults: a policy that cannot be said */

/* A policy that refuses nothing audits. */
void draft_set_mode(struct draft *draft);

/* Adds a text, if the list has it not yet. */
void draft_add(struct import *import, struct draft_list *list, const char *text, const struct node *at);
void draft_tag(struct import *import, const char *key, const char *value);
void draft_add_families(struct import *import, struct draft_list *list); /* of sockets: every one, by number */
bool draft_has(const struct draft_list *list, const char *text);
void draft_selector_copy(struct import *import, struct draft_selector *to, const struct draft_selector *from);
bool draft_same_selector(const struct draft_selector *a, const struct draft_selector *b);
size_t draft_selector_keys(const struct draft_selector *selector);

/*
 * Puts a rule in: its objects are added to a rule that is like it in all else, if there is one. The rule is the
 * caller's and copied.
 */
void draft_put(struct import *import, const struct draft_rule *rule);

/* Takes out rules that never act: of which a stricter one is about the same. */
void draft_drop_shadowed(struct import *import);

/* Is there a rule that does the same to each of these objects already? */
bool draft_covers(const struct import *import, const struct draft_rule *rule);

/* `text` as one of our names: lower case, digits, hyphens, at most BW_NAME_MAX bytes; `instead` where nothing is left.
 */
const char *import_name(struct import *import, const char *text, const char *instead);

/* One line of at most `most` bytes: what is longer is cut, line breaks become spaces. */
const char *import_line(struct import *import, const char *text, size_t most);

/* --- rooms ---------------------------------------------------------------------------------------------- */

/* import_out.c: the draft as YAML; `line` is where their document begins. */
void import_write(struct import *import, const char *name, uint32_t line, FILE *to);

/* tetragon.c, armor.c: one document into the draft. */
void tetragon_import(struct import *import, const struct node *root);
void armor_import(struct import *import, const struct node *root);

/* armor.c: takes note of a Namespace; false: the document is none. */
bool armor_namespace(struct import *import, const struct node *root);

#endif
