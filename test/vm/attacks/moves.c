// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Under an allow-list for exec: brings a program that is not on it to a path that is, and runs it by that. By a bind
 * mount, a tmpfs, an overlay, a clone of a mount, the newer calls, another root, as a user in a user namespace.
 */
#include "attack.h"
#include <sched.h>
#include <sys/mount.h>

#define LIST	  WORLD "/moves"
#define TOOL	  LIST "/tool"
#define OWN	  OUT "/own"
#define EVIL_TOOL OWN "/tool"

enum { CREATE = 6, FROM_EMPTY = 4, CLONE = 1 };

static void copy(const char *from, const char *to)
{
	static char room[4 << 20];
	int in = (int)need(open(from, O_RDONLY | O_CLOEXEC), from), out;
	ssize_t n = need(read(in, room, sizeof(room)), from);

	out = (int)step(open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755), to);
	step(write(out, room, (size_t)n) == n ? 0 : -1, to);
	close(in);
	close(out);
}

static void new_calls(void)
{
	int fs = (int)need(syscall(SYS_fsopen, "tmpfs", 0), "fsopen"), tree;

	step(syscall(SYS_fsconfig, fs, CREATE, NULL, NULL, 0), "fsconfig");
	tree = (int)step(syscall(SYS_fsmount, fs, 0, 0), "fsmount");
	step(syscall(SYS_move_mount, tree, "", AT_FDCWD, LIST, FROM_EMPTY), "move_mount");
	copy(EVIL_TOOL, TOOL);
}

static void another_root(void)
{
	make_folder(OWN "/srv");
	make_folder(OWN "/srv/w");
	make_folder(OWN LIST);
	copy(EVIL_TOOL, OWN TOOL);
	step(chroot(OWN), "chroot");
}

static void overlay(void)
{
	make_folder(OUT "/upper");
	make_folder(OUT "/work");
	copy(EVIL_TOOL, OUT "/upper/tool");
	step(mount("overlay", LIST, "overlay", 0, "lowerdir=" LIST ",upperdir=" OUT "/upper,workdir=" OUT "/work"),
	     "mount");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	char *const tool[] = { (char *)TOOL, NULL };

	make_folder(OWN);
	copy("/vm/attacks/bin/payload-42", EVIL_TOOL);
	if (strcmp(how, "user") == 0) {
		become(1000);
		step(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	}
	if (strcmp(how, "bind") == 0 || strcmp(how, "user") == 0)
		step(mount(OWN, LIST, NULL, MS_BIND, NULL), "mount");
	if (strcmp(how, "tmpfs") == 0) {
		step(mount("tmpfs", LIST, "tmpfs", 0, NULL), "mount");
		copy(EVIL_TOOL, TOOL);
	}
	if (strcmp(how, "overlay") == 0)
		overlay();
	if (strcmp(how, "clone") == 0)
		step(syscall(SYS_move_mount, need(syscall(SYS_open_tree, AT_FDCWD, OWN, CLONE), "open_tree"), "",
			     AT_FDCWD, LIST, FROM_EMPTY),
		     "move_mount");
	if (strcmp(how, "new") == 0)
		new_calls();
	if (strcmp(how, "chroot") == 0)
		another_root();
	effect(run(tool) == 42, "a program that is not on the list");
}
