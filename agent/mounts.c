/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mountinfo -> the first place where each file system's root is mounted. Mounts of a part of a file system
 * (bind mounts, btrfs subvolumes) do not say where its root is, and are left out.
 */
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>
#include "mounts.h"

/* The kernel writes space, tab, newline and backslash as \ooo. In place. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++, to++) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] >= '0' && from[2] <= '7' &&
		    from[3] >= '0' && from[3] <= '7') {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 3;
		} else {
			*to = *from;
		}
	}
	*to = 0;
}

static int compare_devs(const void *a, const void *b)
{
	const struct mount_place *left = a, *right = b;

	return left->dev < right->dev ? -1 : left->dev > right->dev;
}

/* Keeps the first entry of each device. The sort must be stable: insertion order is the order of mounting. */
static void keep_first(struct mounts *mounts)
{
	size_t kept = 0;

	for (size_t i = 0; i < mounts->n; i++) {
		size_t j = 0;

		while (j < kept && mounts->list[j].dev != mounts->list[i].dev)
			j++;
		if (j < kept)
			free(mounts->list[i].path);
		else
			mounts->list[kept++] = mounts->list[i];
	}
	mounts->n = kept;
	if (kept)
		qsort(mounts->list, kept, sizeof(*mounts->list), compare_devs);
}

static int add(struct mounts *mounts, size_t *room, uint32_t dev, const char *path)
{
	char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	if (mounts->n == *room) {
		size_t more = *room ? 2 * *room : 64;
		struct mount_place *list = reallocarray(mounts->list, more, sizeof(*list));

		if (!list) {
			free(copy);
			return -ENOMEM;
		}
		mounts->list = list;
		*room = more;
	}
	mounts->list[mounts->n++] = (struct mount_place){ .dev = dev, .path = copy };
	return 0;
}

int mounts_parse(FILE *file, struct mounts *ret)
{
	struct mounts mounts = {};
	_free_ char *line = NULL;
	size_t size = 0, room = 0;
	int r = 0;

	while (r >= 0 && getline(&line, &size, file) >= 0) {
		_free_ char *root = NULL, *place = NULL;
		unsigned int major, minor;

		if (sscanf(line, "%*d %*d %u:%u %ms %ms", &major, &minor, &root, &place) != 4 || strcmp(root, "/") != 0)
			continue;
		unescape(place);
		r = add(&mounts, &room, major << 20 | (minor & 0xfffff), place);
	}
	if (r >= 0 && ferror(file))
		r = -EIO;
	if (r < 0) {
		mounts_done(&mounts);
		return r;
	}
	keep_first(&mounts);
	*ret = mounts;
	return 0;
}

int mounts_read(struct mounts *ret)
{
	_fclose_ FILE *file = fopen("/proc/1/mountinfo", "re");

	if (!file)
		file = fopen("/proc/self/mountinfo", "re");
	return file ? mounts_parse(file, ret) : -errno;
}

void mounts_done(struct mounts *mounts)
{
	for (size_t i = 0; i < mounts->n; i++)
		free(mounts->list[i].path);
	free(mounts->list);
	*mounts = (struct mounts){};
}
