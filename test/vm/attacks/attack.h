/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the attacks share: how they end, where the world is that they attack, and the calls that glibc lacks.
 *
 * An attack is one way to bring about what a policy forbids. It ends with
 *
 *	0	happened(): the forbidden effect is there. Bytes of the secret were read, what a file holds has
 *		changed, a program ran that exits with 42. Never because a call has returned 0.
 *	1	stopped(): it is not.
 *	77	unavailable(): this kernel or this machine lacks what the technique takes.
 *	2	a preparation failed that has nothing to do with the policy: nothing is known.
 */
#ifndef BULWARK_TEST_ATTACK_H
#define BULWARK_TEST_ATTACK_H

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* The world; world.c builds it. What stands in a folder is told there. */
#define WORLD	"/srv/w"
#define READ	WORLD "/read" /* nobody may read below */
#define SECRET	READ "/secret"
#define WRITE	WORLD "/write"	 /* nobody may change anything below */
#define FILE_W	WRITE "/file"	 /* holds KEPT */
#define DIR_W	WORLD "/dir"	 /* nobody may change anything below; open to all by its mode */
#define DEEP	WORLD "/deep"	 /* DEEP/one/a/b/secret, two, three: named by rules; no rule is about what is above */
#define OLD	WORLD "/old"	 /* hard links that are older than the policies */
#define NAMES	WORLD "/names"	 /* files that only a wildcard covers */
#define DEEPEST WORLD "/deepest" /* below 300 folders d, deep.key is covered by its name at any depth */
#define SCOPE                                                                                       \
	WORLD "/scope"	  /* SCOPE/program/: not for some programs; SCOPE/user/: not for user 1000; \
			     SCOPE/descends/: not for what descends from attacks scope-* */
#define OUT  WORLD "/out" /* nothing is forbidden here; empty at the start but for OUT/evil, open to all */
#define EVIL OUT "/evil"  /* holds CHANGED */

/* What every attack inherits, opened by a program that no policy is about. */
enum { INHERITED_SECRET = 100, INHERITED_FILE_RW, INHERITED_FILE_R, INHERITED_READ_FOLDER, INHERITED_DIR_FOLDER };
/* Its holder: a process of that program, which has read the secret, has the same descriptors open, and sends
 * INHERITED_SECRET to whoever connects to the socket. Its pid is in the environment: holder(). */
#define HOLDER_SOCKET OUT "/holder"

#define KEPT	"kept\n"
#define CHANGED "evil\n"

/* Covered from reading, as is all below; an attack makes it, and mounts something there. */
#define PLANTED OUT "/planted"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* --- how it ends -------------------------------------------------------------------------------------------- */

void happened(void) __attribute__((noreturn));
void stopped(const char *where) __attribute__((noreturn)); /* tells errno */
void unavailable(const char *why) __attribute__((noreturn));
void effect(bool there, const char *what) __attribute__((noreturn));

/* A preparation: a failure says nothing about the policy. ENOSYS, ENODEV, EOPNOTSUPP: not available here. */
long need(long r, const char *what);
/* A step of the attack itself: a failure means that it was stopped. Both return `r`. */
long step(long r, const char *what);

/* --- the effects -------------------------------------------------------------------------------------------- */

/* Is the secret in these bytes? Then it is printed: the suite compares it with the one that it made. */
bool secret_in(const void *bytes, size_t n);
/* Reads the descriptor from its beginning (or where it is, if it cannot seek) and ends: happened() or stopped(). */
void take(int fd) __attribute__((noreturn));
/* Opens for reading, takes. */
void steal(const char *path) __attribute__((noreturn));
void steal_at(int folder, const char *path) __attribute__((noreturn));
/* Has a child run another program that reads it. `orphan`: one that nobody here is the parent of any more. */
void steal_by_child(const char *path, bool orphan) __attribute__((noreturn));
/* Does the file hold exactly this? A file that cannot be read does not. */
bool holds(const char *path, const char *text);
/* Ends: happened() if the file does not hold KEPT any more. */
void spoiled(const char *path) __attribute__((noreturn));
bool exists(const char *path);

/* --- preparations ------------------------------------------------------------------------------------------- */

void make_file(const char *path, const char *text);
void make_folder(const char *path);
void write_text(const char *path, const char *text);
/* A new mount namespace, from which nothing spreads. */
void private_mounts(void);
/* As another user, without any group besides; for good. */
void become(uid_t uid);
/* A new user and mount namespace, for a user without any rights. */
void own_namespaces(void);
/* A loop device of this image; its path. */
const char *loop_device(const char *image);
/* Loads a module; without it, not available. */
void need_module(const char *name);
/* Runs a program of the guest; its exit status, 127 when there is none. */
int run(char *const argv[]);
/* Waits for a child; its exit status, or 128 and the signal's number. */
int wait_for(pid_t pid);
pid_t holder(void);
/* Sends a descriptor over a unix socket, receives one. */
void send_fd(int over, int fd);
int receive_fd(int over);
void doze(void); /* ten milliseconds */
/* Until the agent has surely seen a change of the mounts. */
void settle(void);
/* Writes the secret to a file; nothing forbids it to whoever knows where world.c keeps it. */
void copy_secret(const char *path);

/* --- io_uring, without liburing ------------------------------------------------------------------------------- */

struct uring {
	int fd;
	unsigned int *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

/* `flags` as of io_uring_setup(2). */
void uring_open(struct uring *ring, unsigned int flags);
/* Ends with unavailable() when the kernel does not know the operation. */
void uring_needs(struct uring *ring, unsigned int operation, const char *name);
/* One operation; its result as a system call gives it, -1 and errno. */
int uring_do(struct uring *ring, const struct io_uring_sqe *sqe);

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif
#ifndef SYS_file_setattr
#define SYS_file_setattr 469
#endif

#endif
