/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: folders of which one is a container's root, paths. Out: aliases, as a child process has written them into a pipe:
 * an R when it has found the root, then for each alias its number among the paths and the text, with its size before
 * it.
 */
#include "root.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "resolve.h"
#include "scout.h"
#include "when.h"

#define MS	 1000000ull
#define TEXT_MAX (ROOT_ALIASES_MAX * (PATH_MAX + sizeof(struct head)) + 1)

struct head {
	uint32_t path;
	uint32_t size;
};

/* --- the set ---------------------------------------------------------------------------------------------- */

int root_add(struct alias_set *set, const struct path_alias *alias, size_t most)
{
	struct path_alias copy, *list;
	size_t at = 0;

	while (at < set->n && alias_compare(&set->list[at], alias) < 0)
		at++;
	if ((at < set->n && alias_compare(&set->list[at], alias) == 0) || set->n >= most)
		return 0;
	copy = (struct path_alias){ strdup(alias->from), strdup(alias->to) };
	list = realloc(set->list, (set->n + 1) * sizeof(*list));
	if (list)
		set->list = list;
	if (!copy.from || !copy.to || !list) {
		free((char *)copy.from);
		free((char *)copy.to);
		return -ENOMEM;
	}
	memmove(&list[at + 1], &list[at], (set->n - at) * sizeof(*list));
	list[at] = copy;
	set->n++;
	return 1;
}

void root_forget(struct alias_set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++) {
		free((char *)set->list[i].from);
		free((char *)set->list[i].to);
	}
	free(set->list);
	*set = (struct alias_set){ 0 };
}

/* --- the child -------------------------------------------------------------------------------------------- */

static void write_all(int fd, const void *bytes, size_t size)
{
	const char *at = bytes;
	ssize_t n;

	while (size) {
		n = write(fd, at, size);
		if (n <= 0)
			_exit(1);
		at += n;
		size -= (size_t)n;
	}
}

static bool is_listed(const char *procs, const char *process)
{
	_fclose_ FILE *file = fopen(procs, "re");
	char line[32];

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, process) == 0)
			return true;
	}
	return false;
}

/*
 * The root of a process that is in the cgroup: one of another container that has got the same number meanwhile must not
 * be taken for it. The folder in /proc stays that of the process which it was opened for, and is empty when that ends.
 */
static int open_process(const struct root_place *place)
{
	_close_ int process = -1;
	struct stat status;
	int fd = scout_root(place->folder, &process);

	if (fd < 0)
		return -1;
	if (is_listed(place->procs, alias_name(place->folder)) &&
	    fstatat(process, "root", &status, AT_SYMLINK_NOFOLLOW) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A runtime's process that is in the container's cgroup already has the node's root until it leaves that. */
static int open_root(const struct root_place *place)
{
	struct stat own, status;
	int fd = place->procs ? open_process(place) : open(place->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (stat("/", &own) == 0 && fstat(fd, &status) == 0 &&
	    (own.st_dev != status.st_dev || own.st_ino != status.st_ino))
		return fd;
	close(fd);
	return -1;
}

/*
 * A child that cannot end must not hold what is the agent's: locks, sockets, what keeps programs attached. `other` -1:
 * there is none.
 */
static void close_all_but(int fd, int other)
{
	unsigned int low = fd < other || other < 0 ? fd : other, high = fd < other ? other : fd;

	if (low > 0)
		(void)close_range(0, low - 1, 0);
	if (high > low + 1)
		(void)close_range(low + 1, high - 1, 0);
	(void)close_range(high + 1, ~0u, 0);
}

static void __attribute__((noreturn))
look(const struct root_place *place, size_t n_places, const struct root_paths *paths, int to)
{
	size_t i, told = 0;
	int root = -1;

	for (i = 0; root < 0 && i < n_places; i++)
		root = open_root(&place[i]);
	if (root < 0)
		_exit(0);
	write_all(to, "R", 1);
	for (i = 0; i < paths->n && told < ROOT_ALIASES_MAX; i++) {
		struct path_alias alias = { .from = paths->path[i] };
		struct head head = { .path = (uint32_t)i };
		char *text;

		if (resolve_in(root, alias.from, &text) < 0)
			continue;
		alias.to = text;
		head.size = (uint32_t)strlen(text);
		if (!alias_is_twin(&alias)) {
			write_all(to, &head, sizeof(head));
			write_all(to, text, head.size);
			told++;
		}
		free(text);
	}
	_exit(0);
}

/* --- the agent -------------------------------------------------------------------------------------------- */

/* Children that were told to end and are still in a system call. */
static pid_t stuck[ROOT_STUCK_MAX];

static size_t count_stuck(void)
{
	size_t i, n = 0;

	for (i = 0; i < ROOT_STUCK_MAX; i++) {
		if (stuck[i] && waitpid(stuck[i], NULL, WNOHANG) != 0)
			stuck[i] = 0;
		n += stuck[i] != 0;
	}
	return n;
}

static void reap(pid_t pid)
{
	size_t i;

	kill(pid, SIGKILL);
	for (i = 0; i < 20; i++) {
		if (waitpid(pid, NULL, WNOHANG) != 0)
			return;
		poll(NULL, 0, 1);
	}
	for (i = 0; i < ROOT_STUCK_MAX && stuck[i];)
		i++;
	if (i < ROOT_STUCK_MAX)
		stuck[i] = pid;
}

/* Reads to the end, which the child has to come to in time. */
static ssize_t read_in_time(int fd, char *text, size_t room)
{
	__u64 end = when_steady() + ROOT_LOOK_MS * MS;
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	size_t size = 0;

	for (;;) {
		__u64 now = when_steady();
		ssize_t n;

		if (now >= end)
			return -ETIMEDOUT;
		if (poll(&poll_fd, 1, (int)((end - now) / MS) + 1) <= 0)
			continue;
		n = read(fd, text + size, room - size);
		if (n < 0)
			return -errno;
		if (n == 0)
			return (ssize_t)size;
		size += (size_t)n;
	}
}

static int start(const struct root_place *place, size_t n_places, const struct root_paths *paths, int *ret_fd)
{
	pid_t pid, agent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != agent)
			_exit(1);
		close_all_but(ends[1], scout_fd());
		look(place, n_places, paths, ends[1]);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -errno;
	}
	*ret_fd = ends[0];
	return pid;
}

/* What the child has written, as aliases. */
static int add_told(const char *text, size_t size, const struct root_paths *paths, struct alias_set *set)
{
	int r = 0, n_new = 0;

	while (size >= sizeof(struct head)) {
		char to[PATH_MAX];
		struct head head;

		memcpy(&head, text, sizeof(head));
		text += sizeof(head);
		size -= sizeof(head);
		if (head.path >= paths->n || head.size > size || head.size >= sizeof(to))
			return -EBADMSG;
		memcpy(to, text, head.size);
		to[head.size] = '\0';
		text += head.size;
		size -= head.size;
		r = root_add(set, &(const struct path_alias){ paths->path[head.path], to }, ROOT_ALIASES_MAX);
		if (r < 0)
			return r;
		n_new += r;
	}
	return n_new;
}

int root_look(const struct root_place *place, size_t n_places, const struct root_paths *paths, struct alias_set *set)
{
	_free_ char *text = malloc(TEXT_MAX);
	_close_ int fd = -1;
	ssize_t size;
	int pid;

	if (!text)
		return -ENOMEM;
	if (count_stuck() == ROOT_STUCK_MAX)
		return -EBUSY;
	pid = start(place, n_places, paths, &fd);
	if (pid < 0)
		return pid;
	size = read_in_time(fd, text, TEXT_MAX);
	reap(pid);
	if (size < 0)
		return (int)size;
	return size ? add_told(text + 1, (size_t)size - 1, paths, set) : -ESTALE;
}
