/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: diagnostics. Out: their text in memory, as diag_print() writes it. Changes nothing of them.
 */
#include "render.h"
#include <base/cleanup.h>
#include <string.h>

#define LINE_ROOM 1024

static char *print(const struct diag *diag)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return NULL;
	diag_print(diag, file);
	if (fclose(file) == 0)
		return text;
	free(text);
	return NULL;
}

char *render_diag(const struct diag *diag, const struct source *only)
{
	_free_ struct diagnostic *list = calloc(diag->n + 1, sizeof(*list));
	struct diag chosen = { .list = list };
	size_t i;

	if (!only)
		return print(diag);
	if (!list)
		return NULL;
	for (i = 0; i < diag->n; i++)
		if (diag->list[i].source == only)
			list[chosen.n++] = diag->list[i];
	chosen.n_errors = chosen.n; /* what is stored is all there is: nothing to count on */
	return print(&chosen);
}

char *render_first_error(const struct diag *diag, const struct source *only)
{
	char line[LINE_ROOM];
	size_t i;

	for (i = 0; i < diag->n; i++) {
		if (diag->list[i].severity != DIAG_ERROR || (only && diag->list[i].source != only))
			continue;
		diag_line(&diag->list[i], line, sizeof(line));
		return strdup(line);
	}
	return NULL;
}
