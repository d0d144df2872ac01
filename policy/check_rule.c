/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the value of `rules`. Out: the policy's rules: each with its own name and exactly one operation.
 */
#include "check.h"
#include "expect.h"
#include "names.h"
#include <assert.h>
#include <base/cleanup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESERVED "default" /* what events call the policy's default */

/* A rule as its keys are read. */
struct draft {
	struct rule *rule;
	const struct node *operation; /* the value of the first operation's key */
};

static void read_name(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a name", "name: no-shell" };
	struct draft *draft = into;

	draft->rule->span = value->span;
	draft->rule->name = expect_name(check, value, &form);
	if (draft->rule->name && strcmp(draft->rule->name, RESERVED) == 0)
		expect_error(check, value, "reserved-name", "choose another name",
			     "'" RESERVED "' is what events call the policy's default");
}

static void read_subject(struct check *check, const struct node *value, void *into)
{
	struct draft *draft = into;

	check_selector(check, value, &draft->rule->subject);
}

static void read_except(struct check *check, const struct node *value, void *into)
{
	struct draft *draft = into;

	check_selector(check, value, &draft->rule->except);
}

static void read_action(struct check *check, const struct node *value, void *into)
{
	int action = expect_choice(check, value, "action", verdict_name);
	struct draft *draft = into;

	if (action >= 0)
		draft->rule->action = (enum bw_verdict)action;
}

static void read_message(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a message", "message: \"A web server tried to start a shell\"" };
	struct draft *draft = into;

	draft->rule->message = expect_line(check, value, BW_MESSAGE_MAX, &form);
}

static void read_operation(struct check *check, const struct node *value, void *into)
{
	struct draft *draft = into;
	int operation = operation_from(value->key->text);

	assert(operation >= 0);
	if (draft->operation) {
		expect_error(check, value->key, "many-operations", "write one rule for each operation",
			     "a rule has one operation; this one has '%s' already", draft->operation->key->text);
		return;
	}
	draft->operation = value;
	draft->rule->operation = (enum bw_operation)operation;
	check_objects(check, value, draft->rule);
}

static void error_no_operation(struct check *check, const struct node *map)
{
	char hint[128] = "add one of:";
	unsigned int i;

	for (i = 0; operation_name(i); i++) {
		size_t used = strlen(hint);

		snprintf(hint + used, sizeof(hint) - used, "%s %s", i ? "," : "", operation_name(i));
	}
	expect_error(check, map, "no-operation", hint, "a rule without an operation");
}

static void set_name(struct check *check, struct rule *rule, size_t position)
{
	char name[32];
	int size = snprintf(name, sizeof(name), "rule-%zu", position);

	rule->name = expect_copy(check, name, (size_t)size);
}

static void read_rule(struct check *check, const struct node *value, struct rule *rule, size_t position)
{
	static const struct form form = { "a rule", "- {exec: /bin/sh, action: deny}" };
	static const struct field fields[] = {
		{ "name", read_name, false },
		{ "subject", read_subject, false },
		{ "except", read_except, false },
		{ "action", read_action, false },
		{ "message", read_message, false },
#define BW_OPERATION(symbol, name) { (name), read_operation, false },
#include <bulwark/operations.def>
#undef BW_OPERATION
		{ NULL, NULL, false },
	};
	struct draft draft = { .rule = rule };

	if (!expect_map(check, value, &form))
		return;
	rule->span = value->span;
	rule->action = BW_VERDICT_DENY;
	if (expect_fields(check, value, "a rule", fields, &draft) && !draft.operation)
		error_no_operation(check, value);
	if (!document_member(value, "name"))
		set_name(check, rule, position);
}

/* --- names are unique ---------------------------------------------------------------------------------- */

/* By name, and equal names in the order of the text. */
static int compare_names(const void *left, const void *right)
{
	const struct rule *const *a = left, *const *b = right;
	int r = strcmp((*a)->name, (*b)->name);

	return r ?: (*a > *b) - (*a < *b);
}

static void check_names(struct check *check)
{
	const struct policy *policy = check->policy;
	_free_ const struct rule **order = calloc(policy->n_rules + 1, sizeof(struct rule *));
	const struct rule *first = NULL;
	size_t i, n = 0;

	if (!order) {
		check->no_memory = true;
		return;
	}
	for (i = 0; i < policy->n_rules; i++)
		if (policy->rule[i].name)
			order[n++] = &policy->rule[i];
	qsort(order, n, sizeof(struct rule *), compare_names);
	for (i = 0; i < n; i++) {
		if (!first || strcmp(first->name, order[i]->name) != 0) {
			first = order[i];
			continue;
		}
		diag_error(check->diag, policy->source, order[i]->span, "duplicate-name",
			   "a rule without a name is called rule-N by its position",
			   "a second rule of the name '%s'; the first is in line %u", first->name, first->span.line);
	}
}

void check_rules(struct check *check, const struct node *value)
{
	static const struct form form = { "a list of rules", "rules: [{exec: /bin/sh, action: deny}]" };
	struct policy *policy = check->policy;
	const struct node *item;

	if (!expect_list(check, value, &form))
		return;
	if (value->n > BW_RULES_MAX) {
		expect_error(check, value, "too-many", NULL, "%zu rules: the most is %d", value->n, BW_RULES_MAX);
		return;
	}
	policy->rule = expect_memory(check, value->n, sizeof(*policy->rule));
	for (item = value->first; item && policy->rule; item = item->next) {
		policy->n_rules++;
		read_rule(check, item, &policy->rule[policy->n_rules - 1], policy->n_rules);
	}
	check_names(check);
}
