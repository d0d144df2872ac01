/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: nothing. Out: the lists of known.h, in the order of their numbers.
 */
#include "known.h"
#include <assert.h>
#include <base/cleanup.h>
#include <linux/capability.h>
#include <linux/types.h>
#include <bulwark/abi.h>
#include <stddef.h>
#include <string.h>

const char *const known_capabilities[] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
	NULL,
};
static_assert(ARRAY_SIZE(known_capabilities) - 1 == CAP_CHECKPOINT_RESTORE + 1, "every capability has its name");

const char *const known_facilities[] = {
#define BW_FACILITY(symbol, name) [BW_FACILITY_##symbol] = (name),
#include <bulwark/facilities.def>
#undef BW_FACILITY
	NULL,
};
static_assert(ARRAY_SIZE(known_facilities) - 1 == _BW_FACILITY_MAX, "every facility has its name");

bool known_word(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}
