// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the attacks share; attack.h says what each is for. In: nothing but what the caller gives. Out: a line on
 * standard error that says where an attack ended, the secret on standard output if it was found. No policy is about any
 * of this: it opens nothing on its own but what the guest's tools open.
 */
#include "attack.h"
#include <grp.h>
#include <linux/loop.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

enum { HAPPENED = 0, STOPPED = 1, UNKNOWN = 2, UNAVAILABLE = 77, SECRET_DIGITS = 32 };

/* In front of the secret's digits; without them it is in this program too. */
static const char secret_mark[] = "bulwark-secret-";

/* --- how it ends -------------------------------------------------------------------------------------------- */

void happened(void)
{
	fflush(stdout);
	_exit(HAPPENED);
}

void stopped(const char *where)
{
	fprintf(stderr, "stopped: %s: %s\n", where, errno ? strerrorname_np(errno) : "no error");
	_exit(STOPPED);
}

void unavailable(const char *why)
{
	fprintf(stderr, "not available: %s\n", why);
	_exit(UNAVAILABLE);
}

void effect(bool there, const char *what)
{
	if (there)
		happened();
	stopped(what);
}

long need(long r, const char *what)
{
	if (r >= 0)
		return r;
	if (errno == ENOSYS || errno == ENODEV || errno == EOPNOTSUPP)
		unavailable(what);
	fprintf(stderr, "cannot prepare: %s: %s\n", what, strerrorname_np(errno));
	_exit(UNKNOWN);
}

long step(long r, const char *what)
{
	if (r < 0)
		stopped(what);
	return r;
}

/* --- the effects -------------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool secret_in(const void *bytes, size_t n)
{
	const size_t mark = sizeof(secret_mark) - 1;
	const char *at = bytes, *end = at + n;
	size_t digits;

	while (at < end && (at = memmem(at, (size_t)(end - at), secret_mark, mark))) {
		at += mark;
		for (digits = 0; at + digits < end && digits < SECRET_DIGITS && is_digit(at[digits]); digits++)
			;
		if (digits < SECRET_DIGITS)
			continue;
		printf("secret %.*s\n", SECRET_DIGITS, at);
		fflush(stdout);
		return true;
	}
	return false;
}

void take(int fd)
{
	char room[4096];
	ssize_t n = pread(fd, room, sizeof(room), 0);

	if (n < 0 && errno == ESPIPE)
		n = read(fd, room, sizeof(room));
	step(n, "read");
	errno = 0;
	effect(secret_in(room, (size_t)n), "read something else");
}

void steal(const char *path)
{
	steal_at(AT_FDCWD, path);
}

void steal_at(int folder, const char *path)
{
	take((int)step(openat(folder, path, O_RDONLY | O_CLOEXEC), "open"));
}

bool holds(const char *path, const char *text)
{
	char room[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, room, sizeof(room));

	if (fd >= 0)
		close(fd);
	return n >= 0 && (size_t)n == strlen(text) && memcmp(room, text, (size_t)n) == 0;
}

void spoiled(const char *path)
{
	effect(!holds(path, KEPT), "the file holds what it held");
}

bool exists(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

/* --- preparations ------------------------------------------------------------------------------------------- */

void make_file(const char *path, const char *text)
{
	int fd = (int)need(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), path);

	need(write(fd, text, strlen(text)), path);
	close(fd);
}

void make_folder(const char *path)
{
	need(mkdir(path, 0755), path);
}

void write_text(const char *path, const char *text)
{
	int fd = (int)need(open(path, O_WRONLY | O_CLOEXEC), path);

	need(write(fd, text, strlen(text)), path);
	close(fd);
}

void private_mounts(void)
{
	need(unshare(CLONE_NEWNS), "unshare");
	need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
}

void become(uid_t uid)
{
	need(setgroups(0, NULL), "setgroups");
	need(setresgid(uid, uid, uid), "setresgid");
	need(setresuid(uid, uid, uid), "setresuid");
}

void own_namespaces(void)
{
	char map[64];
	uid_t uid = geteuid();
	gid_t gid = getegid();

	need(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	write_text("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	write_text("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	write_text("/proc/self/gid_map", map);
	need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
}

const char *loop_device(const char *image)
{
	static char path[32];
	int control, number, device, file;

	need_module("loop");
	control = (int)need(open("/dev/loop-control", O_RDWR | O_CLOEXEC), "/dev/loop-control");
	number = (int)need(ioctl(control, LOOP_CTL_GET_FREE), "LOOP_CTL_GET_FREE");
	snprintf(path, sizeof(path), "/dev/loop%d", number);
	device = (int)need(open(path, O_RDWR | O_CLOEXEC), path);
	file = (int)step(open(image, O_RDWR | O_CLOEXEC), "open the image");
	need(ioctl(device, LOOP_SET_FD, file), "LOOP_SET_FD");
	need(ioctl(device, LOOP_SET_STATUS64, &(struct loop_info64){ .lo_flags = LO_FLAGS_AUTOCLEAR }), "autoclear");
	close(file);
	return path; /* `device` stays open: it would be cleared */
}

void need_module(const char *name)
{
	char *argv[] = { (char *)"/sbin/modprobe", (char *)name, NULL };

	if (run(argv) != 0)
		unavailable(name);
}

int run(char *const argv[])
{
	pid_t pid = (pid_t)need(fork(), "fork");

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	return wait_for(pid);
}

static void cat(const char *path, int out)
{
	char *const argv[] = { (char *)"/bin/cat", (char *)path, NULL };

	dup2(out, STDOUT_FILENO);
	execv(argv[0], argv);
	_exit(127);
}

void steal_by_child(const char *path, bool orphan)
{
	char bytes[4096];
	int end[2];
	ssize_t n;
	size_t have = 0;

	need(pipe2(end, O_CLOEXEC), "pipe");
	if (need(fork(), "fork") == 0) {
		pid_t maker = getpid();

		if (orphan && (setsid() < 0 || fork()))
			_exit(0);
		while (orphan && getppid() == maker)
			doze();
		cat(path, end[1]);
	}
	close(end[1]);
	while ((n = read(end[0], bytes + have, sizeof(bytes) - have)) > 0)
		have += (size_t)n;
	effect(secret_in(bytes, have), "the child could not read it");
}

int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			need(-1, "wait");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

pid_t holder(void)
{
	const char *pid = getenv("HOLDER");

	if (!pid)
		unavailable("no HOLDER in the environment");
	return (pid_t)strtol(pid, NULL, 10);
}

void send_fd(int over, int fd)
{
	char byte = 0, room[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec piece = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &piece, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room)
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	step(sendmsg(over, &message, 0), "send a descriptor");
}

int receive_fd(int over)
{
	char byte, room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec piece = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &piece, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room)
	};
	struct cmsghdr *header;
	int fd;

	step(recvmsg(over, &message, 0), "receive a descriptor");
	header = CMSG_FIRSTHDR(&message);
	errno = 0;
	if (!header || header->cmsg_type != SCM_RIGHTS)
		stopped("no descriptor came");
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

void doze(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}

void settle(void)
{
	sleep(1);
}

void copy_secret(const char *path)
{
	char room[64] = { 0 };
	int fd = (int)need(open("/run/attacks/secret", O_RDONLY | O_CLOEXEC), "the secret's original");

	need(read(fd, room, sizeof(room) - 1), "the secret's original");
	close(fd);
	make_file(path, room);
}

/* --- io_uring ------------------------------------------------------------------------------------------------- */

static void *uring_map(const struct uring *ring, size_t size, long long offset)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, offset);

	need(at == MAP_FAILED ? -1 : 0, "map the ring");
	return at;
}

void uring_open(struct uring *ring, unsigned int flags)
{
	struct io_uring_params params = { .flags = flags };
	char *sq, *cq;

	ring->fd = (int)syscall(SYS_io_uring_setup, 4, &params);
	if (ring->fd < 0 && (errno == EPERM || errno == EINVAL))
		unavailable("io_uring_setup");
	need(ring->fd, "io_uring_setup");
	sq = uring_map(ring, params.sq_off.array + params.sq_entries * sizeof(unsigned int), IORING_OFF_SQ_RING);
	cq = uring_map(ring, params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
	ring->sqes = uring_map(ring, params.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	ring->sq_tail = (unsigned int *)(sq + params.sq_off.tail);
	ring->sq_mask = (unsigned int *)(sq + params.sq_off.ring_mask);
	ring->sq_array = (unsigned int *)(sq + params.sq_off.array);
	ring->cq_head = (unsigned int *)(cq + params.cq_off.head);
	ring->cq_tail = (unsigned int *)(cq + params.cq_off.tail);
	ring->cq_mask = (unsigned int *)(cq + params.cq_off.ring_mask);
	ring->cqes = (struct io_uring_cqe *)(cq + params.cq_off.cqes);
}

void uring_needs(struct uring *ring, unsigned int operation, const char *name)
{
	static char room[sizeof(struct io_uring_probe) + 256 * sizeof(struct io_uring_probe_op)];
	const struct io_uring_probe *probe = (const struct io_uring_probe *)room;

	need(syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_PROBE, room, 256), "IORING_REGISTER_PROBE");
	if (operation > probe->last_op || !(probe->ops[operation].flags & IO_URING_OP_SUPPORTED))
		unavailable(name);
}

int uring_do(struct uring *ring, const struct io_uring_sqe *sqe)
{
	unsigned int tail = *ring->sq_tail, slot = tail & *ring->sq_mask, head = *ring->cq_head;
	int r;

	ring->sqes[slot] = *sqe;
	ring->sq_array[slot] = slot;
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
	need(syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP, NULL, 0),
	     "io_uring_enter");
	while (__atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) == head)
		doze();
	r = ring->cqes[head & *ring->cq_mask].res;
	__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
	if (r >= 0)
		return r;
	errno = -r;
	return -1;
}
