// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Starts a program that must not run: by another call, descriptor, thread or name of it, as an interpreter, or through
 * the dynamic loader.
 */
#include "code.h"
#include <pthread.h>
#include <sched.h>

static char *const argv_denied[] = { (char *)"denied", NULL };
static char *const no_environment[] = { NULL };

/* In a child, which ends with 42 if it ran. */
static void __attribute__((noreturn)) start(const char *path)
{
	pid_t pid = (pid_t)need(fork(), "fork");

	if (pid == 0) {
		execve(path, argv_denied, no_environment);
		_exit(1);
	}
	effect(wait_for(pid) == 42, "the program ran");
}

static void __attribute__((noreturn)) start_at(int folder, const char *path, int flags)
{
	pid_t pid = (pid_t)need(fork(), "fork");

	if (pid == 0) {
		syscall(SYS_execveat, folder, path, argv_denied, no_environment, flags);
		_exit(1);
	}
	effect(wait_for(pid) == 42, "the program ran");
}

static void plain(void)
{
	start(DENIED);
}

static void empty_path(void)
{
	start_at((int)need(open(DENIED, O_PATH), DENIED), "", AT_EMPTY_PATH);
}

static void descriptor(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%ld", need(open(DENIED, O_PATH), DENIED));
	start(path);
}

static void folder_descriptor(void)
{
	start_at((int)need(open(EXEC, O_PATH), EXEC), "../exec/./denied", 0);
}

static void by_vfork(void)
{
	volatile pid_t pid = vfork();

	if (pid == 0) {
		execve(DENIED, argv_denied, no_environment);
		_exit(1);
	}
	effect(wait_for(need(pid, "vfork") ? pid : 0) == 42, "the program ran");
}

static void *in_thread(void *unused)
{
	(void)unused;
	execve(DENIED, argv_denied, no_environment);
	_exit(1);
}

static void thread(void)
{
	pid_t pid = (pid_t)need(fork(), "fork");
	pthread_t id;

	if (pid == 0) {
		pthread_create(&id, NULL, in_thread, NULL);
		pthread_join(id, NULL);
		_exit(1);
	}
	effect(wait_for(pid) == 42, "the program ran");
}

static void symbolic_link(void)
{
	need(symlink(DENIED, OUT "/symlink"), "symlink");
	start(OUT "/symlink");
}

static void hard_link(void)
{
	step(link(DENIED, OUT "/link"), "link");
	start(OUT "/link");
}

static void renamed(void)
{
	pid_t pid;
	int status;

	step(rename(DENIED, OUT "/renamed"), "rename");
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0) {
		execve(OUT "/renamed", argv_denied, no_environment);
		_exit(1);
	}
	status = wait_for(pid);
	need(rename(OUT "/renamed", DENIED), "rename back");
	effect(status == 42, "the program ran");
}

static void in_chroot(void)
{
	need(chroot(EXEC), "chroot");
	start("/denied");
}

static void bind_mount(void)
{
	private_mounts();
	make_folder(OUT "/mounted");
	step(mount(EXEC, OUT "/mounted", NULL, MS_BIND, NULL), "mount");
	start(OUT "/mounted/denied");
}

static void bind_file(void)
{
	private_mounts();
	step(mount(DENIED, EVIL, NULL, MS_BIND, NULL), "mount");
	start(EVIL);
}

static void user_namespace(void)
{
	own_namespaces();
	make_folder(OUT "/mounted");
	step(mount(EXEC, OUT "/mounted", NULL, MS_BIND, NULL), "mount");
	start(OUT "/mounted/denied");
}

static void detached(void)
{
	start_at((int)step(syscall(SYS_open_tree, AT_FDCWD, EXEC, 1 /* OPEN_TREE_CLONE */), "open_tree"), "denied", 0);
}

static void overlay(void)
{
	private_mounts();
	make_folder(OUT "/empty");
	make_folder(OUT "/merged");
	step(mount("overlay", OUT "/merged", "overlay", 0, "lowerdir=" EXEC ":" OUT "/empty"), "mount the overlay");
	start(OUT "/merged/denied");
}

static void script(void)
{
	make_file(OUT "/script", "#!" DENIED "\n");
	need(chmod(OUT "/script", 0755), "chmod");
	start(OUT "/script");
}

static void script_of_script(void)
{
	make_file(OUT "/script", "#!" DENIED " x\n");
	make_file(OUT "/outer", "#!" OUT "/script\n");
	need(chmod(OUT "/script", 0755), "chmod");
	need(chmod(OUT "/outer", 0755), "chmod");
	start(OUT "/outer");
}

/* A program that names the denied one as its ELF interpreter: the kernel runs that first. */
static void interpreter(void)
{
	int fd = (int)need(open(OUT "/program", O_WRONLY | O_CREAT | O_CLOEXEC, 0755), OUT "/program");

	code_write_program(fd, DENIED, 2 * CODE_AT);
	/* Its own code exits with 42 as well: let it fail, so that only the interpreter's can have. */
	need(pwrite(fd, "\xf4", 1, offsetof(struct code_program, code)), "pwrite");
	close(fd);
	start(OUT "/program");
}

/* As the interpreter of a made-up kind of files. */
static void binfmt(void)
{
	int fd;

	need_module("binfmt_misc");
	private_mounts();
	make_folder(OUT "/binfmt");
	if (mount("binfmt_misc", OUT "/binfmt", "binfmt_misc", 0, NULL) < 0)
		unavailable("binfmt_misc cannot be mounted");
	fd = (int)need(open(OUT "/binfmt/register", O_WRONLY | O_CLOEXEC), "register");
	need(write(fd, ":attack:M::@attack@::" DENIED ":", strlen(":attack:M::@attack@::" DENIED ":")), "register");
	close(fd);
	make_file(OUT "/data", "@attack@ data\n");
	need(chmod(OUT "/data", 0755), "chmod");
	{
		pid_t pid = (pid_t)need(fork(), "fork");
		int status;

		if (pid == 0) {
			execve(OUT "/data", argv_denied, no_environment);
			_exit(1);
		}
		status = wait_for(pid);
		write_text(OUT "/binfmt/attack", "-1");
		effect(status == 42, "the program ran");
	}
}

static void loader(void)
{
	char *const argv[] = { (char *)"/lib64/ld-linux-x86-64.so.2", (char *)SHELL, (char *)"-c", (char *)EXIT_42,
			       NULL };

	effect(run(argv) == 42, "the program ran");
}

/* What the kernel itself starts when a process dumps its core. */
static void core_helper(void)
{
	char before[256] = "";
	int fd = (int)need(open("/proc/sys/kernel/core_pattern", O_RDONLY), "core_pattern"), i;
	pid_t pid;

	need(read(fd, before, sizeof(before) - 1), "core_pattern");
	close(fd);
	make_file(OUT "/script", ": > " OUT "/marker\n");
	write_text("/proc/sys/kernel/core_pattern", "|" SHELL " " OUT "/script");
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0)
		abort();
	wait_for(pid);
	for (i = 0; i < 100 && !exists(OUT "/marker"); i++)
		doze();
	write_text("/proc/sys/kernel/core_pattern", before);
	effect(exists(OUT "/marker"), "the helper ran");
}

static const struct {
	const char *name;
	void (*run)(void);
} ways[] = {
	{ "plain", plain },
	{ "empty-path", empty_path },
	{ "descriptor", descriptor },
	{ "folder-descriptor", folder_descriptor },
	{ "vfork", by_vfork },
	{ "thread", thread },
	{ "symlink", symbolic_link },
	{ "hard-link", hard_link },
	{ "rename", renamed },
	{ "chroot", in_chroot },
	{ "bind", bind_mount },
	{ "bind-file", bind_file },
	{ "user-namespace", user_namespace },
	{ "detached", detached },
	{ "overlay", overlay },
	{ "script", script },
	{ "script-of-script", script_of_script },
	{ "interpreter", interpreter },
	{ "binfmt", binfmt },
	{ "loader", loader },
	{ "core-helper", core_helper },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(ways); i++)
		if (strcmp(ways[i].name, argv[1]) == 0)
			ways[i].run();
	return 2;
}
