// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The world that the attacks attack, and the one who lets them in.
 *
 *	world make			builds it
 *	world run UID SECONDS PROGRAM [ARG...]
 *		puts right what the attack before has left, runs the program in it, cleans up behind it
 *
 * In:   a guest in which this runs as root; policies leave this program out of every rule.
 * Out:  make: status 0. run: the status of the program (128 and the number of a signal that ended it, 124 when it took
 *       too long); what it said in STATE/out and STATE/err; in STATE/changed each place below a folder of the
 *       world that is not as it was made, one a line.
 *
 * A folder that an attack has changed is made anew, the others stay what they are: a policy that is in force knows
 * their inodes.
 */
#include "attack.h"
#include "code.h"
#include <dirent.h>
#include <ftw.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <mqueue.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/xattr.h>

#define STATE	 "/run/attacks"
#define OUTSIDER 1000

enum { TREE_SIZE = 1 << 18 };

/* One folder of the world, and all that is to be known of it as it was made. */
struct tree {
	const char *name;
	void (*make)(void);
	char was[TREE_SIZE];
};

static char secret[64];
static char tree_text[TREE_SIZE];
static size_t tree_length;

/* --- what is in it -------------------------------------------------------------------------------------------- */

static void folder(const char *path, mode_t mode)
{
	need(mkdir(path, 0700), path);
	need(chmod(path, mode), path);
}

static void file(const char *path, const char *text)
{
	make_file(path, text);
	need(chmod(path, 0644), path);
}

static void file_of(const char *path, const char *text, uid_t uid)
{
	file(path, text);
	need(lchown(path, uid, uid), path);
}

static void make_read(void)
{
	folder(READ, 0755);
	file(SECRET, secret);
	folder(READ "/sub", 0755);
	file(READ "/sub/secret", secret);
	file_of(READ "/owned", secret, OUTSIDER);
	need(symlink("secret", READ "/symlink"), "symlink");
}

/* Swap space of ten pages, as swapon(2) wants it. */
static void make_swap(const char *path)
{
	static char page[4096];
	uint32_t *header = (uint32_t *)(page + 1024);
	int fd = (int)need(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), path), i;

	header[0] = 1; /* version */
	header[1] = 9; /* last page */
	memcpy(page + sizeof(page) - 10, "SWAPSPACE2", 10);
	for (i = 0; i < 10; i++) {
		need(write(fd, page, sizeof(page)), path);
		memset(page, 0, sizeof(page));
	}
	close(fd);
}

static void make_write(void)
{
	folder(WRITE, 0755);
	file(FILE_W, KEPT);
	file(WRITE "/other", KEPT);
	folder(WRITE "/empty", 0755);
	folder(WRITE "/sub", 0755);
	file(WRITE "/sub/file", KEPT);
	file_of(WRITE "/owned", KEPT, OUTSIDER);
	need(symlink("file", WRITE "/symlink"), "symlink");
	need(symlink("absent", WRITE "/dangling"), "symlink");
	need(setxattr(FILE_W, "user.kept", "kept", 4, 0), "user.kept");
	make_swap(WRITE "/swap");
}

static void make_dir(void)
{
	folder(DIR_W, 0777);
	file(DIR_W "/file", KEPT);
	folder(DIR_W "/empty", 0777);
	folder(DIR_W "/sub", 0777);
	file(DIR_W "/sub/file", KEPT);
}

/* Files that rules name, each for one attack: it moves the folders above, and a new file would not be known. */
static void make_below(const char *path)
{
	folder(path, 0755);
	need(chdir(path), path);
	folder("a", 0755);
	folder("a/b", 0755);
	file("a/b/secret", secret);
	file("a/b/file", KEPT);
	need(chdir("/"), "/");
}

static void make_deep_one(void)
{
	make_below(DEEP "/one");
}

static void make_deep_two(void)
{
	make_below(DEEP "/two");
}

static void make_deep_three(void)
{
	make_below(DEEP "/three");
}

static void make_old(void)
{
	folder(OLD, 0755);
	folder(OLD "/literal", 0755);
	file(OLD "/literal/secret", secret);
	file(OLD "/literal/file", KEPT);
	folder(OLD "/folder", 0755);
	file(OLD "/folder/secret", secret);
	file(OLD "/folder/file", KEPT);
	folder(OLD "/links", 0755);
	need(link(OLD "/literal/secret", OLD "/links/literal-secret"), "link");
	need(link(OLD "/literal/file", OLD "/links/literal-file"), "link");
	need(link(OLD "/folder/secret", OLD "/links/folder-secret"), "link");
	need(link(OLD "/folder/file", OLD "/links/folder-file"), "link");
}

static void make_names(void)
{
	char name[256];

	folder(NAMES, 0755);
	file(NAMES "/\001\377\t\033 .key", secret);
	file(NAMES "/a\nb\\n.key", secret);
	file(NAMES "/.key", secret);
	memset(name, 'n', 251);
	strcpy(name + 251, ".key");
	need(chdir(NAMES), NAMES);
	file(name, secret);
}

static void make_scope(void)
{
	folder(SCOPE, 0755);
	folder(SCOPE "/program", 0755);
	file(SCOPE "/program/secret", secret);
	folder(SCOPE "/user", 0755);
	file(SCOPE "/user/secret", secret);
	folder(SCOPE "/descends", 0755);
	file(SCOPE "/descends/secret", secret);
}

/*
 * More folders than are kept of a path. Made once and no tree of those below: where it cannot be told whether a rule is
 * about a place, everybody is refused, this program too.
 */
static void make_deepest(void)
{
	int i;

	folder(DEEPEST, 0755);
	need(chdir(DEEPEST), DEEPEST);
	for (i = 0; i < 300; i++) {
		folder("d", 0755);
		need(chdir("d"), "chdir");
	}
	file("deep.key", secret);
	need(chdir("/"), "/");
}

static void make_moves(void)
{
	folder(WORLD "/moves", 0755);
	file(WORLD "/moves/tool", KEPT);
}

static void copy_program(const char *from, const char *to)
{
	char *const argv[] = { (char *)"/bin/cp", (char *)from, (char *)to, NULL };

	need(run(argv) ? -1 : 0, to);
	need(chmod(to, 0755), to);
}

/* Programs; made once, since what is in them is longer than is noted. */
static void make_exec(void)
{
	int fd;

	folder(EXEC, 0755);
	fd = (int)need(open(DENIED, O_WRONLY | O_CREAT | O_CLOEXEC, 0755), DENIED);
	code_write_program(fd, NULL, CODE_AT);
	close(fd);
	fd = (int)need(open(CODE, O_WRONLY | O_CREAT | O_CLOEXEC, 0755), CODE);
	code_write_function(fd);
	close(fd);
	copy_program("/bin/dash", SHELL);
	folder(WORLD "/args", 0755);
	copy_program("/bin/dash", ARGS_SHELL);
	folder(WORLD "/box", 0755);
	copy_program("/bin/busybox", BOX);
	need(symlink("busybox", BOX_SH), BOX_SH);
}

static void make_out(void)
{
	folder(OUT, 01777);
	file(EVIL, CHANGED);
}

/* All but OUT, which is made anew for each attack. */
static struct tree trees[] = {
	{ .name = READ, .make = make_read },
	{ .name = WRITE, .make = make_write },
	{ .name = DIR_W, .make = make_dir },
	{ .name = DEEP "/one", .make = make_deep_one },
	{ .name = DEEP "/two", .make = make_deep_two },
	{ .name = DEEP "/three", .make = make_deep_three },
	{ .name = OLD, .make = make_old },
	{ .name = NAMES, .make = make_names },
	{ .name = SCOPE, .make = make_scope },
	{ .name = WORLD "/moves", .make = make_moves },
};

/* --- what it is like ------------------------------------------------------------------------------------------- */

static void __attribute__((format(printf, 1, 2))) note(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(tree_text + tree_length, sizeof(tree_text) - tree_length, format, args);
	va_end(args);
	tree_length += (size_t)n;
	if (tree_length >= sizeof(tree_text)) {
		errno = EFBIG;
		need(-1, "a folder of the world is too large");
	}
}

static void note_bytes(const char *bytes, ssize_t n)
{
	for (ssize_t i = 0; i < n; i++)
		note("%02x", (unsigned char)bytes[i]);
}

static void note_content(const char *path)
{
	char room[1024];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOATIME), flags = 0;

	if (fd < 0) {
		note(" unreadable");
		return;
	}
	note(" holds ");
	note_bytes(room, read(fd, room, sizeof(room)));
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0)
		note(" flags %x", flags & ~FS_EXTENT_FL);
	close(fd);
}

static void note_target(const char *path)
{
	char room[1024];

	note(" to ");
	note_bytes(room, readlink(path, room, sizeof(room)));
}

static void note_xattrs(const char *path)
{
	char names[1024], value[1024];
	ssize_t n = llistxattr(path, names, sizeof(names));

	for (const char *name = names; name < names + n; name += strlen(name) + 1) {
		note(" %s=", name);
		note_bytes(value, lgetxattr(path, name, value, sizeof(value)));
	}
}

/* A line for each place: all that an attack may change but the times that reading or a link elsewhere changes. */
static int note_place(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
	const char *here = path + ftw->base;

	(void)kind;
	note("%s", path);
	note(" %o %u:%u dev %lx ino %lu rdev %lx", status->st_mode, status->st_uid, status->st_gid, status->st_dev,
	     status->st_ino, status->st_rdev);
	note(" at %ld.%09ld", status->st_mtim.tv_sec, status->st_mtim.tv_nsec);
	note_xattrs(here);
	if (S_ISREG(status->st_mode))
		note_content(here);
	if (S_ISLNK(status->st_mode))
		note_target(here);
	note("\n");
	return 0;
}

/* From folder to folder: one is 300 deep, and each look by its path would go all the way. */
static void look_at(const struct tree *tree)
{
	tree_length = 0;
	tree_text[0] = '\0';
	nftw(tree->name, note_place, 16, FTW_PHYS | FTW_CHDIR);
	need(chdir("/"), "/");
}

/* Prints the first word of each line of `a` that is not in `b`. */
static void print_missing(FILE *to, const char *a, const char *b, const char *what)
{
	size_t length;

	for (; *a; a += length) {
		length = strcspn(a, "\n") + 1;
		if (!memmem(b, strlen(b), a, length))
			fprintf(to, "%.*s %s\n", (int)strcspn(a, " "), a, what);
	}
}

/* --- putting it right ------------------------------------------------------------------------------------------ */

/* What an attack has made immutable or append-only. */
static void loosen(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), flags = 0;

	if (fd < 0)
		return;
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 && (flags & (FS_APPEND_FL | FS_IMMUTABLE_FL))) {
		flags &= ~(FS_APPEND_FL | FS_IMMUTABLE_FL);
		ioctl(fd, FS_IOC_SETFLAGS, &flags);
	}
	close(fd);
}

static void remove_at(int folder, const char *name);

static void empty_folder(int fd)
{
	struct dirent *entry;
	DIR *list = fdopendir(dup(fd));

	while (list && (entry = readdir(list)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove_at(fd, entry->d_name);
	if (list)
		closedir(list);
}

/* From folder to folder by descriptors: the path may be too long for a system call. */
static void remove_at(int folder, const char *name)
{
	int fd;

	if (unlinkat(folder, name, 0) == 0 || unlinkat(folder, name, AT_REMOVEDIR) == 0)
		return;
	loosen(folder, name);
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		empty_folder(fd);
		close(fd);
	}
	need(unlinkat(folder, name, fd >= 0 ? AT_REMOVEDIR : 0), name);
}

static void remove_tree(const char *path)
{
	struct rlimit files = { 4096, 4096 };

	need(setrlimit(RLIMIT_NOFILE, &files), "RLIMIT_NOFILE");
	if (exists(path))
		remove_at(AT_FDCWD, path);
}

/* /proc/mounts writes a blank in a name as \040. */
static void plain(char *name)
{
	char *to = name;

	for (; *name; name++, to++) {
		*to = *name;
		if (name[0] == '\\' && strspn(name + 1, "01234567") >= 3) {
			*to = (char)((name[1] - '0') * 64 + (name[2] - '0') * 8 + (name[3] - '0'));
			name += 3;
		}
	}
	*to = '\0';
}

/* The mount below the world that was made last; false when there is none. */
static bool last_mount(char *path, size_t size)
{
	FILE *mounts = fopen("/proc/self/mounts", "re");
	char *line = NULL, *place;
	size_t room = 0;
	bool found = false;

	need(mounts ? 0 : -1, "/proc/self/mounts");
	while (getline(&line, &room, mounts) > 0) {
		strtok(line, " ");
		place = strtok(NULL, " ");
		if (!place || strncmp(place, WORLD "/", strlen(WORLD "/")) != 0)
			continue;
		plain(place);
		snprintf(path, size, "%s", place);
		found = true;
	}
	free(line);
	fclose(mounts);
	return found;
}

static void unmount_all(void)
{
	char path[8192];

	while (last_mount(path, sizeof(path)))
		if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
			need(-1, path);
}

static void make_tree(struct tree *tree)
{
	remove_tree(tree->name);
	tree->make();
	look_at(tree);
	memcpy(tree->was, tree_text, tree_length + 1);
}

/* What was noted when the trees were made: world runs anew for each attack. */
static void keep_notes(void)
{
	FILE *notes = fopen(STATE "/notes", "we");
	size_t i;

	need(notes ? 0 : -1, STATE "/notes");
	for (i = 0; i < ARRAY_SIZE(trees); i++)
		need(fwrite(trees[i].was, strlen(trees[i].was) + 1, 1, notes) == 1 ? 0 : -1, "notes");
	need(fclose(notes), "notes");
}

static void read_notes(void)
{
	FILE *notes = fopen(STATE "/notes", "re");
	char *text = NULL;
	size_t room = 0, i;

	need(notes ? 0 : -1, STATE "/notes");
	for (i = 0; i < ARRAY_SIZE(trees); i++) {
		need(getdelim(&text, &room, '\0', notes), "notes");
		snprintf(trees[i].was, sizeof(trees[i].was), "%s", text);
	}
	free(text);
	fclose(notes);
}

static void read_secret(void)
{
	int fd = (int)need(open(STATE "/secret", O_RDONLY | O_CLOEXEC), STATE "/secret");
	ssize_t n = read(fd, secret, sizeof(secret) - 1);

	need(n > 0 ? 0 : -1, STATE "/secret");
	secret[n] = '\0';
	close(fd);
}

static void new_secret(void)
{
	unsigned char random[16];
	size_t i;
	int n = snprintf(secret, sizeof(secret), "bulwark-secret-");

	need(getrandom(random, sizeof(random), 0), "getrandom");
	for (i = 0; i < sizeof(random); i++)
		n += snprintf(secret + n, sizeof(secret) - (size_t)n, "%02x", random[i]);
	snprintf(secret + n, sizeof(secret) - (size_t)n, "\n");
	make_file(STATE "/secret", secret);
}

static int do_make(void)
{
	size_t i;

	if (mkdir(STATE, 0755) < 0 && errno != EEXIST)
		need(-1, STATE);
	if (mkdir(WORLD, 0755) < 0 && errno != EEXIST)
		need(-1, WORLD);
	if (mkdir(DEEP, 0755) < 0 && errno != EEXIST)
		need(-1, DEEP);
	unmount_all();
	new_secret();
	for (i = 0; i < ARRAY_SIZE(trees); i++)
		make_tree(&trees[i]);
	keep_notes();
	remove_tree(DEEPEST);
	make_deepest();
	make_exec();
	sync();
	return 0;
}

/* Tells what has changed, and makes it anew. */
static void put_right(FILE *changes)
{
	bool again = false;
	size_t i;

	unmount_all();
	for (i = 0; i < ARRAY_SIZE(trees); i++) {
		look_at(&trees[i]);
		if (strcmp(trees[i].was, tree_text) == 0)
			continue;
		print_missing(changes, trees[i].was, tree_text, "is not what it was");
		print_missing(changes, tree_text, trees[i].was, "was not there so");
		make_tree(&trees[i]);
		again = true;
	}
	if (again) {
		keep_notes();
		sync(); /* who reads the disk finds it */
	}
}

/* --- the holder of descriptors --------------------------------------------------------------------------------- */

static void inherit(int number, const char *path, int flags)
{
	int fd = (int)need(open(path, flags | O_CLOEXEC), path);

	need(dup2(fd, number), "dup2");
	close(fd);
}

/* A message queue; no other folder of that file system can be had. */
static void make_queue(void)
{
	struct mq_attr attributes = { .mq_maxmsg = 1, .mq_msgsize = 16 };
	mqd_t queue = mq_open("/attacks-kept", O_RDWR | O_CREAT | O_CLOEXEC, 0600, &attributes);

	if (queue >= 0) /* where there are queues at all */
		mq_close(queue);
	mq_unlink("/attacks-new");
}

static void open_all(void)
{
	inherit(INHERITED_SECRET, SECRET, O_RDONLY);
	inherit(INHERITED_FILE_RW, FILE_W, O_RDWR);
	inherit(INHERITED_FILE_R, FILE_W, O_RDONLY);
	inherit(INHERITED_READ_FOLDER, READ, O_RDONLY | O_DIRECTORY);
	inherit(INHERITED_DIR_FOLDER, DIR_W, O_RDONLY | O_DIRECTORY);
}

static void __attribute__((noreturn)) hold(int listener)
{
	char *memory = strdup(secret); /* who reads this process finds it */

	for (;;) {
		int over = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (over < 0)
			_exit(memory != NULL);
		close(open(SECRET, O_RDONLY | O_CLOEXEC));
		send_fd(over, INHERITED_SECRET);
		close(over);
	}
}

static pid_t start_holder(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = HOLDER_SOCKET };
	int listener = (int)need(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
	pid_t pid;

	need(bind(listener, (struct sockaddr *)&address, sizeof(address)), "bind");
	need(chmod(HOLDER_SOCKET, 0777), "chmod");
	need(listen(listener, 8), "listen");
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0)
		hold(listener);
	close(listener);
	return pid;
}

/* --- letting one in -------------------------------------------------------------------------------------------- */

static void redirect(int to, const char *path)
{
	int fd = (int)need(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), path);

	need(dup2(fd, to), "dup2");
}

static void __attribute__((noreturn)) enter(uid_t uid, pid_t pid, char **argv)
{
	char text[32];

	setsid();
	snprintf(text, sizeof(text), "%d", pid);
	need(setenv("HOLDER", text, 1), "setenv");
	redirect(STDOUT_FILENO, STATE "/out");
	redirect(STDERR_FILENO, STATE "/err");
	need(chdir(OUT), OUT);
	umask(022);
	if (uid)
		become(uid);
	execv(argv[0], argv);
	need(-1, argv[0]);
	_exit(127);
}

/* All that it has left behind, children of children too: they are ours, once their parents are gone. */
static void kill_rest(void)
{
	char path[64], line[4096], *next;
	FILE *children;
	long pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	do {
		children = fopen(path, "re");
		need(children ? 0 : -1, path);
		next = fgets(line, sizeof(line), children);
		fclose(children);
		while (next && (pid = strtol(next, &next, 10)) > 0)
			kill((pid_t)pid, SIGKILL);
	} while (waitpid(-1, NULL, 0) > 0);
}

static volatile sig_atomic_t late;

static void on_alarm(int number)
{
	(void)number;
	late = 1;
}

static int wait_in_time(pid_t pid, long seconds)
{
	const struct itimerval timer = { .it_value.tv_sec = seconds, .it_interval.tv_sec = 1 };
	struct sigaction action = { .sa_handler = on_alarm };
	int status = 0;
	pid_t ended;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	do {
		ended = waitpid(-1, &status, 0);
	} while (ended != pid && !late);
	setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL);
	if (ended != pid)
		return 124;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int do_run(char **argv)
{
	uid_t uid = (uid_t)strtoul(argv[0], NULL, 10);
	FILE *changes;
	pid_t pid, held;
	int status;

	read_secret();
	read_notes();
	need(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "subreaper");
	remove_tree(OUT);
	make_out();
	make_queue();
	open_all();
	held = start_holder();
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0)
		enter(uid, held, argv + 2);
	status = wait_in_time(pid, strtol(argv[1], NULL, 10));
	kill_rest();
	changes = fopen(STATE "/changed", "we");
	need(changes ? 0 : -1, STATE "/changed");
	put_right(changes);
	fclose(changes);
	return status;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "make") == 0)
		return do_make();
	if (argc >= 5 && strcmp(argv[1], "run") == 0)
		return do_run(argv + 2);
	fprintf(stderr, "usage: world make | world run UID SECONDS PROGRAM [ARG...]\n");
	return 64;
}
