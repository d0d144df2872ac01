/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a decoded event. Out: the same with names. Caches of fixed size stand between a flood of events and the node:
 * users and groups (the database may be slow), cgroups (an id never comes back) and processes, which are believed for a
 * second only, since they change.
 *
 * A pid is believed when the start time that the kernel recorded is the one that /proc shows.
 */
#include "enrich.h"
#include <base/cleanup.h>
#include <bulwark/hash.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include "cgroup_tree.h"
#include "log.h"
#include "procfs.h"
#include "when.h"

#define SLOTS		256 /* of each cache; a power of two. What collides is read again */
#define NAME_SECONDS	60
#define PROCESS_SECONDS 1
#define SECOND		1000000000ull
#define BINARY_ROOM	BW_TEXT_PATH
#define ARGUMENTS_ROOM	(BW_TEXT_ARGS + 1) /* the last tells that there are more */

struct name_slot {
	__u64 until; /* 0: empty */
	__u32 id;
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
	struct cgroup_tree tree;
	const struct cgroups *cgroups; /* NULL: no containers are known */
	struct name_slot user[SLOTS];
	struct name_slot group[SLOTS];
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

int enrich_new(const struct cgroups *cgroups, struct enrich **ret)
{
	struct enrich *enrich = calloc(1, sizeof(*enrich));

	if (!enrich)
		return -ENOMEM;
	enrich->cgroups = cgroups;
	read_boot_id(enrich);
	cgroup_tree_open(cgroup_tree_root(), &enrich->tree);
	*ret = enrich;
	return 0;
}

struct enrich *enrich_free(struct enrich *enrich)
{
	size_t i;

	if (!enrich)
		return NULL;
	cgroup_tree_close(&enrich->tree);
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

static void make_exec_id(const struct enrich *enrich, __u32 pid, __u64 start, __u64 execs, char id[EVENT_ID_ROOM])
{
	const __u64 run[] = { pid, start, execs };

	make_id(enrich, run, ARRAY_SIZE(run), id);
}

static void add_ids(const struct enrich *enrich, struct event *event)
{
	const struct bw_event_process *process = &event->record->process;
	const struct bw_record *record = &event->record->record;
	const __u64 place[] = { record->cpu, record->serial, record->time };
	size_t i;

	make_id(enrich, place, ARRAY_SIZE(place), event->id);
	make_exec_id(enrich, process->pid, process->start, process->execs, event->exec_id);
	for (i = 0; i < event->n_ancestors; i++) {
		const struct bw_ancestor *run = &event->ancestor[i].run;

		make_exec_id(enrich, run->pid, run->start, run->execs, event->ancestor[i].exec_id);
	}
}

/* --- users and groups ------------------------------------------------------------------------------------- */

#define ENTRY_ROOM 4096 /* of the database; a longer entry is one without a name here */

static void find_user(__u32 uid, struct name_slot *slot)
{
	struct passwd entry, *found = NULL;
	char buffer[ENTRY_ROOM];

	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) == 0 && found)
		snprintf(slot->name, sizeof(slot->name), "%s", found->pw_name);
}

static void find_group(__u32 gid, struct name_slot *slot)
{
	struct group entry, *found = NULL;
	char buffer[ENTRY_ROOM];

	if (getgrgid_r(gid, &entry, buffer, sizeof(buffer), &found) == 0 && found)
		snprintf(slot->name, sizeof(slot->name), "%s", found->gr_name);
}

/* The name of an id, in the event's memory; NULL: it has none. */
static const char *name_of(struct event *event, struct name_slot slots[SLOTS], __u32 id,
			   void (*find)(__u32 id, struct name_slot *slot))
{
	struct name_slot *slot = &slots[id % SLOTS];
	__u64 now = when_steady();

	if (slot->id != id || slot->until < now) {
		*slot = (struct name_slot){ .until = now + NAME_SECONDS * SECOND, .id = id };
		find(id, slot);
	}
	return slot->name[0] ? arena_text(&event->arena, slot->name, strlen(slot->name)) : NULL;
}

static void add_names(struct enrich *enrich, struct event *event)
{
	const struct bw_event_process *process = &event->record->process;

	event->user = name_of(event, enrich->user, process->euid, find_user);
	event->group = name_of(event, enrich->group, process->egid, find_group);
	if (process->loginuid != (__u32)-1)
		event->login_user = name_of(event, enrich->user, process->loginuid, find_user);
}

/* --- cgroups ---------------------------------------------------------------------------------------------- */

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
		path = cgroup_tree_path(&enrich->tree, process->cgroup);
		if (!path)
			path = cgroup_path_of(process);
		if (!path)
			return;
		free(slot->path);
		*slot = (struct cgroup_slot){ .id = process->cgroup, .path = path };
	}
	event->cgroup = arena_text(&event->arena, slot->path, strlen(slot->path));
}

static void add_container(const struct enrich *enrich, struct event *event)
{
	const struct cgroup *cgroup = NULL;

	if (enrich->cgroups)
		cgroup = cgroups_find(enrich->cgroups, event->record->process.cgroup);
	if (!cgroup)
		return;
	event->container = cgroup->container;
	if (!event->cgroup) /* it is gone, which the records will tell behind this one */
		event->cgroup = arena_text(&event->arena, cgroup->path, strlen(cgroup->path));
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

/* What runs as `pid` now, if that is the process that started then. */
static const struct process_slot *find_started(struct enrich *enrich, __u32 pid, __u64 start)
{
	const struct process_slot *slot = pid && start ? find_process(enrich, pid) : NULL;

	return slot && slot->status.start == procfs_ticks(start) ? slot : NULL;
}

static void copy_arguments(struct event *event, struct event_text *to, const struct process_slot *slot)
{
	size_t size = slot->arguments_size;

	if (size > BW_TEXT_ARGS)
		size = BW_TEXT_ARGS;
	to->bytes = size ? arena_text(&event->arena, slot->text + slot->binary_size, size) : NULL;
	to->size = to->bytes ? size : 0;
	to->cut = size < slot->arguments_size;
}

/* Those that the kernel could not read: the memory was paged out, or that of another process. */
static void add_arguments(struct enrich *enrich, struct event *event)
{
	const struct bw_event_process *process = &event->record->process;
	const struct process_slot *slot;

	if (event->text[BW_TEXT_ARGUMENTS].bytes)
		return;
	slot = find_started(enrich, process->pid, process->start);
	if (slot)
		copy_arguments(event, &event->text[BW_TEXT_ARGUMENTS], slot);
}

/* The process may run another program by now, whose arguments are not those of the one that the event names. */
static bool is_binary(const struct process_slot *slot, const struct event_text *binary)
{
	return binary->bytes && slot->binary_size == binary->size &&
	       memcmp(slot->text, binary->bytes, binary->size) == 0;
}

static void add_ancestors(struct enrich *enrich, struct event *event)
{
	const struct process_slot *slot;
	size_t i;

	for (i = 0; i < event->n_ancestors; i++) {
		struct event_ancestor *ancestor = &event->ancestor[i];

		if (ancestor->arguments.bytes || !ancestor->binary.bytes)
			continue;
		slot = find_started(enrich, ancestor->run.pid, ancestor->run.start);
		if (slot && is_binary(slot, &ancestor->binary))
			copy_arguments(event, &ancestor->arguments, slot);
	}
}

void enrich_event(struct enrich *enrich, const struct roster *roster, struct event *event)
{
	event->roster = roster;
	add_ids(enrich, event);
	add_names(enrich, event);
	add_cgroup(enrich, event);
	add_container(enrich, event);
	add_arguments(enrich, event);
	add_ancestors(enrich, event);
}
