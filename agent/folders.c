/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: inotify events of each folder and of the folder above it. Out: one call when nothing has moved for a moment.
 *
 * The folder above is watched for the folder's own name: a folder that is made later, or is a symbolic link that is
 * swapped, has no inode yet that could be watched. Inside, names that begin with ".." count as well: Kubernetes
 * publishes a ConfigMap by renaming the link "..data", and the files are links through it.
 */
#include "folders.h"
#include <base/cleanup.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include "log.h"
#include "when.h"

#define REST_MS	      200	    /* without a change: a copy or an update of several files is over */
#define REST_MOST_NS  2000000000ull /* a folder that never rests is read all the same */
#define FOLDER_EVENTS (IN_CREATE | IN_CLOSE_WRITE | IN_MOVE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)
#define ABOVE_EVENTS  (IN_CREATE | IN_MOVE | IN_DELETE)

struct folder {
	const char *path;
	char above[PATH_MAX];
	const char *name; /* in `above` */
	int inside;	  /* watch numbers; -1: none */
	int outside;
};

struct folders {
	void (*fn)(void *context);
	void *context;
	struct loop_watch watch;
	struct loop_timer rest;
	__u64 restless_since; /* 0: at rest */
	size_t n;
	struct folder folder[];
};

bool folders_is_policy(const char *name)
{
	static const char *const ends[] = { ".yaml", ".yml", ".json" };
	size_t i, size = strlen(name);

	for (i = 0; i < ARRAY_SIZE(ends); i++)
		if (name[0] != '.' && size > strlen(ends[i]) && strcmp(name + size - strlen(ends[i]), ends[i]) == 0)
			return true;
	return false;
}

static void watch_path(int fd, const char *path, uint32_t events, int *number)
{
	/* MASK_ADD: one folder may be inside and outside, and has one number then */
	int now = inotify_add_watch(fd, path, events | IN_ONLYDIR | IN_MASK_ADD);

	if (now < 0 && errno != ENOENT)
		log_debug("Cannot watch '%s': %m, ignoring", path);
	*number = now;
}

/* Again after each change: a path may lead to another folder by now. Watches of folders that are gone only wake us. */
static void watch_all(struct folders *folders)
{
	size_t i;

	for (i = 0; i < folders->n; i++) {
		struct folder *folder = &folders->folder[i];

		watch_path(folders->watch.fd, folder->above, ABOVE_EVENTS, &folder->outside);
		watch_path(folders->watch.fd, folder->path, FOLDER_EVENTS, &folder->inside);
	}
}

static void on_rest(void *context)
{
	struct folders *folders = context;

	folders->restless_since = 0;
	watch_all(folders); /* before it is read: what changes from here on is seen */
	folders->fn(folders->context);
}

static bool concerns(const struct folder *folder, const struct inotify_event *event)
{
	const char *name = event->len ? event->name : "";

	if (event->mask & IN_Q_OVERFLOW)
		return true;
	if (event->wd == folder->inside && (!name[0] || folders_is_policy(name) || strncmp(name, "..", 2) == 0))
		return !(event->mask & IN_IGNORED);
	return event->wd == folder->outside && strcmp(name, folder->name) == 0;
}

static bool concerns_any(const struct folders *folders, const struct inotify_event *event)
{
	size_t i;

	for (i = 0; i < folders->n; i++)
		if (concerns(&folders->folder[i], event))
			return true;
	return false;
}

static void on_event(void *context, uint32_t events)
{
	struct folders *folders = context;
	_Alignas(struct inotify_event) char buffer[16384];
	const struct inotify_event *event;
	bool changed = false;
	ssize_t n, at;
	__u64 now;

	(void)events;
	n = read(folders->watch.fd, buffer, sizeof(buffer));
	for (at = 0; at < n; at += sizeof(*event) + event->len) {
		event = (const void *)(buffer + at);
		changed |= concerns_any(folders, event);
	}
	if (!changed)
		return;
	now = when_steady();
	if (!folders->restless_since)
		folders->restless_since = now;
	if (now - folders->restless_since < REST_MOST_NS)
		(void)loop_timer_set(&folders->rest, REST_MS, 0);
}

static int split_path(struct folder *folder, const char *path)
{
	size_t size = strlen(path);
	char *slash;

	if (size >= sizeof(folder->above))
		return -ENAMETOOLONG;
	folder->path = path;
	memcpy(folder->above, path, size + 1);
	while (size > 1 && folder->above[size - 1] == '/')
		folder->above[--size] = '\0';
	slash = strrchr(folder->above, '/');
	if (!slash)
		return -EINVAL;
	*slash = '\0';
	folder->name = slash + 1;
	if (slash == folder->above) { /* the name stands where "/" has to: move it by one */
		memmove(folder->above + 2, slash + 1, strlen(slash + 1) + 1);
		strcpy(folder->above, "/");
		folder->name = folder->above + 2;
	}
	return 0;
}

int folders_new(struct loop *loop, const struct config_list *paths, void (*fn)(void *context), void *context,
		struct folders **ret)
{
	struct folders *folders = calloc(1, sizeof(*folders) + paths->n * sizeof(*folders->folder));
	int r = 0;

	if (!folders)
		return -ENOMEM;
	folders->fn = fn;
	folders->context = context;
	folders->rest = (struct loop_timer){ .fn = on_rest, .context = folders };
	folders->watch = (struct loop_watch){ .fn = on_event, .context = folders };
	for (; folders->n < paths->n && r >= 0; folders->n++)
		r = split_path(&folders->folder[folders->n], paths->text[folders->n]);
	folders->watch.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (folders->watch.fd < 0)
		r = -errno;
	r = r < 0 ? r : loop_timer_open(loop, &folders->rest);
	r = r < 0 ? r : loop_watch(loop, &folders->watch, EPOLLIN);
	if (r < 0) {
		folders_free(folders);
		return r;
	}
	watch_all(folders);
	*ret = folders;
	return 0;
}

struct folders *folders_free(struct folders *folders)
{
	if (!folders)
		return NULL;
	loop_unwatch(&folders->watch);
	cleanup_close(&folders->watch.fd);
	loop_timer_close(&folders->rest);
	free(folders);
	return NULL;
}
