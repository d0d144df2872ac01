/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a test of policies. Out: the policies that it names, from files beside it.
 */
#include "tested.h"
#include "input.h"
#include <base/cleanup.h>
#include <errno.h>

/* A path of a test is relative to the folder that the test is in. */
static int join_path(const struct source *source, const char *path, char **ret)
{
	const char *slash = strrchr(source->name, '/');
	int size = slash && *path != '/' ? (int)(slash + 1 - source->name) : 0;

	if (asprintf(ret, "%.*s%s", size, source->name, path) >= 0)
		return 0;
	*ret = NULL;
	return -ENOMEM;
}

/* 0, -EINVAL (reported), -ENOMEM. */
static int read_policies(const struct policytest *test, const struct policytest_file *file,
			 struct policy_list *policies, struct diag *diag)
{
	struct source *source = NULL;
	_free_ char *path = NULL;
	int r;

	r = join_path(test->source, file->path, &path);
	r = r ?: source_read(path, &source);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		diag_error(diag, test->source, file->span, "unreadable", "the path is relative to this file",
			   "%.256s: %s", path, input_reason(r));
		return -EINVAL;
	}
	r = policy_read(source, policies, diag);
	source_unref(source);
	return r;
}

int tested_policies(const struct policytest *test, struct policy_list *policies, struct diag *diag)
{
	int worst = 0, r;

	for (size_t i = 0; i < test->n_files; i++) {
		r = read_policies(test, &test->file[i], policies, diag);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			worst = r;
	}
	return worst;
}
