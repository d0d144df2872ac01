/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who asked for a change over the socket; not known: nobody did, a folder changed.
 */
#ifndef AGENT_REQUESTER_H
#define AGENT_REQUESTER_H

#include <linux/types.h>
#include <stdbool.h>

struct requester {
	bool known;
	__u32 uid;
	__u32 pid;
};

#endif
