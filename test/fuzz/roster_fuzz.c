/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names that an agent before has left in a map: whatever the bytes are, and what comes out can be asked for.
 */
#include <stdint.h>
#include <string.h>
#include "agent/roster_pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct roster *roster = NULL;
	size_t i, sum = 0;

	if (roster_unpack((const char *)data, size, &roster) < 0)
		return 0;
	for (i = 0; i < roster->n_rules; i++)
		sum += strlen(roster_rule(roster, (uint32_t)i)->name);
	for (i = 0; i < roster->n_policies; i++)
		sum += strlen(roster_policy(roster, (uint32_t)i)->name) + roster_policy(roster, (uint32_t)i)->n_tags;
	roster_free(roster);
	return sum == SIZE_MAX;
}
