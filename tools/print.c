/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: text that may come from an attacker (file names, arguments, policies of others). Out: what a terminal shows,
 * with every byte that could move the cursor, change a colour or turn the direction of writing spelled as \xNN.
 * Nothing else of the command line writes such text to a terminal.
 */
#include "print.h"
#include <base/cleanup.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include "policy/utf8.h"

#define STYLE_END "\033[0m"

static const char *const style_code[] = {
	[PRINT_PLAIN] = "",	   [PRINT_STRONG] = "\033[1m", [PRINT_FAINT] = "\033[2m",    [PRINT_GOOD] = "\033[32m",
	[PRINT_WARN] = "\033[33m", [PRINT_BAD] = "\033[31m",   [PRINT_WORST] = "\033[1;31m",
};
_Static_assert(ARRAY_SIZE(style_code) == _PRINT_STYLE_MAX, "every style has its code");

bool print_coloured(FILE *to)
{
	const char *refused = getenv("NO_COLOR");

	return !(refused && *refused) && isatty(fileno(to));
}

bool print_abandoned(FILE *to)
{
	struct pollfd watched = { .fd = fileno(to), .events = POLLOUT };

	return poll(&watched, 1, 0) > 0 && watched.revents & (POLLERR | POLLHUP);
}

/* --- characters ---------------------------------------------------------------------------------------- */

enum {
	KEEP_LINES = 1 << 0, /* line ends, tabs and backslashes stand */
};

/* Writes one character, escaped as needed, adds what it fills to `columns`, returns how many bytes of `text` it was. */
static size_t put_character(FILE *to, const char *text, unsigned int flags, size_t *columns)
{
	uint32_t character = 0;
	size_t length = utf8_decode(text, strnlen(text, UTF8_LENGTH_MAX), &character);
	size_t i;

	if (character == '\n' || character == '\t' || character == '\\') {
		if (flags & KEEP_LINES)
			putc((int)character, to);
		else
			fputs(character == '\n' ? "\\n" : character == '\t' ? "\\t" : "\\\\", to);
		*columns += 2;
		return 1;
	}
	if (length && !utf8_is_invisible(character)) {
		fwrite(text, 1, length, to);
		*columns += 1;
		return length;
	}
	if (!length)
		length = 1;
	for (i = 0; i < length; i++)
		fprintf(to, "\\x%02x", (unsigned char)text[i]);
	*columns += 4 * length;
	return length;
}

/* Returns the columns that were filled, counting each character as one. */
static size_t put_escaped(FILE *to, const char *text, unsigned int flags)
{
	const char *at = text ? text : "-";
	size_t columns = 0;

	while (*at)
		at += put_character(to, at, flags, &columns);
	return columns;
}

void print_text(FILE *to, const char *text)
{
	put_escaped(to, text, 0);
}

void print_block(FILE *to, const char *text)
{
	put_escaped(to, text, KEEP_LINES);
}

void print_indented(FILE *to, int indent, const char *text)
{
	const char *at = text ? text : "-";
	size_t columns = 0;

	while (*at) {
		fprintf(to, "%*s", indent, "");
		while (*at && *at != '\n')
			at += put_character(to, at, KEEP_LINES, &columns);
		putc('\n', to);
		at += *at == '\n';
	}
}

void print_styled(FILE *to, enum print_style style, int width, const char *text)
{
	bool coloured = style != PRINT_PLAIN && print_coloured(to);
	size_t columns;

	if (coloured)
		fputs(style_code[style], to);
	columns = put_escaped(to, text, 0);
	if (coloured)
		fputs(STYLE_END, to);
	if (width > 0 && columns < (size_t)width)
		fprintf(to, "%*s", width - (int)columns, "");
}

/* --- tables -------------------------------------------------------------------------------------------- */

static char *escaped_copy(const char *text)
{
	char *copy = NULL;
	size_t size;
	FILE *to = open_memstream(&copy, &size);

	if (!to)
		return NULL;
	put_escaped(to, text, 0);
	if (fclose(to) != 0) {
		free(copy);
		return NULL;
	}
	return copy;
}

void print_table_add(struct print_table *table, const char *text)
{
	char **cells = reallocarray(table->cell, table->n_cells + 1, sizeof(*cells));
	char *copy = escaped_copy(text && *text ? text : NULL);

	if (cells)
		table->cell = cells;
	if (!cells || !copy) {
		table->failed = true;
		free(copy);
		return;
	}
	table->cell[table->n_cells++] = copy;
}

void print_table_add_number(struct print_table *table, long long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", number);
	print_table_add(table, text);
}

/* Characters of a text that is escaped already, so well-formed: bytes that do not continue one. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

static int column_width(const struct print_table *table, size_t column)
{
	int widest = width_of(table->heading[column]);
	size_t i;

	for (i = column; i < table->n_cells; i += table->n_columns) {
		int width = width_of(table->cell[i]);

		if (width > widest)
			widest = width;
	}
	return widest;
}

static void write_row(const struct print_table *table, const int *width, const char *const *cell, FILE *to)
{
	size_t i;

	for (i = 0; i < table->n_columns; i++) {
		int padding = width[i] - width_of(cell[i]);
		bool right = table->right & 1u << i;
		bool last = i + 1 == table->n_columns;

		fprintf(to, "%*s%s", right ? padding : 0, "", cell[i]);
		if (!last)
			fprintf(to, "%*s", (right ? 0 : padding) + 2, "");
	}
}

int print_table_write(const struct print_table *table, FILE *to)
{
	bool coloured = print_coloured(to);
	_free_ int *width = NULL;
	size_t i;

	width = calloc(table->n_columns, sizeof(*width));
	if (table->failed || !width)
		return -ENOMEM;
	for (i = 0; i < table->n_columns; i++)
		width[i] = column_width(table, i);
	fputs(coloured ? style_code[PRINT_STRONG] : "", to);
	write_row(table, width, table->heading, to);
	fputs(coloured ? STYLE_END "\n" : "\n", to);
	for (i = 0; i + table->n_columns <= table->n_cells; i += table->n_columns) {
		write_row(table, width, (const char *const *)table->cell + i, to);
		putc('\n', to);
	}
	return 0;
}

void print_table_done(struct print_table *table)
{
	while (table->n_cells)
		free(table->cell[--table->n_cells]);
	free(table->cell);
	table->cell = NULL;
}
