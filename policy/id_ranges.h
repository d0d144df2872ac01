/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * User and group conditions -> the table of id ranges, each with the traits that its ids have.
 */
#ifndef POLICY_ID_RANGES_H
#define POLICY_ID_RANGES_H

#include "tables.h"
#include "traits.h"

/* Fills tables->id_range and the slices of the header. -EINVAL with a diagnostic, -ENOMEM. */
int id_ranges_build(struct traits *traits, struct tables *tables);

#endif
