/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What decide.h gives: a verdict, and what each policy had to say.
 */
#ifndef BULWARK_DECISION_H
#define BULWARK_DECISION_H

#include "abi.h"

/* What one policy says. */
struct bw_outcome {
	__u32 rule;
	__u16 policy;
	__u8 verdict;
	__u8 mode;
};

struct bw_decision {
	__u32 verdict; /* what has to be done: ALLOW, DENY or KILL */
	__u32 n;       /* outcomes below, one for each policy, at most BW_OUTCOMES_MAX */
	__u32 error;   /* 1: the tables could not be read; the caller takes on_error */
	__u32 _pad;
	struct bw_outcome outcome[BW_OUTCOMES_MAX];
};

#endif
