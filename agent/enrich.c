/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a decoded event. Out: the same with names. Three caches of fixed size stand between a flood of events and the
 * node: users (the database may be slow), cgroups (an id never comes back) and processes, which are believed for a
 * second only, since they change.
 *
 * A pid is believed when the start time that the kernel recorded is the one that /proc shows, and a parent of which
 * only the pid is known when it is not younger than its child.
 */
#include "enrich.h"
#include <base/cleanup.h>
#include <bulwark/hash.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pwd.h>
#include <string.h>
#include <sys/vfs.h>
#include "log.h"
#include "procfs.h"
#include "when.h"

#define SLOTS		256 /* of each cache; a power of two. What collides is read again */
#define USER_SECONDS	60
#define PROCESS_SECONDS 1
#define SECOND		1000000000ull
#define BINARY_ROOM	BW_TEXT_PATH
#define ARGUMENTS_ROOM	BW_TEXT_ARGS

struct user_slot {
	__u64 until; /* 0: empty */
	__u32 uid;
	char name[64]; /* "": the database has none */
};

struct cgroup_slot {
	__u64 id;
	char *path; /* NULL: empty */
};

struct process_slot {
	__u64 until; /* 0: empty */
	__u32 pid;
	struct procfs_status status;
	char *text; /* binary, then arguments */
	size_t binary_size;
	size_t arguments_size;
};

struct enrich {
	__u64 boot[2]; /* the boot id, as key of all ids */
	int cgroup_fd; /* the cgroup-v2 tree; -1: not mounted */
	const char *cgroup_root;
	struct user_slot user[SLOTS];
	struct cgroup_slot cgroup[SLOTS];
	struct process_slot process[SLOTS];
};

static void read_boot_id(struct enrich *enrich)
{
	char text[64] = "";
	unsigned int digit = 0;
	char *p;

	if (procfs_read("/proc/sys/kernel/random/boot_id", text, sizeof(text) - 1) < 0)
		log_debug("Cannot read the boot id: ids of events repeat after a reboot, ignoring");
	for (p = text; *p && digit < 32; p++) {
		unsigned int value = *p >= 'a' ? *p - 'a' + 10u : *p - '0' + 0u;

		if (*p == '-')
			continue;
		enrich->boot[digit / 16] = enrich->boot[digit / 16] << 4 | (value & 15);
		digit++;
	}
}

static void open_cgroups(struct enrich *enrich)
{
	static const char *const roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	struct statfs fs;
	size_t i;

	enrich->cgroup_fd = -1;
	for (i = 0; i < ARRAY_SIZE(roots) && enrich->cgroup_fd < 0; i++) {
		if (statfs(roots[i], &fs) < 0 || fs.f_type != CGROUP2_SUPER_MAGIC)
			continue;
		enrich->cgroup_root = roots[i];
		enrich->cgroup_fd = open(roots[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
}

int enrich_new(struct enrich **ret)
{
	struct enrich *enrich = calloc(1, sizeof(*enrich));

	if (!enrich)
		return -ENOMEM;
	read_boot_id(enrich);
	open_cgroups(enrich);
	*ret = enrich;
	return 0;
}

struct enrich *enrich_free(struct enrich *enrich)
{
	size_t i;

	if (!enrich)
		return NULL;
	cleanup_close(&enrich->cgroup_fd);
	for (i = 0; i < SLOTS; i++) {
		free(enrich->cgroup[i].path);
		free(enrich->process[i].text);
	}
	free(enrich);
	return NULL;
}

/* --- ids -------------------------------------------------------------------------------------------------- */

static void make_id(const struct enrich *enrich, const __u64 *number, size_t n, char id[EVENT_ID_ROOM])
{
	snprintf(id, EVENT_ID_ROOM, "%016llx", (unsigned long long)bw_hash(enrich->boot, number, n * sizeof(*number)));
}

static void add_ids(const struct enrich *enrich, struct event *event)
{
	const struct bw_event_process *process = &event->record->process;
	const struct bw_record *record = &event->record->record;
	const __u64 run[] = { process->pid, process->start, process->execs };
	const __u64 place[] = { record->cpu, record->serial, record->time };

	make_id(enrich, run, ARRAY_SIZE(run), event->exec_id);
	make_id(enrich, place, ARRAY_SIZE(place), event->id);
}

/* --- users ------------------------------------------------------------------------------------------------ */

static void look_up_user(struct user_slot *slot, __u32 uid)
{
	char buffer[4096]; /* one entry; a longer one is a user without a name here */
	struct passwd entry, *found = NULL;

	*slot = (struct user_slot){ .until = when_steady() + USER_SECONDS * SECOND, .uid = uid };
	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) == 0 && found)
		snprintf(slot->name, sizeof(slot->name), "%s", found->pw_name);
}

static void add_user(struct enrich *enrich, struct event *event)
{
	__u32 uid = event->record->process.euid;
	struct user_slot *slot = &enrich->user[uid % SLOTS];

	if (slot->uid != uid || slot->until < when_steady())
		look_up_user(slot, uid);
	if (slot->name[0])
		event->user = arena_text(&event->arena, slot->name, strlen(slot->name));
}

/* --- cgroups ---------------------------------------------------------------------------------------------- */

#define FILEID_KERNFS 0xfe /* include/linux/exportfs.h: the handle is the id itself */

/* The id of a cgroup is the handle of its folder: one open, no search. Fails for a cgroup that was removed. */
static int open_cgroup(const struct enrich *enrich, __u64 id)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} u = { .handle = { .handle_bytes = sizeof(id), .handle_type = FILEID_KERNFS } };
	int fd;

	if (enrich->cgroup_fd < 0)
		return -ENOENT;
	memcpy(u.handle.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(enrich->cgroup_fd, &u.handle, O_PATH | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static char *cgroup_path(const struct enrich *enrich, __u64 id)
{
	_close_ int fd = open_cgroup(enrich, id);
	size_t root = enrich->cgroup_root ? strlen(enrich->cgroup_root) : 0;
	char link[32], path[4096];
	ssize_t n;

	if (fd < 0)
		return NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < (ssize_t)root)
		return NULL;
	path[n] = '\0';
	return strdup(path[root] ? path + root : "/");
}

/* The way without CAP_DAC_READ_SEARCH: what the process itself shows, if it still is the one of the record. */
static char *cgroup_path_of(const struct bw_event_process *process)
{
	struct procfs_status status;
	char path[4096];
	long n = procfs_cgroup(process->pid, path, sizeof(path));

	if (n < 0 || procfs_status(process->pid, &status) < 0 || status.start != procfs_ticks(process->start))
		return NULL;
	return strndup(path, n);
}

static void add_cgroup(struct enrich *enrich, struct event *event)
{
	const struct bw_event_process *process = &event->record->process;
	struct cgroup_slot *slot = &enrich->cgroup[process->cgroup % SLOTS];
	char *path;

	if (!process->cgroup)
		return;
	if (!slot->path || slot->id != process->cgroup) {
		path = cgroup_path(enrich, process->cgroup);
		if (!path)
			path = cgroup_path_of(process);
		if (!path)
			return;
		free(slot->path);
		*slot = (struct cgroup_slot){ .id = process->cgroup, .path = path };
	}
	event->cgroup = arena_text(&event->arena, slot->path, strlen(slot->path));
}

/* --- processes -------------------------------------------------------------------------------------------- */

static int read_process(struct process_slot *slot, __u32 pid)
{
	char text[BINARY_ROOM + ARGUMENTS_ROOM];
	struct procfs_status status, again;
	long binary, arguments;
	int r;

	slot->until = 0;
	r = procfs_status(pid, &status);
	if (r < 0)
		return r;
	binary = procfs_binary(pid, text, BINARY_ROOM);
	if (binary < 0)
		binary = 0; /* a kernel thread */
	arguments = procfs_arguments(pid, text + binary, ARGUMENTS_ROOM);
	while (arguments > 0 && text[binary + arguments - 1] == '\0')
		arguments--; /* programs that write a title over their arguments leave NULs behind */
	r = procfs_status(pid, &again);
	if (r < 0)
		return r;
	if (again.start != status.start)
		return -ESRCH;
	if (arguments < 0)
		arguments = 0;
	free(slot->text);
	*slot = (struct process_slot){ .until = when_steady() + PROCESS_SECONDS * SECOND,
				       .pid = pid,
				       .status = status };
	slot->text = malloc(binary + arguments + 1);
	if (!slot->text)
		return -ENOMEM;
	memcpy(slot->text, text, binary + arguments);
	slot->binary_size = binary;
	slot->arguments_size = arguments;
	return 0;
}

/* What runs as `pid` now, or NULL; valid until the next call. */
static const struct process_slot *find_process(struct enrich *enrich, __u32 pid)
{
	struct process_slot *slot = &enrich->process[pid % SLOTS];
	int r;

	if (slot->pid == pid && slot->until > when_steady())
		return slot;
	r = read_process(slot, pid);
	if (r < 0)
		slot->until = 0;
	return r < 0 ? NULL : slot;
}

static void copy_text(struct event *event, struct event_text *to, const char *bytes, size_t size)
{
	if (!size)
		return;
	to->bytes = arena_text(&event->arena, bytes, size);
	to->size = to->bytes ? size : 0;
}

static void add_arguments(struct enrich *enrich, struct event *event)
{
	const struct bw_event_process *process = &event->record->process;
	const struct process_slot *slot;

	if (event->text[BW_TEXT_ARGUMENTS].bytes || !process->start)
		return;
	slot = find_process(enrich, process->pid);
	if (slot && slot->status.start == procfs_ticks(process->start))
		copy_text(event, &event->text[BW_TEXT_ARGUMENTS], slot->text + slot->binary_size, slot->arguments_size);
}

static void add_ancestor(struct event *event, const struct process_slot *slot)
{
	struct event_ancestor *ancestor = &event->ancestor[event->n_ancestors++];

	ancestor->pid = slot->pid;
	copy_text(event, &ancestor->binary, slot->text, slot->binary_size);
	copy_text(event, &ancestor->arguments, slot->text + slot->binary_size, slot->arguments_size);
}

/* The parent as the kernel saw it, and above it what /proc shows. */
static void add_ancestors(struct enrich *enrich, struct event *event)
{
	const struct bw_event_process *process = &event->record->process;
	const struct process_slot *slot;
	__u64 youngest;
	__u32 pid;

	if (!process->ppid)
		return;
	slot = find_process(enrich, process->ppid);
	if (!slot || !process->parent_start || slot->status.start != procfs_ticks(process->parent_start)) {
		event->ancestor[0] = (struct event_ancestor){ .pid = process->ppid };
		event->ancestor[0].binary = event->text[BW_TEXT_PARENT];
		event->n_ancestors = 1;
		return;
	}
	do {
		add_ancestor(event, slot);
		youngest = slot->status.start;
		pid = slot->status.ppid;
		slot = pid ? find_process(enrich, pid) : NULL;
	} while (slot && slot->status.start <= youngest && event->n_ancestors < EVENT_ANCESTORS_MAX);
	if (event->text[BW_TEXT_PARENT].bytes)
		event->ancestor[0].binary = event->text[BW_TEXT_PARENT];
}

void enrich_event(struct enrich *enrich, const struct roster *roster, struct event *event)
{
	event->roster = roster;
	add_ids(enrich, event);
	add_user(enrich, event);
	add_cgroup(enrich, event);
	add_arguments(enrich, event);
	add_ancestors(enrich, event);
}
