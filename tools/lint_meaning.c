/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: one policy. Out: warnings about what it says and hardly means: selectors that nothing or everything matches,
 * denials that stop the node or the service itself.
 */
#include "cover.h"
#include "lint.h"
#include "policy/names.h"
#include <base/cleanup.h>
#include <string.h>

/* --- selectors ------------------------------------------------------------------------------------------------- */

static bool ranges_meet(const struct condition *a, const struct condition *b)
{
	for (size_t i = 0; i < a->n_ids; i++)
		for (size_t j = 0; j < b->n_ids; j++)
			if (a->id[i].from <= b->id[j].to && b->id[j].from <= a->id[i].to)
				return true;
	return false;
}

/* Of these a process has one, and a text without wildcards names it. */
static bool is_one_name(unsigned int key)
{
	return key >= SUBJECT_IMAGE && key <= SUBJECT_POD;
}

static bool is_plain(const struct path_value *value)
{
	return value->n == 1 && value->pattern[0].n == 1 && value->pattern[0].component[0].kind == COMPONENT_LITERAL;
}

static bool names_meet(const struct condition *a, const struct condition *b)
{
	for (size_t i = 0; i < a->n_paths; i++)
		for (size_t j = 0; j < b->n_paths; j++)
			if (!is_plain(&a->path[i]) || !is_plain(&b->path[j]) ||
			    strcmp(a->path[i].text, b->path[j].text) == 0)
				return true;
	return false;
}

/* Can no process have both? */
static bool exclude_each_other(const struct condition *a, const struct condition *b)
{
	if (a->key == SUBJECT_CONTAINER && b->key >= SUBJECT_IMAGE && b->key <= SUBJECT_LABEL)
		return !a->yes;
	if (b->key == SUBJECT_CONTAINER && a->key >= SUBJECT_IMAGE && a->key <= SUBJECT_LABEL)
		return !b->yes;
	if (a->key != b->key)
		return false;
	if (a->key == SUBJECT_USER || a->key == SUBJECT_GROUP)
		return !ranges_meet(a, b);
	if (a->key == SUBJECT_CONTAINER || a->key == SUBJECT_OWNER)
		return a->yes != b->yes;
	return is_one_name(a->key) && !names_meet(a, b);
}

/* The conditions of a rule against those of its policy, and among themselves. */
static void lint_exclusive(const struct policy *policy, const struct selector *selector, const struct selector *other,
			   struct diag *diag)
{
	for (size_t i = 0; i < selector->n; i++)
		for (size_t j = 0; j < other->n; j++) {
			const struct condition *a = &selector->condition[i], *b = &other->condition[j];

			if ((selector == other && j >= i) || !exclude_each_other(a, b))
				continue;
			diag_warning(diag, policy->source, a->span, "never-matches",
				     "no process has both: remove one, or make two rules of it",
				     "'%s' matches nothing beside '%s' in line %u", condition_name(a->key),
				     condition_name(b->key), b->span.line);
			return;
		}
}

static bool is_everyone(const struct condition *condition)
{
	switch ((unsigned int)condition->key) {
	case SUBJECT_BINARY:
	case SUBJECT_PARENT:
	case SUBJECT_CGROUP:
		for (size_t i = 0; i < condition->n_paths; i++)
			if (cover_is_everything(&condition->path[i]))
				return true;
		return false;
	case SUBJECT_USER:
	case SUBJECT_GROUP:
		for (size_t i = 0; i < condition->n_ids; i++)
			if (condition->id[i].from == 0 && condition->id[i].to >= UINT32_MAX - 1)
				return true;
		return false;
	default:
		return false;
	}
}

static void lint_everyone(const struct policy *policy, const struct selector *selector, struct diag *diag)
{
	for (size_t i = 0; i < selector->n; i++)
		if (is_everyone(&selector->condition[i]))
			diag_warning(diag, policy->source, selector->condition[i].span, "matches-everyone",
				     "leave the key out, or name whom it is about", "'%s' matches every process",
				     condition_name(selector->condition[i].key));
}

/* Whoever matches the rule is excepted from it. */
static void lint_except(const struct policy *policy, const struct rule *rule, struct diag *diag)
{
	const struct cover_subject subject = { &policy->subject, &rule->subject };

	if (rule->except.n && cover_selector(&rule->except, &subject))
		diag_warning(diag, policy->source, rule->except.span, "never-matches",
			     "an exception names fewer than the subject does",
			     "rule '%s' matches nothing: its 'except' holds for every process of its subject",
			     rule->name);
}

/* --- denials --------------------------------------------------------------------------------------------------- */

static bool matches_any(const struct rule *rule, const char *const *path)
{
	for (size_t i = 0; i < rule->n_paths; i++)
		for (size_t j = 0; j < rule->path[i].n; j++)
			for (const char *const *at = path; *at; at++)
				if (pattern_matches(&rule->path[i].pattern[j], *at))
					return true;
	return false;
}

static bool is_allowed(const struct policy *policy, enum bw_operation operation, const char *const *path)
{
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rule[i];

		if (rule->operation == operation && rule->action == BW_VERDICT_ALLOW &&
		    ((operation == BW_OP_EXEC && !rule->n_paths) || matches_any(rule, path)))
			return true;
	}
	return false;
}

static bool denies(const struct policy *policy, enum bw_operation operation)
{
	return policy->fallback[operation] >= BW_VERDICT_DENY;
}

/* A program that is linked dynamically opens the C library and maps it as code, whatever else it does. */
static void lint_own_start(const struct policy *policy, struct diag *diag)
{
	static const char *const libraries[] = {
		"/usr/lib/x86_64-linux-gnu/libc.so.6",
		"/lib/x86_64-linux-gnu/libc.so.6",
		"/usr/lib64/libc.so.6",
		"/lib64/libc.so.6",
		"/usr/lib/libc.so.6",
		"/lib/libc.so.6",
		"/lib/ld-musl-x86_64.so.1",
		"/usr/lib/ld-musl-x86_64.so.1",
		NULL,
	};
	static const enum bw_operation operations[] = { BW_OP_EXEC, BW_OP_READ };

	for (size_t i = 0; i < ARRAY_SIZE(operations); i++) {
		enum bw_operation operation = operations[i];

		if (!denies(policy, operation) || is_allowed(policy, operation, libraries))
			continue;
		diag_warning(diag, policy->source, policy->fallback_span[operation], "denies-own-start",
			     "add a rule with action: allow, for example for \"/usr/lib/**\"",
			     "programs of the subject do not start: no rule allows %s of the C library",
			     operation_name(operation));
	}
}

static bool is_everything(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_paths; i++)
		if (cover_is_everything(&rule->path[i]))
			return true;
	return false;
}

/* init, the shells and the agent's own start among them. */
static void lint_whole_node(const struct policy *policy, const struct rule *rule, struct diag *diag)
{
	if (policy->subject.n || rule->subject.n || rule->except.n || rule->object.n ||
	    rule->action < BW_VERDICT_DENY || !is_everything(rule))
		return;
	diag_warning(diag, policy->source, rule->span, "denies-everyone", "add a subject, or say which files are meant",
		     "rule '%s' denies %s of every file to every process", rule->name, operation_name(rule->operation));
}

/* What a C library reads for a program that asks for a name, a time or an address. */
static const char *const lookups[] = {
	"/etc/passwd",	    "/etc/group",     "/etc/nsswitch.conf", "/etc/hosts",
	"/etc/resolv.conf", "/etc/localtime", "/etc/ld.so.cache",   NULL,
};

static void lint_lookups(const struct policy *policy, const struct rule *rule, struct diag *diag)
{
	if (rule->operation == BW_OP_READ && rule->action == BW_VERDICT_KILL && matches_any(rule, lookups))
		diag_warning(diag, policy->source, rule->span, "kill-on-lookup",
			     "deny it, or name the files that only an attacker reads",
			     "rule '%s' kills programs that look up a user, a host or a time", rule->name);
}

void lint_meaning(const struct policy *policy, struct diag *diag)
{
	lint_exclusive(policy, &policy->subject, &policy->subject, diag);
	lint_everyone(policy, &policy->subject, diag);
	lint_own_start(policy, diag);
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rule[i];

		lint_exclusive(policy, &rule->subject, &rule->subject, diag);
		lint_exclusive(policy, &rule->subject, &policy->subject, diag);
		lint_everyone(policy, &rule->subject, diag);
		lint_except(policy, rule, diag);
		lint_whole_node(policy, rule, diag);
		lint_lookups(policy, rule, diag);
	}
}
