/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A Landlock domain: what a process may do with files, by folders. Everything that is not said is refused, as far as
 * this kernel's Landlock knows it.
 */
#ifndef AGENT_LANDLOCK_H
#define AGENT_LANDLOCK_H

/* With all that is below a folder, or with one file; bits. */
enum landlock_may {
	LANDLOCK_LIST = 1,    /* see the names */
	LANDLOCK_READ = 2,    /* and read the files */
	LANDLOCK_WRITE = 4,   /* write, make, rename and remove files */
	LANDLOCK_TREE = 8,    /* make and remove folders and symbolic links */
	LANDLOCK_RUN = 16,    /* execute the files */
	LANDLOCK_REMOVE = 32, /* remove files */
};

struct landlock; /* a domain that is being made */

/* Returns the version of Landlock in this kernel, 1 or more; -EOPNOTSUPP where there is none, and other errnos. */
int landlock_new(struct landlock **ret);

/* A path that is not there is left out, and what is made there later is below the folder above it. -errno. */
int landlock_allow(struct landlock *landlock, const char *path, unsigned int may);

/* For good, for this process and all that it starts from now on; needs no_new_privs. -errno. */
int landlock_enter(const struct landlock *landlock);

struct landlock *landlock_free(struct landlock *landlock); /* returns NULL */

#endif
