/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the value of `spec`. Out: the policy's mode, rollout, subject, defaults; its rules by check_rule.c. What can
 * only be judged with all of them read stands at the end.
 */
#include "check.h"
#include "expect.h"
#include "moves.h"
#include "names.h"
#include <assert.h>
#include <string.h>

static void read_mode(struct check *check, const struct node *value, void *into)
{
	int mode = expect_choice(check, value, "mode", mode_name);

	(void)into;
	if (mode >= 0)
		check->policy->mode = (enum bw_mode)mode;
}

/* Digits only: 1e2, 0x64 and 100% are refused. */
static bool read_percent(const char *text, size_t size, unsigned int *ret)
{
	size_t i;

	if (size == 0 || size > 3 || strspn(text, "0123456789") != size)
		return false;
	for (*ret = 0, i = 0; i < size; i++)
		*ret = *ret * 10 + (unsigned int)(text[i] - '0');
	return *ret <= 100;
}

static void read_rollout(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a number from 0 to 100", "rollout: 10" };

	(void)into;
	if (!expect_text(check, value, &form))
		return;
	if (!read_percent(value->text, value->size, &check->policy->rollout))
		expect_error(check, value, "number", "the percentage of nodes that enforce: rollout: 10",
			     "'%.80s' is no number from 0 to 100", value->text);
}

static void read_subject(struct check *check, const struct node *value, void *into)
{
	(void)into;
	check_selector(check, value, &check->policy->subject);
}

/* --- default ------------------------------------------------------------------------------------------- */

static void read_fallback(struct check *check, const struct node *value, void *into)
{
	int action = expect_choice(check, value, "action", verdict_name);
	int operation = operation_from(value->key->text);

	(void)into;
	assert(operation >= 0); /* the keys are the operations' names */
	if (action == BW_VERDICT_ALLOW)
		expect_error(check, value, "default-allow",
			     "leave it out: an operation without a default is allowed unless a rule denies it",
			     "a default cannot allow");
	else if (action >= 0)
		check->policy->fallback[operation] = action;
	check->policy->fallback_span[operation] = value->key->span;
}

static void read_default(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a map of operations to actions", "default: {connect: deny}" };
	static const struct field fields[] = {
#define BW_OPERATION(symbol, name) { (name), read_fallback, false },
#include <bulwark/operations.def>
#undef BW_OPERATION
		{ NULL, NULL, false },
	};

	if (expect_map(check, value, &form))
		expect_fields(check, value, "'default'", fields, into);
}

/* --- the whole ----------------------------------------------------------------------------------------- */

static void read_rules(struct check *check, const struct node *value, void *into)
{
	(void)into;
	check_rules(check, value);
}

static void check_purpose(struct check *check, const struct node *spec)
{
	const struct node *fallback = document_member(spec, "default");
	const struct node *rules = document_member(spec, "rules");
	bool empty_fallback = !fallback || (fallback->kind == NODE_MAP && fallback->n == 0);
	bool empty_rules = !rules || (rules->kind == NODE_LIST && rules->n == 0);

	if (empty_fallback && empty_rules)
		expect_error(check, spec, "no-rules", "for example: rules: [{exec: /bin/sh, action: deny}]",
			     "a policy with neither rules nor a default decides nothing");
}

/* A default of files holds for the facilities that move what paths mean, too: see moves.c. */
static bool has_default(const struct policy *policy, const struct rule *rule)
{
	if (policy->fallback[rule->operation] >= 0)
		return true;
	return moves_are_meant(rule) && moves_default(policy) >= 0;
}

/* An allow rule lifts its own policy's default and nothing else. */
static void check_allow(struct check *check)
{
	const struct policy *policy = check->policy;
	size_t i;

	for (i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rule[i];
		const char *operation = operation_name(rule->operation);
		char hint[80];

		if (rule->action != BW_VERDICT_ALLOW || has_default(policy, rule))
			continue;
		snprintf(hint, sizeof(hint), "add default: {%s: deny}, or take the rule out", operation);
		diag_warning(check->diag, policy->source, rule->span, "allow-without-default", hint,
			     "this rule has no effect: the policy has no default for '%s' that it could lift",
			     operation);
	}
}

/* --- owner: only a file has one ------------------------------------------------------------------------ */

static void check_owner_of(struct check *check, const struct selector *selector, enum bw_operation operation,
			   const char *hint)
{
	size_t i;

	for (i = 0; operation > BW_OP_WRITE && i < selector->n; i++)
		if (selector->condition[i].key == SUBJECT_OWNER)
			diag_error(check->diag, check->source, selector->condition[i].span, "owner-of-no-file", hint,
				   "'owner' is about files, and '%s' is about none", operation_name(operation));
}

/* Where the policy's own subject asks for it, one operation without files is enough. */
static void check_owner(struct check *check)
{
	static const char here[] = "it goes with exec, read and write";
	static const char divide[] = "put it into the subjects of the exec, read and write rules, or divide the policy";
	const struct policy *policy = check->policy;
	enum bw_operation other = BW_OP_EXEC;
	size_t i;

	for (i = 0; i < _BW_OP_MAX; i++)
		if (policy->fallback[i] >= 0 && i > other)
			other = (enum bw_operation)i;
	for (i = 0; i < policy->n_rules; i++) {
		check_owner_of(check, &policy->rule[i].subject, policy->rule[i].operation, here);
		check_owner_of(check, &policy->rule[i].except, policy->rule[i].operation, here);
		if (policy->rule[i].operation > other)
			other = policy->rule[i].operation;
	}
	check_owner_of(check, &policy->subject, other, divide);
}

void check_spec(struct check *check, const struct node *value)
{
	static const struct form form = { "a map", "spec: {rules: [{exec: /bin/sh, action: deny}]}" };
	static const struct field fields[] = {
		{ "mode", read_mode, false },	    { "rollout", read_rollout, false },
		{ "subject", read_subject, false }, { "default", read_default, false },
		{ "rules", read_rules, false },	    { NULL, NULL, false },
	};
	size_t before = check->diag->n_errors;

	if (!expect_map(check, value, &form))
		return;
	expect_fields(check, value, "'spec'", fields, NULL);
	check_purpose(check, value);
	if (!check->no_memory)
		check_owner(check);
	if (check->diag->n_errors == before && !check->no_memory)
		check_allow(check);
}
