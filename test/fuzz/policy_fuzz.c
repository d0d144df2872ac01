/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes as a policy file, and as a file of tests. All that may become of them: diagnostics, tables, results;
 * printed policies are policies again.
 */
#include <base/cleanup.h>
#include <stdint.h>
#include <stdlib.h>
#include "policy/compile.h"
#include "policy/policytest.h"
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

/* As tests, of a node without policies: every case that is taken can be judged. */
static void run_tests(const char *text, size_t size, struct diag *diag)
{
	struct policytest_list list = { 0 };
	struct policy_list none = { 0 };
	struct policytest_result result;
	struct tables *tables = NULL;
	struct source *source;

	if (source_new("fuzz.yaml", text, size, &source) < 0)
		return;
	policytest_read(source, size % 2, &list, diag);
	source_unref(source);
	for (size_t i = 0; i < list.n; i++) {
		if (policytest_compile(list.test[i], &none, &tables, diag) < 0)
			continue;
		for (size_t k = 0; k < list.test[i]->n; k++)
			if (policytest_run(tables, &list.test[i]->list[k], &result) < 0)
				abort();
		tables_free(tables);
	}
	policytest_list_done(&list);
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
	run_tests((const char *)bytes, size, &diag);
	show(&diag);
	diag_done(&diag);
	policy_list_done(&list);
	return 0;
}
