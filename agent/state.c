/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: entries of the store. Out: a file, and entries out of it.
 */
#include "state.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "json_read.h"
#include "log.h"
#include "policy/names.h"
#include "procfs.h"
#include "when.h"

#define VERSION	  1
#define FILE_NAME "in-force.json"
#define NEXT	  "in-force.json.next"
#define BAD	  "in-force.json.bad"

struct state {
	int folder;
	char boot[STATE_BOOT_ROOM];
	char path[];
};

void state_boot(char ret[STATE_BOOT_ROOM])
{
	long n = procfs_read("/proc/sys/kernel/random/boot_id", ret, STATE_BOOT_ROOM - 1);

	ret[n > 0 ? n : 0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

/* Who can write there puts policies in force, and out of it. */
static int check_folder(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if ((status.st_uid && status.st_uid != geteuid()) || status.st_mode & (S_IWGRP | S_IWOTH))
		return -EPERM;
	return 0;
}

static int open_folder(const char *folder)
{
	_close_ int fd = -1;
	int r;

	if (mkdir(folder, 0700) && errno != EEXIST)
		return -errno;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = check_folder(fd);
	return r < 0 ? r : TAKE_FD(fd);
}

int state_open(const char *folder, struct state **ret)
{
	_close_ int fd = open_folder(folder);
	struct state *state;

	*ret = NULL;
	if (fd == -EPERM)
		return log_error_errno(
			fd,
			"The folder '%s' (state_dir) can be written by others than the agent's user, and is "
			"not used: chown root and chmod 0700 it; what is loaded over the socket will not "
			"outlive this agent",
			folder);
	if (fd < 0)
		return log_error_errno(fd,
				       "Cannot open the folder '%s' (state_dir) for what is in force: %m; what is "
				       "loaded over the socket will not outlive this agent",
				       folder);
	state = malloc(sizeof(*state) + strlen(folder) + sizeof("/" FILE_NAME));
	if (!state)
		return -ENOMEM;
	state->folder = TAKE_FD(fd);
	sprintf(state->path, "%s/%s", folder, FILE_NAME);
	state_boot(state->boot);
	*ret = state;
	return 0;
}

struct state *state_free(struct state *state)
{
	if (state)
		close(state->folder);
	free(state);
	return NULL;
}

const char *state_path(const struct state *state)
{
	return state->path;
}

/* --- into the file ---------------------------------------------------------------------------------------- */

static int add(struct json_object *to, const char *key, struct json_object *value)
{
	if (value && json_object_object_add(to, key, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

static struct json_object *entry_new(const struct store_entry *entry)
{
	const struct policy *policy = entry->policy;
	struct json_object *object = json_object_new_object();
	int r = object ? 0 : -ENOMEM;

	r = r ?: add(object, "mode", json_object_new_string(mode_name(policy->mode)));
	r = r ?: add(object, "rollout", json_object_new_int((int)policy->rollout));
	r = r ?: add(object, "loaded", json_object_new_int64((int64_t)entry->loaded));
	if (entry->file)
		r = r ?: add(object, "file", json_object_new_string(entry->file));
	r = r
		    ?: add(object, "text",
			   json_object_new_string_len(policy->source->text + policy->text_from,
						      (int)policy->text_size));
	if (r == 0)
		return object;
	json_object_put(object);
	return NULL;
}

struct json_object *state_list(struct store_entry *const *entry, size_t n)
{
	struct json_object *list = json_object_new_array(), *object;
	size_t i;

	for (i = 0; list && i < n; i++) {
		object = entry_new(entry[i]);
		if (object && json_object_array_add(list, object) == 0)
			continue;
		json_object_put(object);
		json_object_put(list);
		list = NULL;
	}
	return list;
}

static struct json_object *trial_new(const struct state *state, const struct state_trial *trial)
{
	struct json_object *object = json_object_new_object();
	int r = object ? 0 : -ENOMEM;

	r = r ?: add(object, "until", json_object_new_int64((int64_t)trial->until));
	r = r ?: add(object, "boot", json_object_new_string(state->boot));
	r = r ?: add(object, "before", json_object_get(trial->before));
	if (r == 0)
		return object;
	json_object_put(object);
	return NULL;
}

static struct json_object *document_new(const struct state *state, struct store_entry *const *entry, size_t n,
					const struct state_trial *trial)
{
	struct json_object *document = json_object_new_object();
	int r = document ? 0 : -ENOMEM;

	r = r ?: add(document, "version", json_object_new_int(VERSION));
	r = r ?: add(document, "policies", state_list(entry, n));
	if (trial->before)
		r = r ?: add(document, "trial", trial_new(state, trial));
	if (r == 0)
		return document;
	json_object_put(document);
	return NULL;
}

static int write_all(int fd, const char *text, size_t size)
{
	ssize_t n;

	for (; size; text += n, size -= (size_t)n) {
		n = write(fd, text, size);
		if (n < 0 && errno != EINTR)
			return -errno;
		n = n < 0 ? 0 : n;
	}
	return fsync(fd) ? -errno : 0;
}

int state_prepare(const struct state *state, struct store_entry *const *entry, size_t n,
		  const struct state_trial *trial)
{
	struct json_object *document = document_new(state, entry, n, trial);
	const char *text;
	size_t size;
	int fd = -1, r = -ENOMEM;

	text = document ? json_object_to_json_string_length(document,
							    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
							    &size)
			: NULL;
	if (text && size > JSON_READ_MAX) { /* it could not be read again */
		r = -E2BIG;
	} else if (text) {
		fd = openat(state->folder, NEXT, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
		r = fd < 0 ? -errno : write_all(fd, text, size);
	}
	json_object_put(document);
	if (fd >= 0)
		close(fd);
	if (r < 0)
		(void)unlinkat(state->folder, NEXT, 0);
	return r;
}

int state_commit(const struct state *state)
{
	if (renameat(state->folder, NEXT, state->folder, FILE_NAME))
		return -errno;
	return fsync(state->folder) ? -errno : 0;
}

/* --- out of the file -------------------------------------------------------------------------------------- */

static __u64 number(struct json_object *object, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(object, key, &value) ? (__u64)json_object_get_int64(value) : 0;
}

/* A trial that was begun before the node was booted is over: who rebooted could not confirm it. */
static void read_trial(const struct state *state, struct json_object *document, struct state_trial *ret)
{
	struct json_object *trial = json_read_map(document, "trial");
	const char *boot = json_read_text(trial, "boot");

	*ret = (struct state_trial){ .before = json_object_get(json_read_list(trial, "before")) };
	if (boot && strcmp(boot, state->boot) == 0)
		ret->until = number(trial, "until");
}

int state_read(const struct state *state, struct json_object **ret_policies, struct state_trial *ret_trial)
{
	struct json_object *document = NULL;
	int r = json_read_file(state->path, &document);

	if (r == -ENOENT)
		return r;
	if (r == 0 && (number(document, "version") != VERSION || !json_read_list(document, "policies")))
		r = -EBADMSG;
	if (r < 0) {
		json_object_put(document);
		(void)renameat(state->folder, FILE_NAME, state->folder, BAD);
		return log_error_errno(r,
				       "Cannot read what was in force from '%s': %m; it is put aside as " BAD
				       ", and the policy folders alone come in force",
				       state->path);
	}
	*ret_policies = json_object_get(json_read_list(document, "policies"));
	read_trial(state, document, ret_trial);
	json_object_put(document);
	return 0;
}

static struct policy *take_policy(const char *file, const char *text, struct diag *diag)
{
	struct policy_list list = { 0 };
	struct policy *policy = NULL;
	struct source *source;

	if (source_new(file ? file : "in-force", text, strlen(text), &source) < 0)
		return NULL;
	if (policy_read(source, &list, diag) >= 0 && list.n == 1) {
		policy = list.policy[0];
		list.policy[0] = NULL;
	}
	policy_list_done(&list);
	source_unref(source);
	return policy;
}

static void set_loaded(struct store_change *change, const struct policy *policy, __u64 loaded)
{
	size_t i;

	for (i = 0; i < change->n; i++)
		if (change->entry[i]->policy == policy)
			change->entry[i]->loaded = loaded;
}

static bool is_in_force(const struct store *store, const struct policy *policy, const char *file)
{
	const struct store_entry *entry = store_find(store, policy->name);

	return entry && strcmp(entry->policy->hash, policy->hash) == 0 && entry->policy->mode == policy->mode &&
	       entry->policy->rollout == policy->rollout && !entry->file == !file &&
	       (!file || strcmp(entry->file, file) == 0);
}

/* A file gave another text meanwhile: that is no part of what is taken back. */
static bool is_of_a_folder(const struct store *store, const struct policy *policy)
{
	const struct store_entry *entry = store_find(store, policy->name);

	return entry && entry->file && strcmp(entry->policy->hash, policy->hash) != 0;
}

static int restore_one(struct json_object *object, struct store_change *change, struct json_object *names)
{
	const char *text = json_read_text(object, "text"), *file = json_read_text(object, "file");
	const char *word = json_read_text(object, "mode");
	int r, mode = word ? mode_from(word) : -EINVAL;
	struct diag diag = { 0 };
	struct policy *policy = text && mode >= 0 ? take_policy(file, text, &diag) : NULL;

	if (!policy) {
		log_error("A policy that was in force (%s) is none any more for this version: %s; it is left out",
			  file ? file : "loaded over the socket", diag.n ? diag.list[0].message : "it cannot be read");
		diag_done(&diag);
		return 0;
	}
	diag_done(&diag);
	policy->mode = (enum bw_mode)mode;
	policy->rollout = (unsigned int)number(object, "rollout");
	r = json_object_array_add(names, json_object_new_string(policy->name)) ? -ENOMEM : 0;
	if (r < 0 || is_in_force(change->store, policy, file) || is_of_a_folder(change->store, policy)) {
		policy_free(policy);
		return r;
	}
	r = store_put(change, policy, file);
	if (r < 0)
		policy_free(policy);
	else
		set_loaded(change, policy, number(object, "loaded"));
	return r;
}

static bool is_among(struct json_object *names, const char *name)
{
	size_t i;

	for (i = 0; i < json_object_array_length(names); i++)
		if (strcmp(json_object_get_string(json_object_array_get_idx(names, i)), name) == 0)
			return true;
	return false;
}

/* But not what a folder has given meanwhile. */
static void drop_others(struct store_change *change, struct json_object *names)
{
	size_t i = 0;

	while (i < change->n) {
		const char *name = change->entry[i]->policy->name;

		if (!change->entry[i]->in_force || change->entry[i]->file || is_among(names, name))
			i++;
		else
			(void)store_drop(change, name);
	}
}

int state_restore(struct json_object *policies, struct store_change *change)
{
	size_t i, n = json_object_array_length(policies);
	struct json_object *names = json_object_new_array();
	int r = names ? 0 : -ENOMEM;

	for (i = 0; i < n && r >= 0; i++)
		r = restore_one(json_object_array_get_idx(policies, i), change, names);
	if (r >= 0)
		drop_others(change, names);
	json_object_put(names);
	return r;
}
