/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Globs inside one component, as one byte-wise automaton: rows of cells, one cell for each class of bytes that
 * no glob tells apart. See include/bulwark/abi.h for how the rows are read.
 */
#ifndef POLICY_GLOBS_H
#define POLICY_GLOBS_H

#include "intern.h"
#include "pattern.h"
#include "tables.h"
#include "words.h"

struct globs {
	struct intern sets;    /* of bytes: uint64_t[4] */
	struct intern globs;   /* each as its tokens */
	struct words first;    /* by glob: its first position; the positions of all globs count on */
	struct words position; /* the token that stands there: a set, or GLOBS_STAR or GLOBS_END */
	struct words glob_of;  /* by position */
	__u8 class[256];
	unsigned int n_classes;
	__u8 byte[256];	    /* one byte of each class */
	struct words cells; /* of all rows; row 0 is dead */
	struct words rows;  /* the state that each row accepts with */
};

/* The number of a component that is no `**`, as a glob; equal ones have one. */
int globs_add(struct globs *globs, const struct component *component, uint32_t *ret);

/* To be called when all globs are known: divides the bytes into classes and makes row 0. */
int globs_finish(struct globs *globs);

/* What a set of globs leads to: 0 and the state, or the error that ends the work. */
typedef int globs_accept_fn(void *context, const uint32_t *glob, size_t n, uint32_t *ret);

/*
 * Adds the rows that match any of `n` globs (sorted, each once) and returns the row to start from. `accept` is
 * called for each set of globs that some component can match together. -E2BIG: over BW_GLOB_ROWS_MAX or
 * BW_GLOB_CELLS_MAX.
 */
int globs_rows(struct globs *globs, const uint32_t *glob, size_t n, globs_accept_fn *accept, void *context,
	       uint32_t *ret);

/* The state that these bytes are accepted with from `row`; 0: none. */
uint32_t globs_match(const struct globs *globs, uint32_t row, const void *bytes, size_t size);

/* Gives rows, cells and classes to the tables. */
int globs_keep(const struct globs *globs, struct tables *tables);

void globs_done(struct globs *globs);

#endif
