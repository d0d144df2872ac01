/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: links that programs of subjects go through. Out: copies of the rules that ask for such a program, which ask for
 * what the link leads to, in containers where it does.
 *
 * A rule that asks for several such programs has a copy for each way in which they can be together: what was copied for
 * one is copied for the next.
 */
#include "copies.h"
#include "grow.h"
#include "labels.h"
#include <base/cleanup.h>

static int compare(const void *a, const void *b)
{
	const struct copies_link *x = a, *y = b;
	int r;

	if (x->use != y->use)
		return x->use < y->use ? -1 : 1;
	r = strcmp(x->alias.to, y->alias.to);
	r = r ?: strcmp(x->alias.from, y->alias.from);
	return r ?: (x->rest > y->rest) - (x->rest < y->rest);
}

/* Do they make one copy? By whichever of them a container leads there. */
static bool belong_together(const struct copies_link *a, const struct copies_link *b)
{
	bool rest = a->n_rest == b->n_rest && (!a->n_rest || a->rest == b->rest);

	return a->use == b->use && rest && strcmp(a->alias.to, b->alias.to) == 0;
}

static void put_component(FILE *to, const struct component *component)
{
	putc('/', to);
	if (component->kind == COMPONENT_DEEP)
		fputs("**", to);
	else
		fwrite(component->text, 1, component->size, to);
}

/* A text that no policy has: the place is one in containers' roots alone. */
static const char *text_of(struct copies *copies, const struct copies_link *link)
{
	_free_ char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fprintf(to, "-> %s", link->alias.to);
	for (size_t i = 0; i < link->n_rest; i++)
		put_component(to, &link->rest[i]);
	return fclose(to) == 0 ? arena_text(copies->arena, text, size) : NULL;
}

static struct condition *new_condition(struct copies *copies, unsigned int key, const struct copies_link *link)
{
	struct condition *condition = arena_alloc(copies->arena, sizeof(*condition));

	if (condition) {
		condition->key = (enum subject_key)key;
		condition->span = link->value->span;
	}
	return condition;
}

/* Who runs what is there: the trait is added, and noted as one whose place is to be added too. */
static int number_place(struct copies *copies, const struct copies_link *link, const struct trait *of,
			struct traits *traits, uint32_t *ret)
{
	struct condition *place = new_condition(copies, of->condition->key, link);
	size_t n = traits->n;
	int r;

	if (!place)
		return -ENOMEM;
	place->path = arena_alloc(copies->arena, sizeof(*place->path));
	if (!place->path)
		return -ENOMEM;
	place->path->text = text_of(copies, link);
	place->n_paths = 1;
	r = place->path->text ? traits_number(traits, of->policy, place, ret) : -ENOMEM;
	if (r < 0 || traits->n == n)
		return r;
	r = grow_to(&copies->subject, &copies->subjects_capacity, copies->n_subjects + 1, sizeof(*copies->subject));
	if (!r)
		copies->subject[copies->n_subjects++] = (struct copies_subject){ *ret, *link };
	return r;
}

static int number_aliases(struct copies *copies, const struct copies_link *link, size_t n, const struct policy *policy,
			  struct traits *traits, uint32_t *ret)
{
	struct condition *aliases = new_condition(copies, CONTAINER_ALIAS, link);

	if (!aliases)
		return -ENOMEM;
	aliases->aliases.list = arena_array(copies->arena, n, sizeof(*aliases->aliases.list));
	if (!aliases->aliases.list)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct alias_set *set = &aliases->aliases;

		if (!set->n || alias_compare(&set->list[set->n - 1], &link[i].alias) != 0)
			set->list[set->n++] = link[i].alias;
	}
	return traits_number(traits, policy, aliases, ret);
}

/* Where a rule requires a trait by which it follows links; below 0: nowhere. */
static int place_of(const struct rule_entry *entry, uint32_t trait)
{
	for (unsigned int i = 0; i < entry->rule.n_required; i++)
		if (entry->rule.required[i] == trait)
			return rules_follow(entry, i) ? (int)i : -1;
	return -1;
}

static int make(struct copies *copies, const struct copies_link *link, size_t n, struct rules *rules,
		struct traits *traits)
{
	uint32_t of = link->use & ~LABELS_TRAIT, trait[2];
	const struct trait from = traits->list[of];
	size_t n_rules = rules->n;
	int r = number_place(copies, link, &from, traits, &trait[0]);

	r = r ?: number_aliases(copies, link, n, from.policy, traits, &trait[1]);
	for (size_t i = 0; !r && i < n_rules; i++) {
		int place = place_of(&rules->list[i], of);

		if (place < 0)
			continue;
		r = rules_copy_whole(rules, i, (unsigned int)place, trait);
		if (r == -E2BIG)
			r = copies_warn(&rules->list[i], link, rules->diag);
	}
	return r;
}

int copies_make_subjects(struct copies *copies, struct rules *rules, struct traits *traits)
{
	size_t n;
	int r = 0;

	if (copies->n)
		qsort(copies->link, copies->n, sizeof(*copies->link), compare);
	for (size_t i = 0; !r && i < copies->n; i += n) {
		for (n = 1; i + n < copies->n && belong_together(&copies->link[i], &copies->link[i + n]);)
			n++;
		if (copies->link[i].n_rest || !alias_is_applet(&copies->link[i].alias))
			r = make(copies, &copies->link[i], n, rules, traits);
	}
	copies->n = 0;
	rules->n_whole = rules->n;
	return r;
}
