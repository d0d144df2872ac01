/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Adds to an event what the kernel did not know or did not say: names of user and group, the cgroup's path, its
 * container, ancestors, arguments, ids that name this boot's processes and records.
 *
 * All of it is information and arrives after the decision; what cannot be found is left out, never guessed.
 */
#ifndef AGENT_ENRICH_H
#define AGENT_ENRICH_H

#include "cgroups.h"
#include "event.h"

struct enrich;

int enrich_new(const struct cgroups *cgroups, struct enrich **ret);
struct enrich *enrich_free(struct enrich *enrich); /* returns NULL; accepts NULL */

/* `roster`: of the event's set of tables, or NULL; it must outlive the event. */
void enrich_event(struct enrich *enrich, const struct roster *roster, struct event *event);

#endif
