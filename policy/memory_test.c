/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reading policies while memory runs out: whichever allocation is the first to fail, ours or the YAML library's,
 * policy_read() answers -ENOMEM (or -EINVAL, when only a diagnostic was lost), appends nothing and leaks nothing.
 *
 * This program has its own malloc(), which counts and refuses. The address sanitizer has one too, so under it this
 * test is skipped.
 */
#include "policy.h"
#include <base/cleanup.h>
#include <pwd.h>
#include <test/harness.h>

#ifdef __SANITIZE_ADDRESS__

int main(void)
{
	puts("skipped: the address sanitizer replaces malloc() itself");
	return HARNESS_SKIPPED;
}

#else

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

/* What malloc() does: grants some allocations, refuses some after them, grants all others. */
static struct {
	long granted;
	long refused;
	long alive;
} heap;

static bool refuse(void)
{
	if (heap.granted > 0) {
		heap.granted--;
		return false;
	}
	if (heap.refused == 0)
		return false;
	heap.refused--;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	void *memory = refuse() ? NULL : __libc_malloc(size);

	heap.alive += memory != NULL;
	return memory;
}

void *calloc(size_t n, size_t size)
{
	void *memory = refuse() ? NULL : __libc_calloc(n, size);

	heap.alive += memory != NULL;
	return memory;
}

void *realloc(void *old, size_t size)
{
	void *memory = refuse() ? NULL : __libc_realloc(old, size);

	heap.alive += memory && !old;
	return memory;
}

void free(void *memory)
{
	heap.alive -= memory != NULL;
	__libc_free(memory);
}

static const char good[] =
	"---\n" HARNESS_RULE
	"{exec: ['/a{b,c}/*d?/', /**], subject: {user: root, label: [a=b, 'c{d,e}=*']}, message: x}\n"
	"    - {connect: [10.0.0.0/8:1, 'unix:/x', 'unix:@y*'], action: audit, "
	"except: {parent: /a, cgroup: [/b, '/**/c'], capability: CAP_BPF, image: 'r/*'}}\n"
	"---\n" HARNESS_RULE "{read: [/a, /b]}\n    - {write: /c, name: d}\n";

static const char bad[] = HARNESS_SPEC "  rules:\n    - exec: [/a, a, '/x[', *z]\n      exec: /b\n"
				       "    - {conect: '*:99999', subject: {user: nosuchuser}, image: '{'}\n---\n";

/* One reading in which `refused` allocations fail after `granted` ones. */
static int read_with(struct source *source, long granted, long refused, size_t *ret_policies)
{
	struct policy_list list = { 0 };
	struct diag diag = { 0 };
	int r;

	heap.granted = granted;
	heap.refused = refused;
	r = policy_read(source, &list, &diag);
	*ret_policies = list.n;
	diag_done(&diag);
	policy_list_done(&list);
	return r;
}

/* Refuses one allocation, or all from one on: the first, the second, ... until none is left to refuse. */
static void run_out(const char *text, long refused, int expected, size_t expected_policies)
{
	struct source *source = harness_source(text, strlen(text));
	size_t policies;
	long n, left;

	getpwnam("nosuchuser"); /* loads what the C library asks for users, and keeps */
	read_with(source, 0, 0, &policies);
	for (n = 0, left = 0; left < refused; n++) {
		long before = heap.alive;
		int r = read_with(source, n, refused, &policies);

		left = heap.refused;
		heap.refused = 0;
		ck_assert_msg(heap.alive == before, "after %ld: %ld lost", n, heap.alive - before);
		ck_assert_msg(r == expected || (r == -ENOMEM && left < refused), "after %ld: %d", n, r);
		ck_assert_uint_eq(policies, r == 0 ? expected_policies : 0);
	}
	ck_assert_int_gt(n, 40);
	source_unref(source);
}

START_TEST(good_text)
{
	run_out(good, 1, 0, 2);
	run_out(good, 1000000, 0, 2);
}
END_TEST

START_TEST(bad_text)
{
	run_out(bad, 1, -EINVAL, 0);
	run_out(bad, 1000000, -EINVAL, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("memory");
	TCase *cases = tcase_create("memory");

	suite_add_tcase(suite, cases);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, good_text);
	tcase_add_test(cases, bad_text);
	return harness_run(suite);
}

#endif
