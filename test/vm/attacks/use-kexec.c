// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Loads a kernel to be started, by kexec_load(2), and takes it out again.
 */
#include "attack.h"
#include <linux/kexec.h>

static bool is_loaded(void)
{
	return holds("/sys/kernel/kexec_loaded", "1\n");
}

int main(void)
{
	static char page[4096] = { (char)0xf4 }; /* hlt */
	struct kexec_segment segment = { page, sizeof(page), (void *)0x2000000, sizeof(page) };
	long r = syscall(SYS_kexec_load, 0x2000000ul, 1ul, &segment, KEXEC_ARCH_DEFAULT);
	bool there = is_loaded();

	if (r < 0 && errno == ENOSYS)
		unavailable("kexec_load");
	syscall(SYS_kexec_load, 0, 0, NULL, 0);
	effect(there, "a kernel is loaded");
}
