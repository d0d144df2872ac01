/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the conditions of all selectors. Out: a bit for each different one, and numbers for the sets of bits that
 * labels and identities give. Trait 0 is never given, so that a zeroed entry can never match by accident.
 */
#include "traits.h"
#include "grow.h"

/* A condition as bytes: its key, then its values, sorted and each once. */
struct canonical {
	unsigned char *byte;
	size_t n;
	size_t capacity;
};

static int canonical_put(struct canonical *to, const void *bytes, size_t size)
{
	int r = grow_to(&to->byte, &to->capacity, to->n + size, 1);

	if (r < 0)
		return r;
	memcpy(to->byte + to->n, bytes, size);
	to->n += size;
	return 0;
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int put_paths(struct canonical *to, const struct condition *condition)
{
	const char **text = calloc(condition->n_paths + 1, sizeof(*text));
	int r = 0;

	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < condition->n_paths; i++)
		text[i] = condition->path[i].text;
	qsort(text, condition->n_paths, sizeof(*text), compare_text);
	for (size_t i = 0; !r && i < condition->n_paths; i++)
		if (i == 0 || strcmp(text[i - 1], text[i]) != 0)
			r = canonical_put(to, text[i], strlen(text[i]) + 1);
	free(text);
	return r;
}

static int compare_range(const void *a, const void *b)
{
	const struct id_range *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Ranges that overlap or touch become one: "1000-1999, 2000" is "1000-2000". */
static int put_ids(struct canonical *to, const struct condition *condition)
{
	struct id_range *range = calloc(condition->n_ids + 1, sizeof(*range));
	size_t n = 0;
	int r;

	if (!range)
		return -ENOMEM;
	if (condition->n_ids)
		memcpy(range, condition->id, condition->n_ids * sizeof(*range));
	qsort(range, condition->n_ids, sizeof(*range), compare_range);
	for (size_t i = 0; i < condition->n_ids; i++) {
		if (n && range[i].from <= (uint64_t)range[n - 1].to + 1) {
			if (range[i].to > range[n - 1].to)
				range[n - 1].to = range[i].to;
			continue;
		}
		range[n++] = range[i];
	}
	r = canonical_put(to, range, n * sizeof(*range));
	free(range);
	return r;
}

static int compare_digest(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct bw_digest));
}

static int put_digests(struct canonical *to, const struct condition *condition)
{
	struct bw_digest *digest = calloc(condition->n_digests + 1, sizeof(*digest));
	int r = 0;

	if (!digest)
		return -ENOMEM;
	if (condition->n_digests)
		memcpy(digest, condition->digest, condition->n_digests * sizeof(*digest));
	qsort(digest, condition->n_digests, sizeof(*digest), compare_digest);
	for (size_t i = 0; !r && i < condition->n_digests; i++)
		if (i == 0 || compare_digest(&digest[i - 1], &digest[i]) != 0)
			r = canonical_put(to, &digest[i], sizeof(digest[i]));
	free(digest);
	return r;
}

int traits_init(struct traits *traits, struct diag *diag)
{
	struct bw_traits none = { 0 };
	uint32_t number;
	int r;

	*traits = (struct traits){ .diag = diag, .n = 1 };
	r = grow_to(&traits->list, &traits->capacity, 1, sizeof(*traits->list));
	if (r < 0)
		return r;
	traits->list[0] = (struct trait){ 0 };
	r = intern_add(&traits->sets, &none, sizeof(none), &number);
	return r < 0 ? r : 0;
}

static int add_condition(struct traits *traits, const struct canonical *canonical, struct trait trait, uint32_t *ret)
{
	uint32_t number;
	int r = intern_add(&traits->conditions, canonical->byte, canonical->n, &number);

	if (r < 0)
		return r;
	*ret = number + 1;
	if (!r)
		return 0;
	r = grow_to(&traits->list, &traits->capacity, traits->n + 1, sizeof(*traits->list));
	if (r < 0)
		return r;
	traits->list[traits->n++] = trait;
	return 0;
}

static int put_aliases(struct canonical *to, const struct condition *condition)
{
	int r = 0;

	for (size_t i = 0; !r && i < condition->aliases.n; i++) {
		const struct path_alias *alias = &condition->aliases.list[i];

		r = canonical_put(to, alias->from, strlen(alias->from) + 1);
		r = r ?: canonical_put(to, alias->to, strlen(alias->to) + 1);
	}
	return r;
}

static int put_values(struct canonical *to, const struct condition *condition)
{
	switch ((unsigned int)condition->key) {
	case OBJECT_MEMORY:
		return 0;
	case OBJECT_DIGEST:
		return put_digests(to, condition);
	case SUBJECT_USER:
	case SUBJECT_GROUP:
		return put_ids(to, condition);
	case SUBJECT_CAPABILITY:
		return canonical_put(to, &condition->capabilities, sizeof(condition->capabilities));
	case SUBJECT_OWNER:
	case SUBJECT_CONTAINER:
		return canonical_put(to, &condition->yes, sizeof(condition->yes));
	case CONTAINER_ALIAS:
		return put_aliases(to, condition);
	default:
		return put_paths(to, condition);
	}
}

int traits_number(struct traits *traits, const struct policy *policy, const struct condition *condition, uint32_t *ret)
{
	const uint32_t key[2] = { condition->key };
	struct canonical canonical = { 0 };
	int r = canonical_put(&canonical, key, sizeof(key));

	r = r ?: put_values(&canonical, condition);
	r = r ?: add_condition(traits, &canonical, (struct trait){ policy, condition }, ret);
	free(canonical.byte);
	return r;
}

int traits_check(const struct traits *traits)
{
	const struct trait *over;

	if (traits->n <= BW_TRAITS_MAX)
		return 0;
	over = &traits->list[BW_TRAITS_MAX];
	diag_error(
		traits->diag, over->policy->source, over->condition->span, "too-many-subjects",
		"let rules share lists, or say once in the policy's own 'subject' what all its rules are about",
		"the policies use %zu different subject lists, and a node can tell %d apart; this one in policy '%s' "
		"is the first too many",
		traits->n - 1, BW_TRAITS_MAX - 1, over->policy->name);
	return -EINVAL;
}

const struct id_range *traits_ids(const struct traits *traits, uint32_t trait, size_t *ret_n)
{
	const unsigned char *canonical = intern_at(&traits->conditions, trait - 1, ret_n);

	*ret_n = (*ret_n - 2 * sizeof(uint32_t)) / sizeof(struct id_range);
	return (const void *)(canonical + 2 * sizeof(uint32_t));
}

int traits_set(struct traits *traits, const struct bw_traits *set, uint32_t *ret)
{
	int r = intern_add(&traits->sets, set, sizeof(*set), ret);

	if (r < 0)
		return r;
	if (*ret < BW_TRAIT_SETS_MAX)
		return 0;
	diag_error(traits->diag, NULL, (struct span){ 0 }, "too-many-subject-sets",
		   "let the lists of the policies' subjects overlap less",
		   "the subject lists of the policies overlap in more than %d ways", BW_TRAIT_SETS_MAX);
	return -EINVAL;
}

int traits_finish(const struct traits *traits, struct tables *tables)
{
	tables->n_trait_sets = traits->sets.n;
	tables->trait_set = tables_keep(tables, traits->sets.byte, traits->sets.n, sizeof(*tables->trait_set));
	return tables->trait_set ? 0 : -ENOMEM;
}

void traits_done(struct traits *traits)
{
	free(traits->list);
	intern_done(&traits->conditions);
	intern_done(&traits->sets);
	*traits = (struct traits){ 0 };
}
