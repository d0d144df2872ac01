// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Runs code that only exists in memory, or in a file without a name.
 */
#include "code.h"
#include <sys/shm.h>

static char *const argv_none[] = { (char *)"none", NULL };
static char *const no_environment[] = { NULL };

static void __attribute__((noreturn)) start(int fd)
{
	pid_t pid = (pid_t)need(fork(), "fork");

	if (pid == 0) {
		syscall(SYS_execveat, fd, "", argv_none, no_environment, AT_EMPTY_PATH);
		_exit(1);
	}
	effect(wait_for(pid) == 42, "the program ran");
}

/* The same file, opened anew: one that is open for writing is not run. */
static int reopen(int fd)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = (int)need(open(path, O_RDONLY), path);
	close(fd);
	return again;
}

static int memfd(unsigned int flags)
{
	return (int)need(memfd_create("x", flags), "memfd_create");
}

static void started(void)
{
	int fd = memfd(0);

	code_write_program(fd, NULL, CODE_AT);
	start(fd);
}

static void by_proc(void)
{
	int fd = memfd(0);
	char path[64];
	pid_t pid;

	code_write_program(fd, NULL, CODE_AT);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0) {
		execve(path, argv_none, no_environment);
		_exit(1);
	}
	effect(wait_for(pid) == 42, "the program ran");
}

static void sealed(void)
{
	int fd = memfd(MFD_ALLOW_SEALING);

	code_write_program(fd, NULL, CODE_AT);
	need(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW), "seal");
	start(fd);
}

static void tmpfile_started(void)
{
	int fd = (int)need(open(OUT, O_TMPFILE | O_RDWR, 0755), "O_TMPFILE");

	code_write_program(fd, NULL, CODE_AT);
	start(reopen(fd));
}

static void deleted(void)
{
	int fd = (int)need(open(OUT "/program", O_RDWR | O_CREAT, 0755), OUT "/program");

	code_write_program(fd, NULL, CODE_AT);
	fd = reopen(fd);
	need(unlink(OUT "/program"), "unlink");
	start(fd);
}

/* A script in memory would need a name for its interpreter; a program in memory as the interpreter of one does not. */
static void interpreter(void)
{
	char line[64];
	int fd = memfd(0);
	pid_t pid;

	code_write_program(fd, NULL, CODE_AT);
	snprintf(line, sizeof(line), "#!/proc/self/fd/%d\n", fd);
	make_file(OUT "/script", line);
	need(chmod(OUT "/script", 0755), "chmod");
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0) {
		execve(OUT "/script", argv_none, no_environment);
		_exit(1);
	}
	effect(wait_for(pid) == 42, "the program ran");
}

static void mapped(void)
{
	int fd = memfd(0);

	code_write_function(fd);
	code_call(mmap(NULL, CODE_PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0));
}

static void system_v(void)
{
	int id = (int)need(shmget(IPC_PRIVATE, CODE_PAGE, 0700), "shmget");
	unsigned char *at = shmat(id, NULL, SHM_EXEC);

	shmctl(id, IPC_RMID, NULL);
	if (at == MAP_FAILED)
		stopped("shmat");
	memcpy(at, "\xb8\x2a\0\0\0\xc3", 6);
	code_call(at);
}

static void shared(void)
{
	unsigned char *at =
		mmap(NULL, CODE_PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		stopped("mmap");
	memcpy(at, "\xb8\x2a\0\0\0\xc3", 6);
	code_call(at);
}

static void shared_protect(void)
{
	unsigned char *at = mmap(NULL, CODE_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	need(at == MAP_FAILED ? -1 : 0, "mmap");
	memcpy(at, "\xb8\x2a\0\0\0\xc3", 6);
	step(mprotect(at, CODE_PAGE, PROT_READ | PROT_EXEC), "mprotect");
	code_call(at);
}

/* Shared memory that becomes executable by being mapped anew, page by page. */
static void map_files(void)
{
	unsigned char *at = mmap(NULL, CODE_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char path[128];
	int fd;

	need(at == MAP_FAILED ? -1 : 0, "mmap");
	memcpy(at, "\xb8\x2a\0\0\0\xc3", 6);
	snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx", (unsigned long)at, (unsigned long)at + CODE_PAGE);
	fd = (int)step(open(path, O_RDONLY), path);
	code_call(mmap(NULL, CODE_PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0));
}

static const struct {
	const char *name;
	void (*run)(void);
} ways[] = {
	{ "memfd", started },	    { "proc", by_proc },
	{ "sealed", sealed },	    { "tmpfile", tmpfile_started },
	{ "deleted", deleted },	    { "interpreter", interpreter },
	{ "mapped", mapped },	    { "system-v", system_v },
	{ "shared", shared },	    { "shared-protect", shared_protect },
	{ "map-files", map_files },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(ways); i++)
		if (strcmp(ways[i].name, argv[1]) == 0)
			ways[i].run();
	return 2;
}
