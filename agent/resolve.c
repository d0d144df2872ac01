/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a path of a policy. Out: where it leads on this node, or in another root, at this moment.
 *
 * As realpath(3), but a missing component is kept instead of failing; also behind a link that leads nowhere yet, so
 * the file that will be made there is the one the policy means. No file is opened, links are only read. In another
 * root, which may be hostile, each step begins at that root and cannot leave it.
 */
#include "resolve.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel: MAXSYMLINKS */

struct walk {
	char done[PATH_MAX]; /* resolved; "" is the root */
	size_t n_done;
	char rest[PATH_MAX]; /* not looked at yet */
	unsigned int links;
	int root; /* -1: the node's */
};

/* What the link at `done` says; below 1: it is none. */
static ssize_t read_link(const struct walk *walk, char *target, size_t size)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	_close_ int fd = -1;

	if (walk->root < 0)
		return readlink(walk->done, target, size);
	fd = (int)syscall(SYS_openat2, walk->root, walk->done, &how, sizeof(how));
	return fd < 0 ? -1 : readlinkat(fd, "", target, size);
}

static void step_up(struct walk *walk)
{
	char *slash = strrchr(walk->done, '/');

	walk->n_done = slash ? slash - walk->done : 0;
	walk->done[walk->n_done] = '\0';
}

static int step_down(struct walk *walk, const char *component, size_t size)
{
	if (walk->n_done + 1 + size >= sizeof(walk->done))
		return -ENAMETOOLONG;
	walk->done[walk->n_done] = '/';
	memcpy(walk->done + walk->n_done + 1, component, size);
	walk->n_done += 1 + size;
	walk->done[walk->n_done] = '\0';
	return 0;
}

/* `done` ends in a link that leads to `target`: what remains is the target, then the rest. */
static int follow(struct walk *walk, const char *target, const char *rest)
{
	char joined[PATH_MAX];
	int size = snprintf(joined, sizeof(joined), "%s/%s", target, rest);

	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	if (size < 0 || (size_t)size >= sizeof(joined))
		return -ENAMETOOLONG;
	if (target[0] == '/')
		walk->n_done = 0;
	else
		step_up(walk);
	walk->done[walk->n_done] = '\0';
	memcpy(walk->rest, joined, size + 1);
	return 0;
}

/* Takes one component from `rest`; returns 1 when there is none left. */
static int step(struct walk *walk)
{
	const char *begin = walk->rest + strspn(walk->rest, "/");
	size_t size = strcspn(begin, "/");
	const char *rest = begin + size;
	char target[PATH_MAX];
	ssize_t n;
	int r;

	if (!size)
		return 1;
	if (size == 2 && begin[0] == '.' && begin[1] == '.') {
		step_up(walk);
	} else if (size != 1 || begin[0] != '.') {
		r = step_down(walk, begin, size);
		if (r < 0)
			return r;
		n = read_link(walk, target, sizeof(target) - 1);
		if (n > 0) {
			target[n] = '\0';
			return follow(walk, target, rest);
		}
	}
	memmove(walk->rest, rest, strlen(rest) + 1);
	return 0;
}

int resolve_in(int root, const char *path, char **ret)
{
	_free_ struct walk *walk = calloc(1, sizeof(*walk));
	char *resolved;
	int r;

	if (!walk)
		return -ENOMEM;
	walk->root = root;
	if (strlen(path) >= sizeof(walk->rest))
		return -ENAMETOOLONG;
	memcpy(walk->rest, path, strlen(path) + 1);
	do
		r = step(walk);
	while (!r);
	if (r < 0)
		return r;
	if (!walk->n_done)
		strcpy(walk->done, "/");
	if (strcmp(walk->done, path) == 0)
		return -ENOENT;
	resolved = strdup(walk->done);
	if (!resolved)
		return -ENOMEM;
	*ret = resolved;
	return 0;
}

int resolve_path(const char *path, void *context, char **ret)
{
	(void)context;
	return resolve_in(-1, path, ret);
}
