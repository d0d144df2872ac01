/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Endpoints of connect and bind rules -> the prefixes of the two tries and their networks. The longest prefix
 * that holds an address stands for all endpoints that hold it.
 */
#ifndef POLICY_NETWORKS_H
#define POLICY_NETWORKS_H

#include "labels.h"
#include "rules.h"
#include "tables.h"

/* Fills prefix, network and port_range of the tables. -EINVAL with a diagnostic, -ENOMEM. */
int networks_build(const struct rules *rules, struct labels *labels, struct tables *tables, struct diag *diag);

#endif
