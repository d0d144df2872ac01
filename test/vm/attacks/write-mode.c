// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Changes the file's mode or owner: by path, by a descriptor that was opened for reading, by the newest call.
 */
#include "attack.h"

static bool changed(const struct stat *was)
{
	struct stat status;

	need(stat(FILE_W, &status), FILE_W);
	return status.st_mode != was->st_mode || status.st_uid != was->st_uid || status.st_gid != was->st_gid;
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	char path[64];
	struct stat was;

	need(stat(FILE_W, &was), FILE_W);
	if (strcmp(how, "chmod") == 0)
		step(chmod(FILE_W, 0666), "chmod");
	if (strcmp(how, "fchmod") == 0)
		step(fchmod(INHERITED_FILE_R, 04777), "fchmod");
	if (strcmp(how, "fchmodat2") == 0) {
		long r = syscall(SYS_fchmodat2, INHERITED_FILE_R, "", 0666, AT_EMPTY_PATH);

		if (r < 0 && errno == ENOSYS)
			unavailable("fchmodat2");
		step(r, "fchmodat2");
	}
	if (strcmp(how, "proc") == 0) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", (int)need(open(FILE_W, O_PATH), FILE_W));
		step(chmod(path, 0666), "chmod");
	}
	if (strcmp(how, "chown") == 0)
		step(chown(FILE_W, 1000, 1000), "chown");
	if (strcmp(how, "fchown") == 0)
		step(fchown(INHERITED_FILE_R, 1000, -1U), "fchown");
	if (strcmp(how, "fchownat") == 0)
		step(fchownat(INHERITED_FILE_R, "", 1000, 1000, AT_EMPTY_PATH), "fchownat");
	errno = 0;
	effect(changed(&was), "mode and owner are what they were");
}
