/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what stat(2) says of the policy folders and their files, twice a second. Out: one call when it has changed and
 * come to rest.
 *
 * Not inotify: one watch on a folder makes each open and close on the whole file system look for watchers, about
 * 235 instructions for every process of the node (docs/decisions/0013). A stat follows links, so a swapped "..data"
 * of a ConfigMap, a folder made later and a folder that is a link are all seen as changes like any other.
 */
#include "folders.h"
#include <base/cleanup.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_MS	       500
#define RESTLESS_LOOKS 5 /* folders that never rest are read all the same */

struct folders {
	void (*fn)(void *context);
	void *context;
	const struct config_list *paths;
	struct loop_timer timer;
	uint64_t handled; /* what the folders looked like when they were last reported */
	uint64_t last;	  /* at the last look */
	unsigned int restless;
};

/* FNV-1a: told apart are states of one folder, not the work of an adversary, who could as well write a policy. */
static uint64_t mix(uint64_t print, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < size; i++)
		print = (print ^ byte[i]) * 0x100000001b3ull;
	return print;
}

static uint64_t mix_stat(uint64_t print, const struct stat *st)
{
	print = mix(print, &st->st_dev, sizeof(st->st_dev));
	print = mix(print, &st->st_ino, sizeof(st->st_ino));
	print = mix(print, &st->st_size, sizeof(st->st_size));
	print = mix(print, &st->st_mtim, sizeof(st->st_mtim));
	return mix(print, &st->st_ctim, sizeof(st->st_ctim));
}

/* The sum over entries does not depend on the order in which the file system lists them. */
static uint64_t look_at_folder(const char *path)
{
	DIR *folder = opendir(path);
	uint64_t print = mix(0xcbf29ce484222325ull, path, strlen(path));
	const struct dirent *entry;
	struct stat st;

	if (!folder)
		return print;
	while ((entry = readdir(folder))) {
		if (!source_is_policy_name(entry->d_name))
			continue;
		uint64_t of_entry = mix(0xcbf29ce484222325ull, entry->d_name, strlen(entry->d_name));

		if (!fstatat(dirfd(folder), entry->d_name, &st, 0))
			of_entry = mix_stat(of_entry, &st);
		print += of_entry;
	}
	closedir(folder);
	return print;
}

static uint64_t look(const struct folders *folders)
{
	uint64_t print = 0;

	for (size_t i = 0; i < folders->paths->n; i++)
		print += (i + 1) * look_at_folder(folders->paths->text[i]);
	return print;
}

static void on_look(void *context)
{
	struct folders *folders = context;
	uint64_t now = look(folders);
	bool moves = now != folders->last;

	folders->last = now;
	if (now == folders->handled) {
		folders->restless = 0;
		return;
	}
	if (moves && ++folders->restless < RESTLESS_LOOKS)
		return;
	folders->restless = 0;
	folders->handled = now; /* before it is read: what changes from here on is another change */
	folders->fn(folders->context);
}

int folders_new(struct loop *loop, const struct config_list *paths, void (*fn)(void *context), void *context,
		struct folders **ret)
{
	struct folders *folders = calloc(1, sizeof(*folders));
	int r;

	if (!folders)
		return -ENOMEM;
	*folders = (struct folders){ .fn = fn, .context = context, .paths = paths };
	folders->timer = (struct loop_timer){ .fn = on_look, .context = folders };
	r = loop_timer_open(loop, &folders->timer);
	r = r < 0 ? r : loop_timer_set(&folders->timer, LOOK_MS, LOOK_MS);
	if (r < 0) {
		folders_free(folders);
		return r;
	}
	folders->handled = folders->last = look(folders);
	*ret = folders;
	return 0;
}

struct folders *folders_free(struct folders *folders)
{
	if (!folders)
		return NULL;
	loop_timer_close(&folders->timer);
	free(folders);
	return NULL;
}
