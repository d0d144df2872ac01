// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Changes which file a path leads to: mounts by mount(2) (bind, tmpfs, int80, user), by the newer calls (clone, new,
 * detached), moves a mount (move), takes one away (umount, lazy), changes one (remount, reconfigure, setattr), changes
 * the root (pivot, chroot), or copies a tree without placing it (copy).
 */
#include "attack.h"
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#define PLACE OUT "/place" /* a folder with a file in it */
#define OTHER OUT "/other"

/* Of linux/mount.h. */
enum { CREATE = 6, RECONFIGURE = 7, SET_STRING = 1, FROM_EMPTY = 4, CLONE = 1, PICK_EMPTY = 8, EMPTY_PATH = 0x1000 };

/* By a program that no policy is about. */
static void prepare(const char *a, const char *b, const char *c, const char *d)
{
	char *const argv[] = { (char *)"/bin/mount", (char *)a, (char *)b, (char *)c, (char *)d, NULL };

	need(run(argv) == 0 ? 0 : -1, "mount");
}

static void by_int80(void)
{
	static const char from[] = EVIL, to[] = PLACE "/file", type[] = "none";
	long r;

	asm volatile("int $0x80"
		     : "=a"(r)
		     : "a"(21), "b"(from), "c"(to), "d"(type), "S"(MS_BIND), "D"(0)
		     : "memory", "r8", "r9", "r10", "r11");
	if (r == -ENOSYS)
		unavailable("int 0x80");
}

static void as_user(void)
{
	become(1000);
	need(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
	step(mount(EVIL, PLACE "/file", NULL, MS_BIND, NULL), "mount");
}

static void clone_tree(void)
{
	int tree = (int)need(syscall(SYS_open_tree, AT_FDCWD, EVIL, CLONE), "open_tree");

	step(syscall(SYS_move_mount, tree, "", AT_FDCWD, PLACE "/file", FROM_EMPTY), "move_mount");
}

static int new_tree(void)
{
	int fs = (int)need(syscall(SYS_fsopen, "tmpfs", 0), "fsopen");

	step(syscall(SYS_fsconfig, fs, CREATE, NULL, NULL, 0), "fsconfig");
	return (int)step(syscall(SYS_fsmount, fs, 0, 0), "fsmount");
}

/* Files of one file system that nobody else can see. */
static void __attribute__((noreturn)) detached(void)
{
	int tree = new_tree(), fd = openat(tree, "file", O_CREAT | O_RDWR, 0600);
	char byte = 0;

	effect(fd >= 0 && write(fd, "x", 1) == 1 && pread(fd, &byte, 1, 0) == 1 && byte == 'x', "a file in it");
}

static void __attribute__((noreturn)) copied(void)
{
	int tree = (int)step(syscall(SYS_open_tree, AT_FDCWD, OUT, CLONE), "open_tree"), fd;
	char text[8] = "";

	fd = openat(tree, "evil", O_RDONLY);
	effect(fd >= 0 && read(fd, text, sizeof(text)) == 5 && memcmp(text, CHANGED, 5) == 0, "a file in the copy");
}

static void __attribute__((noreturn)) moved(void)
{
	need(unshare(CLONE_NEWNS), "unshare");
	prepare("--make-rprivate", "/", NULL, NULL);
	prepare("-t", "tmpfs", "tmpfs", PLACE);
	make_file(PLACE "/mark", KEPT);
	step(mount(PLACE, OTHER, NULL, MS_MOVE, NULL), "mount");
	effect(exists(OTHER "/mark"), "it is elsewhere");
}

static void __attribute__((noreturn)) unmounted(int flags)
{
	prepare("-t", "tmpfs", "tmpfs", PLACE);
	step(umount2(PLACE, flags), "umount2");
	effect(exists(PLACE "/file"), "what was below");
}

static void __attribute__((noreturn)) changed(const char *how)
{
	struct statvfs status;

	prepare("-t", "tmpfs", "tmpfs", PLACE);
	if (strcmp(how, "reconfigure") == 0) {
		int place = (int)need(open(PLACE, O_PATH), PLACE);
		int fs = (int)need(syscall(SYS_fspick, place, "", PICK_EMPTY), "fspick");

		need(syscall(SYS_fsconfig, fs, SET_STRING, "size", "64k", 0), "fsconfig");
		step(syscall(SYS_fsconfig, fs, RECONFIGURE, NULL, NULL, 0), "fsconfig");
		need(statvfs(PLACE, &status), PLACE);
		effect(status.f_blocks * status.f_frsize == 65536, "its size");
	}
	if (strcmp(how, "setattr") == 0) {
		struct {
			uint64_t set, clear, propagation, userns;
		} attributes = { .set = 1 };

		step(syscall(SYS_mount_setattr, AT_FDCWD, PLACE, 0, &attributes, sizeof(attributes)), "mount_setattr");
	} else {
		step(mount(NULL, PLACE, NULL, MS_REMOUNT | MS_RDONLY, NULL), "mount");
	}
	need(statvfs(PLACE, &status), PLACE);
	effect(status.f_flag & ST_RDONLY, "it is read-only");
}

static void __attribute__((noreturn)) pivoted(void)
{
	need(unshare(CLONE_NEWNS), "unshare");
	prepare("--make-rprivate", "/", NULL, NULL);
	prepare("--bind", PLACE, PLACE, NULL);
	make_folder(PLACE "/put");
	step(syscall(SYS_pivot_root, PLACE, PLACE "/put"), "pivot_root");
	effect(exists("/put") && exists("/file"), "another root");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	make_folder(PLACE);
	make_folder(OTHER);
	make_file(PLACE "/file", KEPT);
	if (strcmp(how, "detached") == 0)
		detached();
	if (strcmp(how, "copy") == 0)
		copied();
	if (strcmp(how, "move") == 0)
		moved();
	if (strcmp(how, "umount") == 0)
		unmounted(0);
	if (strcmp(how, "lazy") == 0)
		unmounted(MNT_DETACH);
	if (strcmp(how, "remount") == 0 || strcmp(how, "reconfigure") == 0 || strcmp(how, "setattr") == 0)
		changed(how);
	if (strcmp(how, "pivot") == 0)
		pivoted();
	if (strcmp(how, "chroot") == 0) {
		step(chroot(PLACE), "chroot");
		effect(exists("/file"), "another root");
	}
	if (strcmp(how, "tmpfs") == 0) {
		step(mount("tmpfs", PLACE, "tmpfs", 0, NULL), "mount");
		effect(!exists(PLACE "/file"), "what was there is covered");
	}
	if (strcmp(how, "new") == 0) {
		step(syscall(SYS_move_mount, new_tree(), "", AT_FDCWD, PLACE, FROM_EMPTY), "move_mount");
		effect(!exists(PLACE "/file"), "what was there is covered");
	}
	if (strcmp(how, "bind") == 0)
		step(mount(EVIL, PLACE "/file", NULL, MS_BIND, NULL), "mount");
	if (strcmp(how, "int80") == 0)
		by_int80();
	if (strcmp(how, "user") == 0)
		as_user();
	if (strcmp(how, "clone") == 0)
		clone_tree();
	effect(holds(PLACE "/file", CHANGED), "the other file");
}
