/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Path patterns: which texts are one, what they match, what each mistake is called.
 */
#include "pattern.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <test/harness.h>

struct patterns {
	struct arena arena;
	struct pattern *list;
	size_t n;
	struct pattern_error error;
	int r;
};

static struct patterns parse(const char *text)
{
	struct patterns p = { 0 };

	p.r = pattern_parse(text, strlen(text), &p.arena, &p.list, &p.n, &p.error);
	return p;
}

static bool any_matches(const struct patterns *p, const char *path)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (pattern_matches(&p->list[i], path))
			return true;
	return false;
}

static const struct {
	const char *pattern;
	const char *match; /* paths, separated by spaces */
	const char *refuse;
} matches[] = {
	{ "/bin/sh", "/bin/sh", "/bin /bin/ /bin/shh /bin/s /bin/sh/x / /usr/bin/sh" },
	{ "/etc/*", "/etc/passwd /etc/.hidden /etc/a.b", "/etc /etc/a/b /etcx/a" },
	{ "/etc/host?", "/etc/hosts /etc/host.", "/etc/host /etc/hostss" },
	{ "/etc/*.conf", "/etc/a.conf /etc/.conf /etc/a.conf.conf", "/etc/conf /etc/a.confx /etc/a/b.conf" },
	{ "/a*b*c", "/abc /axbxc /abbcc /abcbc", "/ab /ac /abcx /xabc" },
	{ "/[a-c]x", "/ax /bx /cx", "/dx /x /abx /Ax" },
	{ "/[!a-c]x", "/dx /-x /\xc3x", "/ax /bx /x" },
	{ "/[^a-c]x", "/dx /^x", "/ax /cx" },
	{ "/[]x]", "/] /x", "/[ /[]x]" },
	{ "/[!]x]", "/a", "/] /x" },
	{ "/[a-]", "/a /-", "/b" },
	{ "/[-a]", "/a /-", "/b" },
	{ "/[*?]", "/* /?", "/a" },
	{ "/[\\]\\-]", "/] /-", "/\\" },
	{ "/\\*\\?\\[\\{\\\\", "/*?[{\\", "/a" },
	{ "/[{,}]", "/{ /, /}", "/a" },
	{ "/{a,b}", "/a /b", "/c /ab /{a,b}" },
	{ "/x{,y}", "/x /xy", "/y" },
	{ "/{a,b}{c,d}/e", "/ac/e /ad/e /bc/e /bd/e", "/a/e /ab/e" },
	{ "/{a,b{c,d}}", "/a /bc /bd", "/b /ac" },
	{ "/{a\\,b,[,}]}", "/a,b /, /}", "/a /b" },
	{ "/{*.so,lib*}", "/x.so /libx", "/x" },
	{ "/a,b", "/a,b", "/a /b" },
	{ "/**", "/a /a/b /a/b/c", "/" },
	{ "/a/**", "/a/b /a/b/c", "/a / /ab" },
	{ "/a/**/b", "/a/b /a/x/b /a/x/y/b /a/b/b", "/a /a/x /a/b/c /b" },
	{ "/**/b", "/b /a/b /a/c/b", "/ /a /b/a" },
	{ "/**/a/**/b/**", "/a/b/c /x/a/y/b/z /a/a/b/b", "/a/b /b/a/c" },
	{ "/**/*", "/a /a/b", "/" },
	{ "/*/**", "/a/b /a/b/c", "/a /" },
	{ "/**/*/x", "/a/x /a/b/x", "/x" },
	{ "/a/", "/a /a/b /a/b/c", "/ /ab" },
	{ "/a*/", "/a /ab /ab/c/d", "/b" },
	{ "/", "/ /a /a/b", "" },
	{ "/{a,b}/", "/a /b /a/x /b/y/z", "/c" },
	{ "/a/**/", "/a/b /a/b/c", "/a" },
	{ "/\xc3\xa9/?\?", "/\xc3\xa9/\xc3\xa9 /\xc3\xa9/ab", "/\xc3\xa9/a" }, /* one `?`, one byte */
};

/* Each of the paths, separated by spaces, does match or does not. */
static void expect_each(const struct patterns *p, const char *pattern, const char *paths, bool expected)
{
	_free_ char *copy = strdup(paths);
	char *rest = copy, *path;

	while ((path = strsep(&rest, " ")))
		if (*path)
			ck_assert_msg(any_matches(p, path) == expected, "%s on %s", pattern, path);
}

START_TEST(matching)
{
	struct patterns p = parse(matches[_i].pattern);

	ck_assert_msg(p.r == 0, "%s: %s", matches[_i].pattern, p.error.message);
	expect_each(&p, matches[_i].pattern, matches[_i].match, true);
	expect_each(&p, matches[_i].pattern, matches[_i].refuse, false);
	arena_done(&p.arena);
}
END_TEST

static const struct {
	const char *text;
	size_t offset;
	const char *message;
} mistakes[] = {
	{ "", 0, "empty pattern" },
	{ "bin/sh", 0, "not absolute" },
	{ "**/x", 0, "not absolute" },
	{ "{/a,/b}", 0, "not absolute" },
	{ "//a", 1, "empty component" },
	{ "//", 1, "empty component" },
	{ "/a//b", 3, "empty component" },
	{ "/a//", 3, "empty component" },
	{ "/x/{,a}/y", 0, "empty component" },
	{ "/a/./b", 3, "'.' as a component" },
	{ "/a/..", 3, "'..' as a component" },
	{ "/a/\\.", 3, "'.' as a component" },
	{ "/a/[.]./b", 3, "'..' as a component" },
	{ "/.{.,x}", 0, "'..' as a component" },
	{ "/a/b**", 4, "'**'" },
	{ "/**a", 1, "'**'" },
	{ "/a***", 2, "'**'" },
	{ "/***", 1, "'**'" },
	{ "/a[b", 2, "'[' without" },
	{ "/a[]", 2, "'[' without" },
	{ "/a[!]", 2, "'[' without" },
	{ "/a[b-", 2, "'[' without" },
	{ "/a[\\", 3, "class ends" },
	{ "/a[z-a]", 3, "backwards" },
	{ "/a[[:alpha:]]", 3, "named classes" },
	{ "/a[\xc3\xa9]", 3, "ASCII" },
	{ "/a[x/y]", 4, "'/' in a class" },
	{ "/a]", 2, "']' without" },
	{ "/a{b,c", 2, "'{' without" },
	{ "/{a,{b,c}", 1, "'{' without" },
	{ "/a}", 2, "'}' without" },
	{ "/{a}", 0, "only one alternative" },
	{ "/{a,b/c}", 5, "'/' within { }" },
	{ "/a\\", 2, "'\\' at the end" },
	{ "/a\\/b", 2, "'/' cannot be escaped" },
};

START_TEST(refusing)
{
	struct patterns p = parse(mistakes[_i].text);

	ck_assert_msg(p.r == -EINVAL, "%s was accepted", mistakes[_i].text);
	ck_assert_msg(p.error.offset == mistakes[_i].offset, "%s: at %zu: %s", mistakes[_i].text, p.error.offset,
		      p.error.message);
	ck_assert_msg(strstr(p.error.message, mistakes[_i].message), "%s: %s", mistakes[_i].text, p.error.message);
	arena_done(&p.arena);
}
END_TEST

/* --- normal form ---------------------------------------------------------------------------------------- */

static bool same_component(const struct component *a, const struct component *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == COMPONENT_LITERAL)
		return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
	return a->n_tokens == b->n_tokens &&
	       (a->kind != COMPONENT_GLOB || memcmp(a->token, b->token, a->n_tokens * sizeof(*a->token)) == 0);
}

static const struct {
	const char *a;
	const char *b;
} equal[] = {
	{ "/a/**/**/b", "/a/**/b" }, { "/**/**", "/**" },
	{ "/**/*/b", "/*/**/b" },    { "/**/*/**/*/b", "/*/*/**/b" },
	{ "/**/*", "/**" },	     { "/**/*/**", "/*/**" },
	{ "/a/*/**/*", "/a/*/**" },  { "/[a]\\b", "/ab" },
	{ "/[*]", "/\\*" },	     { "/*?x", "/?*x" },
	{ "/?*?*", "/??*" },	     { "/[!a]", "/[^a]" },
	{ "/[abc]", "/[a-c]" },	     { "/{a,b}", "/{a,b}" },
};

START_TEST(normal_form)
{
	struct patterns a = parse(equal[_i].a), b = parse(equal[_i].b);
	size_t i, k;

	ck_assert_int_eq(a.r, 0);
	ck_assert_int_eq(b.r, 0);
	ck_assert_uint_eq(a.n, b.n);
	for (i = 0; i < a.n; i++) {
		ck_assert_uint_eq(a.list[i].n, b.list[i].n);
		for (k = 0; k < a.list[i].n; k++)
			ck_assert_msg(same_component(&a.list[i].component[k], &b.list[i].component[k]), "%s and %s",
				      equal[_i].a, equal[_i].b);
	}
	arena_done(&a.arena);
	arena_done(&b.arena);
}
END_TEST

START_TEST(kinds)
{
	struct patterns p = parse("/lit/*/g?/**/\\*");
	const struct component *c = p.list[0].component;

	ck_assert_uint_eq(p.list[0].n, 5);
	ck_assert_str_eq(p.list[0].text, "/lit/*/g?/**/\\*");
	ck_assert_int_eq(c[0].kind, COMPONENT_LITERAL);
	ck_assert_int_eq(c[1].kind, COMPONENT_ANY);
	ck_assert_int_eq(c[2].kind, COMPONENT_GLOB);
	ck_assert_uint_eq(c[2].n_tokens, 2);
	ck_assert_int_eq(c[3].kind, COMPONENT_DEEP);
	ck_assert_int_eq(c[4].kind, COMPONENT_LITERAL);
	ck_assert_str_eq(c[4].text, "*");
	arena_done(&p.arena);
}
END_TEST

/* --- bounds --------------------------------------------------------------------------------------------- */

static char *repeated(const char *part, size_t times)
{
	char *text = malloc(2 + strlen(part) * times), *end = text;

	ck_assert_ptr_nonnull(text);
	*end++ = '/';
	for (; times > 0; times--)
		end = stpcpy(end, part);
	*end = '\0';
	return text;
}

static const struct {
	const char *part;
	size_t times;
	size_t n; /* patterns; 0: refused */
} bounds[] = {
	{ "{a,b}", 8, 256 }, { "{a,b}", 9, 0 }, { "{a,b}", 800, 0 }, { "{", 4000, 0 },	 { "{a,", 1300, 0 },
	{ "a", 255, 1 },     { "a", 256, 0 },	{ "?", 255, 1 },     { "?", 256, 0 },	 { "*a", 255, 1 },
	{ "a/", 2047, 2 },   { "a/", 2048, 0 }, { "*?", 255, 1 },    { "**/", 1365, 1 }, { "[a]", 256, 0 },
};

START_TEST(bounded)
{
	char *text = repeated(bounds[_i].part, bounds[_i].times);
	struct patterns p = parse(text);

	ck_assert_int_eq(p.r, bounds[_i].n ? 0 : -EINVAL);
	ck_assert_uint_eq(p.n, bounds[_i].n);
	arena_done(&p.arena);
	free(text);
}
END_TEST

START_TEST(nested_braces)
{
	struct patterns p;
	char *text = repeated("{a,", 255), *end = repeated("}", 255), *whole;

	ck_assert_int_ge(asprintf(&whole, "%sb%s", text, end + 1), 0);
	free(end);
	p = parse(whole);
	ck_assert_int_eq(p.r, 0);
	ck_assert_uint_eq(p.n, 256);
	arena_done(&p.arena);
	free(whole);
	free(text);
}
END_TEST

START_TEST(nul)
{
	struct patterns p = { 0 };

	p.r = pattern_parse("/a\0b", 4, &p.arena, &p.list, &p.n, &p.error);
	ck_assert_int_eq(p.r, -EINVAL);
	ck_assert_uint_eq(p.error.offset, 2);
	arena_done(&p.arena);
}
END_TEST

/* Stars and deep components that almost match everywhere: a matcher that tries all ways would not come back. */
START_TEST(polynomial)
{
	char *stars = repeated("*a", 120), *deep = repeated("**/a/", 200);
	char *name = repeated("a", 250), *path = repeated("a/", 1000);
	size_t length = strlen(path);
	struct patterns p = parse(stars), q = parse(deep);

	name[strlen(name) - 1] = 'b';
	ck_assert(!any_matches(&p, name));
	path[length - 1] = 'b';
	deep[strlen(deep) - 1] = '\0'; /* no trailing slash */
	arena_done(&q.arena);
	q = parse(deep);
	ck_assert(!any_matches(&q, path));
	arena_done(&p.arena);
	arena_done(&q.arena);
	free(stars);
	free(deep);
	free(name);
	free(path);
}
END_TEST

/* --- against a second opinion --------------------------------------------------------------------------- */

static bool glob_says(const char *glob, const char *name)
{
	if (!*glob)
		return !*name;
	if (*glob == '*')
		return glob_says(glob + 1, name) || (*name && glob_says(glob, name + 1));
	return *name && (*glob == '?' || *glob == *name) && glob_says(glob + 1, name + 1);
}

/* The definition, tried in all ways: components of the raw text, without any normal form. */
static bool definition_says(char **pattern, char **path)
{
	if (!*pattern)
		return !*path;
	if (strcmp(*pattern, "**") == 0) {
		if (!pattern[1])
			return *path;
		return definition_says(pattern + 1, path) || (*path && definition_says(pattern, path + 1));
	}
	return *path && glob_says(*pattern, *path) && definition_says(pattern + 1, path + 1);
}

static void split(char *text, char **ret)
{
	size_t n = 0;

	for (text = strtok(text, "/"); text; text = strtok(NULL, "/"))
		ret[n++] = text;
	ret[n] = NULL;
}

static unsigned int random_below(unsigned int bound)
{
	static unsigned long long state = 42;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(state >> 33) % bound;
}

static void random_text(const char *const *parts, unsigned int n_parts, char *ret)
{
	unsigned int n = 1 + random_below(5);

	for (*ret = '\0'; n > 0; n--) {
		strcat(ret, "/");
		strcat(ret, parts[random_below(n_parts)]);
	}
}

START_TEST(second_opinion)
{
	static const char *const parts[] = { "**", "**", "*", "*", "a", "b", "a*", "?", "*?", "?*b", "*a*" };
	static const char *const names[] = { "a", "b", "ab", "ba", "bab" };
	char pattern[64], path[64], *pattern_parts[8], *path_parts[8];
	int i, k;

	for (i = 0; i < 3000; i++) {
		struct patterns p;

		random_text(parts, ARRAY_SIZE(parts), pattern);
		p = parse(pattern);
		ck_assert_int_eq(p.r, 0);
		split(pattern, pattern_parts);
		for (k = 0; k < 30; k++) {
			bool matched;

			random_text(names, ARRAY_SIZE(names), path);
			matched = any_matches(&p, path);
			split(path, path_parts);
			ck_assert_msg(matched == definition_says(pattern_parts, path_parts), "pattern %s, round %d",
				      p.list[0].text, i);
		}
		arena_done(&p.arena);
	}
}
END_TEST

/* --- other doors ---------------------------------------------------------------------------------------- */

START_TEST(literals)
{
	static const struct {
		const char *text;
		const char *path;
	} cases[] = {
		{ "/bin/sh", "/bin/sh" }, { "/a\\*[b]", "/a*b" }, { "/a?", NULL }, { "/a/**", NULL }, { "/", "/" }
	};
	const char *path;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct patterns p = parse(cases[i].text);

		ck_assert_int_eq(pattern_literal(&p.list[0], &p.arena, &path), cases[i].path != NULL);
		if (cases[i].path)
			ck_assert_str_eq(path, cases[i].path);
		arena_done(&p.arena);
	}
}
END_TEST

static struct patterns parse_abstract(const char *text)
{
	struct patterns p = { 0 };

	p.r = pattern_parse_abstract(text, strlen(text), &p.arena, &p.list, &p.n, &p.error);
	return p;
}

START_TEST(abstract)
{
	static const char *const refused[] = { "", "a**", "a[", "a\\", "**" };
	struct patterns p = parse_abstract("/tmp/.X11-*/{a,b}");
	const char *path;
	size_t i;

	ck_assert_int_eq(p.r, 0);
	ck_assert_uint_eq(p.n, 2);
	ck_assert(p.list[0].abstract);
	ck_assert_uint_eq(p.list[0].n, 1);
	ck_assert(any_matches(&p, "/tmp/.X11-unix/a"));
	ck_assert(any_matches(&p, "/tmp/.X11-x/y/b")); /* '/' is a byte like others */
	ck_assert(!any_matches(&p, "/tmp/.X11-unix/c"));
	arena_done(&p.arena);
	p = parse_abstract("name");
	ck_assert_int_eq(p.r, 0);
	ck_assert(!pattern_literal(&p.list[0], &p.arena, &path));
	arena_done(&p.arena);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		p = parse_abstract(refused[i]);
		ck_assert_msg(p.r == -EINVAL, "%s was accepted", refused[i]);
		arena_done(&p.arena);
	}
}
END_TEST

/* Texts have no length that is too much, and come in pieces. */
START_TEST(texts)
{
	static const char text[] = "registry.example:5000/team/web@sha256:0123";
	static const char *const whole[] = { text, "registry.example*@sha256:????", "*" };
	char name[1001] = "";
	struct patterns p = { 0 };

	memset(name, 'a', sizeof(name) - 1);
	p.r = pattern_parse_text(name, sizeof(name) - 1, &p.arena, &p.list, &p.n, &p.error);
	ck_assert_int_eq(p.r, 0);
	ck_assert(any_matches(&p, name));
	arena_done(&p.arena);
	for (size_t i = 0; i < ARRAY_SIZE(whole); i++) {
		p = (struct patterns){ 0 };
		p.r = pattern_parse_text(whole[i], strlen(whole[i]), &p.arena, &p.list, &p.n, &p.error);
		ck_assert_int_eq(p.r, 0);
		for (size_t at = 0; at < sizeof(text); at++) {
			const struct piece piece[] = { { text, at }, { "", 0 }, { text + at, strlen(text) - at } };
			const struct component *component = &p.list[0].component[0];

			ck_assert(pattern_pieces_match(component, piece, 3));
			ck_assert_int_eq(pattern_pieces_match(component, piece, 1), !piece[2].size || i == 2);
		}
		arena_done(&p.arena);
	}
	p = (struct patterns){ 0 };
	ck_assert_int_eq(pattern_parse_text("", 0, &p.arena, &p.list, &p.n, &p.error), -EINVAL);
	ck_assert_int_eq(pattern_parse_text("a/**", 4, &p.arena, &p.list, &p.n, &p.error), -EINVAL);
	arena_done(&p.arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pattern");
	TCase *cases = tcase_create("pattern");

	suite_add_tcase(suite, cases);
	tcase_set_timeout(cases, 60);
	tcase_add_loop_test(cases, matching, 0, ARRAY_SIZE(matches));
	tcase_add_loop_test(cases, refusing, 0, ARRAY_SIZE(mistakes));
	tcase_add_loop_test(cases, normal_form, 0, ARRAY_SIZE(equal));
	tcase_add_test(cases, kinds);
	tcase_add_loop_test(cases, bounded, 0, ARRAY_SIZE(bounds));
	tcase_add_test(cases, nested_braces);
	tcase_add_test(cases, nul);
	tcase_add_test(cases, polynomial);
	tcase_add_test(cases, second_opinion);
	tcase_add_test(cases, literals);
	tcase_add_test(cases, abstract);
	tcase_add_test(cases, texts);
	return harness_run(suite);
}
