/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What this kernel offers: one table of features, each with a probe that tries the thing (never a version
 * number), what follows when it is missing, and the exact remedy.
 *
 * In: /sys, /proc and the kernel's BTF. Out: `struct probe_result` for each feature. Changes nothing, attaches
 * nothing. Also what `bulwark doctor` prints, through `bulwarkd --probe`.
 */
#ifndef AGENT_PROBE_H
#define AGENT_PROBE_H

#include <stdbool.h>
#include <stddef.h>

enum probe_state {
	PROBE_OK,
	PROBE_MISSING_OPTIONAL, /* works without it, with less: `consequence` says what */
	PROBE_MISSING,		/* bulwark cannot enforce on this kernel */
};

#define PROBE_DIGESTS "digests" /* name of the row that `sha256` in policies needs */

struct probe_result {
	const char *name;	 /* "bpf-lsm" */
	const char *description; /* "BPF LSM is among the active security modules" */
	enum probe_state state;
	const char *consequence; /* of its absence; static */
	char detail[512];	 /* what was seen, and when missing the exact remedy */
};

/* Fills `results` with at most `max` rows and returns how many; ret_usable: no row is PROBE_MISSING. */
size_t probe_kernel(struct probe_result *results, size_t max, bool *ret_usable);

/* The kernel's release, "6.1.0-50-cloud-amd64"; static storage. */
const char *probe_release(void);

#endif
