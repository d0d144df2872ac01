/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the tree of cgroups as it stands. Out: each of its folders is told as made, and those that are not there any more
 * as removed: what was there before the agent, and what was told when there was no room in the ring.
 */
#include "cgroups.h"
#include <base/cleanup.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include "cgroups_inner.h"
#include "log.h"
#include "when.h"

#define DEPTH_MAX 64 /* of the tree; each takes a descriptor while it is walked */

struct place {
	char path[PATH_MAX];
	size_t size;  /* 0: the root */
	bool partial; /* some folder was there and could not be read */
};

static void walk_folder(struct cgroups *cgroups, int fd, struct place *place, unsigned int depth);

static bool is_child(const struct dirent *item)
{
	return item->d_type == DT_DIR && strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0;
}

static void walk_child(struct cgroups *cgroups, int above, const char *name, struct place *place, unsigned int depth)
{
	size_t size = strlen(name), before = place->size;
	_close_ int fd = -1;

	if (before + 1 + size < sizeof(place->path))
		fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	else
		errno = ENAMETOOLONG;
	if (fd < 0) {
		place->partial |= errno != ENOENT && errno != ENODEV; /* else it is gone again */
		return;
	}
	place->path[before] = '/';
	memcpy(place->path + before + 1, name, size + 1);
	place->size += 1 + size;
	walk_folder(cgroups, fd, place, depth + 1);
	place->size = before;
	place->path[before] = '\0';
}

static void walk_folder(struct cgroups *cgroups, int fd, struct place *place, unsigned int depth)
{
	const struct dirent *item;
	struct stat status;
	DIR *folder;
	int copy;

	if (fstat(fd, &status) < 0)
		return;
	cgroups_made(cgroups, status.st_ino, place->size ? place->path : "/");
	copy = depth < DEPTH_MAX ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
	folder = copy < 0 ? NULL : fdopendir(copy);
	if (!folder && copy >= 0)
		close(copy);
	place->partial |= !folder;
	while (folder && (item = readdir(folder)))
		if (is_child(item))
			walk_child(cgroups, fd, item->d_name, place, depth);
	if (folder)
		closedir(folder);
}

void cgroups_walk(struct cgroups *cgroups)
{
	_close_ int fd = -1;
	struct place place = { .path = "" };

	if (!cgroups->options.root)
		return;
	cgroups->walked = when_steady();
	fd = open(cgroups->options.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		log_warning_errno(-errno, "Cannot read the cgroups at '%s': %m, ignoring", cgroups->options.root);
		return;
	}
	cgroups->walk++;
	walk_folder(cgroups, fd, &place, 0);
	cgroups->walked_all = !place.partial;
}

void cgroups_settle(struct cgroups *cgroups)
{
	struct entry *entry, *next;
	size_t i;

	if (!cgroups->walked_all)
		return;
	cgroups->walked_all = false;
	for (i = 0; i < CGROUPS_BUCKETS; i++) {
		for (entry = cgroups->entry[i]; entry; entry = next) {
			next = entry->next;
			if (entry->walk != cgroups->walk)
				cgroups_removed(cgroups, entry->cgroup.id);
		}
	}
}
