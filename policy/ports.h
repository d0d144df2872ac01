/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ports of one network: which rules hold at which port of which protocol, as ranges of ports with labels.
 */
#ifndef POLICY_PORTS_H
#define POLICY_PORTS_H

#include "intern.h"
#include "labels.h"
#include "tables.h"
#include "words.h"

#define PORTS_EVERY_PROTOCOL UINT32_MAX

/* What one endpoint says beside its address. Interned as words: keep it without padding. */
struct ports_service {
	uint32_t rule;
	uint32_t protocol; /* enum bw_protocol, or PORTS_EVERY_PROTOCOL */
	uint32_t from;
	uint32_t to; /* inclusive */
};

struct ports {
	struct labels *labels;
	struct intern slices;	 /* of ranges, as pairs of words */
	struct words first;	 /* by slice: its first range */
	struct words ranges;	 /* pairs of first port and label */
	struct ports_turn *turn; /* scratch, as all below */
	size_t n_turns, turns_capacity;
	struct words active; /* rules that hold at the port at work, as a set */
	struct words count;  /* by which number of services each */
	struct words slice;
};

/* The ranges of these services for one protocol. -E2BIG: over BW_PORT_RANGES_MAX; else as labels_intern(). */
int ports_slice(struct ports *ports, const struct ports_service *service, size_t n, uint32_t protocol,
		struct bw_slice *ret);

int ports_finish(const struct ports *ports, struct tables *tables);
void ports_done(struct ports *ports);

#endif
