// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Leaves the programs that a rule is about, and reads: by another name of its program, a copy, a mount over the
 * program.
 */
#include "attack.h"
#include <sys/mman.h>
#include <sys/sendfile.h>

#define TARGET SCOPE "/program/secret"

/* A descriptor of the root as it was, through which the secret is reached. */
enum { OLD_ROOT = 200 };

static char self[256];

static int copy_to(int to)
{
	int from = (int)need(open("/proc/self/exe", O_RDONLY), "/proc/self/exe");
	struct stat status;

	need(fstat(from, &status), "fstat");
	while (status.st_size > 0)
		status.st_size -= (off_t)need(sendfile(to, from, NULL, (size_t)status.st_size), "sendfile");
	close(from);
	return to;
}

/* The next life of this program, under another name; `what` it reads. */
static void __attribute__((noreturn)) again(const char *path, const char *what)
{
	char *argv[] = { (char *)path, (char *)"read", (char *)what, NULL };

	execv(path, argv);
	stopped("execve");
}

static void by_copy(void)
{
	close(copy_to((int)need(open(OUT "/copy", O_WRONLY | O_CREAT, 0755), OUT "/copy")));
	again(OUT "/copy", TARGET);
}

static void by_memory(void)
{
	char path[64];
	int fd = copy_to((int)need(memfd_create("copy", 0), "memfd_create"));

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again(path, TARGET);
}

static void by_link(void)
{
	step(link(self, OUT "/name"), "link");
	again(OUT "/name", TARGET);
}

static void by_bind(void)
{
	private_mounts();
	step(mount(self, EVIL, NULL, MS_BIND, NULL), "bind");
	again(EVIL, TARGET);
}

/* Under the name of a program that every rule excepts. */
static void by_bind_over(void)
{
	private_mounts();
	step(mount(self, "/vm/attacks/world", NULL, MS_BIND, NULL), "bind");
	again("/vm/attacks/world", SECRET);
}

static void excepted_below(const char *root)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/vm", root);
	make_folder(path);
	snprintf(path, sizeof(path), "%s/vm/attacks", root);
	make_folder(path);
	snprintf(path, sizeof(path), "%s/vm/attacks/world", root);
	close(copy_to((int)need(open(path, O_WRONLY | O_CREAT, 0755), path)));
}

static void by_chroot(void)
{
	need(dup2((int)need(open("/", O_PATH), "/"), OLD_ROOT), "dup2");
	make_folder(OUT "/root");
	excepted_below(OUT "/root");
	step(chroot(OUT "/root"), "chroot");
	again("/vm/attacks/world", SECRET);
}

static void by_pivot(void)
{
	need(dup2((int)need(open("/", O_PATH), "/"), OLD_ROOT), "dup2");
	make_folder(OUT "/root");
	private_mounts();
	step(mount("tmpfs", OUT "/root", "tmpfs", 0, NULL), "mount");
	excepted_below(OUT "/root");
	need(chdir(OUT "/root"), "chdir");
	need(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	again("/vm/attacks/world", SECRET);
}

static void by_moving(void)
{
	step(rename(self, OUT "/name"), "rename");
	run((char *[]){ (char *)"/bin/cp", (char *)OUT "/name", self, NULL });
}

static void by_removing(void)
{
	step(rename(self, OUT "/name"), "rename");
	run((char *[]){ (char *)"/bin/cp", (char *)OUT "/name", self, NULL });
	step(unlink(OUT "/name"), "unlink");
}

/* Then an identity that changes: traits are computed anew. */
static void by_moving_then_uid(void)
{
	by_moving();
	step(setresuid(-1U, 1000, 0), "setresuid");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*leave)(void);
	} all[] = {
		{ "copy", by_copy },	   { "memory", by_memory },
		{ "link", by_link },	   { "bind", by_bind },
		{ "over", by_bind_over },  { "chroot", by_chroot },
		{ "pivot", by_pivot },	   { "move", by_moving },
		{ "remove", by_removing }, { "move-uid", by_moving_then_uid },
	};
	const char *how = argv[argc - 1];
	size_t i;

	if (argc == 3 && strcmp(argv[1], "read") == 0)
		steal_at(fcntl(OLD_ROOT, F_GETFD) < 0 ? AT_FDCWD : OLD_ROOT, argv[2] + (fcntl(OLD_ROOT, F_GETFD) >= 0));
	need(readlink("/proc/self/exe", self, sizeof(self) - 1), "/proc/self/exe");
	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(all[i].name, how) == 0)
			all[i].leave();
	steal(TARGET);
}
