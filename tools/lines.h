/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The lines of a log, however large it is: read in blocks, handed over one at a time.
 */
#ifndef TOOLS_LINES_H
#define TOOLS_LINES_H

#include <stddef.h>

#define LINES_SIZE_MAX (16u << 20) /* of one line; a longer one is handed over as empty of meaning, see `take` */

/* Takes a line without its end; `size` 0 and `line` NULL: one that is too long. 0, or an error that ends the reading.
 */
typedef int (*lines_taker)(void *context, const char *line, size_t size);

/* "-" is standard input. 0, errno of the file (-EISDIR for a folder), -ENOMEM, or what `take` returned. */
int lines_read(const char *path, lines_taker take, void *context);

#endif
