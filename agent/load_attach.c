/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: programs that are loaded. Out: programs on their hooks, in an order that leaves nothing undecided, and seen to
 * run.
 */
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "guarded.h"
#include "load_inner.h"
#include "log.h"

#define THREAD_PASSES_MAX 256 /* the processes of a node are some ten deep */

/* Whatever the hook, it is in the program: the kernel takes the program alone. */
static int attach_program(struct loader *loader, size_t i)
{
	struct load_object *program = &loader->program[i];

	program->link = bpf_raw_tracepoint_open(NULL, program->fd);
	if (program->link < 0)
		return log_error_errno(-errno, "Cannot attach program '%s' to hook '%s': %m", program->name,
				       program->hook);
	loader->shown[i].attached = true;
	loader->shown[i].waits = false;
	return loader->kept ? pins_put(loader->pins, loader->generation, PINS_LINKS, program->name, program->link) : 0;
}

static int attach_programs(struct loader *loader, enum programs_turn turn)
{
	int r = 0;

	for (size_t i = 0; !r && i < loader->n; i++)
		if (!loader->shown[i].waits && loader->program[i].turn == turn)
			r = attach_program(loader, i);
	return r;
}

int load_need(struct loader *loader, const struct bw_header *header)
{
	__u32 needed = 0;
	int r = 0;

	if (header->judged & (1u << BW_OP_USE | 1u << BW_OP_SOCKET))
		needed |= PROGRAMS_FACILITIES;
	if (header->exec_anywhere & BW_LABEL_DIGESTS)
		needed |= PROGRAMS_DIGESTS;
	if (loader->control->guard)
		needed |= PROGRAMS_GUARD;
	for (size_t i = 0; !r && i < loader->n; i++) {
		if (!loader->shown[i].waits || !(needed & loader->program[i].need))
			continue;
		if (loader->attached)
			r = attach_program(loader, i);
		else
			loader->shown[i].waits = false;
	}
	return r;
}

/* One pass of the kernel side over all threads. Returns how many it could not serve, or -errno. */
static long pass_over_threads(int link)
{
	_close_ int fd = bpf_iter_create(link);
	char buffer[4096];
	ssize_t n = 1;
	long left = 0;

	if (fd < 0)
		return -errno;
	while (n) {
		n = read(fd, buffer, sizeof(buffer));
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		left += n > 0 ? n : 0;
	}
	return left;
}

/*
 * Has the kernel side give the threads that were there before us their lineage, each from its parent: as often as that
 * gets on. A thread whose parent ends meanwhile has another parent in the next pass. One that was being made when its
 * maker had none yet is seen a moment later, so the work is done when two passes with a pause between find nothing.
 */
static int see_threads(struct loader *loader)
{
	const struct load_object *program = load_find_program(loader, "bw_threads_before");
	_close_ int link = program ? bpf_link_create(program->fd, 0, BPF_TRACE_ITER, NULL) : -ENOENT;
	const struct timespec moment = { .tv_nsec = 20 * 1000000 };
	int quiet = 0;
	long left = 1;

	if (link < 0)
		return log_error_errno(link, "Cannot go over the node's threads: %m");
	for (int pass = 0; quiet < 2 && pass < THREAD_PASSES_MAX; pass++) {
		left = pass_over_threads(link);
		quiet = left ? 0 : quiet + 1;
		if (left < 0)
			break;
		if (quiet == 1)
			(void)nanosleep(&moment, NULL);
	}
	if (left < 0)
		return log_error_errno((int)left, "Cannot go over the node's threads: %m");
	if (left > 0)
		log_warning("%ld threads whose parents are not known: for denials they descend from every program",
			    left);
	return 0;
}

static int read_run_time(const struct load_object *program, struct load_run_time *ret)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int r = bpf_obj_get_info_by_fd(program->fd, &info, &size);

	*ret = (struct load_run_time){ .runs = info.run_cnt, .nanoseconds = info.run_time_ns };
	return r < 0 ? -errno : 0;
}

int load_run_time(const struct loader *loader, size_t i, struct load_run_time *ret)
{
	return read_run_time(&loader->program[i], ret);
}

/* An attach that succeeds proves nothing: open a file and see the kernel's own count of runs move. */
static int see_it_run(const struct loader *loader)
{
	const struct load_object *program = load_find_program(loader, "bw_may_open");
	_close_ int counting = bpf_enable_stats(BPF_STATS_RUN_TIME);
	struct load_run_time before = { 0 }, after = { 0 };
	int r;

	if (!program)
		return log_error_errno(-ENOTSUP, "This kernel has no hook for opening files: %m");
	if (counting < 0)
		return log_error_errno(-errno, "Cannot count program runs for the self-test: %m");
	r = read_run_time(program, &before);
	if (r >= 0) {
		_close_ int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

		(void)file;
		r = read_run_time(program, &after);
	}
	if (r < 0)
		return log_error_errno(r, "Cannot read how often program '%s' ran: %m", program->name);
	if (after.runs == before.runs)
		return log_error_errno(
			-ENOTSUP, "The programs are attached but the kernel does not run them: see `bulwark doctor`");
	return 0;
}

int load_follow(struct loader *loader)
{
	int r;

	if (loader->origin == LOAD_ADOPTED)
		return 0; /* they never ceased to */
	r = attach_programs(loader, PROGRAMS_FOLLOW);
	return r ?: see_threads(loader);
}

int load_attach(struct loader *loader)
{
	int r = 0;

	if (loader->origin != LOAD_ADOPTED) {
		r = attach_programs(loader, PROGRAMS_DECIDE);
		r = r ?: attach_programs(loader, PROGRAMS_PREPARE);
	}
	loader->attached = r >= 0;
	r = r < 0 ? r : see_it_run(loader);
	if (r >= 0)
		guarded_settle(loader);
	return r;
}

/* By its path: the file there now may be that of the next agent. */
void load_know_binary(struct loader *loader)
{
	const struct load_object *program = load_find_program(loader, "bw_know_agent");
	_close_ int link = -1;
	struct stat found;

	if (!program || !loader->binary || stat(loader->binary, &found) ||
	    (loader->known[0] == found.st_ino && loader->known[1] == found.st_dev))
		return;
	link = bpf_raw_tracepoint_open(NULL, program->fd);
	if (link < 0) {
		log_warning_errno(link, "Cannot tell the kernel programs which file the agent runs: %m, ignoring");
		return;
	}
	loader->control->marker = (__u32)getpid();
	if (stat(loader->binary, &found) == 0) {
		loader->known[0] = found.st_ino;
		loader->known[1] = found.st_dev;
	}
	loader->control->marker = 0;
}

int load_attach_mark(struct loader *loader)
{
	const struct load_object *program = load_find_program(loader, "bw_mark");

	if (!program)
		return -ENOENT;
	loader->mark = bpf_raw_tracepoint_open(NULL, program->fd);
	return loader->mark < 0 ? -errno : 0;
}

void load_detach_mark(struct loader *loader)
{
	if (loader->mark >= 0)
		close(loader->mark);
	loader->mark = -1;
}
