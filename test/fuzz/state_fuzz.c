/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What was in force, as a file that anybody may have written: whatever it says, an agent begins.
 */
#include <stdint.h>
#include "agent/json_read.h"
#include "agent/log.h"
#include "agent/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_object *policies = json_read_bytes((const char *)data, size);
	struct store store = { 0 };
	struct store_change change = { 0 };

	log_set_maximum(0);
	if (json_object_is_type(policies, json_type_array) && store_begin(&store, &change) >= 0)
		(void)state_restore(policies, &change);
	store_abort(&change);
	json_object_put(policies);
	return 0;
}
