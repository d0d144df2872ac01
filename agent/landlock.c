/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: paths and words. Out: rights of Landlock, of which later versions know more: what this kernel does not know is
 * not asked for, and stays as it was.
 */
#include "landlock.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/types.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the header of the system that builds may not have yet. */
#define REFER	  (1ull << 13) /* version 2: to another folder by rename or link */
#define TRUNCATE  (1ull << 14) /* 3 */
#define IOCTL_DEV (1ull << 15) /* 5 */
#define SIGNAL	  (1ull << 1)  /* 6, a scope: to processes outside */

#define LIST  LANDLOCK_ACCESS_FS_READ_DIR
#define READ  LANDLOCK_ACCESS_FS_READ_FILE
#define WRITE LANDLOCK_ACCESS_FS_WRITE_FILE
#define RUN   LANDLOCK_ACCESS_FS_EXECUTE
#define FILES (LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)
#define TREE  (LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_SYM)
#define NEVER                                                                                          \
	(LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK)
#define OF_A_FILE (READ | WRITE | RUN | TRUNCATE)

struct ruleset {
	__u64 files;
	__u64 network; /* version 4; sockets are the filter's business */
	__u64 scopes;
};

struct landlock {
	int fd;
	__u64 known;
};

int landlock_new(struct landlock **ret)
{
	struct ruleset ruleset = { .files = LIST | READ | WRITE | RUN | FILES | TREE | NEVER };
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock *landlock;

	if (version < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP ? -EOPNOTSUPP : -errno;
	ruleset.files |= (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0) | (version >= 5 ? IOCTL_DEV : 0);
	ruleset.scopes = version >= 6 ? SIGNAL : 0;
	landlock = malloc(sizeof(*landlock));
	if (!landlock)
		return -ENOMEM;
	*landlock = (struct landlock){ .known = ruleset.files };
	landlock->fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
	if (landlock->fd < 0) {
		free(landlock);
		return -errno;
	}
	*ret = landlock;
	return (int)version;
}

static __u64 rights_of(unsigned int may)
{
	__u64 rights = 0;

	rights |= may & LANDLOCK_LIST ? LIST : 0;
	rights |= may & LANDLOCK_READ ? LIST | READ : 0;
	rights |= may & LANDLOCK_WRITE ? WRITE | TRUNCATE | FILES : 0;
	rights |= may & LANDLOCK_REMOVE ? LANDLOCK_ACCESS_FS_REMOVE_FILE : 0;
	rights |= may & LANDLOCK_TREE ? TREE : 0;
	rights |= may & LANDLOCK_RUN ? RUN | READ : 0;
	return rights;
}

int landlock_allow(struct landlock *landlock, const char *path, unsigned int may)
{
	_close_ int fd = open(path, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr rule = { .parent_fd = fd,
						   .allowed_access = rights_of(may) & landlock->known };
	struct stat found;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	if (fstat(fd, &found))
		return -errno;
	if (!S_ISDIR(found.st_mode))
		rule.allowed_access &= OF_A_FILE;
	if (!rule.allowed_access)
		return 0;
	return syscall(SYS_landlock_add_rule, landlock->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) ? -errno : 0;
}

int landlock_enter(const struct landlock *landlock)
{
	return syscall(SYS_landlock_restrict_self, landlock->fd, 0) ? -errno : 0;
}

struct landlock *landlock_free(struct landlock *landlock)
{
	if (landlock)
		close(landlock->fd);
	free(landlock);
	return NULL;
}
