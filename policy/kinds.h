/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Objects of `use` and `socket` rules -> labels. Both are known by numbers alone: a facility is an index of the
 * header, a kind of sockets a key of the table.
 */
#ifndef POLICY_KINDS_H
#define POLICY_KINDS_H

#include "labels.h"
#include "rules.h"
#include "tables.h"

/* Fills header.facility and socket of the tables. -EINVAL with a diagnostic, -ENOMEM. */
int kinds_build(const struct rules *rules, struct labels *labels, struct tables *tables, struct diag *diag);

/* The label that the kernel side finds for a socket, brought into the form of socket.h before; 0: none. */
__u32 kinds_label(const struct tables *tables, struct bw_socket kind);

#endif
