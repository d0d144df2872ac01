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

/* The length of the well-formed UTF-8 character at `text`, or 0. */
static size_t utf8_length(const unsigned char *text, uint32_t *ret_character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	uint32_t character = length == 1 ? text[0] : text[0] & (0x7fu >> length);
	size_t i;

	if (!length || text[0] > 0xf4)
		return 0;
	for (i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (text[i] & 0x3f);
	}
	if (character < least[length] || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
		return 0;
	*ret_character = character;
	return length;
}

/* Characters that steer a terminal, hide, or make text read otherwise than it is (direction marks, separators). */
static bool is_steering(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xe0000 && c <= 0xe0fff);
}

enum {
	KEEP_LINES = 1 << 0, /* line ends, tabs and backslashes stand */
};

/* Writes one character, escaped as needed, adds what it fills to `columns`, returns how many bytes of `text` it was. */
static size_t put_character(FILE *to, const unsigned char *text, unsigned int flags, size_t *columns)
{
	uint32_t character = 0;
	size_t length = utf8_length(text, &character);
	size_t i;

	if (character == '\n' || character == '\t' || character == '\\') {
		if (flags & KEEP_LINES)
			putc((int)character, to);
		else
			fputs(character == '\n' ? "\\n" : character == '\t' ? "\\t" : "\\\\", to);
		*columns += 2;
		return 1;
	}
	if (length && !is_steering(character)) {
		fwrite(text, 1, length, to);
		*columns += 1;
		return length;
	}
	if (!length)
		length = 1;
	for (i = 0; i < length; i++)
		fprintf(to, "\\x%02x", text[i]);
	*columns += 4 * length;
	return length;
}

/* Returns the columns that were filled, counting each character as one. */
static size_t put_escaped(FILE *to, const char *text, unsigned int flags)
{
	const unsigned char *at = (const unsigned char *)(text ? text : "-");
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
	const unsigned char *at = (const unsigned char *)(text ? text : "-");
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
