/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a policy. Out: which of its defaults is about moves: that for `use`, if there is one, since the author wrote it
 * for them; else the strictest of those for files.
 */
#include "moves.h"
#include <bulwark/facility.h>

int moves_default(const struct policy *policy)
{
	static const enum bw_operation files[] = { BW_OP_EXEC, BW_OP_READ, BW_OP_WRITE };
	int found = -1;

	if (policy->fallback[BW_OP_USE] >= 0)
		return BW_OP_USE;
	for (unsigned int i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int action = policy->fallback[files[i]];

		if (action >= 0 && (found < 0 || action > policy->fallback[found]))
			found = (int)files[i];
	}
	return found;
}

bool moves_are_meant(const struct rule *rule)
{
	for (unsigned int facility = 0; facility < _BW_FACILITY_MAX; facility++)
		if (rule->facilities >> facility & 1 && bw_facility_moves(facility))
			return true;
	return false;
}
