/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Text for people: safe for a terminal, coloured where that is wanted, in columns.
 *
 * Whoever can name a file can choose what an event says, so no text from outside reaches the terminal with a control
 * character in it. Escapes are those of C: \n, \t, \\ and \xNN for every other byte that is not printed.
 */
#ifndef TOOLS_PRINT_H
#define TOOLS_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum print_style {
	PRINT_PLAIN,
	PRINT_STRONG,
	PRINT_FAINT,
	PRINT_GOOD,
	PRINT_WARN,
	PRINT_BAD,
	PRINT_WORST,
	_PRINT_STYLE_MAX,
};

/* Is `to` a terminal of someone who did not set NO_COLOR (see no-color.org)? */
bool print_coloured(FILE *to);

/* Has the reader at the other end of this pipe or socket gone away? */
bool print_abandoned(FILE *to);

/* One line's worth of text, escaped. NULL prints "-". */
void print_text(FILE *to, const char *text);

/* The same with colour, padded with spaces to `width` characters. */
void print_styled(FILE *to, enum print_style style, int width, const char *text);

/* A text of many lines: line ends and tabs stand, backslashes too; the rest is escaped. */
void print_block(FILE *to, const char *text);

/* The same with every line indented, and with an end to the last one. */
void print_indented(FILE *to, int indent, const char *text);

/*
 * A table. Cells are added row by row, left to right, copied and escaped. Running out of memory is remembered and
 * told once, by print_table_write().
 */
struct print_table {
	const char *const *heading; /* n_columns of them */
	size_t n_columns;
	unsigned int right; /* bit n: column n is aligned to the right */
	char **cell;
	size_t n_cells;
	bool failed;
};

void print_table_add(struct print_table *table, const char *text); /* NULL: "-" */
void print_table_add_number(struct print_table *table, long long number);
int print_table_write(const struct print_table *table, FILE *to); /* 0 or -ENOMEM */
void print_table_done(struct print_table *table);

#endif
