/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Words of the kernel's interface and their numbers, as socket(2), bpf(2) and signal(7) have them. Each list ends
 * with a row without a name.
 */
#ifndef POLICY_NUMBERS_H
#define POLICY_NUMBERS_H

struct number {
	const char *name;
	unsigned int value;
};

extern const struct number numbers_families[];	/* AF_... */
extern const struct number numbers_types[];	/* SOCK_... */
extern const struct number numbers_ip[];	/* IPPROTO_... */
extern const struct number numbers_netlink[];	/* NETLINK_... */
extern const struct number numbers_ethernet[];	/* ETH_P_..., in the host's order */
extern const struct number numbers_can[];	/* CAN_... */
extern const struct number numbers_bluetooth[]; /* BTPROTO_... */
extern const struct number numbers_bpf[];	/* commands of bpf(2) */
extern const struct number numbers_signals[];	/* SIG..., without those of real time */

/* The protocols of a family; NULL: none has a name. */
const struct number *numbers_protocols(unsigned int family);

/* The row of a name, NULL when there is none. */
const struct number *numbers_find(const struct number *list, const char *name);

/* The first name of a number, NULL when there is none. */
const char *numbers_name(const struct number *list, unsigned int value);

#endif
