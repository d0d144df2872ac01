/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: two sets of policies. Out: attempts that they decide differently. Both are compiled into one set of tables, so
 * that its automaton is the product of theirs, a label is what both know of a place, and equal conditions are one
 * trait. Of each set the rules of the other are then made to match nobody. Each label is asked once, by every set of
 * traits that its rules can tell apart and a process can have.
 */
#include "compare.h"
#include "compile.h"
#include "grow.h"
#include "objects.h"
#include "subjects.h"
#include <base/cleanup.h>
#include <bulwark/facility.h>
#include <errno.h>
#include <stdio.h>

/* Questions about one object, and about all. */
#define ASKED_EACH_MAX 20000
#define ASKED_MAX      3000000

struct compare {
	const struct policy_list *from[2];
	struct tables *tables;
	struct tables view[2]; /* what is not `rule` is shared */
	struct places paths, names, cgroups;
	struct subjects subjects;
	size_t asked;
	struct comparison *ret;
};

/* --- the two views ------------------------------------------------------------------------------------------------ */

/* Names are unique on a node, and the two sets have some in common: the copies are told apart by a letter. */
static int rename_policy(const struct policy *from, char letter, struct arena *arena, struct policy **ret)
{
	char name[BW_NAME_MAX + 3];
	struct policy *copy = arena_alloc(arena, sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	snprintf(name, sizeof(name), "%c:%s", letter, from->name);
	*copy = *from;
	copy->name = arena_text(arena, name, strlen(name));
	*ret = copy;
	return copy->name ? 0 : -ENOMEM;
}

static int compile_both(struct compare *compare, struct literals *literals, struct diag *diag)
{
	const struct compile_options options = { .literal = literals_add, .literals = literals };
	size_t n = compare->from[0]->n + compare->from[1]->n, at = 0;
	_free_ struct policy **both = calloc(n + 1, sizeof(*both));
	struct arena arena = { 0 };
	int r = both ? 0 : -ENOMEM;

	for (unsigned int side = 0; side < 2; side++)
		for (size_t i = 0; !r && i < compare->from[side]->n; i++)
			r = rename_policy(compare->from[side]->policy[i], side ? 'b' : 'a', &arena, &both[at++]);
	r = r ?: compile_tables((const struct policy *const *)both, n, &options, &compare->tables, diag);
	arena_done(&arena);
	literals_sort(literals);
	return r == -EINVAL ? -E2BIG : r;
}

/* A rule that asks for trait 0, which nobody has, never matches. */
static int make_view(struct compare *compare, unsigned int side)
{
	struct tables *view = &compare->view[side];

	*view = *compare->tables;
	view->rule = tables_keep(compare->tables, compare->tables->rule, view->n_rules, sizeof(*view->rule));
	if (!view->rule)
		return -ENOMEM;
	/* Who owns a file is one side of the subject here. */
	view->header.owner[0] = view->header.owner[1] = 0;
	for (size_t i = 0; i < view->n_rules; i++) {
		struct bw_rule *rule = &view->rule[i];

		if ((rule->policy >= compare->from[0]->n) == (side == 1))
			continue;
		rule->n_required = 1;
		rule->required[0] = 0;
	}
	return 0;
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

static void find_rule(const struct compare *compare, unsigned int side, __u32 id, struct compare_answer *ret)
{
	const struct table_rule_name *name = &compare->tables->rule_name[id];
	size_t at = id - compare->tables->policy_name[name->policy].first_rule;

	ret->policy = compare->from[side]->policy[name->policy - (side ? compare->from[0]->n : 0)];
	ret->rule = at < ret->policy->n_rules ? &ret->policy->rule[at] : NULL;
	ret->fallback = (enum bw_operation)name->operation;
}

static void judge(const struct compare *compare, unsigned int side, const struct simulate_verdict *said,
		  struct compare_answer *ret)
{
	bool refused = said->verdict >= BW_VERDICT_DENY;

	*ret = (struct compare_answer){ .carried_out = refused };
	for (__u32 i = 0; i < said->n; i++) {
		bool acts = said->outcome[i].mode == BW_MODE_ENFORCE && said->outcome[i].verdict == said->verdict;

		if (said->outcome[i].verdict <= ret->verdict || (refused && !acts))
			continue;
		ret->verdict = (enum bw_verdict)said->outcome[i].verdict;
		find_rule(compare, side, said->outcome[i].rule, ret);
	}
}

static bool same_answer(const struct compare_answer *a, const struct compare_answer *b)
{
	return a->verdict == b->verdict && a->carried_out == b->carried_out;
}

/* --- findings ---------------------------------------------------------------------------------------------------- */

static struct compare_finding *find_alike(struct comparison *comparison, enum bw_operation operation,
					  const struct compare_answer answer[2])
{
	for (size_t i = comparison->n; i > 0; i--) {
		struct compare_finding *finding = &comparison->list[i - 1];

		if (finding->example.operation == operation && same_answer(&finding->answer[0], &answer[0]) &&
		    same_answer(&finding->answer[1], &answer[1]) && finding->answer[0].policy == answer[0].policy &&
		    finding->answer[1].policy == answer[1].policy && finding->answer[0].rule == answer[0].rule &&
		    finding->answer[1].rule == answer[1].rule)
			return finding;
	}
	return NULL;
}

static int keep_object(struct comparison *to, struct simulate_object *object)
{
	const char **text = object->path ? &object->path : &object->abstract;

	if (*text)
		*text = arena_text(&to->arena, *text, strlen(*text));
	return (object->path || object->abstract) && !*text ? -ENOMEM : 0;
}

static int add_finding(struct compare *compare, const struct simulate_question *question, const char *subject,
		       const struct compare_answer answer[2])
{
	struct comparison *to = compare->ret;
	struct compare_finding *alike = find_alike(to, question->operation, answer), finding = { .n = 1 };
	int r;

	if (alike) {
		alike->n++;
		return 0;
	}
	finding.example = *question;
	memcpy(finding.answer, answer, sizeof(finding.answer));
	finding.subject = arena_text(&to->arena, subject, strlen(subject));
	r = finding.subject ? keep_object(to, &finding.example.object) : -ENOMEM;
	r = r ?: grow_to(&to->list, &to->capacity, to->n + 1, sizeof(*to->list));
	if (!r)
		to->list[to->n++] = finding;
	return r;
}

/* --- asking ------------------------------------------------------------------------------------------------------ */

static void add_asked(const struct tables *tables, struct bw_slice slice, struct bw_traits *mask)
{
	for (__u32 i = 0; i < slice.count; i++) {
		const struct bw_rule *rule = &tables->rule[slice.first + i];

		for (unsigned int j = 0; j < rule->n_required; j++)
			mask->word[rule->required[j] / 64 % BW_TRAIT_WORDS] |= 1ull << rule->required[j] % 64;
		for (unsigned int j = 0; j < rule->n_excepted; j++)
			mask->word[rule->excepted[j] / 64 % BW_TRAIT_WORDS] |= 1ull << rule->excepted[j] % 64;
	}
}

static void mask_of(const struct tables *tables, enum bw_operation operation, const struct object *object,
		    struct bw_traits *ret)
{
	*ret = (struct bw_traits){ 0 };
	add_asked(tables, tables->label[object->label].rules[operation], ret);
	add_asked(tables, tables->header.anywhere[operation], ret);
	add_asked(tables, tables->header.defaults[operation], ret);
	if (operation == BW_OP_USE)
		add_asked(tables, tables->header.defaults[BW_DEFAULT_MOVES], ret);
}

/* One process: a choice on each side. False: there is none, as names of a container outside of one. */
static bool put_together(const struct compare *compare, const struct subjects *people, const size_t *at,
			 struct simulate_traits *ret, char *text, size_t room)
{
	const struct bw_traits *outside = &compare->tables->trait_set[compare->tables->header.container[0]];
	size_t size = 0;

	*ret = (struct simulate_traits){ 0 };
	text[0] = '\0';
	for (unsigned int side = 0; side < _SIDE_MAX; side++) {
		const struct choice *choice;

		if (!people->side[side].n)
			continue;
		choice = &people->side[side].list[at[side]];
		for (unsigned int i = 0; i < BW_TRAIT_WORDS; i++)
			ret->any.word[i] |= choice->traits.word[i];
		if (choice->text && size < room)
			size += (size_t)snprintf(text + size, room - size, "%s%s", size ? ", " : "", choice->text);
	}
	ret->all = ret->any;
	if (!people->side[SIDE_NAMES].n || !people->side[SIDE_NAMES].list[at[SIDE_NAMES]].text)
		return true;
	for (unsigned int i = 0; i < BW_TRAIT_WORDS; i++)
		if (ret->any.word[i] & outside->word[i])
			return false;
	return true;
}

static bool next(const struct subjects *people, size_t *at)
{
	for (unsigned int side = 0; side < _SIDE_MAX; side++) {
		if (++at[side] < people->side[side].n)
			return true;
		at[side] = 0;
	}
	return false;
}

static int ask_one(struct compare *compare, const struct simulate_question *question,
		   const struct simulate_traits *traits, const char *subject)
{
	struct compare_answer answer[2];
	int r = 0;

	for (unsigned int side = 0; !r && side < 2; side++) {
		struct simulate_verdict said = { 0 };

		r = simulate_ask_with(&compare->view[side], question, traits, SIMULATE_STRICTEST, &said);
		judge(compare, side, &said, &answer[side]);
	}
	compare->asked++;
	return r || same_answer(&answer[0], &answer[1]) ? r : add_finding(compare, question, subject, answer);
}

static int ask_object(void *context, enum bw_operation operation, const struct object *object)
{
	struct compare *compare = context;
	struct simulate_question question = { .operation = operation, .object = object->object };
	size_t at[_SIDE_MAX] = { 0 }, asked = 0;
	struct subjects people;
	struct bw_traits mask;
	char subject[1024];
	int r;

	mask_of(compare->tables, operation, object, &mask);
	r = subjects_project(&compare->subjects, &mask, &people);
	do {
		struct simulate_traits traits;

		if (asked++ >= ASKED_EACH_MAX || compare->asked >= ASKED_MAX)
			r = r ?: -E2BIG;
		if (!r && put_together(compare, &people, at, &traits, subject, sizeof(subject)))
			r = ask_one(compare, &question, &traits, subject);
	} while (!r && next(&people, at));
	subjects_done(&people);
	if (r != -E2BIG)
		return r;
	compare->ret->cut = true;
	return 0;
}

/* --- the door ---------------------------------------------------------------------------------------------------- */

static int run(struct compare *compare, struct diag *diag)
{
	struct literals literals = { 0 };
	int r = compile_both(compare, &literals, diag);

	r = r ?: make_view(compare, 0);
	r = r ?: make_view(compare, 1);
	r = r ?: places_list(compare->tables, &literals, BW_STATE_ROOT, &compare->paths);
	r = r ?: places_list(compare->tables, &literals, BW_STATE_ABSTRACT, &compare->names);
	r = r ?: places_list(compare->tables, &literals, BW_STATE_CGROUP, &compare->cgroups);
	r = r ?: subjects_list(compare->tables, &compare->paths, &compare->cgroups, &compare->subjects);
	compare->ret->cut = compare->paths.cut || compare->names.cut || compare->cgroups.cut;
	for (unsigned int op = 0; !r && op < _BW_OP_MAX; op++)
		if (compare->tables->header.judged >> op & 1)
			r = objects_each(compare->tables, (enum bw_operation)op, &compare->paths, &compare->names,
					 ask_object, compare);
	literals_done(&literals);
	return r;
}

int compare_policies(const struct policy_list *a, const struct policy_list *b, struct comparison *ret,
		     struct diag *diag)
{
	struct compare compare = { .from = { a, b }, .ret = ret };
	int r;

	*ret = (struct comparison){ 0 };
	r = run(&compare, diag);
	subjects_done(&compare.subjects);
	places_done(&compare.paths);
	places_done(&compare.names);
	places_done(&compare.cgroups);
	tables_free(compare.tables);
	return r;
}

void compare_done(struct comparison *comparison)
{
	arena_done(&comparison->arena);
	free(comparison->list);
	*comparison = (struct comparison){ 0 };
}
