// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Leaves the user that a rule is about, and reads: as root of a user namespace, in a thread with other ids, by
 * filesystem ids.
 */
#include "attack.h"
#include <sys/fsuid.h>
#include <sys/syscall.h>

#define TARGET SCOPE "/user/secret"

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];

	if (strcmp(how, "namespace") == 0)
		own_namespaces();
	if (strcmp(how, "late") == 0) {
		/* Asked once as root, so that the process is known; then as the user, by the bare call. */
		close(open(TARGET, O_RDONLY));
		step(syscall(SYS_setresuid, 1000, 1000, 1000), "setresuid");
	}
	if (strcmp(how, "filesystem") == 0) {
		step(setresuid(-1U, 1000, 0), "setresuid");
		setfsuid(0);
	}
	steal(TARGET);
}
