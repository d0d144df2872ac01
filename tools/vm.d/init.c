/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Pid 1 of a test VM, twice over.
 *
 * As /init of the initramfs it mounts the root disk, copies itself there and
 * switches over. As /sbin/init of that
 * root it mounts the usual file systems, unpacks the runner's archive,
 * runs the scenario with its output on the serial line, reaps until it
 * ends, packs the files the runner wants back, reports and stops.
 *
 * In:  disks told apart by their NVMe namespace id (enum disk), and in the
 *      archive RUN_DIR/argv (mode, program, arguments) and RUN_DIR/get
 *      (paths below /), each string ended by NUL.
 * Out: lines on I/O port 0xe9, which the runner reads: "up" when the first
 *      of both runs, "start" when the scenario starts, "get STATUS",
 *      "exit STATUS", "error WHAT".
 *
 * The report goes through I/O ports, not through files: the scenario may
 * well have a policy in force that denies pid 1 whatever can be denied.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define REPORT_PORT 0xe9 /* -device isa-debugcon */
#define EXIT_PORT   0xf4 /* -device isa-debug-exit */
#define OUTPUT	    "/dev/ttyS0"
#define RUN_DIR	    "/run/bulwark-vm"
#define HOSTNAME    "bulwark-vm"

enum { DISK_WAIT_US = 1000, DISK_WAIT_TRIES = 20000, MAX_STRINGS = 256 };

/* NVMe namespace ids, as tools/vm numbers them. */
enum disk { DISK_ROOT = 1, DISK_MODULES, DISK_IN, DISK_GET };

struct mount_point {
	const char *source;
	const char *target;
	const char *type;
	unsigned long flags;
	const char *data;
};

/* bpffs asks for a module that Debian does not build: quickly answered as long
 * as there is no modprobe. */
static const struct mount_point early_mounts[] = {
	{ "proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
	{ "sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
	{ "devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=755" },
	{ "bpf", "/sys/fs/bpf", "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700" },
};

static const struct mount_point root_mounts[] = {
	{ "devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666" },
	{ "tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777" },
	{ "mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
	{ "tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755" },
	{ "tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777" },
	{ "securityfs", "/sys/kernel/security", "securityfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
	{ "cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, "nsdelegate" },
	{ "tracefs", "/sys/kernel/tracing", "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
	{ "debugfs", "/sys/kernel/debug", "debugfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
};

/* ---- reporting ---------------------------------------------------------- */

static void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void report(const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	strcat(line, "\n");
	for (const char *c = line; *c; c++)
		outb((unsigned char)*c, REPORT_PORT);
}

/* Stops the machine at once: no shutdown, the disks are written through. */
static void stop(void) __attribute__((noreturn));

static void stop(void)
{
	outb(0, EXIT_PORT);
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

static void die(const char *what) __attribute__((noreturn));

static void die(const char *what)
{
	report("error %s: %s", what, strerror(errno));
	stop();
}

/* ---- small helpers ------------------------------------------------------ */

static void mount_all(const struct mount_point *points, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mkdir(points[i].target, 0755);
		if (mount(points[i].source, points[i].target, points[i].type, points[i].flags, points[i].data) < 0 &&
		    errno != EBUSY)
			die(points[i].target);
	}
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

/* The device of one NVMe namespace, or false. Numbers in names are given in
 * the order of discovery, which no kernel promises; the id is what counts. */
static bool find_disk(enum disk disk, char *device, size_t size)
{
	char path[64], id[16];
	int fd;
	ssize_t length;

	for (int number = 1; number <= DISK_GET; number++) {
		snprintf(path, sizeof(path), "/sys/block/nvme0n%d/nsid", number);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		length = read(fd, id, sizeof(id) - 1);
		close(fd);
		if (length <= 0)
			continue;
		id[length] = '\0';
		snprintf(device, size, "/dev/nvme0n%d", number);
		if (strtol(id, NULL, 10) == (long)disk && access(device, F_OK) == 0)
			return true;
	}
	return false;
}

static void wait_for_disk(enum disk disk, char *device, size_t size)
{
	for (int tries = 0; tries < DISK_WAIT_TRIES; tries++) {
		if (find_disk(disk, device, size))
			return;
		usleep(DISK_WAIT_US);
	}
	report("error disk %d did not appear", (int)disk);
	stop();
}

static volatile sig_atomic_t asked;

static void note_request(int signal)
{
	asked = signal;
}

/* What only pid 1 may do is asked of it: on SIGUSR1 it ends the process whose number is in the file. */
static void end_process(void)
{
	char text[16] = "";
	int fd = open(RUN_DIR "/end", O_RDONLY | O_CLOEXEC);

	asked = 0;
	if (fd < 0)
		return;
	if (read(fd, text, sizeof(text) - 1) > 0 && atoi(text) > 1)
		kill(atoi(text), SIGTERM);
	close(fd);
}

/* Reaps until `pid` ends; its status the way a shell gives it. */
static int wait_for(pid_t pid)
{
	int status;
	pid_t ended;

	do {
		if (asked)
			end_process();
		ended = waitpid(-1, &status, 0);
	} while (ended != pid && (ended > 0 || errno == EINTR));
	if (ended != pid)
		die("wait");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Runs a program with the kernel's console for its output. */
static int run(const char *const argv[])
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	return wait_for(pid);
}

/* ---- first life: the initramfs ------------------------------------------ */

static void copy_self(const char *target)
{
	char buffer[65536];
	ssize_t length;
	int from = open("/init", O_RDONLY | O_CLOEXEC);
	int to;

	unlink(target);
	to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	if (from < 0 || to < 0)
		die(target);
	while ((length = read(from, buffer, sizeof(buffer))) > 0)
		if (write(to, buffer, (size_t)length) != length)
			die(target);
	close(from);
	close(to);
}

static void enter_root(void)
{
	static const char *const moved[] = { "/proc", "/sys", "/dev" };
	char device[32], target[32];

	mount_all(early_mounts, sizeof(early_mounts) / sizeof(early_mounts[0]));
	wait_for_disk(DISK_ROOT, device, sizeof(device));
	mkdir("/root", 0755);
	if (mount(device, "/root", "ext4", MS_NOATIME, "noinit_itable,no_prefetch_block_bitmaps") < 0)
		die("mount root");
	copy_self("/root/sbin/init");
	unlink("/init");
	for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
		snprintf(target, sizeof(target), "/root%s", moved[i]);
		if (mount(moved[i], target, NULL, MS_MOVE, NULL) < 0)
			die(target);
	}
	if (chdir("/root") < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
		die("switch root");
	execl("/sbin/init", "init", "system", (char *)NULL);
	die("/sbin/init");
}

/* ---- second life: the real root ----------------------------------------- */

static void bring_up_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		die("lo");
	close(fd);
}

/* What udev would add to devtmpfs. */
static void link_devices(void)
{
	static const char *const links[][2] = {
		{ "/proc/self/fd", "/dev/fd" },
		{ "/proc/self/fd/0", "/dev/stdin" },
		{ "/proc/self/fd/1", "/dev/stdout" },
		{ "/proc/self/fd/2", "/dev/stderr" },
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i][0], links[i][1]) < 0)
			die(links[i][1]);
}

static void set_identity(void)
{
	if (sethostname(HOSTNAME, strlen(HOSTNAME)) < 0)
		die("hostname");
	write_file("/etc/hostname", HOSTNAME "\n");
	write_file("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 " HOSTNAME "\n::1 localhost\n");
	write_file("/etc/machine-id", "b01da4cb01da4cb01da4cb01da4cb01d\n");
}

/* Every module of this kernel, where modprobe and libkmod look. */
static void mount_modules(void)
{
	char device[32];

	wait_for_disk(DISK_MODULES, device, sizeof(device));
	if (mount(device, "/lib/modules", "ext4", MS_RDONLY | MS_NOATIME, NULL) < 0)
		die("/lib/modules");
}

/* Unpacks into the running root: its folders keep their modes, its links to
 * folders (/lib) stay links. */
static void unpack(void)
{
	char device[32];
	const char *const argv[] = { "/bin/tar",
				     "-xpf",
				     device,
				     "-C",
				     "/",
				     "--numeric-owner",
				     "--no-overwrite-dir",
				     "--keep-directory-symlink",
				     NULL };

	wait_for_disk(DISK_IN, device, sizeof(device));
	if (run(argv) != 0) {
		report("error cannot unpack the files for the guest");
		stop();
	}
}

static void pack(void)
{
	char device[32];
	const char *const argv[] = { "/bin/tar",	"-cf",	  device, "-C",		  "/",
				     "--numeric-owner", "--null", "-T",	  RUN_DIR "/get", NULL };

	wait_for_disk(DISK_GET, device, sizeof(device));
	report("get %d", run(argv));
	sync();
}

/* Reads a file of NUL-ended strings; the array ends with NULL. */
static char **read_strings(const char *path)
{
	static char buffer[65536];
	static char *strings[MAX_STRINGS + 1];
	size_t count = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, buffer, sizeof(buffer) - 1);

	if (length <= 0)
		die(path);
	close(fd);
	for (char *c = buffer; c < buffer + length && count < MAX_STRINGS; c += strlen(c) + 1)
		strings[count++] = c;
	return strings;
}

/* The serial line: bytes as they are for a scenario, a terminal for a shell. */
static int open_output(bool terminal)
{
	struct termios mode;
	int fd = open(OUTPUT, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || tcgetattr(fd, &mode) < 0)
		die(OUTPUT);
	if (!terminal)
		cfmakeraw(&mode);
	cfsetspeed(&mode, B115200);
	mode.c_cflag |= CLOCAL;
	tcsetattr(fd, TCSANOW, &mode);
	return fd;
}

static void run_scenario(int output, bool terminal, char **argv) __attribute__((noreturn));

static void run_scenario(int output, bool terminal, char **argv)
{
	static char *const environment[] = {
		(char *)"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		(char *)"HOME=/root",
		(char *)"USER=root",
		(char *)"LOGNAME=root",
		(char *)"SHELL=/bin/bash",
		(char *)"LANG=C.UTF-8",
		(char *)"TERM=dumb",
		NULL,
	};
	int input = terminal ? output : open("/dev/null", O_RDONLY);

	ioperm(REPORT_PORT, 1, 0);
	ioperm(EXIT_PORT, 4, 0);
	setsid();
	if (terminal)
		ioctl(output, TIOCSCTTY, 0);
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (!terminal)
		close(input);
	/* A place for the files of a scenario; a shell starts at home. */
	if (chdir(terminal ? "/root" : "/vm") < 0)
		_exit(126);
	execve(argv[0], argv, environment);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static void run_system(void)
{
	char **strings;
	bool terminal;
	int output, status;
	pid_t pid;

	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = note_request }, NULL);
	mount_all(root_mounts, sizeof(root_mounts) / sizeof(root_mounts[0]));
	mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL);
	mount_modules();
	link_devices();
	bring_up_loopback();
	set_identity();
	mkdir("/vm", 0755);
	unpack();

	strings = read_strings(RUN_DIR "/argv");
	terminal = strcmp(strings[0], "shell") == 0;
	output = open_output(terminal);
	report("start");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		run_scenario(output, terminal, strings + 1);
	status = wait_for(pid);
	if (access(RUN_DIR "/get", F_OK) == 0)
		pack();
	tcdrain(output);
	report("exit %d", status);
	stop();
}

int main(int argc, char **argv)
{
	if (ioperm(REPORT_PORT, 1, 1) < 0 || ioperm(EXIT_PORT, 4, 1) < 0)
		return 1;
	if (argc > 1 && strcmp(argv[1], "system") == 0)
		run_system();
	report("up");
	enter_root();
	return 1;
}
