/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tests of policies: documents of kind PolicyTest, which name policies and cases, and their run at a desk.
 *
 * A case says who tries what, and what the policies are expected to say. It is judged by their rules alone: `mode` and
 * `rollout` decide who is refused, not what is right, so a policy that ships in audit mode is tested as it would
 * enforce. Symbolic links are those that a case names, so it has one answer on every machine.
 *
 * Owner: each `struct policytest` owns its arena and all that its members point to, and one reference to its source.
 */
#ifndef POLICY_POLICYTEST_H
#define POLICY_POLICYTEST_H

#include "cgroup.h"
#include "policy.h"
#include "simulate.h"
#include "tables.h"

/* A file of policies, as the text names it: relative to the text's own folder, or absolute. */
struct policytest_file {
	struct span span;
	const char *path;
};

struct policytest_case {
	const char *name;
	struct span span;
	struct simulate_process process;
	struct container_names *names; /* of the process, as they are read; NULL: none */
	enum bw_operation operation;
	struct simulate_object object;
	enum bw_verdict expect;
	const char *rule; /* "POLICY/RULE" that must decide; NULL: any */
	struct span rule_span;
};

struct policytest {
	struct arena arena;
	struct source *source;
	struct policytest_file *file;
	size_t n_files;
	struct policytest_case *list;
	size_t n;
};

struct policytest_list {
	struct policytest **test;
	size_t n;
};

/*
 * text -> parse -> check: appends the source's tests to `list` (which owns them then). On any error nothing is appended
 * and -EINVAL returned, with everything wrong in `diag`; -ENOMEM too. With `skip_policies` documents of kind Policy are
 * passed over, else they are a mistake, as is a text without any test.
 */
int policytest_read(struct source *source, bool skip_policies, struct policytest_list *list, struct diag *diag);

void policytest_list_done(struct policytest_list *list);
struct policytest *policytest_free(struct policytest *test); /* returns NULL; accepts NULL */

/* Compiles the policies of one test, all of them enforcing, for the containers of its cases. As compile_tables(). */
int policytest_compile(const struct policytest *test, const struct policy_list *policies, struct tables **ret,
		       struct diag *diag);

/* Reports each `rule` of the test that no policy has: 0 or -EINVAL. */
int policytest_check_rules(const struct policytest *test, const struct tables *tables, struct diag *diag);

struct policytest_result {
	bool passed;
	enum bw_verdict verdict; /* the strictest that a rule gives */
	const char *policy;	 /* whose rule gives it, the expected one if it is among them; NULL: none does */
	const char *rule;	 /* both are the tables' */
};

/* The question that a case puts. */
struct simulate_question policytest_question(const struct policytest_case *from);

/* 0; -EINVAL when the tables cannot judge such an object. */
int policytest_run(const struct tables *tables, const struct policytest_case *from, struct policytest_result *ret);

#endif
