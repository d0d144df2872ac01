/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: all policies of a node. Out: warnings about rules that never act, because a stricter one holds wherever they do.
 *
 * Not every pair is compared. What a rule covers lies below the literal part of one of its patterns, so of a rule's
 * first object only those are looked at whose patterns begin with one of the folders above it.
 */
#include "cover.h"
#include "lint.h"
#include "policy/grow.h"
#include "policy/intern.h"
#include "policy/names.h"
#include "policy/words.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>

/* Pairs of which more is looked at than the actions: of so many rules in one folder warnings are no help any more. */
#define COMPARED_MAX 2000000

struct place {
	const struct policy *policy;
	const struct rule *rule;
};

struct across {
	struct place *list; /* all rules */
	size_t n;
	struct intern folders; /* an operation, and the literal part of a pattern */
	struct words *at;      /* by folder: the denying rules that have such a pattern, as numbers of `list` */
	size_t capacity;
	struct words elsewhere[_BW_OP_MAX]; /* denying rules without paths */
	size_t compared;
	struct diag *diag;
};

/* --- the index -------------------------------------------------------------------------------------------------- */

/* A key is the number of the operation in one byte and the literal components, each behind a slash. */
static size_t write_key(enum bw_operation operation, const struct pattern *pattern, size_t n, char *key, size_t room)
{
	size_t size = 0;

	key[size++] = (char)operation;
	for (size_t i = 0; i < n; i++) {
		const struct component *component = &pattern->component[i];

		if (size + 1 + component->size > room)
			break;
		key[size++] = '/';
		memcpy(key + size, component->text, component->size);
		size += component->size;
	}
	return size;
}

static size_t count_literals(const struct pattern *pattern)
{
	size_t n = 0;

	while (n < pattern->n && pattern->component[n].kind == COMPONENT_LITERAL)
		n++;
	return n;
}

static int index_pattern(struct across *across, uint32_t rule, enum bw_operation operation,
			 const struct pattern *pattern)
{
	char key[PATTERN_MAX + 2];
	size_t size = write_key(operation, pattern, count_literals(pattern), key, sizeof(key));
	size_t before = across->capacity;
	struct words *words;
	uint32_t folder;
	int r = intern_add(&across->folders, key, size, &folder);

	if (r > 0 && across->folders.n > before) {
		if (grow_to(&across->at, &across->capacity, across->folders.n, sizeof(*across->at)) < 0)
			return -ENOMEM;
		memset(across->at + before, 0, (across->capacity - before) * sizeof(*across->at));
	}
	if (r < 0)
		return r;
	words = &across->at[folder];
	return words->n && words->word[words->n - 1] == rule ? 0 : words_push(words, rule);
}

static int index_rule(struct across *across, uint32_t number)
{
	const struct rule *rule = across->list[number].rule;
	int r = 0;

	if (rule->action < BW_VERDICT_DENY)
		return 0;
	if (!rule->n_paths)
		return words_push(&across->elsewhere[rule->operation], number);
	for (size_t i = 0; r == 0 && i < rule->n_paths; i++)
		for (size_t j = 0; r == 0 && j < rule->path[i].n; j++)
			r = index_pattern(across, number, rule->operation, &rule->path[i].pattern[j]);
	return r;
}

/* --- comparing --------------------------------------------------------------------------------------------------- */

/*
 * Is the other rule for nothing when the strict one holds? Of another policy it still reports, unless it allows or
 * refuses what is refused anyway; and what is in audit mode, or rolled out to fewer nodes, refuses nothing.
 */
static bool stands(const struct place *strict, const struct place *other)
{
	if (strict->policy == other->policy)
		return true;
	return other->rule->action != BW_VERDICT_AUDIT && strict->policy->mode >= other->policy->mode &&
	       strict->policy->rollout >= other->policy->rollout;
}

/* Is the other one excepted wherever the strict one is? */
static bool excepts_the_same(const struct rule *strict, const struct rule *other)
{
	const struct cover_subject excepted = { .policy = &strict->except };

	return !strict->except.n || (other->except.n && cover_selector(&other->except, &excepted));
}

static bool makes_void(const struct place *strict, const struct place *other)
{
	const struct cover_subject subject = { &other->policy->subject, &other->rule->subject };

	return stands(strict, other) && cover_objects(strict->rule, other->rule) &&
	       cover_selector(&strict->policy->subject, &subject) && cover_selector(&strict->rule->subject, &subject) &&
	       excepts_the_same(strict->rule, other->rule);
}

static void tell(struct across *across, const struct place *strict, const struct place *other)
{
	bool allows = other->rule->action == BW_VERDICT_ALLOW;
	const char *id = allows ? "contradicting-rules" : "shadowed-rule";
	const char *verb = allows ? "allows nothing" : "never decides";

	if (strict->policy == other->policy)
		diag_warning(across->diag, other->policy->source, other->rule->span, id, NULL,
			     "rule '%s' %s: rule '%s' in line %u is about all of it, and %s is stricter",
			     other->rule->name, verb, strict->rule->name, strict->rule->span.line,
			     verdict_name(strict->rule->action));
	else
		diag_warning(across->diag, other->policy->source, other->rule->span, id,
			     "over policies the strictest outcome stands",
			     "rule '%s' %s: rule '%s' of policy '%s' (%s:%u) is about all of it, and %s is stricter",
			     other->rule->name, verb, strict->rule->name, strict->policy->name,
			     strict->policy->source ? strict->policy->source->name : "?", strict->rule->span.line,
			     verdict_name(strict->rule->action));
}

/* The first of these that makes the rule void; true: there was one. */
static bool compare_with(struct across *across, const struct place *other, const struct words *candidates)
{
	for (size_t i = 0; i < candidates->n && across->compared < COMPARED_MAX; i++) {
		const struct place *strict = &across->list[candidates->word[i]];

		if (strict->rule->action <= other->rule->action)
			continue;
		across->compared++;
		if (!makes_void(strict, other))
			continue;
		tell(across, strict, other);
		return true;
	}
	return false;
}

static void compare_rule(struct across *across, const struct place *other)
{
	const struct rule *rule = other->rule;
	const struct pattern *pattern = rule->n_paths ? &rule->path[0].pattern[0] : NULL;
	size_t n = pattern ? count_literals(pattern) : 0;
	bool found = rule->action >= BW_VERDICT_KILL;

	if (!found)
		found = compare_with(across, other, &across->elsewhere[rule->operation]);
	for (size_t literals = 0; pattern && !found && literals <= n; literals++) {
		char key[PATTERN_MAX + 2];
		size_t size = write_key(rule->operation, pattern, literals, key, sizeof(key));
		uint32_t folder;

		if (intern_find(&across->folders, key, size, &folder))
			found = compare_with(across, other, &across->at[folder]);
	}
}

int lint_across(const struct policy_list *policies, struct diag *diag)
{
	struct across across = { .diag = diag };
	size_t capacity = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < policies->n; i++) {
		const struct policy *policy = policies->policy[i];

		r = grow_to(&across.list, &capacity, across.n + policy->n_rules, sizeof(*across.list));
		for (size_t j = 0; r == 0 && j < policy->n_rules; j++)
			across.list[across.n++] = (struct place){ policy, &policy->rule[j] };
	}
	for (size_t i = 0; r == 0 && i < across.n; i++)
		r = index_rule(&across, (uint32_t)i);
	for (size_t i = 0; r == 0 && i < across.n; i++)
		compare_rule(&across, &across.list[i]);
	for (size_t i = 0; i < across.capacity; i++)
		words_done(&across.at[i]);
	for (unsigned int op = 0; op < _BW_OP_MAX; op++)
		words_done(&across.elsewhere[op]);
	free(across.at);
	free(across.list);
	intern_done(&across.folders);
	return r;
}
