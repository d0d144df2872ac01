/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What rules ask of an exec beyond the place of the file: that it is in memory only, its digest, its arguments, the
 * name that it is called by. All are traits; here they get what the kernel side finds them by.
 */
#ifndef POLICY_ATTEMPT_H
#define POLICY_ATTEMPT_H

#include "globs.h"
#include "rules.h"
#include "traits.h"
#include "words.h"

struct attempt {
	struct traits *traits;
	struct words globs; /* pairs: a glob and the trait whose list it stands in */
	struct words names; /* the same of applets; or with BW_APPLET_* beside the trait */
};

/* Adds the globs over arguments; before globs_finish(). 0 or -ENOMEM. */
int attempt_lower(struct attempt *attempt, struct globs *globs);

/*
 * Makes the tables; after all conditions are known and before globs_keep(). -EINVAL with a diagnostic when they are too
 * large, -ENOMEM.
 */
int attempt_build(struct attempt *attempt, struct globs *globs, struct tables *tables);

/* -EINVAL with diagnostics at each rule that asks for a digest: for a kernel that has none to give. */
int attempt_refuse_digests(const struct traits *traits);

void attempt_done(struct attempt *attempt);

#endif
