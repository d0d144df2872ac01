/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes as a policy file. All that may become of them: diagnostics, or tables; printed policies are policies again.
 */
#include <base/cleanup.h>
#include <stdint.h>
#include <stdlib.h>
#include "policy/compile.h"
#include "policy/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int read_policies(const char *text, size_t size, struct policy_list *list, struct diag *diag)
{
	struct source *source;
	int r;

	if (source_new("fuzz.yaml", text, size, &source) < 0)
		return -1;
	r = policy_read(source, list, diag);
	source_unref(source);
	return r;
}

static void compile(const struct policy_list *list, struct diag *diag)
{
	const struct compile_options options = { .hash_key = { 1, 2 } };
	struct tables *tables = NULL;

	if (compile_tables((const struct policy *const *)list->policy, list->n, &options, &tables, diag) == 0)
		tables_free(tables);
}

/* Every diagnostic can be shown, whatever bytes it is about. */
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

static void print_again(const struct policy *policy)
{
	struct policy_list again = { 0 };
	struct diag diag = { 0 };
	_free_ char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return;
	print_policy(policy, to);
	fclose(to);
	if (read_policies(text, size, &again, &diag) != 0 || again.n != 1)
		abort();
	diag_done(&diag);
	policy_list_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct policy_list list = { 0 };
	struct diag diag = { 0 };
	size_t i;

	if (read_policies((const char *)bytes, size, &list, &diag) == 0) {
		compile(&list, &diag);
		for (i = 0; i < list.n; i++)
			print_again(list.policy[i]);
	}
	show(&diag);
	diag_done(&diag);
	policy_list_done(&list);
	return 0;
}
