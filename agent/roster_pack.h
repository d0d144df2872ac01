/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A roster as bytes: so that the kernel can keep it beside its set of tables, for an agent that comes when this one is
 * gone, and records of the set still wait in the ring.
 */
#ifndef AGENT_ROSTER_PACK_H
#define AGENT_ROSTER_PACK_H

#include "roster.h"
#include "writer.h"

void roster_pack(const struct tables *tables, struct writer *ret); /* running out of memory shows in it */

/* 0; -EBADMSG: the bytes are none that roster_pack() of this version wrote; -ENOMEM. More bytes may follow. */
int roster_unpack(const char *bytes, size_t size, struct roster **ret);

#endif
