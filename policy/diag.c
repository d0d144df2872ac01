/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: mistakes, as the stages find them. Out: text for a terminal, the same for the same mistakes.
 *
 * Policies come from repositories, tickets and mails. So no byte of theirs reaches the terminal that could act on
 * it or make the text look like another one: control characters, invalid UTF-8, and the invisible characters of
 * Unicode that reorder or hide text are spelled out.
 */
#include "diag.h"
#include "utf8.h"
#include <base/cleanup.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#define LINE_SHOWN  100 /* bytes of a source line that are shown */
#define LINE_BEFORE 40	/* of these at least so many before the place, if the line has to be cut */
#define WORD_MAX    48	/* longest word that diag_nearest() looks at: no known name is near a longer one */

/* --- collecting --------------------------------------------------------------------------------------- */

/* Warnings may take half of the list: they must not crowd out the errors. */
static size_t room_for(enum diag_severity severity)
{
	return severity == DIAG_ERROR ? DIAG_MAX : DIAG_MAX / 2;
}

static void add(struct diag *diag, const struct diagnostic *blank, const char *hint, const char *format, va_list values)
	__attribute__((format(printf, 4, 0)));

static void add(struct diag *diag, const struct diagnostic *blank, const char *hint, const char *format, va_list values)
{
	struct diagnostic *d;

	if (blank->severity == DIAG_ERROR)
		diag->n_errors++;
	else
		diag->n_warnings++;
	if (!diag->list)
		diag->list = calloc(DIAG_MAX, sizeof(*diag->list));
	if (!diag->list || diag->n >= room_for(blank->severity))
		return;
	d = &diag->list[diag->n];
	*d = *blank;
	if (vasprintf(&d->message, format, values) < 0)
		return;
	d->hint = hint ? strdup(hint) : NULL;
	d->source = source_ref(blank->source);
	diag->n++;
}

void diag_error(struct diag *diag, struct source *source, struct span span, const char *id, const char *hint,
		const char *format, ...)
{
	struct diagnostic blank = { .severity = DIAG_ERROR, .id = id, .source = source, .span = span };
	va_list values;

	va_start(values, format);
	add(diag, &blank, hint, format, values);
	va_end(values);
}

void diag_warning(struct diag *diag, struct source *source, struct span span, const char *id, const char *hint,
		  const char *format, ...)
{
	struct diagnostic blank = { .severity = DIAG_WARNING, .id = id, .source = source, .span = span };
	va_list values;

	va_start(values, format);
	add(diag, &blank, hint, format, values);
	va_end(values);
}

void diag_done(struct diag *diag)
{
	size_t i;

	for (i = 0; i < diag->n; i++) {
		source_unref(diag->list[i].source);
		free(diag->list[i].message);
		free(diag->list[i].hint);
	}
	free(diag->list);
	*diag = (struct diag){ 0 };
}

/* --- showing foreign bytes ---------------------------------------------------------------------------- */

struct glyph {
	size_t size;	/* bytes that it takes in the text */
	size_t columns; /* that `shown` takes on the screen */
	char shown[16];
};

static struct glyph glyph_at(const char *text, size_t size)
{
	struct glyph glyph = { .columns = 1 };
	uint32_t code = 0;

	glyph.size = utf8_decode(text, size, &code);
	if (glyph.size && !utf8_is_invisible(code)) {
		memcpy(glyph.shown, text, glyph.size);
		return glyph;
	}
	if (glyph.size > 1) {
		snprintf(glyph.shown, sizeof(glyph.shown), "<U+%04X>", (unsigned int)code);
	} else {
		glyph.size = 1;
		snprintf(glyph.shown, sizeof(glyph.shown), "\\x%02x", (unsigned int)(unsigned char)text[0]);
	}
	glyph.columns = strlen(glyph.shown);
	return glyph;
}

static void put_bytes(const char *text, size_t size, FILE *to)
{
	size_t at = 0;

	while (at < size) {
		struct glyph glyph = glyph_at(text + at, size - at);

		fputs(glyph.shown, to);
		at += glyph.size;
	}
}

/* --- printing ----------------------------------------------------------------------------------------- */

static const char *severity_name(enum diag_severity severity)
{
	return severity == DIAG_ERROR ? "error" : "warning";
}

static void put_head(const struct diagnostic *d, FILE *to)
{
	if (d->source)
		put_bytes(d->source->name, strlen(d->source->name), to);
	if (d->source && d->span.line)
		fprintf(to, ":%u:%u", d->span.line, d->span.column);
	fprintf(to, "%s%s: ", d->source ? ": " : "", severity_name(d->severity));
	put_bytes(d->message, strlen(d->message), to);
}

/* The part of a source line that is shown, and the place in it. Offsets are into the line. */
struct view {
	const char *line;
	size_t size; /* of the whole line */
	size_t from;
	size_t until;
	size_t mark;
	size_t mark_until;
};

/* The nearest place at `at` or before, or at `at` or after, that is not within a character. */
static size_t character_before(const char *line, size_t size, size_t at)
{
	while (at > 0 && at < size && (line[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static size_t character_after(const char *line, size_t size, size_t at)
{
	while (at < size && (line[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static struct view view_of(const struct diagnostic *d)
{
	struct view view = { 0 };

	view.line = source_line(d->source, d->span.line, &view.size);
	view.mark = d->span.column - 1;
	if (view.mark > view.size)
		view.mark = view.size;
	view.until = view.size;
	if (view.size > LINE_SHOWN) {
		if (view.mark > LINE_BEFORE)
			view.from = view.mark - LINE_BEFORE;
		if (view.from > view.size - LINE_SHOWN)
			view.from = view.size - LINE_SHOWN;
		view.from = character_before(view.line, view.size, view.from);
		view.until = character_before(view.line, view.size, view.from + LINE_SHOWN);
	}
	view.mark_until = character_after(view.line, view.size, view.mark + d->span.length);
	if (view.mark_until > view.until)
		view.mark_until = view.until;
	return view;
}

static void put_source_line(const struct view *view, FILE *to)
{
	size_t at = view->from;

	fputs(view->from ? "..." : "", to);
	while (at < view->until) {
		struct glyph glyph = glyph_at(view->line + at, view->until - at);

		fputs(view->line[at] == '\t' ? "\t" : glyph.shown, to);
		at += glyph.size;
	}
	fputs(view->until < view->size ? "...\n" : "\n", to);
}

/* Below the source line: a tab under each tab, so that the caret stands under its character at any tab width. */
static void put_marks(const struct view *view, FILE *to)
{
	size_t at = view->from;
	bool first = true;

	fputs(view->from ? "   " : "", to);
	while (at < view->mark) {
		struct glyph glyph = glyph_at(view->line + at, view->mark - at);

		if (view->line[at] == '\t')
			fputc('\t', to);
		else
			fprintf(to, "%*s", (int)glyph.columns, "");
		at += glyph.size;
	}
	while (at < view->mark_until) {
		struct glyph glyph = glyph_at(view->line + at, view->mark_until - at);
		size_t columns = view->line[at] == '\t' ? 1 : glyph.columns;

		for (; columns > 0; columns--, first = false)
			fputc(first ? '^' : '~', to);
		at += glyph.size;
	}
	fputs(first ? "^\n" : "\n", to);
}

static void put_diagnostic(const struct diagnostic *d, FILE *to)
{
	put_head(d, to);
	fprintf(to, " [%s]\n", d->id);
	if (d->source && d->span.line) {
		struct view view = view_of(d);
		int gutter = fprintf(to, "%5u", d->span.line);

		fputs(view.size ? " | " : " |", to);
		put_source_line(&view, to);
		fprintf(to, "%*s | ", gutter, "");
		put_marks(&view, to);
	}
	if (d->hint) {
		fputs("   hint: ", to);
		put_bytes(d->hint, strlen(d->hint), to);
		fputc('\n', to);
	}
}

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* By file and place; what is about the same place stays in the order in which it was found. */
static int compare_places(const void *left, const void *right)
{
	const struct diagnostic *const *a = left, *const *b = right;
	int r = strcmp((*a)->source ? (*a)->source->name : "", (*b)->source ? (*b)->source->name : "");

	r = r ?: compare_numbers((*a)->span.line, (*b)->span.line);
	r = r ?: compare_numbers((*a)->span.column, (*b)->span.column);
	return r ?: compare_numbers((uintptr_t)*a, (uintptr_t)*b);
}

void diag_print(const struct diag *diag, FILE *to)
{
	const struct diagnostic *order[DIAG_MAX];
	size_t i, left = diag->n_errors + diag->n_warnings - diag->n;

	for (i = 0; i < diag->n; i++)
		order[i] = &diag->list[i];
	if (diag->n)
		qsort(order, diag->n, sizeof(struct diagnostic *), compare_places);
	for (i = 0; i < diag->n; i++)
		put_diagnostic(order[i], to);
	if (left)
		fprintf(to, "and %zu more\n", left);
}

char *diag_text(const struct diagnostic *diagnostic)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	put_diagnostic(diagnostic, to);
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

void diag_line(const struct diagnostic *diagnostic, char *buffer, size_t size)
{
	FILE *to;

	if (size == 0)
		return;
	buffer[0] = '\0';
	to = fmemopen(buffer, size, "w");
	if (!to)
		return;
	put_head(diagnostic, to);
	fclose(to);
	buffer[size - 1] = '\0';
}

/* --- nearest name --------------------------------------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Row and column 0 of `cost` are the empty word; `i` and `j` are 1 or more. */
struct comparison {
	const char *a;
	const char *b;
	size_t cost[WORD_MAX + 1][WORD_MAX + 1];
};

static bool same_letter(const struct comparison *c, size_t i, size_t j)
{
	return strncasecmp(c->a + i - 1, c->b + j - 1, 1) == 0;
}

/* The cheapest way from the first i letters of a to the first j of b. */
static size_t cheapest(const struct comparison *c, size_t i, size_t j)
{
	size_t cost = least(c->cost[i - 1][j], c->cost[i][j - 1]) + 1;

	cost = least(cost, c->cost[i - 1][j - 1] + !same_letter(c, i, j));
	if (i > 1 && j > 1 && same_letter(c, i, j - 1) && same_letter(c, i - 1, j))
		cost = least(cost, c->cost[i - 2][j - 2] + 1);
	return cost;
}

/*
 * Edit distance where inserting, dropping and replacing one letter and swapping two neighbours cost 1 each and case
 * costs nothing (optimal string alignment). Both words are at most WORD_MAX long.
 */
static size_t distance(const char *a, const char *b)
{
	struct comparison c = { .a = a, .b = b };
	size_t n = strlen(a), m = strlen(b), i, j;

	for (i = 0; i <= n; i++)
		c.cost[i][0] = i;
	for (j = 0; j <= m; j++)
		c.cost[0][j] = j;
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++)
			c.cost[i][j] = cheapest(&c, i, j);
	return c.cost[n][m];
}

/* "net_admin" for CAP_NET_ADMIN: what was left out at one end or both makes words far apart and yet alike. */
static const char *find_containing(const char *word, const char *const *names)
{
	for (; strlen(word) >= 3 && *names; names++)
		if (strcasestr(*names, word))
			return *names;
	return NULL;
}

const char *diag_nearest(const char *word, const char *const *names)
{
	size_t length = strlen(word), best = (length + 2) / 3, i; /* one mistake in three letters is still a likeness */
	const char *nearest = NULL;

	if (length > WORD_MAX)
		return NULL;
	for (i = 0; names[i]; i++) {
		size_t d = strlen(names[i]) <= WORD_MAX ? distance(word, names[i]) : SIZE_MAX;

		if (d > best || d >= length || (nearest && d == best))
			continue;
		best = d;
		nearest = names[i];
	}
	return nearest ?: find_containing(word, names);
}
