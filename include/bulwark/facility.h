/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whose defaults hold for a facility. One text for two compilers.
 */
#ifndef BULWARK_FACILITY_H
#define BULWARK_FACILITY_H

#include "abi.h"

/* Does it move what paths mean? */
static inline int bw_facility_moves(__u32 facility)
{
	return facility == BW_FACILITY_MOUNT || facility == BW_FACILITY_USERNS;
}

/* The slot of `defaults` that is weighed. */
static inline __u32 bw_facility_slot(__u32 facility)
{
	return bw_facility_moves(facility) ? BW_DEFAULT_MOVES : BW_OP_USE;
}

#endif
