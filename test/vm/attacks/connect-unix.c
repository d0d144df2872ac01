// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reaches a unix socket whose path or name a rule denies, by another path, another type or after it was moved.
 */
#include "attack.h"
#include <poll.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#define RULED	 OUT "/ruled"
#define ELSE	 OUT "/elsewhere"
#define ABSTRACT "attacks-ruled"

static int wire[2];

static socklen_t name_of(struct sockaddr_un *address, const char *path, bool abstract)
{
	size_t length = strlen(path);

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path + abstract, path, length);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
}

static void serve(int fd, int type)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (type == SOCK_DGRAM ? recv(fd, &byte, 1, 0) == 1 : accept(fd, NULL, NULL) >= 0)
		need(write(wire[1], "x", 1), "tell");
	_exit(0);
}

static void listen_at(const char *path, int type, bool abstract)
{
	int fd = (int)need(socket(AF_UNIX, type, 0), "socket");
	struct sockaddr_un address;
	socklen_t size = name_of(&address, path, abstract);

	need(bind(fd, (struct sockaddr *)&address, size), path);
	if (type != SOCK_DGRAM)
		need(listen(fd, 5), "listen");
	if (need(fork(), "fork") == 0)
		serve(fd, type);
	close(fd);
}

static void reach(const char *path, int type, bool abstract)
{
	int fd = (int)need(socket(AF_UNIX, type, 0), "socket");
	struct sockaddr_un address;
	socklen_t size = name_of(&address, path, abstract);

	if (type == SOCK_DGRAM)
		step(sendto(fd, "x", 1, 0, (struct sockaddr *)&address, size), "sendto");
	else
		step(connect(fd, (struct sockaddr *)&address, size), "connect");
}

static void in_ring(void)
{
	struct sockaddr_un address;
	socklen_t size = name_of(&address, RULED, false);
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_CONNECT,
		.fd = (int)need(socket(AF_UNIX, SOCK_STREAM, 0), "socket"),
		.addr = (uintptr_t)&address,
		.off = size,
	};
	struct uring ring;

	uring_open(&ring, 0);
	step(uring_do(&ring, &sqe), "connect");
}

static void moved(const char *how)
{
	if (strcmp(how, "renamed") == 0)
		step(rename(RULED, ELSE), "rename");
	if (strcmp(how, "linked") == 0)
		step(link(RULED, ELSE), "link");
	if (strcmp(how, "unlinked") == 0) {
		step(link(RULED, ELSE), "link");
		step(unlink(RULED), "unlink");
	}
	if (strcmp(how, "symlink") == 0)
		need(symlink("ruled", ELSE), "symlink");
	if (strcmp(how, "bind") == 0) {
		private_mounts();
		make_file(ELSE, "");
		step(mount(RULED, ELSE, NULL, MS_BIND, NULL), "mount");
	}
	reach(ELSE, SOCK_STREAM, false);
}

static void attack(const char *how)
{
	if (strcmp(how, "plain") == 0)
		reach(RULED, SOCK_STREAM, false);
	else if (strcmp(how, "seqpacket") == 0)
		reach(RULED, SOCK_SEQPACKET, false);
	else if (strcmp(how, "datagram") == 0)
		reach(RULED, SOCK_DGRAM, false);
	else if (strcmp(how, "abstract") == 0)
		reach(ABSTRACT, SOCK_STREAM, true);
	else if (strcmp(how, "relative") == 0)
		reach("../out/./ruled", SOCK_STREAM, false);
	else if (strcmp(how, "uring") == 0)
		in_ring();
	else
		moved(how);
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	bool abstract = strcmp(how, "abstract") == 0;
	int type = strcmp(how, "seqpacket") == 0  ? SOCK_SEQPACKET
		   : strcmp(how, "datagram") == 0 ? SOCK_DGRAM
						  : SOCK_STREAM;
	struct pollfd come = { .events = POLLIN };

	need(pipe2(wire, O_CLOEXEC), "pipe");
	listen_at(abstract ? ABSTRACT : RULED, type, abstract);
	attack(how);
	come.fd = wire[0];
	effect(poll(&come, 1, 2000) == 1, "nobody came to the listener");
}
