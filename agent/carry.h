/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Marks of one set of tables -> marks of the next: each marked inode's noted path is read by the new automaton.
 */
#ifndef AGENT_CARRY_H
#define AGENT_CARRY_H

#include "load.h"
#include "policy/tables.h"

/*
 * Enters into `marks_fd`, the table of the set `header` is of, what `origins` notes. To be called while the kernel side
 * marks in both sets. 0 or -errno.
 */
int carry_marks(struct loader *loader, const struct tables *tables, int marks_fd, volatile struct bw_header *header);

/* Forgets what keeps nothing under the tables, once they are in force. */
void carry_forget(struct loader *loader, const struct tables *tables);

#endif
