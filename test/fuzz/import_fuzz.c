/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes as a policy of another project, of each of them. All that may become of them: policies that are valid, and
 * diagnostics.
 */
#include <base/cleanup.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "policy/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void show(const struct diag *diag)
{
	_free_ char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return;
	diag_print(diag, to);
	fclose(to);
}

/* The importer reads what it wrote, and says so when that is no policy. */
static void check_internal(const struct diag *diag)
{
	for (size_t i = 0; i < diag->n; i++)
		if (strcmp(diag->list[i].id, "import-internal") == 0)
			abort();
}

static void check_items(const struct import_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct import_item *item = &list->item[i];

		if ((item->result == IMPORT_WHOLE) != (item->text && !item->n_left_out))
			abort();
	}
}

static void import(enum import_dialect dialect, const struct import_options *options, struct source *source)
{
	struct import_list list = { 0 };
	struct diag diag = { 0 };

	if (import_read(dialect, options, source, &list, &diag) == 0)
		check_items(&list);
	check_internal(&diag);
	show(&diag);
	diag_done(&diag);
	import_list_done(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct import_options options = { .posture = size % 2 ? BW_VERDICT_DENY : BW_VERDICT_AUDIT };
	struct source *source;

	if (source_new("fuzz.yaml", (const char *)bytes, size, &source) < 0)
		return 0;
	import(IMPORT_KUBEARMOR, &options, source);
	import(IMPORT_TETRAGON, &options, source);
	source_unref(source);
	return 0;
}
