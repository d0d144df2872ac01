/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Compiling while memory runs out: whichever allocation fails, compile_tables() answers -ENOMEM, gives no tables and
 * leaks nothing.
 *
 * This program has its own malloc(), which counts and refuses. The address sanitizer has one too, so under it this
 * test is skipped.
 */
#include "sample.h"

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

/* Allocations until the one that is refused; negative: none is. */
static long countdown = -1;
static long alive;

static bool refuse(void)
{
	return countdown >= 0 && countdown-- == 0;
}

void *malloc(size_t size)
{
	void *memory = refuse() ? NULL : __libc_malloc(size);

	alive += memory != NULL;
	return memory;
}

void *calloc(size_t n, size_t size)
{
	void *memory = refuse() ? NULL : __libc_calloc(n, size);

	alive += memory != NULL;
	return memory;
}

void *realloc(void *old, size_t size)
{
	void *memory = refuse() ? NULL : __libc_realloc(old, size);

	alive += memory && !old;
	return memory;
}

void free(void *memory)
{
	alive -= memory != NULL;
	__libc_free(memory);
}

/* A policy with something for every room of the compiler. */
static struct policy *whole_policy(void)
{
	static const char *const object[] = { "/bin/sh", "/**/*.[ch]", "/srv/*/data/", "/srv/**/x", "/etc/pass?d" };
	struct policy *policy = sample_policy("whole", 8);
	struct rule *rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY);

	for (size_t i = 0; i < ARRAY_SIZE(object); i++)
		sample_object(policy, rule, object[i]);
	sample_binary(policy, sample_condition(policy, &rule->subject, SUBJECT_BINARY), "/opt/*");
	sample_ids(policy, sample_condition(policy, &rule->except, SUBJECT_USER), 1000, 1999);
	rule->message = "message";
	rule = sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_ALLOW);
	sample_prefix4(policy, rule, 0x0a000000, 8)->port_to = 1023;
	sample_prefix4(policy, rule, 0x0a010000, 16)->protocol = BW_PROTOCOL_UDP;
	sample_socket(policy, rule, "@name*");
	policy->fallback[BW_OP_CONNECT] = BW_VERDICT_KILL;
	return policy;
}

static int resolve(const char *path, void *context, char **ret)
{
	(void)context;
	if (strcmp(path, "/usr/bin/sh") != 0)
		return -ENOENT;
	*ret = strdup("/usr/bin/dash");
	return *ret ? 0 : -ENOMEM;
}

static int compile(const struct policy *policy, struct tables **ret)
{
	struct compile_options options = sample_options;
	struct diag diag = { 0 };
	int r;

	options.resolve = resolve;
	r = compile_tables(&policy, 1, &options, ret, &diag);
	countdown = -1;
	ck_assert_uint_eq(diag.n, 0);
	diag_done(&diag);
	return r;
}

START_TEST(any_allocation_may_fail)
{
	struct policy *policy = whole_policy();
	struct tables *tables = NULL;
	long before = alive, n = 0;
	int r;

	for (;; n++) {
		countdown = n;
		r = compile(policy, &tables);
		if (r == 0)
			break;
		ck_assert_int_eq(r, -ENOMEM);
		ck_assert_ptr_null(tables);
		ck_assert_msg(alive == before, "after %ld allocations: %ld lost", n, alive - before);
	}
	ck_assert_int_gt(n, 100);
	tables_free(tables);
	ck_assert_int_eq(alive, before);
	sample_free(policy);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { any_allocation_may_fail };

	return sample_main("exhaustion", tests, ARRAY_SIZE(tests));
}

#endif
