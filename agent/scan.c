/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the names of folders. Out: their policy files, read and compared with the last time. Parses nothing.
 */
#include "scan.h"
#include <base/cleanup.h>
#include <bulwark/hash.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include "folders.h"

static const __u64 digest_key[2]; /* compares a text with an older one of the same file: no secret is needed */

static void file_done(struct scan_file *file)
{
	free(file->path);
	free(file->failure);
	source_unref(file->source);
	policy_list_done(&file->list);
	*file = (struct scan_file){ 0 };
}

void scan_done(struct scan *scan)
{
	while (scan->n)
		file_done(&scan->file[--scan->n]);
	free(scan->file);
	*scan = (struct scan){ 0 };
}

struct scan_file *scan_find(const struct scan *scan, const char *path)
{
	size_t i;

	for (i = 0; i < scan->n; i++)
		if (strcmp(scan->file[i].path, path) == 0)
			return &scan->file[i];
	return NULL;
}

void scan_break(struct scan_file *file, char *failure)
{
	free(file->failure);
	file->failure = failure;
	file->state = SCAN_BROKEN;
}

/* Takes `path`. */
static int add_file(struct scan *scan, char *path, struct scan_file **ret)
{
	struct scan_file *grown = path ? realloc(scan->file, (scan->n + 1) * sizeof(*grown)) : NULL;

	if (!grown) {
		free(path);
		return -ENOMEM;
	}
	scan->file = grown;
	*ret = &scan->file[scan->n++];
	**ret = (struct scan_file){ .path = path, .state = SCAN_CHANGED };
	return 0;
}

static char *describe(const char *what, int error)
{
	char *text;

	return asprintf(&text, "%s: %s", what, strerror(-error)) < 0 ? NULL : text;
}

static void read_file(struct scan_file *file, const struct scan_file *before, bool all)
{
	int r = source_read(file->path, &file->source);

	if (r < 0) {
		scan_break(file, describe("cannot read it", r));
		return;
	}
	file->digest = bw_hash(digest_key, file->source->text, file->source->size);
	if (all || !before || before->state == SCAN_BROKEN || before->digest != file->digest)
		return;
	file->state = SCAN_SAME;
	file->source = source_unref(file->source);
}

static int is_policy(const struct dirent *entry)
{
	return source_is_policy_name(entry->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Adds one file of a folder; frees `entry`. */
static int add_entry(struct scan *scan, const char *folder, struct dirent *entry, const struct scan *before, bool all)
{
	size_t size = strlen(folder);
	struct scan_file *file;
	char *path;
	int r;

	while (size > 1 && folder[size - 1] == '/')
		size--;
	if (asprintf(&path, "%.*s/%s", (int)size, folder, entry->d_name) < 0)
		path = NULL;
	free(entry);
	r = add_file(scan, path, &file);
	if (r >= 0)
		read_file(file, scan_find(before, path), all);
	return r;
}

static bool lies_in(const char *path, const char *folder)
{
	size_t size = strlen(folder);

	while (size > 1 && folder[size - 1] == '/')
		size--;
	return strncmp(path, folder, size) == 0 && path[size] == '/' && !strchr(path + size + 1, '/');
}

/* A folder that vanished or is closed to us is no order to take its policies out of force. */
static int keep_folder(struct scan *scan, const char *folder, const struct scan *before, int error)
{
	struct scan_file *file;
	bool had_any = false;
	size_t i;
	int r = 0;

	for (i = 0; i < before->n && r >= 0; i++) {
		if (!lies_in(before->file[i].path, folder))
			continue;
		had_any = true;
		r = add_file(scan, strdup(before->file[i].path), &file);
		if (r < 0)
			break;
		file->state = before->file[i].state;
		file->digest = before->file[i].digest;
		file->failure = before->file[i].failure ? strdup(before->file[i].failure) : NULL;
	}
	if (r < 0 || (error == -ENOENT && !had_any && !scan_find(before, folder)))
		return r;
	r = add_file(scan, strdup(folder), &file);
	if (r >= 0)
		scan_break(file, describe("cannot read the folder, so what it held stays in force", error));
	return r;
}

static int scan_folder(struct scan *scan, const char *folder, const struct scan *before, bool all)
{
	struct dirent **entry;
	int i, n = scandir(folder, &entry, is_policy, by_name);
	int r = 0;

	if (n < 0)
		return keep_folder(scan, folder, before, -errno);
	for (i = 0; i < n; i++) {
		if (r < 0)
			free(entry[i]);
		else
			r = add_entry(scan, folder, entry[i], before, all);
	}
	free(entry);
	return r;
}

int scan_folders(const struct config_list *folders, const struct scan *before, bool all, struct scan *ret)
{
	struct scan scan = { 0 };
	size_t i;
	int r = 0;

	for (i = 0; i < folders->n && r >= 0; i++)
		r = scan_folder(&scan, folders->text[i], before, all);
	if (r < 0)
		scan_done(&scan);
	else
		*ret = scan;
	return r;
}
