/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Paths of other projects -> path patterns of ours, added to `list`. What names nothing there either is told in a note
 * and gives no pattern; what cannot be said is left out, which gives false.
 */
#ifndef POLICY_IMPORT_PATH_H
#define POLICY_IMPORT_PATH_H

#include "draft.h"

/* The text with everything escaped that is special in a pattern. */
const char *import_escaped(struct import *import, const char *text);

/* This very path. */
bool import_path(struct import *import, const char *path, const struct node *at, struct draft_list *list);

/* Texts that begin, that end so. */
bool import_path_prefix(struct import *import, const char *text, const struct node *at, struct draft_list *list);
bool import_path_postfix(struct import *import, const char *text, const struct node *at, struct draft_list *list);

/* A folder as KubeArmor has it: itself and what is in it, or, with `recursive`, below it. */
bool import_folder(struct import *import, const char *path, bool recursive, const struct node *at,
		   struct draft_list *list);

/* A pattern of AppArmor. */
bool import_glob(struct import *import, const char *pattern, const struct node *at, struct draft_list *list);

#endif
