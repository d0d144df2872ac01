/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what a hook says. Out: a file, and the same out of it.
 */
#include "given.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include "json_read.h"
#include "log.h"
#include "state.h"

#define VERSION	  1
#define FILE_NAME "containers.json"
#define NEXT	  "containers.json.next"

struct given {
	struct json_object *list; /* the oldest first: of one cgroup the last one counts */
	char boot[STATE_BOOT_ROOM];
	bool failed; /* to be written, which was said */
	char folder[];
};

static __u64 inode_of(struct json_object *entry)
{
	struct json_object *value;

	return json_object_object_get_ex(entry, "inode", &value) ? (__u64)json_object_get_int64(value) : 0;
}

/* The cgroup of an entry; NULL: it is gone, whatever is called so now. */
static const struct cgroup *cgroup_of(const struct cgroups *cgroups, struct json_object *entry)
{
	const char *path = json_read_text(entry, "cgroup");
	const struct cgroup *cgroup = path ? cgroups_find(cgroups, inode_of(entry)) : NULL;

	return cgroup && strcmp(cgroup->path, path) == 0 ? cgroup : NULL;
}

/* --- out of the file -------------------------------------------------------------------------------------- */

static struct json_object *list_of(const struct given *given, struct json_object *document)
{
	const char *boot = json_read_text(document, "boot");
	struct json_object *version;

	if (!boot || strcmp(boot, given->boot) != 0 || !json_object_object_get_ex(document, "version", &version) ||
	    json_object_get_int(version) != VERSION)
		return NULL;
	return json_object_get(json_read_list(document, "containers"));
}

static void read_list(struct given *given)
{
	_free_ char *path = NULL;
	struct json_object *document = NULL;
	int r = asprintf(&path, "%s/" FILE_NAME, given->folder);

	if (r < 0) {
		path = NULL;
		return;
	}
	r = json_read_file(path, &document);
	if (r < 0 && r != -ENOENT)
		log_warning_errno(r, "Cannot read what hooks have told of containers from '%s': %m, ignoring", path);
	given->list = list_of(given, document);
	json_object_put(document);
}

int given_new(const char *folder, struct given **ret)
{
	struct given *given = calloc(1, sizeof(*given) + strlen(folder) + 1);

	if (!given)
		return -ENOMEM;
	memcpy(given->folder, folder, strlen(folder) + 1);
	state_boot(given->boot);
	read_list(given);
	given->list = given->list ?: json_object_new_array();
	if (!given->list) {
		given_free(given);
		return -ENOMEM;
	}
	*ret = given;
	return 0;
}

struct given *given_free(struct given *given)
{
	if (given)
		json_object_put(given->list);
	free(given);
	return NULL;
}

void given_restore(const struct given *given, struct cgroups *cgroups)
{
	size_t i;

	for (i = 0; i < json_object_array_length(given->list); i++) {
		struct json_object *entry = json_object_array_get_idx(given->list, i);
		const struct cgroup *cgroup = cgroup_of(cgroups, entry);
		const char *id = json_read_text(entry, "id");
		int r = 0;

		if (cgroup && id)
			r = cgroups_add_container(cgroups, id, cgroup->path, json_read_map(entry, "annotations"));
		if (r < 0)
			log_warning_errno(r, "Cannot take over the container '%s': %m, ignoring", id);
	}
}

/* --- into the file ---------------------------------------------------------------------------------------- */

static int add(struct json_object *to, const char *key, struct json_object *value)
{
	if (value && json_object_object_add(to, key, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static int append(struct json_object *to, struct json_object *value)
{
	if (value && json_object_array_add(to, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static struct json_object *entry_new(const char *id, const struct cgroup *cgroup, struct json_object *annotations)
{
	struct json_object *entry = json_object_new_object();
	int r = entry ? 0 : -ENOMEM;

	r = r ?: add(entry, "id", json_object_new_string(id));
	r = r ?: add(entry, "cgroup", json_object_new_string(cgroup->path));
	r = r ?: add(entry, "inode", json_object_new_int64((int64_t)cgroup->id));
	if (annotations)
		r = r ?: add(entry, "annotations", json_object_get(annotations));
	if (r == 0)
		return entry;
	json_object_put(entry);
	return NULL;
}

/* What is still there, of other containers, and then this one; a container without a cgroup of its own is not. */
static struct json_object *list_with(const struct given *given, const struct cgroups *cgroups, const char *id,
				     struct json_object *mine)
{
	struct json_object *list = json_object_new_array(), *entry;
	size_t i, n = json_object_array_length(given->list);
	const char *other;
	int r = list ? 0 : -ENOMEM;

	for (i = 0; r == 0 && i < n; i++) {
		entry = json_object_array_get_idx(given->list, i);
		other = json_read_text(entry, "id");
		if (other && strcmp(other, id) != 0 && cgroup_of(cgroups, entry))
			r = append(list, json_object_get(entry));
	}
	if (mine)
		r = r ?: append(list, json_object_get(mine));
	if (r == 0)
		return list;
	json_object_put(list);
	return NULL;
}

static int write_text(int folder, const char *text)
{
	int fd = openat(folder, NEXT, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	int r;

	if (!file) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return r;
	}
	r = fputs(text, file) < 0 ? -errno : 0;
	if (fclose(file) && r == 0)
		r = -errno;
	return r;
}

/* Not synced: a node that crashes is booted, and then it is of no use. */
static int write_list(const struct given *given)
{
	_close_ int folder = open(given->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct json_object *document = folder < 0 ? NULL : json_object_new_object();
	const char *text;
	int r = folder < 0 ? -errno : document ? 0 : -ENOMEM;

	r = r ?: add(document, "version", json_object_new_int(VERSION));
	r = r ?: add(document, "boot", json_object_new_string(given->boot));
	r = r ?: add(document, "containers", json_object_get(given->list));
	if (r == 0) {
		text = json_object_to_json_string_ext(document, JSON_C_TO_STRING_PLAIN);
		r = text ? write_text(folder, text) : -ENOMEM;
	}
	if (r == 0 && renameat(folder, NEXT, folder, FILE_NAME))
		r = -errno;
	json_object_put(document);
	return r;
}

struct looking {
	const char *path;
	const struct cgroup *found;
};

static void look_at(void *context, const struct cgroup *cgroup)
{
	struct looking *looking = context;

	if (strcmp(cgroup->path, looking->path) == 0)
		looking->found = cgroup;
}

static int keep(struct given *given, const struct cgroups *cgroups, const char *id, const char *path,
		struct json_object *annotations)
{
	struct looking looking = { .path = path };
	struct json_object *mine = NULL, *list;

	cgroups_each(cgroups, look_at, &looking);
	if (looking.found && strcmp(path, "/") != 0)
		mine = entry_new(id, looking.found, annotations);
	list = list_with(given, cgroups, id, mine);
	json_object_put(mine);
	if (!list)
		return -ENOMEM;
	json_object_put(given->list);
	given->list = list;
	return write_list(given);
}

void given_add(struct given *given, const struct cgroups *cgroups, const char *id, const char *cgroup,
	       struct json_object *annotations)
{
	int r = keep(given, cgroups, id, cgroup, annotations);

	if (r < 0 && !given->failed)
		log_error_errno(r,
				"Cannot write '%s/" FILE_NAME "': %m; the next agent will not know containers that "
				"hooks tell of now",
				given->folder);
	given->failed = r < 0;
}
