/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the rooms of the importer for KubeArmor share.
 */
#ifndef POLICY_ARMOR_H
#define POLICY_ARMOR_H

#include "draft.h"

/* One entry of a section, with what it inherits. */
struct armor_entry {
	const struct node *node;
	const struct node *section;
	const struct node *spec;
	const char *origin; /* "process.matchPaths" */
	enum bw_verdict action;
	const char *message;
	bool owner_only;
	bool read_only;
	struct draft_list sources; /* binary */
	struct draft_list objects;
};

/* armor_rules.c: all sections of a spec into rules and defaults. */
void armor_sections(struct import *import, const struct node *spec, const struct import_posture *posture);

/* armor_rules.c: reads what entries of all sections have. False: it is left out, which is reported. */
bool armor_entry_read(struct import *import, struct armor_entry *entry);

/* A rule of the entry's objects, exceptions and sources left to the caller. */
struct draft_rule armor_rule(struct import *import, const struct armor_entry *entry, const char *name,
			     enum bw_operation operation);

/* armor_kinds.c: the sections that are about no files. */
void armor_network(struct import *import, const struct node *section, const struct node *spec, int posture);
void armor_capabilities(struct import *import, const struct node *section, const struct node *spec);
void armor_presets(struct import *import, const struct node *list, const struct node *spec);

/* armor_allow.c: what allow-lists need besides, once all rules are there. */
void armor_allow(struct import *import, const struct node *root);

/* armor_host.c: on a host the list of a source is about this source alone; after armor_allow(). */
void armor_host(struct import *import, const struct node *root);

#endif
