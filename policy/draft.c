/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what importers find. Out: a draft whose rules are merged where they differ in their objects alone.
 */
#include "draft.h"
#include <assert.h>
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <string.h>

/* --- lists and selectors --------------------------------------------------------------------------------- */

bool draft_has(const struct draft_list *list, const char *text)
{
	const struct draft_text *item;

	for (item = list->first; item; item = item->next)
		if (strcmp(item->text, text) == 0)
			return true;
	return false;
}

static struct draft_text *append(struct import *import, struct draft_list *list, const char *text)
{
	struct draft_text *item;

	if (list->n == DRAFT_MOST) {
		import->too_many = true;
		return NULL;
	}
	item = arena_alloc(&import->arena, sizeof(*item));
	if (!item) {
		import->no_memory = true;
		return NULL;
	}
	item->text = text;
	if (list->last)
		list->last->next = item;
	else
		list->first = item;
	list->last = item;
	list->n++;
	return item;
}

/* Documents die before what came of them is written: texts are copied. */
void draft_add(struct import *import, struct draft_list *list, const char *text, const struct node *at)
{
	struct draft_text *item;

	if (import->too_many || draft_has(list, text))
		return;
	item = append(import, list, import_format(import, "%s", text));
	if (item)
		item->line = at ? at->span.line : 0;
}

void draft_add_families(struct import *import, struct draft_list *list)
{
	for (unsigned int i = 1; i < 64; i++) /* the greatest that the language takes */
		draft_add(import, list, import_format(import, "%u", i), NULL);
}

void draft_tag(struct import *import, const char *key, const char *value)
{
	struct draft_text *item;

	if (draft_has(&import->draft.tags, key) || import->draft.tags.n == BW_TAGS_MAX)
		return;
	item = append(import, &import->draft.tags, import_line(import, key, BW_MESSAGE_MAX));
	if (item)
		item->value = import_line(import, value, BW_MESSAGE_MAX);
}

static void copy_list(struct import *import, struct draft_list *to, const struct draft_list *from)
{
	const struct draft_text *item;

	for (item = from->first; item; item = item->next) {
		struct draft_text *copy = draft_has(to, item->text) ? NULL : append(import, to, item->text);

		if (copy)
			copy->line = item->line;
	}
}

void draft_selector_copy(struct import *import, struct draft_selector *to, const struct draft_selector *from)
{
	for (size_t i = 0; i < _SUBJECT_MAX; i++)
		copy_list(import, &to->key[i], &from->key[i]);
}

size_t draft_selector_keys(const struct draft_selector *selector)
{
	size_t n = 0;

	for (size_t i = 0; i < _SUBJECT_MAX; i++)
		n += selector->key[i].n > 0;
	return n;
}

/* Lists are sets here. */
static bool same_list(const struct draft_list *a, const struct draft_list *b)
{
	const struct draft_text *item;

	if (a->n != b->n)
		return false;
	for (item = a->first; item; item = item->next)
		if (!draft_has(b, item->text))
			return false;
	return true;
}

bool draft_same_selector(const struct draft_selector *a, const struct draft_selector *b)
{
	for (size_t i = 0; i < _SUBJECT_MAX; i++)
		if (!same_list(&a->key[i], &b->key[i]))
			return false;
	return true;
}

/* --- rules ------------------------------------------------------------------------------------------------ */

static bool same_scope(const struct draft_rule *a, const struct draft_rule *b)
{
	return a->operation == b->operation && a->memory == b->memory &&
	       draft_same_selector(&a->subject, &b->subject) && draft_same_selector(&a->except, &b->except);
}

static bool same_effect(const struct draft_rule *a, const struct draft_rule *b)
{
	return a->action == b->action && same_scope(a, b);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Do they say the same to whom they are told, and to who reads the policy? */
static bool same_words(const struct draft_rule *a, const struct draft_rule *b)
{
	return same_text(a->name, b->name) && same_text(a->message, b->message) && same_text(a->comment, b->comment);
}

static bool has_all(const struct draft_rule *rule, const struct draft_list *objects)
{
	const struct draft_text *item;

	for (item = objects->first; item; item = item->next)
		if (!draft_has(&rule->objects, item->text))
			return false;
	return true;
}

bool draft_covers(const struct import *import, const struct draft_rule *rule)
{
	const struct draft_rule *other;

	for (other = import->draft.first; other; other = other->next)
		if (same_effect(other, rule) && has_all(other, &rule->objects))
			return true;
	return false;
}

void draft_put(struct import *import, const struct draft_rule *rule)
{
	struct draft_rule *mine;

	if (import->too_many || import->draft.n_rules == DRAFT_MOST) {
		import->too_many = true;
		return;
	}
	for (mine = import->draft.first; mine; mine = mine->next)
		if (same_effect(mine, rule) && (same_words(mine, rule) || has_all(mine, &rule->objects)))
			break;
	if (!mine) {
		mine = arena_alloc(&import->arena, sizeof(*mine));
		if (!mine) {
			import->no_memory = true;
			return;
		}
		*mine = *rule;
		mine->next = NULL;
		mine->objects = mine->origins = (struct draft_list){ 0 };
		mine->subject = mine->except = (struct draft_selector){ 0 };
		draft_selector_copy(import, &mine->subject, &rule->subject);
		draft_selector_copy(import, &mine->except, &rule->except);
		if (import->draft.last)
			import->draft.last->next = mine;
		else
			import->draft.first = mine;
		import->draft.last = mine;
		import->draft.n_rules++;
	}
	copy_list(import, &mine->objects, &rule->objects);
	copy_list(import, &mine->origins, &rule->origins);
}

/* Who is refused all that another rule reports is not reported for it as well: the strictest outcome is. */
static struct draft_rule *find_stricter(const struct draft *draft, const struct draft_rule *rule)
{
	struct draft_rule *other;

	for (other = draft->first; other; other = other->next)
		if (other->action > rule->action && same_scope(other, rule) && has_all(other, &rule->objects))
			return other;
	return NULL;
}

void draft_drop_shadowed(struct import *import)
{
	struct draft_rule **link = &import->draft.first, *last = NULL;

	while (*link) {
		struct draft_rule *rule = *link;
		struct draft_rule *stricter =
			rule->action == BW_VERDICT_ALLOW ? NULL : find_stricter(&import->draft, rule);

		if (!stricter) {
			last = rule;
			link = &rule->next;
			continue;
		}
		copy_list(import, &stricter->origins, &rule->origins);
		*link = rule->next;
		import->draft.n_rules--;
	}
	import->draft.last = last;
}

void draft_drop_rules(struct draft *draft)
{
	draft->first = draft->last = NULL;
	draft->n_rules = 0;
	for (size_t i = 0; i < _BW_OP_MAX; i++)
		draft->fallback[i] = -1;
}

void draft_begin(struct import *import)
{
	import->draft = (struct draft){ .mode = BW_MODE_AUDIT };
	draft_drop_rules(&import->draft);
	import->too_many = false;
	import->n_left_out = import->n_notes = 0;
	import->first_note = import->diag->n;
}

void draft_set_mode(struct draft *draft)
{
	const struct draft_rule *rule;
	bool refuses = false;

	for (rule = draft->first; rule; rule = rule->next)
		refuses = refuses || rule->action >= BW_VERDICT_DENY;
	for (size_t i = 0; i < _BW_OP_MAX; i++)
		refuses = refuses || draft->fallback[i] >= BW_VERDICT_DENY;
	draft->mode = refuses ? BW_MODE_ENFORCE : BW_MODE_AUDIT;
}
