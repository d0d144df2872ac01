/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which part of the fleet a policy is enforced on.
 */
#ifndef POLICY_ROLLOUT_H
#define POLICY_ROLLOUT_H

#include <stdbool.h>

/*
 * Is this node among the first `percent` of the fleet for this policy? Raising the percentage adds nodes and
 * takes none away; different policies begin with different nodes. node_id NULL: yes.
 */
bool rollout_includes(const char *node_id, const char *policy_name, unsigned int percent);

#endif
