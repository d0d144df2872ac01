// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * One system call, and what became of it.
 *
 * In:   words that prepare (`as`, `cd`, `chroot`, `thread`, ...), then one operation with its arguments.
 * Out:  "OK PID" and status 0, or "ERRNO PID" and status 1; 2 for wrong usage, 3 when what comes before the
 *       operation itself fails. Nothing else is opened, read or run: static, no locale, no shell.
 *
 * A copy of it is any program that a policy may name. Descriptors are inherited ones, by number.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include "probe.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static int perform(char **words);

void __attribute__((noreturn)) usage(const char *what)
{
	fprintf(stderr, "probe: %s\n", what);
	_exit(2);
}

int must(int r, const char *what)
{
	if (r >= 0)
		return r;
	fprintf(stderr, "probe: %s: %s\n", what, strerrorname_np(errno));
	_exit(3);
}

long number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 0);

	if (end == text || *end)
		usage("not a number");
	return value;
}

void doze(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}

/* For what waits while others work, on the same processor. */
static void doze_long(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
}

/* --- files ------------------------------------------------------------------------------------------------ */

struct word {
	const char *name;
	int value;
};

static int words_value(const struct word *word, size_t n, const char *text)
{
	char copy[128], *part, *rest = NULL;
	int value = 0;
	size_t i;

	snprintf(copy, sizeof(copy), "%s", text);
	for (part = strtok_r(copy, ",", &rest); part; part = strtok_r(NULL, ",", &rest)) {
		for (i = 0; i < n && strcmp(word[i].name, part) != 0; i++)
			;
		if (i == n)
			usage("no such flag");
		value |= word[i].value;
	}
	return value;
}

static int open_flags(const char *text)
{
	static const struct word word[] = {
		{ "r", O_RDONLY },	    { "w", O_WRONLY },
		{ "rw", O_RDWR },	    { "3", 3 },
		{ "creat", O_CREAT },	    { "trunc", O_TRUNC },
		{ "append", O_APPEND },	    { "excl", O_EXCL },
		{ "path", O_PATH },	    { "dir", O_DIRECTORY },
		{ "nofollow", O_NOFOLLOW }, { "tmpfile", O_TMPFILE },
		{ "direct", O_DIRECT },	    { "nonblock", O_NONBLOCK },
	};

	return words_value(word, ARRAY_SIZE(word), text);
}

static int do_open(char **a)
{
	return open(a[1], open_flags(a[0]) | O_CLOEXEC, 0644);
}

static int do_openat2(char **a)
{
	static const struct word word[] = {
		{ "none", 0 },
		{ "beneath", RESOLVE_BENEATH },
		{ "in_root", RESOLVE_IN_ROOT },
		{ "no_symlinks", RESOLVE_NO_SYMLINKS },
		{ "no_magiclinks", RESOLVE_NO_MAGICLINKS },
		{ "no_xdev", RESOLVE_NO_XDEV },
	};
	struct open_how how = {
		.flags = (unsigned int)open_flags(a[2]),
		.mode = (how.flags & O_CREAT) ? 0644 : 0,
		.resolve = (unsigned int)words_value(word, ARRAY_SIZE(word), a[1]),
	};
	int folder = must(open(a[0], O_PATH | O_DIRECTORY), a[0]);

	return (int)syscall(SYS_openat2, folder, a[3], &how, sizeof(how));
}

/* By a descriptor of O_PATH and /proc/self/fd. */
static int do_reopen(char **a)
{
	char path[64];
	int fd = must(open(a[1], O_PATH), a[1]);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, open_flags(a[0]));
}

static int do_reopen_fd(char **a)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%ld", number(a[1]));
	return open(path, open_flags(a[0]));
}

static int do_handle(char **a)
{
	static char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	struct file_handle *handle = (struct file_handle *)room;
	int id, folder;

	handle->handle_bytes = MAX_HANDLE_SZ;
	must(name_to_handle_at(AT_FDCWD, a[1], handle, &id, 0), "name_to_handle_at");
	folder = must(open(a[2], O_RDONLY | O_DIRECTORY), a[2]);
	return open_by_handle_at(folder, handle, open_flags(a[0]));
}

/* The same, after the kernel was made to forget the names that it knows. */
static int do_handle_cold(char **a)
{
	static char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	struct file_handle *handle = (struct file_handle *)room;
	int id, folder, caches;

	handle->handle_bytes = MAX_HANDLE_SZ;
	must(name_to_handle_at(AT_FDCWD, a[1], handle, &id, 0), "name_to_handle_at");
	folder = must(open(a[2], O_RDONLY | O_DIRECTORY), a[2]);
	caches = must(open("/proc/sys/vm/drop_caches", O_WRONLY), "drop_caches");
	sync();
	must(write(caches, "3", 1), "drop_caches");
	return open_by_handle_at(folder, handle, open_flags(a[0]));
}

static int do_list(char **a)
{
	DIR *folder = opendir(a[0]);

	return folder && readdir(folder) ? 0 : -1;
}

static int do_stat(char **a)
{
	struct stat status;

	return stat(a[0], &status);
}

static int do_readlink(char **a)
{
	char target[256];

	return (int)readlink(a[0], target, sizeof(target));
}

static int do_access(char **a)
{
	return access(a[0], R_OK);
}

static int do_creat(char **a)
{
	return creat(a[0], 0644);
}

static int do_truncate(char **a)
{
	return truncate(a[0], 1);
}

static int do_ftruncate(char **a)
{
	return ftruncate((int)number(a[0]), 1);
}

static int do_unlink(char **a)
{
	return unlink(a[0]);
}

static int do_rename(char **a)
{
	return rename(a[0], a[1]);
}

static int do_exchange(char **a)
{
	return renameat2(AT_FDCWD, a[0], AT_FDCWD, a[1], RENAME_EXCHANGE);
}

static int do_noreplace(char **a)
{
	return renameat2(AT_FDCWD, a[0], AT_FDCWD, a[1], RENAME_NOREPLACE);
}

static int do_link(char **a)
{
	return link(a[0], a[1]);
}

static int do_link_fd(char **a)
{
	return linkat((int)number(a[0]), "", AT_FDCWD, a[1], AT_EMPTY_PATH);
}

static int do_symlink(char **a)
{
	return symlink(a[0], a[1]);
}

static int do_mkdir(char **a)
{
	return mkdir(a[0], 0755);
}

static int do_rmdir(char **a)
{
	return rmdir(a[0]);
}

static int do_mknod(char **a)
{
	return mknod(a[0], S_IFCHR | 0600, makedev(1, 3));
}

static int do_mkfifo(char **a)
{
	return mknod(a[0], S_IFIFO | 0600, 0);
}

static int do_chmod(char **a)
{
	return chmod(a[0], 0600);
}

static int do_fchmod(char **a)
{
	return fchmod((int)number(a[0]), 0600);
}

static int do_fchmodat2(char **a)
{
	return (int)syscall(SYS_fchmodat2, AT_FDCWD, a[0], 0600, 0);
}

static int do_chown(char **a)
{
	return chown(a[0], 12, 13);
}

static int do_lchown(char **a)
{
	return lchown(a[0], 12, 13);
}

static int do_fchown(char **a)
{
	return fchown((int)number(a[0]), 12, 13);
}

static int do_utimensat(char **a)
{
	const struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 2000 } };

	return utimensat(AT_FDCWD, a[0], times, 0);
}

static int do_touch(char **a)
{
	return utimensat(AT_FDCWD, a[0], NULL, 0);
}

static int do_futimens(char **a)
{
	return futimens((int)number(a[0]), NULL);
}

static int do_setxattr(char **a)
{
	return setxattr(a[0], "user.probe", "x", 1, 0);
}

static int do_lsetxattr(char **a)
{
	return lsetxattr(a[0], "trusted.probe", "x", 1, 0);
}

static int do_fsetxattr(char **a)
{
	return fsetxattr((int)number(a[0]), "user.probe", "x", 1, 0);
}

static int do_removexattr(char **a)
{
	return removexattr(a[0], "user.there");
}

/* What setfacl(1) does: version 2, u::rw-, u:1000:r--, g::r--, m::r--, o::r--. */
static int do_set_acl(char **a)
{
	static const uint8_t acl[] = {
		2, 0, 0,   0,	1,   0,	  6,  0, 255, 255, 255, 255, 2,	  0,   4,  0, 0xe8, 3, 0,   0,	 4,   0,
		4, 0, 255, 255, 255, 255, 16, 0, 4,   0,   255, 255, 255, 255, 32, 0, 4,    0, 255, 255, 255, 255,
	};

	return setxattr(a[0], "system.posix_acl_access", acl, sizeof(acl), 0);
}

static int do_remove_acl(char **a)
{
	return removexattr(a[0], "system.posix_acl_access");
}

/* --- descriptors that are open already -------------------------------------------------------------------- */

#ifndef SYS_file_setattr
#define SYS_file_setattr 469
#endif

static int do_read_fd(char **a)
{
	char byte;

	return (int)pread((int)number(a[0]), &byte, 1, 0);
}

static int do_write_fd(char **a)
{
	return (int)pwrite((int)number(a[0]), "x", 1, 0);
}

static int do_list_fd(char **a)
{
	static char entries[4096];
	int fd = (int)number(a[0]);

	must((int)lseek(fd, 0, SEEK_SET), "lseek");
	return (int)syscall(SYS_getdents64, fd, entries, sizeof(entries));
}

/* FROM TO: by the kernel alone. */
static int do_sendfile_fd(char **a)
{
	off_t from = 0;

	return (int)sendfile((int)number(a[1]), (int)number(a[0]), &from, 1);
}

static int do_fallocate_fd(char **a)
{
	return fallocate((int)number(a[0]), 0, 0, 8192);
}

static int map_fd(const char *fd, int protection, int flags)
{
	return mmap(NULL, 4096, protection, flags, (int)number(fd), 0) == MAP_FAILED ? -1 : 0;
}

static int do_map_fd(char **a)
{
	return map_fd(a[0], PROT_READ, MAP_PRIVATE);
}

static int do_map_fd_shared(char **a)
{
	return map_fd(a[0], PROT_READ, MAP_SHARED);
}

static int do_map_fd_write(char **a)
{
	return map_fd(a[0], PROT_READ | PROT_WRITE, MAP_SHARED);
}

static int do_protect_fd(char **a)
{
	void *at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, (int)number(a[0]), 0);

	must(at == MAP_FAILED ? -1 : 0, "mmap");
	return mprotect(at, 4096, PROT_READ | PROT_WRITE);
}

static int do_chattr_fd(char **a)
{
	int fd = (int)number(a[0]);
	long flags = 0;

	must(ioctl(fd, FS_IOC_GETFLAGS, &flags), "FS_IOC_GETFLAGS");
	flags ^= FS_NODUMP_FL;
	return ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

static int do_fsxattr_fd(char **a)
{
	int fd = (int)number(a[0]);
	struct fsxattr attributes;

	must(ioctl(fd, FS_IOC_FSGETXATTR, &attributes), "FS_IOC_FSGETXATTR");
	attributes.fsx_xflags ^= FS_XFLAG_NODUMP;
	return ioctl(fd, FS_IOC_FSSETXATTR, &attributes);
}

static int do_getflags_fd(char **a)
{
	long flags = 0;

	return ioctl((int)number(a[0]), FS_IOC_GETFLAGS, &flags);
}

/* file_setattr(2), from 6.17 on. */
static int do_file_setattr(char **a)
{
	struct {
		uint64_t xflags;
		uint32_t extsize, nextents, projid, cowextsize;
	} attributes = { .xflags = FS_XFLAG_NODUMP };

	return (int)syscall(SYS_file_setattr, AT_FDCWD, a[0], &attributes, sizeof(attributes), 0);
}

/* PID FD: out of another process. */
static int do_getfd(char **a)
{
	int process = must((int)syscall(SYS_pidfd_open, (pid_t)number(a[0]), 0), "pidfd_open");

	return (int)syscall(SYS_pidfd_getfd, process, (int)number(a[1]), 0);
}

/* --- programs --------------------------------------------------------------------------------------------- */

static char *no_environment[] = { NULL };

static int do_execve(char **a)
{
	return execve(a[0], a, no_environment);
}

static int do_execveat(char **a)
{
	return (int)syscall(SYS_execveat, AT_FDCWD, a[0], a, no_environment, 0);
}

static int do_execveat_empty(char **a)
{
	int fd = must(open(a[0], O_PATH), a[0]);

	return (int)syscall(SYS_execveat, fd, "", a, no_environment, AT_EMPTY_PATH);
}

static int do_fexecve(char **a)
{
	return fexecve((int)number(a[0]), a + 1, no_environment);
}

static int map(int fd, int protection, int flags)
{
	return mmap(NULL, 4096, protection, flags, fd, 0) == MAP_FAILED ? -1 : 0;
}

static int do_map(char **a)
{
	return map(must(open(a[0], O_RDONLY), a[0]), PROT_READ | PROT_EXEC, MAP_PRIVATE);
}

static int do_map_shared(char **a)
{
	return map(must(open(a[0], O_RDONLY), a[0]), PROT_READ | PROT_EXEC, MAP_SHARED);
}

static int do_map_read(char **a)
{
	return map(must(open(a[0], O_RDONLY), a[0]), PROT_READ, MAP_PRIVATE);
}

/* Asks for no execution and gets it. */
static int do_map_implied(char **a)
{
	must(personality(READ_IMPLIES_EXEC), "personality");
	return do_map_read(a);
}

static int do_map_anonymous(char **a)
{
	(void)a;
	return map(-1, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS);
}

static int do_map_anonymous_shared(char **a)
{
	(void)a;
	return map(-1, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS);
}

static int make_executable(void *at)
{
	must(at == MAP_FAILED ? -1 : 0, "mmap");
	return mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

static int do_mprotect(char **a)
{
	int fd = must(open(a[0], O_RDONLY), a[0]);

	return make_executable(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
}

static int do_mprotect_anonymous(char **a)
{
	(void)a;
	return make_executable(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static int do_mprotect_anonymous_shared(char **a)
{
	(void)a;
	return make_executable(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

/* A copy of the file in memory that has no name. */
static int copy_to(const char *from, int to)
{
	int fd = must(open(from, O_RDONLY), from);
	char buffer[65536];
	ssize_t n;

	while ((n = must((int)read(fd, buffer, sizeof(buffer)), from)) > 0)
		must((int)write(to, buffer, (size_t)n), "write");
	close(fd);
	return to;
}

static int do_memfd_exec(char **a)
{
	int fd = copy_to(a[0], must(memfd_create("copy", 0), "memfd_create"));

	return (int)syscall(SYS_execveat, fd, "", a, no_environment, AT_EMPTY_PATH);
}

static int do_memfd_map(char **a)
{
	int fd = must(memfd_create("code", 0), "memfd_create");

	(void)a;
	must(ftruncate(fd, 4096), "ftruncate");
	return map(fd, PROT_READ | PROT_EXEC, MAP_PRIVATE);
}

/* FOLDER FILE: the file's bytes in one of the folder that never had a name. */
static int do_tmpfile_exec(char **a)
{
	int fd = copy_to(a[1], must(open(a[0], O_TMPFILE | O_RDWR, 0755), a[0]));
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fd = must(open(path, O_RDONLY), path);
	close((int)number(strrchr(path, '/') + 1)); /* a file that is open for writing is not run */
	return (int)syscall(SYS_execveat, fd, "", a + 1, no_environment, AT_EMPTY_PATH);
}

/* FILE: of which a copy is run that has lost its name. */
static int do_deleted_exec(char **a)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s.copy", a[0]);
	close(copy_to(a[0], must(open(path, O_CREAT | O_RDWR, 0755), path)));
	fd = must(open(path, O_PATH), path);
	must(unlink(path), path);
	return (int)syscall(SYS_execveat, fd, "", a, no_environment, AT_EMPTY_PATH);
}

static int do_shm_exec(char **a)
{
	int id = must(shmget(IPC_PRIVATE, 4096, 0700), "shmget"), error;
	void *at = shmat(id, NULL, SHM_EXEC);

	(void)a;
	error = errno;
	shmctl(id, IPC_RMID, NULL);
	errno = error;
	return at == MAP_FAILED ? -1 : 0;
}

static int do_ok(char **a)
{
	(void)a;
	return 0;
}

/* --- sockets ---------------------------------------------------------------------------------------------- */

struct kind {
	const char *name;
	int family, type, protocol;
};

static int new_socket(const char *name)
{
	static const struct kind kind[] = {
		{ "tcp4", AF_INET, SOCK_STREAM, 0 },
		{ "tcp6", AF_INET6, SOCK_STREAM, 0 },
		{ "udp4", AF_INET, SOCK_DGRAM, 0 },
		{ "udp6", AF_INET6, SOCK_DGRAM, 0 },
		{ "mptcp4", AF_INET, SOCK_STREAM, 262 },
		{ "raw4", AF_INET, SOCK_RAW, 253 },
		{ "raw6", AF_INET6, SOCK_RAW, 253 },
		{ "lite4", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE },
		{ "ping4", AF_INET, SOCK_DGRAM, 1 },
		{ "sctp4", AF_INET, SOCK_STREAM, IPPROTO_SCTP },
		{ "many4", AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP },
		{ "sctp6", AF_INET6, SOCK_STREAM, IPPROTO_SCTP },
		{ "stream", AF_UNIX, SOCK_STREAM, 0 },
		{ "seqpacket", AF_UNIX, SOCK_SEQPACKET, 0 },
		{ "dgram", AF_UNIX, SOCK_DGRAM, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kind); i++)
		if (strcmp(kind[i].name, name) == 0)
			return must(socket(kind[i].family, kind[i].type, kind[i].protocol), name);
	usage("no such socket");
}

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un local;
	};
	socklen_t size;
};

/* ADDRESS PORT; "unspec:ADDRESS" leaves the family out. */
static struct address inet_of(char **a)
{
	struct address address = { .size = sizeof(address.v4) };
	bool unspecified = strncmp(a[0], "unspec:", 7) == 0;
	const char *text = unspecified ? a[0] + 7 : a[0];

	if (strchr(text, ':')) {
		address.v6.sin6_family = unspecified ? AF_UNSPEC : AF_INET6;
		address.v6.sin6_port = htons((uint16_t)number(a[1]));
		address.size = sizeof(address.v6);
		must(inet_pton(AF_INET6, text, &address.v6.sin6_addr) == 1 ? 0 : -1, text);
	} else {
		address.v4.sin_family = unspecified ? AF_UNSPEC : AF_INET;
		address.v4.sin_port = htons((uint16_t)number(a[1]));
		must(inet_pton(AF_INET, text, &address.v4.sin_addr) == 1 ? 0 : -1, text);
	}
	return address;
}

/* A path, or @NAME. */
static struct address unix_of(const char *name)
{
	struct address address = { .local.sun_family = AF_UNIX };
	size_t length = strlen(name);

	if (length >= sizeof(address.local.sun_path))
		usage("name too long");
	memcpy(address.local.sun_path, name, length);
	address.size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] != '@'));
	if (name[0] == '@')
		address.local.sun_path[0] = '\0';
	return address;
}

static int do_connect(char **a)
{
	struct address address = inet_of(a + 1);

	return connect(new_socket(a[0]), &address.any, address.size);
}

static int do_sendto(char **a)
{
	struct address address = inet_of(a + 1);

	return (int)sendto(new_socket(a[0]), "x", 1, 0, &address.any, address.size);
}

static int do_fastopen(char **a)
{
	struct address address = inet_of(a + 1);

	return (int)sendto(new_socket(a[0]), "x", 1, MSG_FASTOPEN, &address.any, address.size);
}

/* TCP_FASTOPEN_CONNECT puts the connecting off to the first send, which names no address. */
static int do_fastopen_connect(char **a)
{
	struct address address = inet_of(a + 1);
	int fd = new_socket(a[0]), on = 1;

	must(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)), "TCP_FASTOPEN_CONNECT");
	if (connect(fd, &address.any, address.size) < 0)
		return -1;
	return (int)send(fd, "x", 1, 0);
}

static int do_sendmsg(char **a)
{
	struct address address = inet_of(a + 1);
	struct iovec piece = { .iov_base = "x", .iov_len = 1 };
	struct msghdr message = {
		.msg_name = &address.any, .msg_namelen = address.size, .msg_iov = &piece, .msg_iovlen = 1
	};

	return (int)sendmsg(new_socket(a[0]), &message, 0);
}

static int do_sendmmsg(char **a)
{
	struct address address = inet_of(a + 1);
	struct iovec piece = { .iov_base = "x", .iov_len = 1 };
	struct mmsghdr message = {
		.msg_hdr = {
			.msg_name = &address.any, .msg_namelen = address.size, .msg_iov = &piece, .msg_iovlen = 1,
		},
	};

	return sendmmsg(new_socket(a[0]), &message, 1, 0);
}

/* KIND FROM PORT TO PORT: bound first. */
static int do_connect_from(char **a)
{
	struct address from = inet_of(a + 1), to = inet_of(a + 3);
	int fd = new_socket(a[0]);

	must(bind(fd, &from.any, from.size), a[1]);
	return connect(fd, &to.any, to.size);
}

/* KIND TO PORT OTHER PORT: connected to one, sending to the other. */
static int do_sendto_other(char **a)
{
	struct address to = inet_of(a + 1), other = inet_of(a + 3);
	int fd = new_socket(a[0]);

	must(connect(fd, &to.any, to.size), a[1]);
	return (int)sendto(fd, "x", 1, 0, &other.any, other.size);
}

/* KIND ADDRESS PORT...: all of them in one list, for sctp_connectx(3) or sctp_bindx(3). */
static int give_list(char **a, int option)
{
	static char list[128 * sizeof(struct sockaddr_in6)];
	int fd = new_socket(a[0]);
	socklen_t size = 0;

	for (char **at = a + 1; at[0] && at[1]; at += 2) {
		struct address address = inet_of(at);

		if (size + address.size > sizeof(list))
			usage("too many addresses");
		memcpy(list + size, &address.any, address.size);
		size += address.size;
	}
	return setsockopt(fd, IPPROTO_SCTP, option, list, size) < 0 && errno != EINPROGRESS ? -1 : 0;
}

static int do_connectx(char **a)
{
	return give_list(a, 110); /* SCTP_SOCKOPT_CONNECTX */
}

static int do_bindx(char **a)
{
	return give_list(a, 100); /* SCTP_SOCKOPT_BINDX_ADD */
}

/* A loose source route by one host, as the bytes of an IP option. */
static void route_by(const char *host, uint8_t option[8])
{
	const uint8_t head[4] = { 1, 131, 7, 4 };

	memcpy(option, head, sizeof(head));
	must(inet_pton(AF_INET, host, option + 4) == 1 ? 0 : -1, host);
}

/* KIND ADDRESS PORT HOST: by that host. */
static int do_sendto_routed(char **a)
{
	struct address address = inet_of(a + 1);
	int fd = new_socket(a[0]);
	uint8_t option[8];

	route_by(a[3], option);
	must(setsockopt(fd, IPPROTO_IP, IP_OPTIONS, option, sizeof(option)), "IP_OPTIONS");
	return (int)sendto(fd, "x", 1, 0, &address.any, address.size);
}

/* The same, but connected before it is told. */
static int do_send_routed(char **a)
{
	struct address address = inet_of(a + 1);
	int fd = new_socket(a[0]);
	uint8_t option[8];

	route_by(a[3], option);
	must(connect(fd, &address.any, address.size), a[1]);
	must(setsockopt(fd, IPPROTO_IP, IP_OPTIONS, option, sizeof(option)), "IP_OPTIONS");
	return (int)send(fd, "x", 1, 0);
}

/* The same, of one message only. */
static int do_sendmsg_routed(char **a)
{
	struct address address = inet_of(a + 1);
	struct iovec piece = { .iov_base = "x", .iov_len = 1 };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(8)];
	} control = { .head = { CMSG_LEN(8), IPPROTO_IP, IP_RETOPTS } };
	struct msghdr message = {
		.msg_name = &address.any,
		.msg_namelen = address.size,
		.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	route_by(a[3], CMSG_DATA(&control.head));
	return (int)sendmsg(new_socket(a[0]), &message, 0);
}

static int do_bind(char **a)
{
	struct address address = inet_of(a + 1);

	return bind(new_socket(a[0]), &address.any, address.size);
}

static int do_listen(char **a)
{
	return listen(new_socket(a[0]), 1);
}

static int do_unix_connect(char **a)
{
	struct address address = unix_of(a[1]);

	return connect(new_socket(a[0]), &address.any, address.size);
}

static int do_unix_send(char **a)
{
	struct address address = unix_of(a[1]);

	return (int)sendto(new_socket(a[0]), "x", 1, 0, &address.any, address.size);
}

static int do_unix_bind(char **a)
{
	struct address address = unix_of(a[1]);

	return bind(new_socket(a[0]), &address.any, address.size);
}

/* A message of one byte, and room for one descriptor. */
struct parcel {
	struct msghdr header;
	struct iovec piece;
	char byte;
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
};

static void parcel_init(struct parcel *parcel)
{
	*parcel = (struct parcel){ .byte = 'x' };
	parcel->piece = (struct iovec){ &parcel->byte, 1 };
	parcel->header = (struct msghdr){
		.msg_iov = &parcel->piece,
		.msg_iovlen = 1,
		.msg_control = &parcel->control,
		.msg_controllen = sizeof(parcel->control),
	};
}

/* NAME: takes what `give` gives. Of a descriptor that is refused the message is told to be cut: EPERM. */
static int do_receive(char **a)
{
	struct address address = unix_of(a[0]);
	int fd = new_socket("stream");
	struct parcel parcel;

	parcel_init(&parcel);
	must(connect(fd, &address.any, address.size), a[0]);
	must((int)recvmsg(fd, &parcel.header, MSG_CMSG_CLOEXEC), "recvmsg");
	if (CMSG_FIRSTHDR(&parcel.header) && !(parcel.header.msg_flags & MSG_CTRUNC))
		return 0;
	errno = EPERM;
	return -1;
}

/* --- helpers of scenarios, which are no operations --------------------------------------------------------- */

static void serve_inet(const char *port)
{
	char *words[] = { (char *)"::", (char *)port };
	struct address address = inet_of(words);
	int fd = new_socket("tcp6"), on = 1, queue = 5;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue));
	must(bind(fd, &address.any, address.size), port);
	must(listen(fd, 1000), port);
}

/* PORT..., KIND:NAME of unix sockets, sctp4:PORT: listens to all of them, says so, stays. */
static int do_serve(char **a)
{
	static char any[] = "0.0.0.0";

	for (; *a; a++) {
		char *colon = strchr(*a, ':');
		struct address address;
		int fd;

		if (!colon) {
			serve_inet(*a);
			continue;
		}
		*colon = '\0';
		fd = new_socket(*a);
		address = strcmp(*a, "sctp4") ? unix_of(colon + 1) : inet_of((char *[]){ any, colon + 1 });
		must(bind(fd, &address.any, address.size), colon + 1);
		must(strcmp(*a, "dgram") ? listen(fd, 1000) : 0, colon + 1);
	}
	puts("serving");
	fflush(stdout);
	while (pause() < 0)
		;
	return -1;
}

/* NAME FD: listens, and gives an inherited descriptor to whoever connects. */
static int do_give(char **a)
{
	struct address address = unix_of(a[0]);
	int fd = new_socket("stream"), given = (int)number(a[1]), peer;

	must(bind(fd, &address.any, address.size), a[0]);
	must(listen(fd, 10), a[0]);
	puts("giving");
	fflush(stdout);
	while ((peer = must(accept(fd, NULL, NULL), "accept")) >= 0) {
		struct parcel parcel;

		parcel_init(&parcel);
		parcel.control.head = (struct cmsghdr){ CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
		memcpy(CMSG_DATA(&parcel.control.head), &given, sizeof(given));
		must((int)sendmsg(peer, &parcel.header, MSG_NOSIGNAL), "sendmsg");
		close(peer);
	}
	return -1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
	(void)status, (void)kind, (void)ftw;
	return remove(path);
}

static void make_file(const char *name, const char *text)
{
	int fd = must(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644), name);

	must((int)write(fd, text, strlen(text)), name);
	close(fd);
}

static void make_folder(const char *name)
{
	nftw(name, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	must(mkdir(name, 0755), name);
	must(chdir(name), name);
	must(mkdir("empty", 0755), "empty");
	make_file("file", "text\n");
}

/* FOLDER OUTSIDE: two folders in which everything is that an operation may need, whatever was there before. */
static int do_tree(char **a)
{
	char *file[] = { (char *)"file" };

	make_folder(a[1]);
	make_folder(a[0]);
	must(mkdir("sub", 0755), "sub");
	make_file("other", "text\n");
	must(symlink("file", "symlink"), "symlink");
	must(setxattr("file", "user.there", "x", 1, 0), "user.there");
	return do_set_acl(file);
}

/*
 * FILE END: opens FILE until END exists; "ATTEMPTS OPENED OTHER", the last for errors that are not EPERM. It rests
 * often but shortly: each refusal is an event, and the agent has to come to other things as well.
 */
static int do_storm(char **a)
{
	const struct timespec rest = { .tv_nsec = 10000000 };
	unsigned long attempts, opened = 0, other = 0;

	for (attempts = 0; attempts % 4 || access(a[1], F_OK) < 0; attempts++) {
		int fd = open(a[0], O_RDONLY | O_CLOEXEC);

		opened += fd >= 0;
		other += fd < 0 && errno != EPERM;
		if (fd >= 0)
			close(fd);
		if (attempts % 4 == 3)
			nanosleep(&rest, NULL);
	}
	printf("%lu %lu %lu\n", attempts, opened, other);
	fflush(stdout);
	exit(0);
}

static const struct operation operations[] = {
	{ "ok", 0, do_ok },
	{ "open", 2, do_open },
	{ "openat2", 4, do_openat2 }, /* FOLDER RESOLVE FLAGS PATH */
	{ "reopen", 2, do_reopen },
	{ "reopen-fd", 2, do_reopen_fd },
	{ "handle", 3, do_handle }, /* FLAGS PATH FOLDER */
	{ "handle-cold", 3, do_handle_cold },
	{ "list", 1, do_list },
	{ "stat", 1, do_stat },
	{ "readlink", 1, do_readlink },
	{ "access", 1, do_access },
	{ "creat", 1, do_creat },
	{ "truncate", 1, do_truncate },
	{ "ftruncate", 1, do_ftruncate },
	{ "unlink", 1, do_unlink },
	{ "rename", 2, do_rename },
	{ "exchange", 2, do_exchange },
	{ "noreplace", 2, do_noreplace },
	{ "link", 2, do_link },
	{ "link-fd", 2, do_link_fd },
	{ "symlink", 2, do_symlink },
	{ "mkdir", 1, do_mkdir },
	{ "rmdir", 1, do_rmdir },
	{ "mknod", 1, do_mknod },
	{ "mkfifo", 1, do_mkfifo },
	{ "chmod", 1, do_chmod },
	{ "fchmod", 1, do_fchmod },
	{ "fchmodat2", 1, do_fchmodat2 },
	{ "chown", 1, do_chown },
	{ "lchown", 1, do_lchown },
	{ "fchown", 1, do_fchown },
	{ "utimensat", 1, do_utimensat },
	{ "touch", 1, do_touch },
	{ "futimens", 1, do_futimens },
	{ "setxattr", 1, do_setxattr },
	{ "lsetxattr", 1, do_lsetxattr },
	{ "fsetxattr", 1, do_fsetxattr },
	{ "removexattr", 1, do_removexattr },
	{ "set-acl", 1, do_set_acl },
	{ "remove-acl", 1, do_remove_acl },
	{ "execve", 1, do_execve },
	{ "execveat", 1, do_execveat },
	{ "execveat-empty", 1, do_execveat_empty },
	{ "fexecve", 2, do_fexecve },
	{ "map", 1, do_map },
	{ "map-shared", 1, do_map_shared },
	{ "map-read", 1, do_map_read },
	{ "map-implied", 1, do_map_implied },
	{ "map-anonymous", 0, do_map_anonymous },
	{ "map-anonymous-shared", 0, do_map_anonymous_shared },
	{ "mprotect", 1, do_mprotect },
	{ "mprotect-anonymous", 0, do_mprotect_anonymous },
	{ "mprotect-anonymous-shared", 0, do_mprotect_anonymous_shared },
	{ "memfd-exec", 1, do_memfd_exec },
	{ "memfd-map", 0, do_memfd_map },
	{ "tmpfile-exec", 2, do_tmpfile_exec },
	{ "deleted-exec", 1, do_deleted_exec },
	{ "shm-exec", 0, do_shm_exec },
	{ "connect", 3, do_connect },
	{ "sendto", 3, do_sendto },
	{ "sendmsg", 3, do_sendmsg },
	{ "sendmmsg", 3, do_sendmmsg },
	{ "fastopen", 3, do_fastopen },
	{ "fastopen-connect", 3, do_fastopen_connect },
	{ "connect-from", 5, do_connect_from },
	{ "sendto-other", 5, do_sendto_other },
	{ "sendto-routed", 4, do_sendto_routed },
	{ "send-routed", 4, do_send_routed },
	{ "sendmsg-routed", 4, do_sendmsg_routed },
	{ "connectx", 3, do_connectx },
	{ "bindx", 3, do_bindx },
	{ "bind", 3, do_bind },
	{ "listen", 1, do_listen },
	{ "unix-connect", 2, do_unix_connect },
	{ "unix-send", 2, do_unix_send },
	{ "unix-bind", 2, do_unix_bind },
	{ "read-fd", 1, do_read_fd },
	{ "write-fd", 1, do_write_fd },
	{ "list-fd", 1, do_list_fd },
	{ "sendfile-fd", 2, do_sendfile_fd },
	{ "fallocate-fd", 1, do_fallocate_fd },
	{ "map-fd", 1, do_map_fd },
	{ "map-fd-shared", 1, do_map_fd_shared },
	{ "map-fd-write", 1, do_map_fd_write },
	{ "protect-fd", 1, do_protect_fd },
	{ "chattr-fd", 1, do_chattr_fd },
	{ "fsxattr-fd", 1, do_fsxattr_fd },
	{ "getflags-fd", 1, do_getflags_fd },
	{ "file-setattr", 1, do_file_setattr },
	{ "getfd", 2, do_getfd },
	{ "receive", 1, do_receive },
	{ "give", 2, do_give },
	{ "serve", 1, do_serve },
	{ "tree", 2, do_tree },
	{ "storm", 2, do_storm },
	{ NULL, 0, NULL },
};

static int count(char **words)
{
	int n = 0;

	while (words[n])
		n++;
	return n;
}

static const struct operation *find(const struct operation *table, const char *name)
{
	while (table->name && strcmp(table->name, name) != 0)
		table++;
	return table->name ? table : NULL;
}

static int operate(char **words)
{
	const struct operation *operation = find(operations, words[0]) ?: find(use_operations, words[0]);
	int r;

	operation = operation ?: find(guard_operations, words[0]);
	if (!operation || count(words + 1) < operation->arguments)
		usage("no such operation, or too few arguments");
	r = operation->run(words + 1);
	printf("%s %d\n", r < 0 ? strerrorname_np(errno) : "OK", getpid());
	fflush(stdout);
	return r < 0;
}

/* --- what comes before an operation ------------------------------------------------------------------------ */

/* UID GID: for good. */
static int prepare_as(char **a)
{
	gid_t gid = (gid_t)number(a[1]);
	uid_t uid = (uid_t)number(a[0]);

	must(setgroups(0, NULL), "setgroups");
	must(setresgid(gid, gid, gid), "setresgid");
	must(setresuid(uid, uid, uid), "setresuid");
	return perform(a + 2);
}

static int prepare_euid(char **a)
{
	must(seteuid((uid_t)number(a[0])), "seteuid");
	return perform(a + 1);
}

static int prepare_cd(char **a)
{
	must(chdir(a[0]), a[0]);
	return perform(a + 1);
}

static int prepare_chroot(char **a)
{
	must(chroot(a[0]), a[0]);
	must(chdir("/"), "/");
	return perform(a + 1);
}

/* COUNT NAME: goes that deep. */
static int prepare_deep(char **a)
{
	for (long n = number(a[0]); n > 0; n--) {
		if (chdir(a[1]) == 0)
			continue;
		must(mkdir(a[1], 0755), a[1]);
		must(chdir(a[1]), a[1]);
	}
	return perform(a + 2);
}

static int prepare_unshare(char **a)
{
	must(unshare(CLONE_NEWNS), "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount");
	return perform(a);
}

/* FROM TO: a bind mount; of a private namespace, if `unshare` came before. */
static int prepare_mount(char **a)
{
	must(mount(a[0], a[1], NULL, MS_BIND, NULL), "mount");
	return perform(a + 2);
}

/* FILE: sleeps until it exists. */
static int prepare_wait(char **a)
{
	while (access(a[0], F_OK) < 0)
		doze_long();
	return perform(a + 1);
}

/* FILE: does the rest, and stays till it exists. */
static int prepare_linger(char **a)
{
	int r = perform(a + 1);

	while (access(a[0], F_OK) < 0)
		doze_long();
	return r;
}

static int prepare_fork(char **a)
{
	int status;
	pid_t pid = must(fork(), "fork");

	if (pid == 0)
		_exit(perform(a));
	must(waitpid(pid, &status, 0), "waitpid");
	if (WIFSIGNALED(status))
		puts("CHILD-KILLED");
	return WIFSIGNALED(status) ? 1 : WEXITSTATUS(status);
}

/* N: so many children first, each of which starts one of its own. They are gone when it goes on. */
static int prepare_family(char **a)
{
	long n;

	for (n = number(a[0]); n > 0; n--) {
		pid_t pid = must(fork(), "fork");

		if (pid == 0) {
			pid = must(fork(), "fork");
			if (pid)
				waitpid(pid, NULL, 0);
			_exit(0);
		}
		must(waitpid(pid, NULL, 0), "waitpid");
	}
	return perform(a + 1);
}

static void *in_thread(void *words)
{
	return (void *)(intptr_t)perform(words);
}

static int prepare_thread(char **a)
{
	pthread_t thread;
	void *result;

	must(-pthread_create(&thread, NULL, in_thread, a), "pthread_create");
	pthread_join(thread, &result);
	return (int)(intptr_t)result;
}

/* PATH: becomes another program, which does the rest. */
static int prepare_exec(char **a)
{
	must(execve(a[0], a, no_environment), a[0]);
	return 3;
}

static const struct operation preparations[] = {
	{ "as", 3, prepare_as },	 { "euid", 2, prepare_euid }, { "cd", 2, prepare_cd },
	{ "chroot", 2, prepare_chroot }, { "deep", 3, prepare_deep }, { "unshare", 1, prepare_unshare },
	{ "mount", 3, prepare_mount },	 { "wait", 2, prepare_wait }, { "fork", 1, prepare_fork },
	{ "thread", 1, prepare_thread }, { "exec", 2, prepare_exec }, { "family", 2, prepare_family },
	{ "linger", 2, prepare_linger },
};

static int perform(char **words)
{
	size_t i;

	if (!words[0])
		usage("which operation?");
	for (i = 0; i < ARRAY_SIZE(preparations); i++)
		if (strcmp(preparations[i].name, words[0]) == 0 && count(words + 1) >= preparations[i].arguments)
			return preparations[i].run(words + 1);
	return operate(words);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		usage("which operation?");
	return perform(argv + 1);
}
