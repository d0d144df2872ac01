// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Becomes root: by a program whose file says so (exec), from a saved user id (seteuid, setresuid, setreuid), by the
 * right to (capability), or for files alone (setfsuid).
 */
#include "attack.h"
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>

static void __attribute__((noreturn)) by_file(void)
{
	char *const copy[] = { (char *)"/bin/cp", (char *)"/vm/attacks/bin/payload-root", (char *)OUT "/suid", NULL };
	char *const argv[] = { (char *)OUT "/suid", NULL };

	need(run(copy) == 0 ? 0 : -1, "cp");
	need(chmod(OUT "/suid", 04755), "chmod");
	become(1000);
	effect(run(argv) == 42, "a program as root");
}

static void keep_capability(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	need(prctl(PR_SET_KEEPCAPS, 1), "PR_SET_KEEPCAPS");
	need(setresuid(1000, 1000, 1000), "setresuid");
	data[0].permitted = data[0].effective = 1u << CAP_SETUID;
	need(syscall(SYS_capset, &head, data), "capset");
	step(setuid(0), "setuid");
}

/* Not even the calls that the C library makes for all threads say whether it was allowed. */
static void __attribute__((noreturn)) for_files(void)
{
	make_file(OUT "/private", CHANGED);
	need(chmod(OUT "/private", 0600), "chmod");
	need(setresuid(1000, 1000, 0), "setresuid");
	setfsuid(0);
	effect(holds(OUT "/private", CHANGED), "a file of root's");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	if (strcmp(how, "exec") == 0)
		by_file();
	if (strcmp(how, "setfsuid") == 0)
		for_files();
	if (strcmp(how, "capability") == 0)
		keep_capability();
	else
		need(setresuid(1000, 1000, 0), "setresuid");
	if (strcmp(how, "seteuid") == 0)
		step(seteuid(0), "seteuid");
	if (strcmp(how, "setresuid") == 0)
		step(setresuid(0, 0, 0), "setresuid");
	if (strcmp(how, "setreuid") == 0)
		step(setreuid(1000, 0), "setreuid");
	effect(geteuid() == 0, "the rights of root");
}
