/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a process of root. Out: the same with the capabilities of this table.
 */
#include "privileges.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include "log.h"

static const struct {
	cap_value_t capability;
	unsigned int whose;
} kept[] = {
	{ CAP_SYS_ADMIN, PRIVILEGES_AGENT },  /* inner maps are reached by their ids; programs' time is measured */
	{ CAP_BPF, PRIVILEGES_AGENT },	      /* maps are made and filled for each change */
	{ CAP_PERFMON, PRIVILEGES_AGENT },    /* programs that rules ask for later are attached */
	{ CAP_SYS_PTRACE, PRIVILEGES_SCOUT }, /* /proc/PID/root and /proc/PID/exe */
	{ CAP_DAC_READ_SEARCH,
	  PRIVILEGES_AGENT | PRIVILEGES_SCOUT }, /* files in roots of containers, whoever owns them */
	{ CAP_DAC_OVERRIDE, PRIVILEGES_AGENT },	 /* a log file that was rotated to another owner */
	{ CAP_SETUID, PRIVILEGES_HELPER },	 /* the helper becomes nobody */
	{ CAP_SETGID, PRIVILEGES_HELPER },
	{ CAP_SETPCAP, PRIVILEGES_HELPER }, /* and gives up what it was started with */
	{ CAP_KILL, PRIVILEGES_HELPER },    /* one that is late is killed, by then another user's */
};

static bool is_kept(cap_value_t capability, unsigned int whose)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (kept[i].capability == capability)
			return kept[i].whose & whose;
	return false;
}

/* From what there is: who has less to begin with is given nothing. */
static int clear_others(cap_t capabilities, unsigned int whose)
{
	static const cap_flag_t flags[] = { CAP_EFFECTIVE, CAP_PERMITTED, CAP_INHERITABLE };
	cap_value_t capability;
	size_t i;

	for (capability = 0; capability < cap_max_bits(); capability++)
		for (i = 0; i < ARRAY_SIZE(flags); i++)
			if ((!is_kept(capability, whose) || flags[i] == CAP_INHERITABLE) &&
			    cap_set_flag(capabilities, flags[i], 1, &capability, CAP_CLEAR) < 0)
				return -errno;
	return cap_set_proc(capabilities) < 0 ? -errno : 0;
}

/* What a program of root would have again by being executed. */
static int drop_bound(unsigned int whose)
{
	cap_value_t capability;

	for (capability = 0; capability < cap_max_bits(); capability++)
		if (!is_kept(capability, whose) && cap_get_bound(capability) > 0 && cap_drop_bound(capability) < 0)
			return errno == EPERM ? 0 : -errno; /* who may not has none to lose */
	return 0;
}

int privileges_drop(unsigned int whose)
{
	cap_t capabilities = cap_get_proc();
	int r = capabilities ? drop_bound(whose) : -errno;

	r = r < 0 ? r : clear_others(capabilities, whose);
	if (r >= 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = -errno;
	if (capabilities)
		cap_free(capabilities);
	return r < 0 ? log_error_errno(r, "Cannot give up the privileges that are not needed any more: %m") : 0;
}
