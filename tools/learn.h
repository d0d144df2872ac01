/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A policy of least privilege from attempts that were seen: an allow-list for the programs that made them, operation by
 * operation. What was not seen of an operation that was is denied.
 *
 * Programs with equal lists share a rule. Where a program read or wrote more files of one folder than `most`, the
 * folder stands for them, and where it reached more addresses at one port, every address does. What it runs is never
 * widened.
 */
#ifndef TOOLS_LEARN_H
#define TOOLS_LEARN_H

#include "policy/intern.h"
#include "policy/simulate.h"

struct learn_group;

/* Zeroed but for `most`: nothing yet. */
struct learn {
	size_t most;
	struct intern keys; /* a program and an operation; the number is that of `group` */
	struct learn_group *group;
	size_t capacity;
	size_t n_nobody; /* attempts without a program, which are left out */
};

/* One attempt, that was seen in so many events. 0 or -ENOMEM. */
int learn_add(struct learn *learn, const struct simulate_question *attempt, size_t seen);

/* The policy's text, with what each rule is due to; malloc'd. -ENODATA when there is nothing to learn, -ENOMEM. */
int learn_write(struct learn *learn, const char *name, char **ret);

void learn_done(struct learn *learn);

#endif
