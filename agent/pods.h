/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A kubelet's list of pods (the reply to GET /pods): what it says about one container.
 */
#ifndef AGENT_PODS_H
#define AGENT_PODS_H

#include "container.h"

struct json_object;

/*
 * Adds to `container` what the list says of its pod, found by the container's id, by the uid that its cgroup shows ("":
 * none), or by the names of pod and namespace that are known already. False: the pod is not in the list.
 */
bool pods_name(struct json_object *list, const char *uid, struct container *container);

#endif
