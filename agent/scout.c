/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: pids and paths, over a socket. Out: the text of a link; two descriptors with which nothing can be read; one of a
 * file that has the right name.
 *
 * Whoever asked may be gone before the answer comes: each question has a number of its own, and an answer to another
 * one is thrown away.
 */
#include "scout.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "filter.h"
#include "log.h"
#include "privileges.h"

#define BUSY_MAX    8 /* children that hang in a file system */
#define PATIENCE_S  1
#define FOLDER_ROOM 32
#define CONFIG	    "/config.json" /* what runtimes call it, wherever the bundle is */
#define FDS_MAX	    2

enum what {
	BINARY,
	ROOT,
	CONFIGURATION,
};

struct question {
	__u64 number;
	__u32 what;
	__u32 pid;
	char path[PATH_MAX]; /* of CONFIGURATION; sent as far as it goes */
};

struct answer {
	__u64 number;
	__s32 result; /* -errno; bytes of text; 0 with descriptors: of a process and its root, or of a file */
	char text[PATH_MAX];
};

#define QUESTION_HEAD offsetof(struct question, path)
#define ANSWER_HEAD   offsetof(struct answer, text)

union descriptors {
	struct cmsghdr header;
	char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
};

static int asked = -1; /* the agent's end; -1: none was started */
static bool lost;

static void close_all(const int fds[FDS_MAX])
{
	size_t i;

	for (i = 0; i < FDS_MAX; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* --- what is done, by the scout or without one ------------------------------------------------------------ */

static long read_binary(__u32 pid, char *buffer, size_t room)
{
	char path[FOLDER_ROOM];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%u/exe", pid);
	n = readlink(path, buffer, room);
	return n < 0 ? -errno : n;
}

static int open_root(const char *folder, int fds[FDS_MAX])
{
	int r;

	fds[0] = open(folder, FILTER_SCOUT_PATH);
	fds[1] = fds[0] < 0 ? -1 : openat(fds[0], "root", FILTER_SCOUT_PATH);
	if (fds[1] >= 0)
		return 0;
	r = -errno;
	close_all(fds);
	fds[0] = -1;
	return r;
}

static int open_config(const char *path)
{
	size_t size = strlen(path), end = strlen(CONFIG);
	_close_ int fd = -1;
	struct stat found;

	if (path[0] != '/' || size < end || strcmp(path + size - end, CONFIG) != 0)
		return -EINVAL;
	fd = open(path, FILTER_SCOUT_READ);
	if (fd < 0 || fstat(fd, &found))
		return -errno;
	return S_ISREG(found.st_mode) ? TAKE_FD(fd) : -EINVAL;
}

/* --- the scout -------------------------------------------------------------------------------------------- */

static void send_answer(int to, const struct answer *answer, const int *fds, size_t n_fds)
{
	struct iovec part = { (void *)answer, ANSWER_HEAD + (answer->result > 0 ? (size_t)answer->result : 0) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	union descriptors descriptors = { .room = "" };

	if (n_fds) {
		descriptors.header.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		descriptors.header.cmsg_level = SOL_SOCKET;
		descriptors.header.cmsg_type = SCM_RIGHTS;
		memcpy(CMSG_DATA(&descriptors.header), fds, n_fds * sizeof(int));
		message.msg_control = &descriptors;
		message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
	}
	(void)sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void tell_binary(int to, const struct question *question)
{
	struct answer answer = { .number = question->number };

	answer.result = (__s32)read_binary(question->pid, answer.text, sizeof(answer.text));
	send_answer(to, &answer, NULL, 0);
}

static void tell_root(int to, const struct question *question)
{
	struct answer answer = { .number = question->number };
	char folder[FOLDER_ROOM];
	int fds[FDS_MAX];

	snprintf(folder, sizeof(folder), "/proc/%u", question->pid);
	answer.result = open_root(folder, fds);
	send_answer(to, &answer, fds, answer.result < 0 ? 0 : 2);
}

static void tell_config(int to, const struct question *question)
{
	struct answer answer = { .number = question->number };
	int fd = open_config(question->path);

	answer.result = fd < 0 ? fd : 0;
	send_answer(to, &answer, &fd, fd < 0 ? 0 : 1);
}

/* Opening may hang in a file system over the network: a child does it, and others are answered meanwhile. */
static void start_opening(int to, const struct question *question)
{
	static int busy;
	pid_t pid = -1;

	while (busy && waitpid(-1, NULL, WNOHANG) > 0)
		busy--;
	if (busy < BUSY_MAX)
		pid = fork();
	if (pid == 0) {
		if (question->what == ROOT)
			tell_root(to, question);
		else
			tell_config(to, question);
		_exit(0);
	}
	if (pid > 0)
		busy++;
	else
		send_answer(to, &(struct answer){ .number = question->number, .result = -EBUSY }, NULL, 0);
}

static void __attribute__((noreturn)) serve(int to)
{
	struct question question;
	ssize_t n;

	while ((n = recv(to, &question, sizeof(question) - 1, 0)) >= (ssize_t)QUESTION_HEAD) {
		((char *)&question)[n] = '\0';
		if (question.what == BINARY)
			tell_binary(to, &question);
		else
			start_opening(to, &question);
	}
	_exit(0);
}

/* What is the agent's, locks and what keeps programs attached, is not the scout's. It says by a byte that it serves. */
static void __attribute__((noreturn)) become_scout(int to, pid_t agent, bool told)
{
	int r;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "bulwark-scout");
	if (getppid() != agent)
		_exit(1);
	r = privileges_drop(PRIVILEGES_SCOUT);
	if (to > 0)
		(void)close_range(0, (unsigned int)to - 1, 0);
	(void)close_range((unsigned int)to + 1, ~0u, 0);
	r = r < 0 ? r : filter_install(FILTER_SCOUT, told);
	if (r < 0 && r != -EOPNOTSUPP)
		_exit(1);
	(void)send(to, "", 1, MSG_NOSIGNAL);
	serve(to);
}

/* --- the agent -------------------------------------------------------------------------------------------- */

int scout_start(bool told)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	pid_t pid, agent = getpid();
	int ends[2];
	char serves;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return log_error_errno(-errno, "Cannot reach a process that looks at others: %m");
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		become_scout(ends[1], agent, told);
	}
	close(ends[1]);
	if (pid < 0 || recv(ends[0], &serves, 1, 0) != 1) {
		close(ends[0]);
		return log_error_errno(-ECHILD, "Cannot start a process that looks at others: %m");
	}
	(void)setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	asked = ends[0];
	return 0;
}

bool scout_is_lost(void)
{
	char byte;

	if (asked >= 0 && !lost)
		lost = recv(asked, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
	return lost;
}

int scout_fd(void)
{
	return asked;
}

static void take_descriptors(struct msghdr *message, int fds[FDS_MAX])
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
	    header->cmsg_len <= CMSG_LEN(FDS_MAX * sizeof(int)))
		memcpy(fds, CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
}

/* One message; true when there is no more to wait for: *ret_r is what the answer says, or -errno. */
static bool take_answer(__u64 number, struct answer *answer, int fds[FDS_MAX], int *ret_r)
{
	union descriptors descriptors;
	struct iovec part = { answer, sizeof(*answer) };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = &descriptors, .msg_controllen = sizeof(descriptors)
	};
	ssize_t n = recvmsg(asked, &message, MSG_CMSG_CLOEXEC);

	fds[0] = fds[1] = -1;
	if (n <= 0) {
		*ret_r = n < 0 ? -errno : -EPIPE;
		return *ret_r != -EINTR;
	}
	take_descriptors(&message, fds);
	if ((size_t)n >= ANSWER_HEAD && answer->number == number) {
		*ret_r = answer->result <= n - (ssize_t)ANSWER_HEAD ? answer->result : -EBADMSG;
		return true;
	}
	close_all(fds);
	return false;
}

/* Gives the question its number. What the answer says, with as many descriptors as are wanted, or -errno. */
static int ask(struct question *question, struct answer *answer, int fds[FDS_MAX], int wanted)
{
	static __u32 count;
	size_t size = QUESTION_HEAD + strlen(question->path);
	int r = -EAGAIN;

	fds[0] = fds[1] = -1;
	question->number = (__u64)getpid() << 32 | ++count;
	if (send(asked, question, size, MSG_NOSIGNAL) != (ssize_t)size)
		return -errno;
	while (!take_answer(question->number, answer, fds, &r))
		;
	if (r >= 0 && (fds[0] >= 0) + (fds[1] >= 0) != wanted)
		r = -EBADMSG;
	if (r < 0)
		close_all(fds);
	return r;
}

long scout_binary(__u32 pid, char *buffer, size_t room)
{
	struct question question = { .what = BINARY, .pid = pid };
	struct answer answer;
	int fds[FDS_MAX], n;

	if (asked < 0)
		return read_binary(pid, buffer, room);
	n = ask(&question, &answer, fds, 0);
	if (n < 0)
		return n;
	if ((size_t)n > room)
		n = (int)room; /* as readlink(2) cuts it */
	memcpy(buffer, answer.text, (size_t)n);
	return n;
}

int scout_root(const char *folder, int *ret_process)
{
	struct question question = { .what = ROOT };
	int fds[FDS_MAX], r, end = 0;
	struct answer answer;

	if (asked < 0)
		r = open_root(folder, fds);
	else if (sscanf(folder, "/proc/%u%n", &question.pid, &end) == 1 && !folder[end])
		r = ask(&question, &answer, fds, 2);
	else
		r = -EINVAL;
	if (r < 0)
		return r;
	*ret_process = fds[0];
	return fds[1];
}

int scout_config(const char *path)
{
	struct question question = { .what = CONFIGURATION };
	struct answer answer;
	int fds[FDS_MAX], r;

	if (asked < 0)
		return open_config(path);
	if (strlen(path) + 1 >= sizeof(question.path))
		return -ENAMETOOLONG;
	memcpy(question.path, path, strlen(path) + 1);
	r = ask(&question, &answer, fds, 1);
	return r < 0 ? r : fds[0];
}
