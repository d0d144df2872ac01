/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Diagnostics as text, for the log and for replies.
 */
#ifndef AGENT_RENDER_H
#define AGENT_RENDER_H

#include "policy/diag.h"

/* All of them, with their lines and carets; `only`: those about this source. The caller frees it; NULL: no memory. */
char *render_diag(const struct diag *diag, const struct source *only);

/* The first error as one line, of `only` if not NULL; NULL: there is none, or no memory. */
char *render_first_error(const struct diag *diag, const struct source *only);

#endif
