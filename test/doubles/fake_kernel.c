/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what the agent does to its kernel. Out: the same behaviour without one: tables are counted, modes are kept,
 * records go through a ring whose descriptor an epoll can wait on.
 *
 * $BULWARK_FAKE_EVENTS=N lets a process that cannot be driven otherwise (bulwarkd_fake) have N decisions in its ring.
 */
#include "doubles/fake_kernel.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "agent/standing.h"
#include "agent/apply.h"
#include "agent/counters.h"
#include "agent/folds.h"
#include "agent/heritage.h"
#include "agent/load.h"
#include "agent/pins.h"
#include "agent/probe.h"
#include "agent/ring.h"
#include <base/cleanup.h>

#define RING_RECORDS 65536

struct fake_kernel fake_kernel;

struct loader {
	int unused;
};

struct ring {
	int fd;
	ring_record_fn fn;
	void *context;
};

static struct {
	void *record;
	size_t size;
} waiting[RING_RECORDS];
static size_t n_waiting;
static int wake_fd = -1;

/* --- probe ------------------------------------------------------------------------------------------------ */

size_t probe_kernel(struct probe_result *results, size_t max, bool *ret_usable)
{
	if (max < 2)
		return 0;
	results[0] = (struct probe_result){
		.name = "bpf-lsm",
		.description = "BPF LSM is among the active security modules",
		.state = fake_kernel.unusable ? PROBE_MISSING : PROBE_OK,
		.consequence = "nothing can be enforced",
	};
	strcpy(results[0].detail, fake_kernel.unusable ? "boot with lsm=...,bpf" : "a kernel in memory");
	results[1] = (struct probe_result){
		.name = "inode-storage",
		.description = "storage of inodes",
		.state = PROBE_MISSING_OPTIONAL,
		.consequence = "labels are computed anew",
	};
	*ret_usable = !fake_kernel.unusable;
	return 2;
}

const char *probe_release(void)
{
	static struct utsname name;

	uname(&name);
	return name.release;
}

/* --- load ------------------------------------------------------------------------------------------------- */

int load_open(const struct load_options *options, struct loader **ret)
{
	(void)options;
	if (fake_kernel.open_error)
		return fake_kernel.open_error;
	*ret = calloc(1, sizeof(**ret));
	fake_kernel.opened = *ret;
	return *ret ? 0 : -ENOMEM;
}

bool load_left_sealed(const char *pins)
{
	(void)pins;
	return false;
}

/* Nothing is pinned: who wants an end of it has to ask the agent. */
int pins_take_down(const char *folder)
{
	(void)folder;
	return -EBUSY;
}

int heritage_roster(const struct loader *loader, unsigned int back, struct roster **ret)
{
	(void)loader;
	(void)back;
	(void)ret;
	return -ENOENT;
}

enum load_origin load_origin(const struct loader *loader)
{
	(void)loader;
	return fake_kernel.origin;
}

int heritage_origins(struct loader *loader)
{
	(void)loader;
	fake_kernel.origins++;
	return fake_kernel.origins_error;
}

int heritage_keep(struct loader *loader, struct heritage_rest *ret)
{
	(void)loader;
	*ret = (struct heritage_rest){ .decided = fake_kernel.rest_decided, .untold = fake_kernel.rest_untold };
	fake_kernel.kept = !fake_kernel.keep_error;
	return fake_kernel.keep_error;
}

bool load_is_sealed(const struct loader *loader)
{
	(void)loader;
	return fake_kernel.control.guard & BW_GUARD_SEALED;
}

void load_seal(struct loader *loader)
{
	(void)loader;
	fake_kernel.control.guard |= BW_GUARD_SEALED;
}

int heritage_seal(const struct loader *loader, struct seal *seal)
{
	(void)loader;
	if (fake_kernel.seal_error)
		return fake_kernel.seal_error;
	return fake_kernel.sealed ? seal_add_policy(seal, fake_kernel.sealed, fake_kernel.sealed_hash) : 0;
}

int load_take_down(struct loader *loader)
{
	(void)loader;
	fake_kernel.kept = false;
	return 0;
}

void load_know_binary(struct loader *loader)
{
	(void)loader;
}

volatile struct bw_control *load_control(const struct loader *loader)
{
	(void)loader;
	return &fake_kernel.control;
}

int load_follow(struct loader *loader)
{
	(void)loader;
	return 0;
}

int load_attach(struct loader *loader)
{
	(void)loader;
	fake_kernel.attached = !fake_kernel.attach_error;
	return fake_kernel.attach_error;
}

size_t load_programs(const struct loader *loader, const struct load_program **ret)
{
	static struct load_program program[] = {
		{ "bw_may_exec", "bprm_check_security", false, false },
		{ "bw_may_open", "file_open", false, false },
	};
	size_t i;

	(void)loader;
	for (i = 0; i < ARRAY_SIZE(program); i++)
		program[i].attached = fake_kernel.attached;
	*ret = program;
	return ARRAY_SIZE(program);
}

int load_run_time(const struct loader *loader, size_t i, struct load_run_time *ret)
{
	(void)loader;
	*ret = (struct load_run_time){ .runs = fake_kernel.runs[i], .nanoseconds = 250 * fake_kernel.runs[i] };
	return fake_kernel.run_time_error;
}

struct loader *load_free(struct loader *loader)
{
	if (loader) {
		fake_kernel.opened = false;
		fake_kernel.attached = fake_kernel.kept;
	}
	free(loader);
	return NULL;
}

/* --- apply, counters -------------------------------------------------------------------------------------- */

int apply_tables(struct loader *loader, const struct tables *tables, struct cgroups *cgroups, __u64 *ret_active)
{
	size_t i;

	(void)loader;
	(void)cgroups;
	if (fake_kernel.apply_error)
		return fake_kernel.apply_error;
	fake_kernel.n_policies = tables->n_policies;
	fake_kernel.n_rules = tables->n_rule_names;
	for (i = 0; i < tables->n_policies && i < ARRAY_SIZE(fake_kernel.mode); i++)
		fake_kernel.mode[i] = tables->policy[i].mode;
	memset(fake_kernel.rule, 0, sizeof(fake_kernel.rule));
	*ret_active = ++fake_kernel.active;
	return 0;
}

int apply_mode(struct loader *loader, struct tables *tables, __u32 policy, enum bw_mode mode)
{
	(void)loader;
	if (fake_kernel.mode_error)
		return fake_kernel.mode_error;
	if (policy >= tables->n_policies)
		return -EINVAL;
	if (policy < ARRAY_SIZE(fake_kernel.mode))
		fake_kernel.mode[policy] = mode;
	tables->policy[policy].mode = mode;
	return 0;
}

int apply_mounts(struct loader *loader, const struct tables *tables)
{
	(void)loader;
	fake_kernel.mounts++;
	return tables ? 0 : -EINVAL;
}

int apply_marks(struct loader *loader, const struct tables *tables)
{
	(void)loader;
	fake_kernel.marks++;
	return tables ? 0 : -EINVAL;
}

int apply_cgroup(struct loader *loader, const struct tables *tables, const struct cgroup *cgroup)
{
	(void)loader;
	fake_kernel.cgroup = cgroup->id;
	return tables ? 0 : -EINVAL;
}

void apply_cgroup_gone(struct loader *loader, __u64 id)
{
	(void)loader;
	fake_kernel.cgroup_gone = id;
}

int counters_rules(const struct loader *loader, struct bw_counter *ret, size_t n)
{
	size_t i;

	(void)loader;
	for (i = 0; i < n && i < ARRAY_SIZE(fake_kernel.rule); i++)
		ret[i] = fake_kernel.rule[i];
	return 0;
}

int counters_stats(const struct loader *loader, struct bw_stats *ret)
{
	(void)loader;
	*ret = fake_kernel.stats;
	return 0;
}

int standing_read(const struct loader *loader, __u32 pid, struct bw_standing *ret)
{
	(void)loader;
	(void)pid;
	*ret = fake_kernel.standing;
	return fake_kernel.standing_error;
}

int folds_take(const struct loader *loader, bool all, folds_fn fn, void *context)
{
	struct bw_fold *fold = &fake_kernel.fold;
	__u64 count = fold->folded;

	(void)loader;
	if (!all && fake_kernel.fold_is_young)
		return count != 0;
	fold->folded = 0;
	if (count)
		fn(context, fold, count);
	return 0;
}

/* --- ring ------------------------------------------------------------------------------------------------- */

bool fake_kernel_send(const void *record, size_t size)
{
	void *copy = n_waiting < RING_RECORDS ? malloc(size ? size : 1) : NULL;

	if (!copy)
		return false;
	waiting[n_waiting].record = memcpy(copy, record, size);
	waiting[n_waiting++].size = size;
	if (wake_fd >= 0)
		(void)eventfd_write(wake_fd, 1);
	return true;
}

static void put_text(struct bw_event *event, enum bw_text text, const char *bytes, size_t size, __u32 flags)
{
	size_t at = event->record.size - sizeof(*event);

	memcpy(event->text + at, bytes, size);
	event->span[text] = (struct bw_span){ .offset = at, .size = size, .flags = flags };
	event->record.size += size;
}

size_t fake_kernel_decision(void *buffer, size_t room, const char *path)
{
	static __u64 serial;
	struct bw_event *event = buffer;
	struct timespec now;

	if (room < sizeof(*event) + strlen(path) + 64)
		return 0;
	clock_gettime(CLOCK_BOOTTIME, &now);
	memset(event, 0, sizeof(*event));
	event->record = (struct bw_record){
		.type = BW_RECORD_DECISION,
		.size = sizeof(*event),
		.time = now.tv_sec * 1000000000ull + now.tv_nsec,
		.serial = ++serial,
	};
	event->active = fake_kernel.active;
	event->verdict = BW_VERDICT_DENY;
	event->enforced = 1;
	event->operation = BW_OP_EXEC;
	event->hook = BW_HOOK_BPRM_CHECK;
	event->mode = BW_MODE_ENFORCE;
	event->object = (struct bw_event_object){ .ino = 1234, .dev = 8 << 20 | 1, .kind = BW_OBJECT_FILE };
	event->process.pid = event->process.tid = getpid();
	event->process.ppid = getppid();
	put_text(event, BW_TEXT_OBJECT, path, strlen(path), 0);
	put_text(event, BW_TEXT_BINARY, "nginx\0sbin\0usr\0", 15, BW_SPAN_REVERSED);
	put_text(event, BW_TEXT_CWD, "\0", 1, BW_SPAN_REVERSED);
	put_text(event, BW_TEXT_ARGUMENTS, "nginx: worker\0", 14, 0);
	return event->record.size;
}

static void send_some(unsigned long n)
{
	_Alignas(struct bw_event) char buffer[1024];
	size_t size;

	while (n--) {
		size = fake_kernel_decision(buffer, sizeof(buffer), "/usr/bin/dash");
		if (fake_kernel_send(buffer, size)) {
			fake_kernel.stats.sent++;
			fake_kernel.stats.decided++;
		}
	}
}

int ring_new(struct loader *loader, ring_record_fn fn, void *context, struct ring **ret)
{
	const char *events = getenv("BULWARK_FAKE_EVENTS");
	struct ring *ring = calloc(1, sizeof(*ring));

	(void)loader;
	if (!ring)
		return -ENOMEM;
	*ring = (struct ring){ .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .fn = fn, .context = context };
	wake_fd = ring->fd;
	if (events)
		send_some(strtoul(events, NULL, 10));
	*ret = ring;
	return 0;
}

int ring_fd(const struct ring *ring)
{
	return ring->fd;
}

int ring_consume(struct ring *ring, int budget)
{
	size_t i, n = n_waiting < (size_t)budget ? n_waiting : (size_t)budget;
	eventfd_t value;

	(void)eventfd_read(ring->fd, &value);
	for (i = 0; i < n; i++) {
		ring->fn(ring->context, waiting[i].record, waiting[i].size);
		free(waiting[i].record);
	}
	n_waiting -= n;
	memmove(waiting, waiting + n, n_waiting * sizeof(*waiting));
	if (n_waiting)
		(void)eventfd_write(ring->fd, 1);
	return n;
}

struct ring *ring_free(struct ring *ring)
{
	if (!ring)
		return NULL;
	close(ring->fd);
	wake_fd = -1;
	while (n_waiting)
		free(waiting[--n_waiting].record);
	free(ring);
	return NULL;
}
