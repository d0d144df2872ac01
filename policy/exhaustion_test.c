/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Compiling, importing and reading tests while memory runs out: whichever allocation fails, compile_tables(),
 * import_read() and policytest_read() answer -ENOMEM, give nothing and leak nothing.
 *
 * This program has its own malloc(), which counts and refuses. The address sanitizer has one too, so under it this
 * test is skipped.
 */
#include "import.h"
#include "policytest.h"
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
	sample_binary(policy, sample_condition(policy, &rule->subject, SUBJECT_PARENT), "/opt/p");
	sample_binary(policy, sample_condition(policy, &rule->except, SUBJECT_ANCESTOR), "/opt/a/**");
	sample_binary(policy, sample_condition(policy, &rule->except, SUBJECT_CGROUP), "/docker/*");
	sample_condition(policy, &rule->subject, SUBJECT_CAPABILITY)->capabilities = 5;
	sample_condition(policy, &rule->subject, SUBJECT_CONTAINER)->yes = true;
	sample_name(policy, sample_condition(policy, &rule->subject, SUBJECT_IMAGE), "web:*");
	sample_name(policy, sample_condition(policy, &rule->subject, SUBJECT_LABEL), "app=web");
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

/* Ids and no names: looking up a user is the C library's business. */
static const char cases[] = "apiVersion: bulwark/v1\nkind: PolicyTest\npolicies: [web.yaml, db.yaml]\ncases:\n"
			    "  - name: exec\n    process: {binary: /usr/sbin/nginx, user: 33, group: 33, owner: true, "
			    "parent: /bin/sh, lineage: [/sbin/init], capability: CAP_BPF, image: web, labels: {a: b}}\n"
			    "    operation: exec\n    object: {path: /bin/sh, args: [sh, -c, id], memory: true}\n"
			    "    expect: kill\n    rule: web/no-shell\n"
			    "  - {name: net, operation: connect, object: 10.0.0.5:443/tcp, expect: deny}\n"
			    "  - {name: unix, operation: bind, object: 'unix:@x', expect: deny}\n"
			    "  - {name: raw, operation: socket, object: AF_PACKET/SOCK_RAW, expect: audit}\n"
			    "  - {name: use, operation: use, object: ptrace, expect: allow}\n";

START_TEST(any_allocation_of_reading_may_fail)
{
	struct source *source = harness_source(cases, strlen(cases));
	struct policytest_list list = { 0 };
	struct diag diag = { 0 };
	long before = alive, n = 0;
	int r;

	for (;; n++) {
		countdown = n;
		r = policytest_read(source, false, &list, &diag);
		countdown = -1;
		ck_assert_uint_eq(diag.n_errors, 0);
		if (r == 0)
			break;
		ck_assert_int_eq(r, -ENOMEM);
		ck_assert_uint_eq(list.n, 0);
		ck_assert_msg(alive == before, "after %ld allocations: %ld lost", n, alive - before);
	}
	ck_assert_int_gt(n, 50);
	policytest_list_done(&list);
	ck_assert_int_eq(alive, before);
	source_unref(source);
}
END_TEST

static const char theirs[] =
	"kind: KubeArmorPolicy\nmetadata: {name: a, namespace: n}\nspec:\n  severity: 1\n  tags: [x]\n  message: m\n"
	"  selector: {matchLabels: {a: b, c: d}}\n  action: Allow\n"
	"  file: {matchDirectories: [{dir: /a/, action: Block}, {dir: /a/, fromSource: [{path: /b}]}],"
	" matchPatterns: [{pattern: '/x{a/,b/}**c', action: Block}]}\n"
	"  process: {matchPaths: [{path: /c, ownerOnly: true}]}\n  network: {matchProtocols: [{protocol: tcp}]}\n"
	"  unknown: x\n---\nkind: Namespace\nmetadata: {name: n, annotations: {kubearmor-file-posture: audit}}\n";
static const char others[] =
	"kind: TracingPolicy\nmetadata: {name: a}\nspec:\n  podSelector: {matchLabels: {a: b}}\n  kprobes:\n"
	"  - call: security_file_open\n    selectors:\n    - matchBinaries: [{operator: NotIn, values: [/b]}]\n"
	"      matchArgs: [{index: 0, operator: Prefix, values: [/etc]}]\n      matchActions: [{action: Sigkill}]\n"
	"  - call: tcp_connect\n    selectors:\n    - matchArgs: [{index: 0, operator: NotDAddr, values: [10.0.0.0/8]}]\n"
	"  - call: sys_socket\n    selectors:\n    - matchArgs: [{index: 0, operator: Equal, values: [2]}]\n"
	"  - call: nothing\n";

static void import_all(enum import_dialect dialect, const char *text)
{
	const struct import_options import = { .posture = BW_VERDICT_DENY };
	struct source *source = harness_source(text, strlen(text));
	struct import_list list = { 0 };
	struct diag diag = { 0 };
	long before = alive, n = 0;
	int r;

	for (;; n++) {
		countdown = n;
		r = import_read(dialect, &import, source, &list, &diag);
		countdown = -1;
		if (r == 0 && diag.n == diag.n_errors + diag.n_warnings && list.n > 0 && list.item[0].text)
			break;
		ck_assert(r == 0 || r == -ENOMEM);
		import_list_done(&list);
		diag_done(&diag);
		diag = (struct diag){ 0 };
		ck_assert_msg(alive == before, "after %ld allocations: %ld lost", n, alive - before);
	}
	ck_assert_int_gt(n, 50);
	ck_assert_uint_eq(list.item[0].n_left_out, 1); /* as told with all the memory there is */
	import_list_done(&list);
	diag_done(&diag);
	ck_assert_int_eq(alive, before);
	source_unref(source);
}

START_TEST(any_allocation_of_importing_may_fail)
{
	import_all(IMPORT_KUBEARMOR, theirs);
	import_all(IMPORT_TETRAGON, others);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { any_allocation_may_fail, any_allocation_of_reading_may_fail,
				       any_allocation_of_importing_may_fail };

	return sample_main("exhaustion", tests, ARRAY_SIZE(tests));
}

#endif
