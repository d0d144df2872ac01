// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Exchanges the file that /proc/self/exe shows by prctl(2), so that the process seems to run another program, and
 * reads.
 */
#include "attack.h"
#include <sys/mman.h>
#include <sys/prctl.h>

/* Nothing of the old program may be mapped then: what stays is copied to memory of its own. */
static void unmap_program(void)
{
	char line[512], path[256], rights[8];
	unsigned long at, end;
	FILE *maps = fopen("/proc/self/maps", "re");

	need(maps ? 0 : -1, "maps");
	static struct {
		unsigned long at, end;
		int rights;
	} part[16];
	size_t n = 0, i;

	while (n < ARRAY_SIZE(part) && fgets(line, sizeof(line), maps)) {
		path[0] = '\0';
		if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %255s", &at, &end, rights, path) < 3 || path[0] != '/')
			continue;
		part[n].at = at;
		part[n].end = end;
		part[n++].rights = (rights[0] == 'r' ? PROT_READ : 0) | (rights[1] == 'w' ? PROT_WRITE : 0) |
				   (rights[2] == 'x' ? PROT_EXEC : 0);
	}
	fclose(maps);
	for (i = 0; i < n; i++) {
		size_t size = part[i].end - part[i].at;
		void *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		need(copy == MAP_FAILED ? -1 : 0, "mmap");
		memcpy(copy, (void *)part[i].at, size);
		need(mprotect(copy, size, part[i].rights), "mprotect");
		need(mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, part[i].at) == MAP_FAILED ? -1 : 0,
		     "mremap");
	}
}

int main(int argc, char **argv)
{
	int fd = (int)need(open("/bin/true", O_RDONLY), "/bin/true");

	unmap_program();
	step(prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, fd, 0, 0), "PR_SET_MM_EXE_FILE");
	if (strcmp(argv[argc - 1], "uid") == 0)
		step(setresuid(-1U, 1000, 0), "setresuid");
	if (strcmp(argv[argc - 1], "child") == 0)
		steal_by_child(SCOPE "/descends/secret", false);
	steal(SCOPE "/program/secret");
}
