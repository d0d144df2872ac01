/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * root.c: a folder with links of all kinds in the place of a container's root, and one whose file system never answers.
 */
#include "root.h"
#include <base/cleanup.h>
#include <check.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <test/harness.h>
#include <unistd.h>
#include "when.h"

static char root[64];
static struct alias_set set;

static void make(const char *format, ...)
{
	char command[512];
	va_list list;
	int n;

	n = snprintf(command, sizeof(command), "cd %s && ", root);
	va_start(list, format);
	vsnprintf(command + n, sizeof(command) - (size_t)n, format, list);
	va_end(list);
	ck_assert_int_eq(system(command), 0);
}

static void set_up(void)
{
	strcpy(root, "/tmp/root_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	make("mkdir -p bin usr/bin run srv/a/b etc && touch bin/busybox usr/bin/python3.11 etc/passwd");
	make("ln -s /bin/busybox bin/sh && ln -s ../../bin/busybox usr/bin/nc && ln -s python3.11 usr/bin/python");
	make("mkdir var && ln -s ../run var/run && ln -s loop loop && ln -s /x/../../../../etc/passwd up");
	make("ln -s / top && mkfifo fifo && ln -s fifo tofifo && ln -s /usr/bin/x bin/x");
}

static void tear_down(void)
{
	char command[128];

	root_forget(&set);
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ck_assert_int_eq(system(command), 0);
}

static int look(const char *const *path, size_t n)
{
	const struct root_place place[] = { { "/nowhere", NULL }, { "/", NULL }, { root, NULL } };
	const struct root_paths paths = { (char **)path, n };

	return root_look(place, 3, &paths, &set);
}

static const char *leads(const char *from)
{
	size_t n;
	const struct path_alias *alias = alias_set_find(&set, from, &n);

	ck_assert_uint_le(n, 1);
	return n ? alias->to : "";
}

START_TEST(links_lead_within_the_root)
{
	static const char *const path[] = {
		"/bin/sh", "/usr/bin/nc",     "/usr/bin/python", "/var/run/docker.sock", "/loop",   "/loop/x", "/up",
		"/top/up", "/bin/sh/nothing", "/etc/passwd",	 "/none/at/all",	 "/tofifo", "/bin/x",
	};

	ck_assert_int_eq(look(path, ARRAY_SIZE(path)), 8);
	ck_assert_str_eq(leads("/bin/sh"), "/bin/busybox");
	ck_assert_str_eq(leads("/usr/bin/nc"), "/bin/busybox");
	ck_assert_str_eq(leads("/usr/bin/python"), "/usr/bin/python3.11");
	ck_assert_str_eq(leads("/var/run/docker.sock"), "/run/docker.sock");
	ck_assert_str_eq(leads("/up"), "/etc/passwd");
	ck_assert_str_eq(leads("/top/up"), "/etc/passwd");
	ck_assert_str_eq(leads("/bin/sh/nothing"), "/bin/busybox/nothing");
	ck_assert_str_eq(leads("/tofifo"), "/fifo");
	ck_assert_str_eq(leads("/bin/x"), ""); /* the same where /usr is merged */
	ck_assert_str_eq(leads("/loop"), "");
	/* Again, nothing is new; changed, what was seen stays. */
	ck_assert_int_eq(look(path, ARRAY_SIZE(path)), 0);
	make("ln -sf /bin/other bin/sh && rm usr/bin/nc");
	ck_assert_int_eq(look(path, ARRAY_SIZE(path)), 2);
	ck_assert_uint_eq(set.n, 10);
	ck_assert(alias_set_has(&set, &(const struct path_alias){ "/bin/sh", "/bin/busybox" }));
	ck_assert(alias_set_has(&set, &(const struct path_alias){ "/bin/sh", "/bin/other" }));
	ck_assert_str_eq(leads("/usr/bin/nc"), "/bin/busybox");
}
END_TEST

START_TEST(no_root_yet)
{
	static const struct root_place place[] = {
		{ "/nowhere", NULL },
		{ "/", NULL },
		{ "/proc/self/root", NULL },
		{ "/etc/passwd", NULL },
	};
	char *path[] = { (char *)"/bin/sh" };
	const struct root_paths paths = { path, 1 };

	ck_assert_int_eq(root_look(place, ARRAY_SIZE(place), &paths, &set), -ESTALE);
	ck_assert_int_eq(root_look(place, 0, &paths, &set), -ESTALE);
}
END_TEST

/* The number of a process that has left the cgroup may be that of one of another container. */
START_TEST(a_process_that_is_in_the_cgroup)
{
	char process[128], procs[128];
	char *path[] = { (char *)"/bin/sh" };
	const struct root_paths paths = { path, 1 };
	const struct root_place place = { process, procs };

	snprintf(process, sizeof(process), "%s/12", root);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", root);
	make("mkdir -p 12/root/bin && ln -s busybox 12/root/bin/sh && printf '1\\n123\\n' >cgroup.procs");
	ck_assert_int_eq(root_look(&place, 1, &paths, &set), -ESTALE);
	make("echo 12 >>cgroup.procs");
	ck_assert_int_eq(root_look(&place, 1, &paths, &set), 1);
	make("rm cgroup.procs");
	ck_assert_int_eq(root_look(&place, 1, &paths, &set), -ESTALE);
}
END_TEST

/* One container has its share and not more. */
START_TEST(more_links_than_are_taken)
{
	static char text[2 * ROOT_ALIASES_MAX][32];
	static const char *path[2 * ROOT_ALIASES_MAX];
	size_t i;

	make("for i in $(seq 0 %d); do ln -s to$i l$i; done", 2 * ROOT_ALIASES_MAX);
	for (i = 0; i < ARRAY_SIZE(path); i++) {
		snprintf(text[i], sizeof(text[i]), "/l%zu", i);
		path[i] = text[i];
	}
	ck_assert_int_eq(look(path, ARRAY_SIZE(path)), ROOT_ALIASES_MAX);
	ck_assert_int_eq(look(path + ROOT_ALIASES_MAX, ROOT_ALIASES_MAX), 0);
	ck_assert_uint_eq(set.n, ROOT_ALIASES_MAX);
}
END_TEST

/* More work than there is time for: here, long ways of links for very many paths. */
START_TEST(a_look_ends_in_time)
{
	enum { N = 400000 };
	const char **path = calloc(N, sizeof(*path));
	__u64 begin = when_steady();
	size_t i;

	ck_assert_ptr_nonnull(path);
	make("for i in $(seq 0 38); do ln -s c$((i + 1)) c$i; done; ln -s c0 c39");
	for (i = 0; i < N; i++)
		path[i] = "/c0/d/e/f";
	ck_assert_int_eq(look(path, N), -ETIMEDOUT);
	ck_assert_uint_lt(when_steady() - begin, 8ull * ROOT_LOOK_MS * 1000000);
	ck_assert_uint_eq(set.n, 0);
	free(path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("root");
	TCase *cases = tcase_create("root");

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, links_lead_within_the_root);
	tcase_add_test(cases, no_root_yet);
	tcase_add_test(cases, a_process_that_is_in_the_cgroup);
	tcase_add_test(cases, more_links_than_are_taken);
	tcase_add_test(cases, a_look_ends_in_time);
	suite_add_tcase(suite, cases);
	return harness_run(suite);
}
