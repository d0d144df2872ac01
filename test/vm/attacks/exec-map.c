// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Runs the code of a file that must not run without starting it: by a mapping of it that is or becomes executable.
 */
#include "code.h"
#include <sys/personality.h>

static int open_code(const char *path)
{
	return (int)need(open(path, O_RDONLY | O_CLOEXEC), path);
}

static void *map(int fd, int protection, int flags)
{
	void *at = mmap(NULL, CODE_PAGE, protection, flags, fd, 0);

	step(at == MAP_FAILED ? -1 : 0, "mmap");
	return at;
}

static void shared(void)
{
	code_call(map(open_code(CODE), PROT_READ | PROT_EXEC, MAP_SHARED));
}

static void private(void)
{
	code_call(map(open_code(CODE), PROT_READ | PROT_EXEC, MAP_PRIVATE));
}

static void fixed(void)
{
	void *room = map(-1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS);

	code_call(mmap(room, CODE_PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, open_code(CODE), 0));
}

static void executable_only(void)
{
	code_call(map(open_code(CODE), PROT_EXEC, MAP_PRIVATE));
}

static void protect(void)
{
	void *at = map(open_code(CODE), PROT_READ, MAP_PRIVATE);

	step(mprotect(at, CODE_PAGE, PROT_READ | PROT_EXEC), "mprotect");
	code_call(at);
}

/* Of a page that has been written to, and is memory of the process by now. */
static void protect_written(void)
{
	unsigned char *at = map(open_code(CODE), PROT_READ | PROT_WRITE, MAP_PRIVATE);

	at[CODE_PAGE - 1] = 1;
	step(mprotect(at, CODE_PAGE, PROT_READ | PROT_EXEC), "mprotect");
	code_call(at);
}

static void protect_with_key(void)
{
	void *at = map(open_code(CODE), PROT_READ, MAP_PRIVATE);

	step(syscall(SYS_pkey_mprotect, at, CODE_PAGE, PROT_READ | PROT_EXEC, -1), "pkey_mprotect");
	code_call(at);
}

static void moved(void)
{
	void *at = map(open_code(CODE), PROT_READ, MAP_PRIVATE);

	at = mremap(at, CODE_PAGE, 2 * CODE_PAGE, MREMAP_MAYMOVE);
	step(at == MAP_FAILED ? -1 : 0, "mremap");
	step(mprotect(at, CODE_PAGE, PROT_READ | PROT_EXEC), "mprotect");
	code_call(at);
}

/* Reading implies execution, for this process. */
static void implied(void)
{
	need(personality(READ_IMPLIES_EXEC), "personality");
	code_call(map(open_code(CODE), PROT_READ, MAP_PRIVATE));
}

static void implied_later(void)
{
	void *at = map(open_code(CODE), PROT_NONE, MAP_PRIVATE);

	need(personality(READ_IMPLIES_EXEC), "personality");
	step(mprotect(at, CODE_PAGE, PROT_READ), "mprotect");
	code_call(at);
}

/* By a descriptor that had been opened before the folder was left. */
static void closed(void)
{
	int fd = open_code(CODE);
	void *at = map(fd, PROT_READ, MAP_PRIVATE);

	close(fd);
	step(mprotect(at, CODE_PAGE, PROT_READ | PROT_EXEC), "mprotect");
	code_call(at);
}

static void linked(void)
{
	step(link(CODE, OUT "/link"), "link");
	code_call(map(open_code(OUT "/link"), PROT_READ | PROT_EXEC, MAP_PRIVATE));
}

static void bound(void)
{
	private_mounts();
	step(mount(CODE, EVIL, NULL, MS_BIND, NULL), "mount");
	code_call(map(open_code(EVIL), PROT_READ | PROT_EXEC, MAP_PRIVATE));
}

static void mount_overlay(void)
{
	private_mounts();
	make_folder(OUT "/empty");
	make_folder(OUT "/merged");
	step(mount("overlay", OUT "/merged", "overlay", 0, "lowerdir=" EXEC ":" OUT "/empty"), "mount the overlay");
}

static void overlay(void)
{
	mount_overlay();
	code_call(map(open_code(OUT "/merged/code"), PROT_READ | PROT_EXEC, MAP_PRIVATE));
}

static void overlay_protect(void)
{
	void *at;

	mount_overlay();
	at = map(open_code(OUT "/merged/code"), PROT_READ, MAP_PRIVATE);
	step(mprotect(at, CODE_PAGE, PROT_READ | PROT_EXEC), "mprotect");
	code_call(at);
}

/* By uselib(2), where that is left. */
static void library(void)
{
	if (syscall(SYS_uselib, CODE) < 0 && errno == ENOSYS)
		unavailable("no uselib(2)");
	stopped("uselib");
}

/* The bytes, read and put into memory of its own. */
static void copied(void)
{
	void *at = map(-1, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS);

	step(read(open_code(CODE), at, CODE_PAGE), "read");
	code_call(at);
}

static const struct {
	const char *name;
	void (*run)(void);
} ways[] = {
	{ "private", private },
	{ "shared", shared },
	{ "fixed", fixed },
	{ "executable-only", executable_only },
	{ "protect", protect },
	{ "protect-written", protect_written },
	{ "protect-with-key", protect_with_key },
	{ "moved", moved },
	{ "implied", implied },
	{ "implied-later", implied_later },
	{ "closed", closed },
	{ "linked", linked },
	{ "bound", bound },
	{ "overlay", overlay },
	{ "overlay-protect", overlay_protect },
	{ "library", library },
	{ "copied", copied },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(ways); i++)
		if (strcmp(ways[i].name, argv[1]) == 0)
			ways[i].run();
	return 2;
}
