/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: descriptors of BPF objects. Out: names in bpffs by which the next agent finds them.
 *
 * bpffs knows folders, symbolic links, rename and unlink, but no plain files, and no '.' in a name.
 */
#include "pins.h"
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <linux/magic.h>
#include "log.h"
#include "mounts.h"

#define MOUNT_POINT "/sys/fs/bpf"
#define CURRENT	    "current"
#define NEXT	    "next"

struct pins {
	int fd; /* of the folder; locked */
	char path[];
};

static const char *const kinds[] = {
	[PINS_MAPS] = "maps",
	[PINS_PROGRAMS] = "programs",
	[PINS_LINKS] = "links",
};

/* --- the folder ------------------------------------------------------------------------------------------- */

static bool is_bpffs(int fd)
{
	struct statfs found;

	return !fstatfs(fd, &found) && (unsigned long)found.f_type == BPF_FS_MAGIC;
}

/* One that the node does not have mounted, as of a container, ends with the mount namespace that does. */
static bool is_nodes(int fd)
{
	_cleanup_(mounts_done) struct mounts mounts = {};
	struct stat found;

	if (fstat(fd, &found) || mounts_read(&mounts) < 0)
		return false;
	for (size_t i = 0; i < mounts.n; i++)
		if (mounts.list[i].dev == (major(found.st_dev) << 20 | minor(found.st_dev)))
			return true;
	return false;
}

/* systemd mounts it; nodes without systemd may have nobody who does. */
static void mount_bpffs(const char *folder)
{
	struct statfs found;

	if (strncmp(folder, MOUNT_POINT "/", strlen(MOUNT_POINT "/")) != 0 || statfs(MOUNT_POINT, &found) ||
	    (unsigned long)found.f_type == BPF_FS_MAGIC)
		return;
	if (mount("bpf", MOUNT_POINT, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700"))
		log_debug("Cannot mount bpffs on " MOUNT_POINT ": %s", strerror(errno));
}

/*
 * Is it fit for what is to outlive the agent? Whoever owns the folder can take down what is in it; and in a bpffs that
 * is mounted without a mode, anybody may make it.
 */
static int check_folder(int fd, const char *path)
{
	struct stat found;

	if (!is_nodes(fd)) {
		log_error(
			"'%s' (pins) is in a bpffs that the node does not have mounted, so enforcement would end "
			"with this mount namespace: start the agent in the node's, or give it the node's " MOUNT_POINT,
			path);
		return -EMEDIUMTYPE;
	}
	if (fstat(fd, &found))
		return -errno;
	if (found.st_uid != geteuid()) {
		log_error("'%s' (pins) belongs to user %u, who could take down what is in force: remove it, or name "
			  "another folder",
			  path, found.st_uid);
		return -EMEDIUMTYPE;
	}
	return found.st_mode & 077 && fchmod(fd, 0700) ? -errno : 0;
}

/*
 * Opened without following a link, so that it is this folder that is locked and nobody's other one. -EMEDIUMTYPE: it is
 * none for pins, and that is logged.
 */
static int open_folder(const char *path, bool make)
{
	_close_ int fd = -1;
	int r;

	if (make && mkdir(path, 0700) && errno != EEXIST)
		return log_error_errno(-errno, "Cannot make the folder '%s' for what outlives the agent: %m", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!is_bpffs(fd)) {
		if (make)
			(void)rmdir(path);
		log_error("'%s' (pins) is not in bpffs, so enforcement would end with the agent: "
			  "mount -t bpf -o mode=700 bpf " MOUNT_POINT,
			  path);
		return -EMEDIUMTYPE;
	}
	r = make ? check_folder(fd, path) : 0;
	if (r < 0)
		return r;
	if (flock(fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	return TAKE_FD(fd);
}

static int pins_new(const char *folder, int fd, struct pins **ret)
{
	struct pins *pins = malloc(sizeof(*pins) + strlen(folder) + 1);

	if (!pins) {
		close(fd);
		return -ENOMEM;
	}
	pins->fd = fd;
	memcpy(pins->path, folder, strlen(folder) + 1);
	*ret = pins;
	return 0;
}

int pins_open(const char *folder, struct pins **ret)
{
	int r, fd;

	mount_bpffs(folder);
	fd = open_folder(folder, true);
	if (fd == -EBUSY)
		return log_error_errno(fd, "Another agent has '%s': stop that one first (systemctl stop bulwark)",
				       folder);
	if (fd == -EMEDIUMTYPE)
		return fd;
	if (fd < 0)
		return log_error_errno(fd, "Cannot open the folder '%s' for what outlives the agent: %m", folder);
	r = pins_new(folder, fd, ret);
	if (r >= 0)
		(void)pins_clear(*ret); /* what stays has been told, and can only refuse */
	return r;
}

struct pins *pins_close(struct pins *pins)
{
	if (pins)
		close(pins->fd);
	free(pins);
	return NULL;
}

/* --- objects ---------------------------------------------------------------------------------------------- */

int pins_current(const struct pins *pins, char ret[PINS_GENERATION_ROOM])
{
	ssize_t n = readlinkat(pins->fd, CURRENT, ret, PINS_GENERATION_ROOM);

	if (n < 0)
		return -errno;
	if (n == PINS_GENERATION_ROOM || memchr(ret, '/', (size_t)n))
		return -EBADMSG;
	ret[n] = '\0';
	return 0;
}

static int path_of(const struct pins *pins, const char *generation, enum pins_kind kind, const char *name,
		   char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/%s/%s/%s", pins->path, generation, kinds[kind], name);

	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int pins_get(const struct pins *pins, const char *generation, enum pins_kind kind, const char *name)
{
	char path[PATH_MAX];
	int r = path_of(pins, generation, kind, name, path);

	if (r < 0)
		return r;
	r = bpf_obj_get(path);
	return r < 0 ? -errno : r;
}

int pins_put(const struct pins *pins, const char *generation, enum pins_kind kind, const char *name, int fd)
{
	char path[PATH_MAX];
	int r = path_of(pins, generation, kind, name, path);

	if (r < 0)
		return r;
	return bpf_obj_pin(fd, path) ? log_error_errno(-errno, "Cannot pin '%s': %m", path) : 0;
}

/* --- generations ------------------------------------------------------------------------------------------ */

static int remove_entry(int folder, const char *name);

/* Everything in a folder but what is to be kept (NULL: nothing). Returns how much, or, having tried all, the first
 * -errno. */
static int empty(int folder, const char *keep, const char *keep_too)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0, n = 0, one;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return r;
	}
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    (keep && strcmp(entry->d_name, keep) == 0) || (keep_too && strcmp(entry->d_name, keep_too) == 0))
			continue;
		one = remove_entry(folder, entry->d_name);
		r = r ?: one;
		n++;
	}
	closedir(dir);
	return r < 0 ? r : n;
}

/*
 * The last of a link that is closed ends it at once; that is unlinked, when the kernel comes round to it. So whoever
 * may has it open meanwhile.
 */
static int unlink_object(int folder, const char *name)
{
	char path[PATH_MAX];
	int held, r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", folder, name);
	held = bpf_obj_get(path);
	r = unlinkat(folder, name, 0) ? -errno : 0;
	if (held >= 0)
		close(held);
	return r;
}

static int remove_entry(int folder, const char *name)
{
	_close_ int fd = -1;
	int r = unlink_object(folder, name);

	if (r != -EISDIR && r != -EPERM)
		return r;
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = empty(fd, NULL, NULL);
	if (unlinkat(folder, name, AT_REMOVEDIR))
		return r < 0 ? r : -errno;
	return r < 0 ? r : 0;
}

int pins_clear(const struct pins *pins)
{
	char current[PINS_GENERATION_ROOM] = "";
	int r = pins_current(pins, current);

	r = empty(pins->fd, r < 0 ? NULL : CURRENT, r < 0 ? NULL : current);
	if (r < 0)
		return log_error_errno(r, "Cannot clear '%s' of what an agent that was killed left behind: %m",
				       pins->path);
	if (r > 0)
		log_info("'%s' is cleared of what an agent that was killed left behind", pins->path);
	return 0;
}

int pins_begin(const struct pins *pins, const char *generation)
{
	_close_ int fd = -1;
	int r = pins_clear(pins);

	if (r < 0)
		return r;
	if (mkdirat(pins->fd, generation, 0700))
		return log_error_errno(-errno, "Cannot make the folder '%s/%s': %m", pins->path, generation);
	fd = openat(pins->fd, generation, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (fd < 0 || mkdirat(fd, kinds[i], 0700))
			return log_error_errno(-errno, "Cannot make a folder in '%s/%s': %m", pins->path, generation);
	return 0;
}

int pins_commit(const struct pins *pins, const char *generation)
{
	int r;

	(void)unlinkat(pins->fd, NEXT, 0);
	if (symlinkat(generation, pins->fd, NEXT) || renameat(pins->fd, NEXT, pins->fd, CURRENT))
		return log_error_errno(-errno, "Cannot make '%s/%s' the one in force: %m", pins->path, generation);
	r = empty(pins->fd, CURRENT, generation);
	if (r < 0)
		log_warning_errno(r, "Cannot remove what was in force before from '%s': %m, ignoring; both refuse",
				  pins->path);
	return 0;
}

/* `current` goes first: what is taken down half is nothing that an agent would go on with. */
int pins_remove(const struct pins *pins)
{
	int r = unlinkat(pins->fd, CURRENT, 0) && errno != ENOENT ? -errno : 0;
	int rest = empty(pins->fd, NULL, NULL);

	return r < 0 ? r : rest;
}

int pins_take_down(const char *folder)
{
	struct pins *pins;
	int r, fd = open_folder(folder, false);

	if (fd == -ENOENT || fd == -ENOTDIR)
		return 1;
	if (fd == -EBUSY || fd == -EMEDIUMTYPE)
		return fd;
	if (fd < 0)
		return log_error_errno(fd, "Cannot open '%s': %m", folder);
	r = pins_new(folder, fd, &pins);
	if (r < 0)
		return r;
	r = pins_remove(pins);
	pins_close(pins);
	if (r < 0)
		return log_error_errno(r, "Cannot take down what is in '%s': %m", folder);
	return r == 0 ? 1 : 0;
}
