/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: two selectors of one hook. Out: the later one without what the earlier one decides.
 *
 * There the first selector that matches decides; here the strictest rule does. So nothing is to do but where an earlier
 * selector is weaker and both may match: it becomes an exception, or its addresses are taken out of the later one's.
 */
#include "tetragon.h"
#include <string.h>

static bool no_common(const struct draft_list *a, const struct draft_list *b)
{
	const struct draft_text *item;

	if (!a->n || !b->n)
		return false;
	for (item = a->first; item; item = item->next)
		if (strpbrk(item->text, "*?[{") || item->text[strlen(item->text) - 1] == '/' ||
		    draft_has(b, item->text))
			return false;
	for (item = b->first; item; item = item->next)
		if (strpbrk(item->text, "*?[{") || item->text[strlen(item->text) - 1] == '/')
			return false;
	return true;
}

static bool all_in(const struct draft_list *a, const struct draft_list *b)
{
	const struct draft_text *item;

	for (item = a->first; item; item = item->next)
		if (!draft_has(b, item->text))
			return false;
	return a->n > 0;
}

/* Can both be about one call of one process? Where that is not plain: yes. */
static bool may_meet(const struct tetragon_selector *a, const struct tetragon_selector *b)
{
	if (!(a->operations & b->operations))
		return false;
	if (no_common(&a->paths, &b->paths))
		return false;
	for (size_t i = 0; i < _SUBJECT_MAX; i++) {
		if (i == SUBJECT_BINARY && no_common(&a->subject.key[i], &b->subject.key[i]))
			return false;
		if (all_in(&a->subject.key[i], &b->except.key[i]) || all_in(&b->subject.key[i], &a->except.key[i]))
			return false;
	}
	return true;
}

/* What the earlier one is about, if that is a condition on the process and nothing else. */
static const struct draft_list *sole_condition(const struct tetragon_selector *earlier, size_t *ret_key)
{
	if (earlier->has_paths || earlier->net.asked || earlier->family.n || earlier->required ||
	    earlier->also_ancestors.n || draft_selector_keys(&earlier->except) ||
	    draft_selector_keys(&earlier->subject) != 1 || earlier->operations != earlier->hook->operations)
		return NULL;
	for (size_t i = 0; i < _SUBJECT_MAX; i++) {
		if (!earlier->subject.key[i].n || i == SUBJECT_CONTAINER)
			continue;
		*ret_key = i;
		return &earlier->subject.key[i];
	}
	return NULL;
}

static bool is_about_addresses(const struct tetragon_selector *selector)
{
	return selector->operations & (HOOK_OP(CONNECT) | HOOK_OP(BIND));
}

/* Is the earlier one for everyone whom the later one is for? */
static bool is_for_all_of(const struct tetragon_selector *later, const struct tetragon_selector *earlier)
{
	if (draft_selector_keys(&earlier->except) && !draft_same_selector(&earlier->except, &later->except))
		return false;
	return !draft_selector_keys(&earlier->subject) || draft_same_selector(&earlier->subject, &later->subject);
}

bool tetragon_yield(struct tetragon_selector *later, const struct tetragon_selector *earlier)
{
	const struct draft_list *condition;
	size_t key = 0;

	if (earlier->action >= later->action || !may_meet(earlier, later))
		return true;
	condition = sole_condition(earlier, &key);
	if (condition && (!draft_selector_keys(&later->except) || later->except.key[key].n)) {
		draft_selector_copy(later->import, &later->except, &earlier->subject);
		return true;
	}
	if (is_about_addresses(later) && is_for_all_of(later, earlier)) {
		const struct draft_text *endpoint;
		struct draft_list found = { 0 };

		if (!tetragon_net_endpoints((struct tetragon_selector *)earlier, &found))
			return false;
		for (endpoint = found.first; endpoint; endpoint = endpoint->next)
			draft_add(later->import, &later->minus, endpoint->text, NULL);
		return true;
	}
	return tetragon_refuse(later, later->node, "import-condition",
			       "write an allow-list instead: default: {OPERATION: deny}, and allow rules",
			       "a selector that is stricter than one before it, which would decide first");
}
