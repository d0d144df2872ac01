/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: links that objects of rules go through. Out: copies of the rules, which stand behind all rules, and the
 * conditions under which they hold.
 */
#include "copies.h"
#include "grow.h"

/* --- what is noted ---------------------------------------------------------------------------------------- */

static const char *keep_text(struct copies *copies, const char *text)
{
	return arena_text(copies->arena, text, strlen(text));
}

static int note(struct copies *copies, const struct copies_link *link, const struct path_alias *alias, bool node)
{
	struct copies_link *added;
	int r = grow_to(&copies->link, &copies->capacity, copies->n + 1, sizeof(*copies->link));

	if (r < 0)
		return r;
	added = &copies->link[copies->n++];
	*added = *link;
	added->node = node;
	added->alias.from = keep_text(copies, alias->from);
	added->alias.to = keep_text(copies, alias->to);
	return added->alias.from && added->alias.to ? 0 : -ENOMEM;
}

int copies_note(struct copies *copies, const struct copies_link *link, const struct path_alias *alias)
{
	return note(copies, link, alias, true);
}

int copies_ask(struct copies *copies, const struct copies_link *link, const char *from, const char *node)
{
	const struct path_alias *alias;
	uint32_t number;
	size_t n;
	int r = 0;

	if (copies->asked.n >= BW_ASKED_PATHS_MAX)
		copies->too_many_asked = true;
	else
		r = intern_add(&copies->asked, from, strlen(from) + 1, &number);
	if (r < 0 || !copies->aliases)
		return r < 0 ? r : 0;
	r = 0;
	alias = alias_set_find(copies->aliases, from, &n);
	for (size_t i = 0; !r && i < n; i++)
		if (!(node && strcmp(node, alias[i].to) == 0) && !alias_is_twin(&alias[i]))
			r = note(copies, link, &alias[i], false);
	return r;
}

/* --- the copies ------------------------------------------------------------------------------------------- */

static bool is_applet(const struct copies_link *link)
{
	return link->exec && !link->n_rest && alias_is_applet(&link->alias);
}

static int compare_links(const void *a, const void *b)
{
	const struct copies_link *x = a, *y = b;
	int r;

	if (x->use != y->use)
		return x->use < y->use ? -1 : 1;
	if (x->node != y->node)
		return x->node ? -1 : 1;
	if (is_applet(x) != is_applet(y))
		return is_applet(x) ? -1 : 1;
	r = strcmp(x->alias.to, y->alias.to);
	return r ? r : strcmp(x->alias.from, y->alias.from);
}

/* Do they make one copy? Those of one box on the node do. A container may have one of them and not the other. */
static bool belong_together(const struct copies_link *a, const struct copies_link *b)
{
	return a->use == b->use && a->node && b->node && is_applet(a) && is_applet(b) &&
	       strcmp(a->alias.to, b->alias.to) == 0;
}

static int fill_conditions(const struct copies *copies, struct copy *copy)
{
	copy->names.key = (enum subject_key)OBJECT_APPLET;
	copy->aliases.key = (enum subject_key)CONTAINER_ALIAS;
	copy->names.span = copy->aliases.span = copy->link->value->span;
	copy->names.path = arena_array(copies->arena, copy->n, sizeof(*copy->names.path));
	copy->aliases.aliases.list = arena_array(copies->arena, copy->n, sizeof(*copy->aliases.aliases.list));
	if (!copy->names.path || !copy->aliases.aliases.list)
		return -ENOMEM;
	for (size_t i = 0; i < copy->n; i++) {
		const struct path_alias *alias = &copy->link[i].alias;
		struct alias_set *set = &copy->aliases.aliases;

		copy->names.path[copy->names.n_paths++].text = alias_name(alias->from);
		if (!set->n || alias_compare(&set->list[set->n - 1], alias) != 0)
			set->list[set->n++] = *alias;
	}
	return 0;
}

int copies_warn(const struct rule_entry *entry, const struct copies_link *link, struct diag *diag)
{
	char name[RULES_NAME_MAX];

	diag_warning(diag, entry->policy->source, link->value->span, "too-many-conditions",
		     "split the rule, or give the policy a narrower subject of fewer keys",
		     "'%s' has too many subject conditions to hold for '%s' where that leads to '%s'",
		     rules_name(entry, name), link->alias.from, link->alias.to);
	return 0;
}

static int make(struct copies *copies, const struct copies_link *link, size_t n, struct rules *rules,
		struct traits *traits)
{
	const struct policy *policy = rules->list[link->use].policy;
	struct copy *copy = arena_alloc(copies->arena, sizeof(*copy));
	uint32_t trait[2];
	size_t n_traits = 0;
	int r;

	if (!copy)
		return -ENOMEM;
	*copy = (struct copy){ .link = link, .n = n, .node = link->node, .applet = is_applet(link) };
	r = fill_conditions(copies, copy);
	if (!r && copy->applet)
		r = traits_number(traits, policy, &copy->names, &trait[n_traits++]);
	if (!r && !copy->node)
		r = traits_number(traits, policy, &copy->aliases, &trait[n_traits++]);
	r = r ?: rules_copy(rules, link->use, copy, trait, n_traits);
	return r == -E2BIG ? copies_warn(&rules->list[link->use], link, rules->diag) : r;
}

int copies_make(struct copies *copies, struct rules *rules, struct traits *traits)
{
	size_t n;
	int r = 0;

	if (copies->n)
		qsort(copies->link, copies->n, sizeof(*copies->link), compare_links);
	for (size_t i = 0; !r && i < copies->n; i += n) {
		for (n = 1; i + n < copies->n && belong_together(&copies->link[i], &copies->link[i + n]);)
			n++;
		r = make(copies, &copies->link[i], n, rules, traits);
	}
	return r;
}

int copies_finish(const struct copies *copies, struct tables *tables)
{
	size_t size;

	tables->asked_all = !copies->too_many_asked;
	tables->asked_path = arena_array(&tables->arena, copies->asked.n, sizeof(*tables->asked_path));
	if (!tables->asked_path)
		return -ENOMEM;
	for (size_t i = 0; i < copies->asked.n; i++) {
		const char *path = intern_at(&copies->asked, (uint32_t)i, &size);

		tables->asked_path[i] = arena_text(&tables->arena, path, size - 1);
		if (!tables->asked_path[i])
			return -ENOMEM;
	}
	tables->n_asked_paths = copies->asked.n;
	return 0;
}

void copies_done(struct copies *copies)
{
	free(copies->link);
	free(copies->subject);
	intern_done(&copies->asked);
	*copies = (struct copies){ 0 };
}
