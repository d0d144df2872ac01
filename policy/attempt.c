/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the traits that are about the object of an exec. Out: the trait set of what is in memory, the digests with
 * their trait sets, and rows of the glob automaton that lead from an argument to one.
 */
#include "attempt.h"
#include "grow.h"
#include <base/cleanup.h>
#include <stdio.h>

/* --- names of applets ------------------------------------------------------------------------------------- */

/* Adds `prefix` with `name`, or with any bytes (NULL), as a name that stands for `value`. */
static int add_name(struct attempt *attempt, struct globs *globs, const char *const text[2], uint32_t value)
{
	struct glob_token token[2 * BW_COMPONENT_MAX + 2];
	struct component component = { .kind = COMPONENT_GLOB, .token = token };
	uint32_t glob = 0;
	int r;

	memset(token, 0, sizeof(token));
	for (size_t i = 0; i < 2 && text[i]; i++)
		for (const char *at = text[i]; *at && component.n_tokens < ARRAY_SIZE(token) - 1; at++) {
			unsigned char byte = (unsigned char)*at;

			token[component.n_tokens].kind = GLOB_SET;
			token[component.n_tokens++].set[byte / 64] = 1ull << byte % 64;
		}
	if (!text[1])
		token[component.n_tokens++].kind = GLOB_STAR;
	r = globs_add(globs, &component, &glob);
	if (r >= 0)
		r = words_push(&attempt->names, glob) ?: words_push(&attempt->names, value);
	return r < 0 ? r : 0;
}

/* A login shell is called with a hyphen before its name. */
static int add_applets(struct attempt *attempt, struct globs *globs, const struct condition *condition, uint32_t trait)
{
	static const struct {
		const char *prefix;
		uint32_t flags;
	} way[] = {
		{ "", 0 },
		{ "-", 0 },
		{ "--coreutils-prog=", BW_APPLET_OPTION },
		{ "--coreutils-prog-shebang=", BW_APPLET_OPTION },
	};
	int r = 0;

	for (size_t i = 0; i < condition->n_paths; i++)
		for (size_t j = 0; !r && j < ARRAY_SIZE(way); j++)
			r = add_name(attempt, globs, (const char *const[2]){ way[j].prefix, condition->path[i].text },
				     trait | way[j].flags);
	return r;
}

static int lower_applets(struct attempt *attempt, struct globs *globs)
{
	static const char *const prefix[] = { "", "-" };
	char text[64];
	int r = 0;

	for (uint32_t trait = 1; !r && trait < attempt->traits->n; trait++) {
		const struct condition *condition = attempt->traits->list[trait].condition;

		if ((unsigned int)condition->key == OBJECT_APPLET)
			r = add_applets(attempt, globs, condition, trait);
	}
	for (size_t i = 0; !r && attempt->names.n && alias_boxes[i]; i++)
		for (size_t j = 0; !r && j < ARRAY_SIZE(prefix); j++) {
			snprintf(text, sizeof(text), "%s%s", prefix[j], alias_boxes[i]);
			r = add_name(attempt, globs, (const char *const[2]){ text, NULL }, BW_APPLET_BOX);
		}
	return r;
}

/* --- arguments -------------------------------------------------------------------------------------------- */

int attempt_lower(struct attempt *attempt, struct globs *globs)
{
	int r = 0;

	for (uint32_t trait = 1; r >= 0 && trait < attempt->traits->n; trait++) {
		const struct condition *condition = attempt->traits->list[trait].condition;

		if ((unsigned int)condition->key != OBJECT_ARGUMENTS)
			continue;
		for (size_t i = 0; r >= 0 && i < condition->n_paths; i++)
			for (size_t j = 0; r >= 0 && j < condition->path[i].n; j++) {
				uint32_t glob = 0;

				r = globs_add(globs, &condition->path[i].pattern[j].component[0], &glob);
				if (r >= 0)
					r = words_push(&attempt->globs, glob) ?: words_push(&attempt->globs, trait);
			}
	}
	return r < 0 ? r : lower_applets(attempt, globs);
}

static void add(struct bw_traits *set, uint32_t trait)
{
	set->word[trait / 64 % BW_TRAIT_WORDS] |= 1ull << trait % 64;
}

/* The traits of an argument that this set of globs matches. */
static int accept_globs(void *context, const uint32_t *glob, size_t n, uint32_t *ret)
{
	const struct attempt *attempt = context;
	struct bw_traits set = { 0 };

	for (size_t i = 0; i < attempt->globs.n; i += 2)
		if (words_contain(glob, n, attempt->globs.word[i]))
			add(&set, attempt->globs.word[i + 1]);
	return traits_set(attempt->traits, &set, ret);
}

/* The same of a name; what only an option tells is told by nothing else. */
static int accept_names(void *context, const uint32_t *glob, size_t n, uint32_t *ret)
{
	const struct attempt *attempt = context;
	struct bw_traits set = { 0 };
	uint32_t flags = 0;
	int r;

	for (size_t i = 0; i < attempt->names.n; i += 2) {
		uint32_t value = attempt->names.word[i + 1];

		if (!words_contain(glob, n, attempt->names.word[i]))
			continue;
		flags |= value & ~BW_APPLET_TRAITS;
		if (value & BW_APPLET_TRAITS)
			add(&set, value & BW_APPLET_TRAITS);
	}
	r = traits_set(attempt->traits, &set, ret);
	*ret |= flags;
	return r;
}

/* The rows for pairs of globs and what they stand for; none for none. */
static int build_rows(struct attempt *attempt, struct globs *globs, const struct words *pairs, globs_accept_fn *accept,
		      __u32 *ret)
{
	struct words all = { 0 };
	int r = 0;

	if (!pairs->n)
		return 0;
	for (size_t i = 0; !r && i < pairs->n; i += 2)
		r = words_push(&all, pairs->word[i]);
	words_sort(&all);
	r = r ?: globs_rows(globs, all.word, all.n, accept, attempt, ret);
	words_done(&all);
	return r;
}

static int build_arguments(struct attempt *attempt, struct globs *globs, struct tables *tables)
{
	int r = build_rows(attempt, globs, &attempt->globs, accept_globs, &tables->header.arguments);

	r = r ?: build_rows(attempt, globs, &attempt->names, accept_names, &tables->header.applets);
	if (r != -E2BIG)
		return r;
	diag_error(attempt->traits->diag, NULL, (struct span){ 0 }, "too-many-arguments",
		   "use fewer stars in the lists of 'args', or fewer lists",
		   "the 'args' of the policies need more than %d rows to tell arguments apart", BW_GLOB_ROWS_MAX);
	return -EINVAL;
}

static int compare_digests(const void *a, const void *b)
{
	const struct table_digest *x = a, *y = b;
	int r = memcmp(&x->digest, &y->digest, sizeof(x->digest));

	return r ?: (x->traits > y->traits) - (x->traits < y->traits);
}

static int refuse_digests(const struct attempt *attempt, const struct trait *over)
{
	diag_error(attempt->traits->diag, over->policy->source, over->condition->span, "too-many-digests",
		   "name the files by their paths",
		   "with this list in policy '%s' the policies name more than %d digests", over->policy->name,
		   BW_DIGESTS_MAX);
	return -EINVAL;
}

/* Each digest of each list, with the trait of the list in place of a trait set. */
static int collect_digests(const struct attempt *attempt, struct table_digest **ret, size_t *ret_n)
{
	size_t capacity = 0;

	for (uint32_t trait = 1; trait < attempt->traits->n; trait++) {
		const struct condition *condition = attempt->traits->list[trait].condition;
		int r;

		if ((unsigned int)condition->key != OBJECT_DIGEST)
			continue;
		if (*ret_n + condition->n_digests > BW_DIGESTS_MAX)
			return refuse_digests(attempt, &attempt->traits->list[trait]);
		r = grow_to(ret, &capacity, *ret_n + condition->n_digests, sizeof(**ret));
		if (r < 0)
			return r;
		for (size_t i = 0; i < condition->n_digests; i++)
			(*ret)[(*ret_n)++] = (struct table_digest){ condition->digest[i], trait };
	}
	if (*ret_n)
		qsort(*ret, *ret_n, sizeof(**ret), compare_digests);
	return 0;
}

/* Of equal digests one stays, with the set of their traits. */
static int merge_digests(const struct attempt *attempt, struct table_digest *list, size_t *n)
{
	size_t from = 0, kept = 0;
	int r = 0;

	while (!r && from < *n) {
		struct table_digest digest = list[from];
		struct bw_traits set = { 0 };

		for (; from < *n && !memcmp(&list[from].digest, &digest.digest, sizeof(digest.digest)); from++)
			add(&set, list[from].traits);
		r = traits_set(attempt->traits, &set, &digest.traits);
		list[kept++] = digest;
	}
	*n = kept;
	return r;
}

static int build_digests(const struct attempt *attempt, struct tables *tables)
{
	struct table_digest *list = NULL;
	size_t n = 0;
	int r = collect_digests(attempt, &list, &n);

	r = r ?: merge_digests(attempt, list, &n);
	if (!r) {
		tables->n_digests = n;
		tables->digest = tables_keep(tables, list, n, sizeof(*list));
		r = tables->digest ? 0 : -ENOMEM;
	}
	free(list);
	return r;
}

/* The set of all traits of one key. Without any it is set 0. */
static int build_all(const struct attempt *attempt, unsigned int key, __u32 *ret)
{
	struct bw_traits set = { 0 };

	for (uint32_t trait = 1; trait < attempt->traits->n; trait++)
		if ((unsigned int)attempt->traits->list[trait].condition->key == key)
			add(&set, trait);
	return traits_set(attempt->traits, &set, ret);
}

int attempt_build(struct attempt *attempt, struct globs *globs, struct tables *tables)
{
	int r = build_all(attempt, OBJECT_MEMORY, &tables->header.memory);

	r = r ?: build_all(attempt, OBJECT_APPLET, &tables->header.any_applet);
	r = r ?: build_digests(attempt, tables);
	return r ?: build_arguments(attempt, globs, tables);
}

int attempt_refuse_digests(const struct traits *traits)
{
	int r = 0;

	for (uint32_t trait = 1; trait < traits->n; trait++) {
		const struct trait *from = &traits->list[trait];

		if ((unsigned int)from->condition->key != OBJECT_DIGEST)
			continue;
		diag_error(traits->diag, from->policy->source, from->condition->span, "no-digests",
			   "name the files by 'paths'; `bulwark doctor` says what is missing",
			   "this kernel computes no digest of a file that is run: 'sha256' cannot be enforced");
		r = -EINVAL;
	}
	return r;
}

void attempt_done(struct attempt *attempt)
{
	words_done(&attempt->globs);
	words_done(&attempt->names);
}
