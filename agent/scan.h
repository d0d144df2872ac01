/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What stands in the policy folders: their files by name, with their texts.
 */
#ifndef AGENT_SCAN_H
#define AGENT_SCAN_H

#include <linux/types.h>
#include <stdbool.h>
#include "config.h"
#include "policy/policy.h"

enum scan_state {
	SCAN_SAME,    /* as it was when it was last read, and good: what it gave is in force or was taken out of it */
	SCAN_CHANGED, /* to be put in force */
	SCAN_BROKEN,  /* `failure` says why; what was in force from it stays */
};

struct scan_file {
	char *path;
	__u64 digest; /* of the text */
	enum scan_state state;
	char *failure;
	struct source *source;	 /* of a changed one, until it is in force */
	struct policy_list list; /* of a changed one, until it is in force */
};

struct scan {
	struct scan_file *file; /* folder by folder, each by name */
	size_t n;
};

/*
 * Reads the folders. A file is SCAN_SAME when `before` has it good with this text; with `all`, none is. A folder that
 * cannot be read any more stands as a broken file of its own, and keeps the files that it had.
 */
int scan_folders(const struct config_list *folders, const struct scan *before, bool all, struct scan *ret);
void scan_done(struct scan *scan);

struct scan_file *scan_find(const struct scan *scan, const char *path);

/* Marks a file broken. Takes `failure` (NULL: there was no memory for it). */
void scan_break(struct scan_file *file, char *failure);

#endif
