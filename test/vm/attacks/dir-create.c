// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Makes something new in a folder where nothing may change: a file, by each way to open it; a folder, a node, a link, a
 * socket.
 */
#include "attack.h"
#include <linux/openat2.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

static const char *name = DIR_W "/new";

static void by_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = DIR_W "/new" };

	step(bind((int)need(socket(AF_UNIX, SOCK_STREAM, 0), "socket"), (struct sockaddr *)&address, sizeof(address)),
	     "bind");
}

static void by_openat2(void)
{
	struct open_how how = { .flags = O_WRONLY | O_CREAT, .mode = 0644, .resolve = RESOLVE_BENEATH };
	int folder = (int)need(open(DIR_W, O_PATH), DIR_W);

	step(syscall(SYS_openat2, folder, "new", &how, sizeof(how)), "openat2");
}

static void by_tmpfile(void)
{
	char path[64];
	int fd = (int)step(open(DIR_W, O_TMPFILE | O_WRONLY, 0644), "open O_TMPFILE");

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	step(linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW), "linkat");
}

static void by_uring(uint8_t operation, const char *from, const char *to)
{
	struct uring ring;
	struct io_uring_sqe sqe = {
		.opcode = operation,
		.fd = AT_FDCWD,
		.addr = (uint64_t)(uintptr_t)from,
		.addr2 = (uint64_t)(uintptr_t)to,
		.len = operation == IORING_OP_MKDIRAT ? 0755 : 0,
	};

	if (operation == IORING_OP_LINKAT || operation == IORING_OP_RENAMEAT)
		sqe.len = (uint32_t)AT_FDCWD;
	if (operation == IORING_OP_OPENAT) {
		sqe.open_flags = O_CREAT | O_WRONLY;
		sqe.len = 0644;
		sqe.addr2 = 0;
	}
	uring_open(&ring, 0);
	uring_needs(&ring, operation, "the operation of io_uring");
	step(uring_do(&ring, &sqe), "io_uring");
}

/* IORING_OP_BIND of Linux 6.11. */
static void by_uring_bind(void)
{
	enum { URING_BIND = 56 };
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = DIR_W "/new" };
	struct uring ring;

	uring_open(&ring, 0);
	uring_needs(&ring, URING_BIND, "IORING_OP_BIND");
	step(uring_do(&ring, &(struct io_uring_sqe){ .opcode = URING_BIND,
						     .fd = (int)need(socket(AF_UNIX, SOCK_STREAM, 0), "socket"),
						     .addr = (uint64_t)(uintptr_t)&address,
						     .addr2 = sizeof(address) }),
	     "IORING_OP_BIND");
}

/* Through a link elsewhere that leads to nothing yet. */
static void by_dangling(void)
{
	need(symlink(name, OUT "/link"), "symlink");
	step(open(OUT "/link", O_WRONLY | O_CREAT, 0644), "open");
}

static void by_handed_down(void)
{
	step(openat(INHERITED_DIR_FOLDER, "new", O_WRONLY | O_CREAT, 0644), "openat");
}

static void by_open_for_reading(void)
{
	step(open(name, O_RDONLY | O_CREAT, 0644), "open");
}

static void by_odd_name(void)
{
	static char odd[512];

	memset(odd, '\377', 255);
	odd[0] = '\n';
	odd[1] = '\001';
	need(chdir(DIR_W), DIR_W);
	step(mknod(odd, S_IFREG | 0644, 0), "mknod");
	name = odd;
}

static void by_mkdir(void)
{
	step(mkdir(DIR_W "/new///", 0755), "mkdir");
}

static void by_node(void)
{
	step(mknod(name, S_IFREG | 0644, 0), "mknod");
}

static void by_device(void)
{
	step(mknod(name, S_IFCHR | 0600, makedev(1, 3)), "mknod");
}

static void by_fifo(void)
{
	step(mkfifo(name, 0600), "mkfifo");
}

static void by_symlink(void)
{
	step(symlink("/", name), "symlink");
}

static void by_link(void)
{
	step(link(EVIL, name), "link");
}

static void by_rename(void)
{
	step(rename(EVIL, name), "rename");
}

static void by_folder(void)
{
	make_folder(OUT "/folder");
	step(rename(OUT "/folder", name), "rename");
}

static void by_uring_open(void)
{
	by_uring(IORING_OP_OPENAT, name, NULL);
}

static void by_uring_mkdir(void)
{
	by_uring(IORING_OP_MKDIRAT, name, NULL);
}

static void by_uring_symlink(void)
{
	by_uring(IORING_OP_SYMLINKAT, "/", name);
}

static void by_uring_link(void)
{
	by_uring(IORING_OP_LINKAT, EVIL, name);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*create)(void);
	} all[] = {
		{ "openat2", by_openat2 },
		{ "reading", by_open_for_reading },
		{ "tmpfile", by_tmpfile },
		{ "dangling", by_dangling },
		{ "handed-down", by_handed_down },
		{ "odd", by_odd_name },
		{ "mkdir", by_mkdir },
		{ "node", by_node },
		{ "device", by_device },
		{ "fifo", by_fifo },
		{ "socket", by_socket },
		{ "symlink", by_symlink },
		{ "link", by_link },
		{ "rename", by_rename },
		{ "folder", by_folder },
		{ "uring-open", by_uring_open },
		{ "uring-mkdir", by_uring_mkdir },
		{ "uring-symlink", by_uring_symlink },
		{ "uring-link", by_uring_link },
		{ "uring-bind", by_uring_bind },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(all[i].name, argv[argc - 1]) == 0)
			all[i].create();
	errno = 0;
	effect(exists(name), "nothing new is there");
}
