/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the id of a cgroup, as the kernel counts them. Out: its path, as long as the cgroup is there. The id is the
 * handle of its folder: one open, no search.
 */
#include "cgroup_tree.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

#define UNIFIED	      "/sys/fs/cgroup" /* where the tree is when no hierarchy of v1 is beside it */
#define FILEID_KERNFS 0xfe	       /* include/linux/exportfs.h: the handle is the id itself */

const char *cgroup_tree_root(void)
{
	static const char *const roots[] = { UNIFIED, UNIFIED "/unified" };
	struct statfs fs;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(roots); i++)
		if (statfs(roots[i], &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC)
			return roots[i];
	return NULL;
}

bool cgroup_tree_is_only(const char *root)
{
	return root && strcmp(root, UNIFIED) == 0;
}

void cgroup_tree_open(const char *root, struct cgroup_tree *ret)
{
	*ret = (struct cgroup_tree){ .root = root, .fd = -1 };
	if (root)
		ret->fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void cgroup_tree_close(struct cgroup_tree *tree)
{
	cleanup_close(&tree->fd);
	tree->fd = -1;
}

static int open_folder(const struct cgroup_tree *tree, __u64 id)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} u = { .handle = { .handle_bytes = sizeof(id), .handle_type = FILEID_KERNFS } };
	int fd;

	if (tree->fd < 0)
		return -ENOENT;
	memcpy(u.handle.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(tree->fd, &u.handle, O_PATH | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

char *cgroup_tree_path(const struct cgroup_tree *tree, __u64 id)
{
	_close_ int fd = open_folder(tree, id);
	char link[32], path[4096];
	size_t root;
	ssize_t n;

	if (fd < 0)
		return NULL;
	root = strlen(tree->root);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < (ssize_t)root)
		return NULL;
	path[n] = '\0';
	return strdup(path[root] ? path + root : "/");
}
