/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A search for files with several hard links among those that the wildcards of policies cover. Only folders below
 * which something may be covered are read, and only covered files are looked at.
 */
#ifndef AGENT_SEARCH_H
#define AGENT_SEARCH_H

#include <stdbool.h>
#include "policy/tables.h"

struct search_bounds {
	size_t entries;		   /* of folders, read in all */
	unsigned int milliseconds; /* in all */
};

/* The file was found by this path; the work goes on whatever becomes of it. */
typedef void search_found_fn(void *context, const char *path);

/*
 * Searches below every path of tables->search, each within its file system. Returns NULL when all was searched, or
 * the search that a bound or a lack of memory left unfinished; those after it were not begun.
 */
const struct table_search *search_linked(const struct tables *tables, const struct search_bounds *bounds,
					 search_found_fn *found, void *context);

#endif
