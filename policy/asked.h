/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What rules ask of a process that no place and no identity tells: its capabilities, whether it is in a container and
 * what that is called, whether it owns the file. All are traits; here they get what they are found by.
 */
#ifndef POLICY_ASKED_H
#define POLICY_ASKED_H

#include "tables.h"
#include "traits.h"

/*
 * Fills the header's trait sets and the conditions on names; after all conditions are known and before
 * traits_finish(). -EINVAL with a diagnostic when there are too many sets, -ENOMEM.
 */
int asked_build(struct traits *traits, struct tables *tables);

#endif
