/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The parts of the importers: paths and patterns, names, the table of functions.
 */
#include "import.h"
#include "import_path.h"
#include "tetragon.h"
#include <base/cleanup.h>
#include <test/harness.h>

/* One import of nothing, for functions that need one. */
struct fixture {
	struct import import;
	struct diag diag;
	struct draft_list list;
};

static void begin(struct fixture *fixture)
{
	*fixture = (struct fixture){ 0 };
	fixture->import.source = harness_source("x", 1);
	fixture->import.diag = &fixture->diag;
}

static void end(struct fixture *fixture)
{
	ck_assert(!fixture->import.no_memory);
	arena_done(&fixture->import.arena);
	source_unref(fixture->import.source);
	diag_done(&fixture->diag);
}

/* The texts of a list, with a blank between them. */
static void assert_list(const struct draft_list *list, const char *wanted)
{
	char found[2048] = "";
	size_t used = 0;

	for (const struct draft_text *item = list->first; item; item = item->next)
		used += (size_t)snprintf(found + used, sizeof(found) - used, "%s%s", used ? " " : "", item->text);
	ck_assert_str_eq(found, wanted);
}

/* --- patterns ---------------------------------------------------------------------------------------------------- */

static const struct {
	const char *theirs;
	const char *ours;
	size_t left_out, notes;
} globs[] = {
	{ "/a/b", "/a/b", 0, 0 },
	{ "/a/*", "/a/*", 0, 0 },
	{ "/a/**", "/a/**", 0, 0 },
	{ "/**", "/**", 0, 0 },
	{ "/**/x", "/*/**/x", 0, 0 },
	{ "/a/**/x", "/a/*/**/x", 0, 0 },
	{ "**/x", "/*/**/x", 0, 0 },
	{ "/a/**.c", "/a/**/*.c", 0, 0 },
	{ "/a/b**", "/a/b*/", 0, 0 },
	{ "/a/b**/c", "/a/b*/**/c", 0, 0 },
	{ "/a/b**c", "/a/b*c /a/b*/**/*c", 0, 0 },
	{ "/a**b**c", "/a*b*c /a*b*/**/*c /a*/**/*b*c /a*/**/*b*/**/*c", 0, 0 },
	{ "/a***b", "/a*b /a*/**/*b", 0, 0 },
	{ "/{a,b}/c", "/{a,b}/c", 0, 0 },
	{ "/{a,b/c}/d", "/a/d /b/c/d", 0, 0 },
	{ "/{a,{b/x,c}}/d", "/a/d /b/x/d /c/d", 0, 0 },
	{ "/{a}/b", "/a/b", 0, 0 },
	{ "/a/", "/a", 0, 0 },
	{ "//a//b", "/a/b", 0, 0 },
	{ "/a/[bc]?", "/a/[bc]?", 0, 0 },
	{ "/a/\\*", "/a/\\*", 0, 0 },
	{ "/a b", "/a b", 0, 1 },
	{ "/{a", "", 1, 0 },
	{ "/a/../b", "", 1, 0 },
	{ "^/a$", "", 0, 1 },
	{ "a/b", "", 0, 1 },
	{ "", "", 0, 1 },
};

START_TEST(globs_of_apparmor)
{
	struct fixture f;

	begin(&f);
	import_glob(&f.import, globs[_i].theirs, NULL, &f.list);
	assert_list(&f.list, globs[_i].ours);
	ck_assert_uint_eq(f.import.n_left_out, globs[_i].left_out);
	ck_assert_uint_eq(f.import.n_notes, globs[_i].notes);
	end(&f);
}
END_TEST

/* However a pattern multiplies, it ends, and the author is told. */
START_TEST(too_many_globs)
{
	static const char stars[] = "/a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a**a";
	static const char braces[] = "/{a/,b}{a/,b}{a/,b}{a/,b}{a/,b}{a/,b}{a/,b}{a/,b}{a/,b}{a/,b}{a/,b}{a/,b}{a/,b}";
	struct fixture f;

	begin(&f);
	ck_assert(!import_glob(&f.import, stars, NULL, &f.list));
	ck_assert_uint_eq(f.import.n_left_out, 1);
	ck_assert(!import_glob(&f.import, braces, NULL, &f.list));
	ck_assert_uint_eq(f.import.n_left_out, 2);
	end(&f);
}
END_TEST

START_TEST(paths)
{
	struct fixture f;

	begin(&f);
	ck_assert(import_path(&f.import, "/a*[b]{c}\\d?", NULL, &f.list));
	ck_assert(import_path(&f.import, "/a/./b/../c//d", NULL, &f.list));
	ck_assert(import_path(&f.import, "/../../e", NULL, &f.list));
	ck_assert(import_path(&f.import, "/f/", NULL, &f.list));
	ck_assert(import_path(&f.import, "relative", NULL, &f.list));
	assert_list(&f.list, "/a\\*\\[b\\]\\{c\\}\\\\d\\? /a/c/d /e /f");
	ck_assert_uint_eq(f.import.n_notes, 4);
	ck_assert(!import_path(&f.import, "/", NULL, &f.list));
	ck_assert_uint_eq(f.import.n_left_out, 1);
	end(&f);
}
END_TEST

START_TEST(beginnings_and_ends)
{
	struct fixture f;

	begin(&f);
	import_path_prefix(&f.import, "/", NULL, &f.list);
	import_path_prefix(&f.import, "/a", NULL, &f.list);
	import_path_prefix(&f.import, "/a/", NULL, &f.list);
	import_path_prefix(&f.import, "a", NULL, &f.list);
	import_path_postfix(&f.import, "a", NULL, &f.list);
	import_path_postfix(&f.import, "/a", NULL, &f.list);
	import_path_postfix(&f.import, "a/b", NULL, &f.list);
	import_path_postfix(&f.import, "a/", NULL, &f.list);
	import_path_postfix(&f.import, "", NULL, &f.list);
	assert_list(&f.list, "/** /a*/ /a/** /**/*a /**/a /**/*a/b");
	ck_assert_uint_eq(f.import.n_left_out, 0);
	ck_assert_uint_eq(f.import.n_notes, 3);
	end(&f);
}
END_TEST

START_TEST(folders)
{
	struct fixture f;

	begin(&f);
	import_folder(&f.import, "/a/", true, NULL, &f.list);
	import_folder(&f.import, "/b/", false, NULL, &f.list);
	import_folder(&f.import, "/", true, NULL, &f.list);
	import_folder(&f.import, "/", false, NULL, &f.list);
	ck_assert_uint_eq(f.import.n_notes, 0);
	import_folder(&f.import, "/c", true, NULL, &f.list);
	assert_list(&f.list, "/a/ /b /b/* / /* /c/");
	ck_assert_uint_eq(f.import.n_notes, 1);
	end(&f);
}
END_TEST

/* --- names ---------------------------------------------------------------------------------------------------------
 */

START_TEST(names)
{
	char longest[200];
	struct fixture f;

	begin(&f);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ck_assert_str_eq(import_name(&f.import, "Web_No.Shell!", "none"), "web-no-shell");
	ck_assert_str_eq(import_name(&f.import, "--a--b--", "none"), "a-b");
	ck_assert_str_eq(import_name(&f.import, "\xc3\xa4", "none"), "none");
	ck_assert_uint_eq(strlen(import_name(&f.import, longest, "none")), 63);
	ck_assert_str_eq(import_line(&f.import, "a\nb\tc ", 10), "a b c");
	ck_assert_str_eq(import_line(&f.import, "abc\xc3\xa4", 4), "abc");
	end(&f);
}
END_TEST

/* --- the table of functions ------------------------------------------------------------------------------------------
 */

START_TEST(functions_by_their_names)
{
	static const char *const same[][2] = {
		{ "security_file_open", "file_open" }, { "security_bprm_check", "bprm_check_security" },
		{ "sys_openat", "__x64_sys_openat" },  { "sys_openat", "__arm64_sys_openat" },
		{ "sys_setuid", "__sys_setuid" },      { "security_create_user_ns", "userns_create" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		ck_assert_ptr_nonnull(tetragon_hook_find(same[i][0]));
		ck_assert_ptr_eq(tetragon_hook_find(same[i][0]), tetragon_hook_find(same[i][1]));
	}
	ck_assert_ptr_null(tetragon_hook_find("commit_creds"));
	ck_assert_ptr_null(tetragon_hook_find(""));
	ck_assert_ptr_nonnull(tetragon_hook_hint("commit_creds"));
	ck_assert_ptr_nonnull(tetragon_hook_hint("x"));
}
END_TEST

/* A part of an operation, put in its place, has to say so. */
START_TEST(parts_say_what_they_are)
{
	static const char *const parts[] = { "sys_linkat", "security_path_truncate", "sys_umount", "bpf_check" };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const struct tetragon_hook *hook = tetragon_hook_find(parts[i]);

		ck_assert_ptr_nonnull(hook);
		ck_assert(hook->part);
		ck_assert_ptr_nonnull(hook->differs);
	}
}
END_TEST

/* --- the door
 * ---------------------------------------------------------------------------------------------------------- */

START_TEST(dialects)
{
	ck_assert_int_eq(import_dialect_from("tetragon"), IMPORT_TETRAGON);
	ck_assert_int_eq(import_dialect_from("kubearmor"), IMPORT_KUBEARMOR);
	ck_assert_int_eq(import_dialect_from("falco"), -EINVAL);
}
END_TEST

/* What is no policy at all gives a complaint and no policy. */
START_TEST(no_policy)
{
	static const char *const texts[] = { "",	 "---\n",   "text", "[a, b]", "{", "kind: KubeArmorPolicy",
					     "\xff\xfe", "spec: {}" };
	const struct import_options options = { .posture = BW_VERDICT_DENY };

	for (size_t i = 0; i < 2 * ARRAY_SIZE(texts); i++) {
		struct source *source = harness_source(texts[i / 2], strlen(texts[i / 2]));
		struct import_list list = { 0 };
		struct diag diag = { 0 };

		ck_assert_int_eq(import_read((enum import_dialect)(i % 2), &options, source, &list, &diag), 0);
		for (size_t k = 0; k < list.n; k++)
			ck_assert_int_eq(list.item[k].result, IMPORT_NOTHING);
		ck_assert_msg(i / 2 == 1 || diag.n_errors > 0, "%s", texts[i / 2]);
		diag_done(&diag);
		import_list_done(&list);
		source_unref(source);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("import");
	TCase *tests = tcase_create("import");

	suite_add_tcase(suite, tests);
	tcase_add_loop_test(tests, globs_of_apparmor, 0, ARRAY_SIZE(globs));
	tcase_add_test(tests, too_many_globs);
	tcase_add_test(tests, paths);
	tcase_add_test(tests, beginnings_and_ends);
	tcase_add_test(tests, folders);
	tcase_add_test(tests, names);
	tcase_add_test(tests, functions_by_their_names);
	tcase_add_test(tests, parts_say_what_they_are);
	tcase_add_test(tests, dialects);
	tcase_add_test(tests, no_policy);
	return harness_run(suite);
}
