/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the node's id and the policy's name. Out: whether the policy is enforced here. Depends on nothing else, so
 * every load, on every release, gives the same answer.
 */
#include "rollout.h"
#include <linux/types.h>
#include <stddef.h>
#include <string.h>
#include <bulwark/hash.h>

/* The key is public: who chooses machine ids may choose his place in a rollout. */
bool rollout_includes(const char *node_id, const char *policy_name, unsigned int percent)
{
	__u64 key[2] = { 0, 0 };

	if (!node_id)
		return true;
	key[1] = bw_hash(key, node_id, (__u32)strlen(node_id));
	return bw_hash(key, policy_name, (__u32)strlen(policy_name)) % 100 < percent;
}
