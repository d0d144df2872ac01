/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tables. Out: the paths of covered files that have other links. The automaton is run down with the folders: where
 * its state has nothing to keep, nobody looks. A folder is opened by its path, so that depth costs no descriptors; what
 * is renamed meanwhile is missed by its old name and found, if it is covered there, by its new one.
 */
#include "search.h"
#include <base/cleanup.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include "policy/walk.h"

#define CLOCK_EVERY 64 /* entries between two looks at the clock */

/* A folder that waits to be read. */
struct waiting {
	char *path;
	__u32 state;
};

struct search {
	const struct tables *tables;
	search_found_fn *found;
	void *context;
	dev_t dev;
	struct waiting *waiting;
	size_t n, room;
	size_t entries; /* left */
	struct timespec end;
	bool over;
};

static bool is_late(const struct search *search)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > search->end.tv_sec ||
	       (now.tv_sec == search->end.tv_sec && now.tv_nsec >= search->end.tv_nsec);
}

static void count_entry(struct search *search)
{
	if (!search->entries || (search->entries % CLOCK_EVERY == 0 && is_late(search)))
		search->over = true;
	else
		search->entries--;
}

static void push(struct search *search, const char *path, __u32 state)
{
	struct waiting *grown;
	char *copy;

	if (search->n == search->room) {
		grown = reallocarray(search->waiting, search->room ? 2 * search->room : 64, sizeof(*grown));
		if (!grown) {
			search->over = true;
			return;
		}
		search->waiting = grown;
		search->room = search->room ? 2 * search->room : 64;
	}
	copy = strdup(path);
	if (!copy)
		search->over = true;
	else
		search->waiting[search->n++] = (struct waiting){ .path = copy, .state = state };
}

static bool keeps_itself(const struct tables *tables, __u32 state)
{
	return tables->label[tables->state[state].label].flags & BW_LABEL_KEEPS;
}

static void look_at(struct search *search, int folder, const char *path, const struct dirent *entry, __u32 state)
{
	const struct bw_state *row = &search->tables->state[state];
	struct stat about;

	/* A file is worth a stat when it is covered; a folder, when something below is. */
	if (!(row->flags & BW_STATE_KEEPS) || (entry->d_type == DT_REG && !keeps_itself(search->tables, state)))
		return;
	if (fstatat(folder, entry->d_name, &about, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0 ||
	    about.st_dev != search->dev)
		return;
	if (S_ISDIR(about.st_mode))
		push(search, path, state);
	else if (about.st_nlink > 1 && keeps_itself(search->tables, state))
		search->found(search->context, path);
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void read_folder(struct search *search, const struct waiting *at)
{
	const char *slash = at->path[strlen(at->path) - 1] == '/' ? "" : "/";
	const struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir = opendir(at->path);

	while (dir && !search->over && (entry = readdir(dir))) {
		if (is_dots(entry->d_name))
			continue;
		count_entry(search);
		if (snprintf(path, sizeof(path), "%s%s%s", at->path, slash, entry->d_name) >= (int)sizeof(path))
			search->over = true;
		else if (!search->over)
			look_at(search, dirfd(dir), path, entry, walk_path(search->tables, at->state, entry->d_name));
	}
	if (dir)
		closedir(dir);
}

/* What the kernel makes up has no hard links worth a search. */
static bool is_made_up(const char *path)
{
	struct statfs about;

	return statfs(path, &about) < 0 || about.f_type == PROC_SUPER_MAGIC || about.f_type == SYSFS_MAGIC;
}

static void search_below(struct search *search, const char *path)
{
	struct stat about;

	if (lstat(path, &about) < 0 || !S_ISDIR(about.st_mode) || is_made_up(path))
		return;
	search->dev = about.st_dev;
	push(search, path, walk_path(search->tables, BW_STATE_ROOT, path));
	while (search->n && !search->over) {
		struct waiting at = search->waiting[--search->n];

		read_folder(search, &at);
		free(at.path);
	}
}

/* Was the path searched already, with a folder above it on the same file system? */
static bool was_searched(const struct tables *tables, size_t n)
{
	const char *path = tables->search[n].path;
	struct stat about, above;

	if (lstat(path, &about) < 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		const char *root = tables->search[i].path;
		size_t size = strcmp(root, "/") == 0 ? 0 : strlen(root);

		if (strncmp(path, root, size) == 0 && path[size] == '/' && lstat(root, &above) == 0 &&
		    above.st_dev == about.st_dev && S_ISDIR(above.st_mode))
			return true;
	}
	return false;
}

const struct table_search *search_linked(const struct tables *tables, const struct search_bounds *bounds,
					 search_found_fn *found, void *context)
{
	struct search search = {
		.tables = tables,
		.found = found,
		.context = context,
		.entries = bounds->entries,
	};
	const struct table_search *unfinished = NULL;

	clock_gettime(CLOCK_MONOTONIC, &search.end);
	search.end.tv_sec += bounds->milliseconds / 1000;
	search.end.tv_nsec += bounds->milliseconds % 1000 * 1000000L;
	if (search.end.tv_nsec >= 1000000000L) {
		search.end.tv_sec++;
		search.end.tv_nsec -= 1000000000L;
	}
	for (size_t i = 0; i < tables->n_searches && !unfinished; i++) {
		if (!was_searched(tables, i))
			search_below(&search, tables->search[i].path);
		if (search.over)
			unfinished = &tables->search[i];
	}
	while (search.n)
		free(search.waiting[--search.n].path);
	free(search.waiting);
	return unfinished;
}
