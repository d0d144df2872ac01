/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The automaton inside one component against the plain matcher, over random globs and names.
 */
#include "globs.h"
#include "sample.h"

#define GLOBS_MAX 6
#define TEXT_MAX  64

/* One set of globs: the row accepts with the set of those that match, as a bit mask. */
struct fixture {
	struct arena arena;
	struct globs globs;
	struct component component[GLOBS_MAX];
	uint32_t number[GLOBS_MAX];
	size_t n;
	uint32_t row;
};

static int accept_mask(void *context, const uint32_t *glob, size_t n, uint32_t *ret)
{
	const struct fixture *fixture = context;

	*ret = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < fixture->n; j++)
			if (fixture->number[j] == glob[i])
				*ret |= 1u << j;
	return 0;
}

static void add(struct fixture *fixture, const char *text)
{
	struct pattern_error error;
	struct pattern *pattern;
	char path[256];
	size_t n;

	snprintf(path, sizeof(path), "/%s", text);
	ck_assert_int_eq(pattern_parse(path, strlen(path), &fixture->arena, &pattern, &n, &error), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(pattern->n, 1);
	if (pattern->component->kind != COMPONENT_GLOB)
		return;
	fixture->component[fixture->n] = *pattern->component;
	ck_assert_int_ge(globs_add(&fixture->globs, pattern->component, &fixture->number[fixture->n]), 0);
	fixture->n++;
}

static int finish(struct fixture *fixture)
{
	struct words set = { 0 };
	int r;

	ck_assert_int_eq(globs_finish(&fixture->globs), 0);
	ck_assert_int_eq(words_append(&set, fixture->number, fixture->n), 0);
	words_sort(&set);
	r = globs_rows(&fixture->globs, set.word, set.n, accept_mask, fixture, &fixture->row);
	words_done(&set);
	return r;
}

static void done(struct fixture *fixture)
{
	globs_done(&fixture->globs);
	arena_done(&fixture->arena);
}

static uint32_t expected(const struct fixture *fixture, const char *name, size_t size)
{
	uint32_t mask = 0;

	for (size_t i = 0; i < fixture->n; i++)
		if (pattern_component_matches(&fixture->component[i], name, size))
			mask |= 1u << i;
	return mask;
}

static void random_glob(struct sample_random *random, char text[static TEXT_MAX])
{
	static const char *const piece[] = { "a", "b", "c", "*", "*", "?", "[ab]", "[!a]", "[b-d]", ".", "\\*" };

	text[0] = '\0';
	for (uint32_t n = 1 + sample_below(random, 5); n > 0; n--)
		sample_append(text, TEXT_MAX, piece[sample_below(random, ARRAY_SIZE(piece))]);
	if (!strcmp(text, "**") || !strcmp(text, ".") || !strcmp(text, ".."))
		snprintf(text, TEXT_MAX, "a*");
	if (strstr(text, "**"))
		snprintf(text, TEXT_MAX, "*b");
}

static size_t random_name(struct sample_random *random, char *name)
{
	static const char letter[] = "aabbccd.*\x80\xff";
	size_t size = sample_below(random, 7);

	for (size_t i = 0; i < size; i++)
		name[i] = letter[sample_below(random, sizeof(letter) - 1)];
	return size;
}

START_TEST(matches_as_the_plain_matcher)
{
	struct sample_random random = { 2 };
	size_t matched = 0;

	for (unsigned int round = 0; round < 2000; round++) {
		struct fixture fixture = { 0 };
		char text[TEXT_MAX], name[8];

		for (uint32_t n = 1 + sample_below(&random, GLOBS_MAX); n > 0; n--) {
			random_glob(&random, text);
			add(&fixture, text);
		}
		ck_assert_int_eq(finish(&fixture), 0);
		for (unsigned int i = 0; i < 60; i++) {
			size_t size = random_name(&random, name);
			uint32_t mask = expected(&fixture, name, size);

			matched += mask != 0;
			ck_assert_uint_eq(globs_match(&fixture.globs, fixture.row, name, size), mask);
		}
		done(&fixture);
	}
	ck_assert_uint_gt(matched, 10000);
}
END_TEST

START_TEST(tells_every_byte)
{
	struct fixture fixture = { 0 };

	add(&fixture, "[a-c]*");
	add(&fixture, "?");
	add(&fixture, "[!b]");
	add(&fixture, "*[x-z]");
	ck_assert_int_eq(finish(&fixture), 0);
	for (unsigned int byte = 1; byte < 256; byte++) {
		const char name = (char)byte;

		if (name != '/')
			ck_assert_uint_eq(globs_match(&fixture.globs, fixture.row, &name, 1),
					  expected(&fixture, &name, 1));
	}
	ck_assert_uint_lt(fixture.globs.n_classes, 10);
	done(&fixture);
}
END_TEST

START_TEST(equal_globs_are_one)
{
	struct fixture fixture = { 0 };

	add(&fixture, "[ab]x*");
	add(&fixture, "[ba]x*");
	ck_assert_uint_eq(fixture.number[0], fixture.number[1]);
	done(&fixture);
}
END_TEST

START_TEST(rows_are_minimal)
{
	struct fixture fixture = { 0 };

	/* Dead, start, and all names that begin with "a". */
	add(&fixture, "a*");
	ck_assert_int_eq(finish(&fixture), 0);
	ck_assert_uint_eq(fixture.globs.rows.n, 3);
	done(&fixture);

	/* The subset construction makes more of it; six rows tell what has to be told. */
	fixture = (struct fixture){ 0 };
	add(&fixture, "*ab*cd*");
	ck_assert_int_eq(finish(&fixture), 0);
	ck_assert_uint_eq(fixture.globs.rows.n, 6);
	done(&fixture);
}
END_TEST

START_TEST(a_product_too_large_is_refused)
{
	struct fixture fixture = { 0 };
	char text[TEXT_MAX] = "*a";

	while (strlen(text) < 40)
		sample_append(text, TEXT_MAX, "?");
	add(&fixture, text);
	ck_assert_int_eq(finish(&fixture), -E2BIG);
	done(&fixture);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		matches_as_the_plain_matcher,	tells_every_byte, equal_globs_are_one, rows_are_minimal,
		a_product_too_large_is_refused,
	};

	return sample_main("globs", tests, ARRAY_SIZE(tests));
}
