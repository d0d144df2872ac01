/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What each key of a selector means, as the subject of a rule, as that of a policy, and in `except`: from the text to
 * the verdict.
 */
#include "sample.h"
#include "simulate.h"
#include "walk.h"

#define CAP(n) (1ull << (n))

static const char *const shells[] = { "/usr/bin/dash", "/usr/sbin/nginx", NULL };

static const struct container_label labels[] = { { "app", "web" }, { "tier", "front=end" } };
static const struct container_names web = {
	.name = "web-1",
	.image = "registry.example/team/web:2.1",
	.namespace = "production",
	.pod = "web-7d9",
	.label = labels,
	.n_labels = ARRAY_SIZE(labels),
};
static const struct container_names nothing_known = { .name = NULL };

/* A selector and a process that it matches, or does not. */
static const struct {
	const char *selector;
	struct simulate_process process;
	bool matches;
} cases[] = {
	{ "{parent: /usr/sbin/nginx}", { .parent = "/usr/sbin/nginx" }, true },
	{ "{parent: /usr/sbin/nginx}", { .binary = "/usr/sbin/nginx", .parent = "/bin/sh" }, false },
	{ "{parent: /usr/sbin/nginx}", { .lineage = shells }, false },
	{ "{parent: /usr/sbin/nginx}", { .binary = "/usr/sbin/nginx" }, false },
	{ "{parent: [/a, '/opt/**']}", { .parent = "/opt/x/y" }, true },
	{ "{parent: /bin/sh}", { .parent = "/usr/bin/sh" }, true },
	{ "{ancestor: /usr/sbin/nginx}", { .lineage = shells }, true },
	{ "{ancestor: [/a, '/usr/sbin/ng*']}", { .lineage = shells }, true },
	{ "{ancestor: /usr/sbin/apache2}", { .lineage = shells }, false },
	{ "{ancestor: /usr/sbin/nginx}", { .binary = "/usr/sbin/nginx", .parent = "/usr/sbin/nginx" }, false },
	{ "{ancestor: /usr/sbin/nginx, parent: /usr/sbin/nginx, binary: /usr/sbin/nginx}",
	  { .binary = "/usr/sbin/nginx", .parent = "/usr/sbin/nginx", .lineage = shells },
	  true },
	{ "{ancestor: /usr/sbin/nginx, parent: /usr/sbin/nginx, binary: /usr/sbin/nginx}",
	  { .binary = "/usr/sbin/nginx", .lineage = shells },
	  false },

	{ "{capability: CAP_SYS_ADMIN}", { .capabilities = CAP(21) }, true },
	{ "{capability: CAP_SYS_ADMIN}", { .capabilities = ~CAP(21) }, false },
	{ "{capability: [CAP_CHOWN, CAP_CHECKPOINT_RESTORE]}", { .capabilities = CAP(0) }, true },
	{ "{capability: [CAP_CHOWN, CAP_CHECKPOINT_RESTORE]}", { .capabilities = CAP(40) }, true },
	{ "{capability: [CAP_CHOWN, CAP_CHECKPOINT_RESTORE]}", { .capabilities = CAP(39) | CAP(1) }, false },
	{ "{capability: [CAP_CHOWN]}", { .uid = 0 }, false },

	{ "{container: true}", { .container = true }, true },
	{ "{container: true}", { .cgroup = "/docker/abc" }, false },
	{ "{container: false}", { .container = true }, false },
	{ "{container: false}", { .container = false }, true },

	{ "{cgroup: /system.slice/nginx.service}", { .cgroup = "/system.slice/nginx.service" }, true },
	{ "{cgroup: /system.slice/nginx.service}", { .cgroup = "/system.slice/nginx.service/worker" }, false },
	{ "{cgroup: /system.slice/nginx.service/}", { .cgroup = "/system.slice/nginx.service/worker" }, true },
	{ "{cgroup: [/a, '/user.slice/**/*.scope']}", { .cgroup = "/user.slice/user-0.slice/x.scope" }, true },
	{ "{cgroup: '/**'}", { .cgroup = NULL }, false },
	{ "{cgroup: /}", { .cgroup = NULL }, true },
	{ "{cgroup: /bin/x}", { .cgroup = "/usr/bin/x" }, false },
	{ "{cgroup: /bin/x}", { .binary = "/bin/x", .cgroup = "/" }, false },

	{ "{image: 'registry.example/*:2.*'}", { .names = &web }, true },
	{ "{image: 'registry.example/web:*'}", { .names = &web }, false },
	{ "{image: '*'}", { .names = &nothing_known }, false },
	{ "{image: '*'}", { .container = true }, false },
	{ "{name: [db, 'web-[0-9]']}", { .names = &web }, true },
	{ "{name: web}", { .names = &web }, false },
	{ "{namespace: production}", { .names = &web }, true },
	{ "{namespace: web-1}", { .names = &web }, false },
	{ "{pod: 'web-{7d9,abc}'}", { .names = &web }, true },
	{ "{pod: production}", { .names = &web }, false },
	{ "{label: app=web}", { .names = &web }, true },
	{ "{label: [app=db, 'tier=*=end']}", { .names = &web }, true },
	{ "{label: app=front=end}", { .names = &web }, false },
	{ "{label: '*=*'}", { .names = &nothing_known }, false },
	{ "{image: '*', pod: '*', label: 'app=*'}", { .names = &web }, true },
	{ "{image: '*', pod: '*', label: 'app=db'}", { .names = &web }, false },
};

static __u32 judge(const char *spec, const struct simulate_process *process)
{
	const struct simulate_object object = { .path = "/x" };
	struct policy_list list = harness_good(spec);
	struct tables *tables = sample_compile(list.policy, list.n);
	struct simulate_verdict verdict;

	ck_assert_int_eq(simulate_decide(tables, BW_OP_READ, process, &object, &verdict), 0);
	tables_free(tables);
	policy_list_done(&list);
	return verdict.verdict;
}

/* Texts around a selector, and what is denied: who it matches, or who it does not. */
static const struct {
	const char *before, *after;
	bool denies;
} places[] = {
	{ "  rules: [{read: /x, subject: ", "}]\n", true },
	{ "  subject: ", "\n  rules: [{read: /x}]\n", true },
	{ "  subject: ", "\n  default: {read: deny}\n", true },
	{ "  rules: [{read: /x, except: ", "}]\n", false },
	{ "  default: {read: deny}\n  rules: [{read: /x, action: allow, subject: ", "}]\n", false },
};

START_TEST(means)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		bool denied = cases[_i].matches == places[i].denies;
		char spec[1024];

		snprintf(spec, sizeof(spec), HARNESS_SPEC "  mode: enforce\n%s%s%s", places[i].before,
			 cases[_i].selector, places[i].after);
		ck_assert_msg((judge(spec, &cases[_i].process) == BW_VERDICT_DENY) == denied, "case %d: %s", _i, spec);
	}
}
END_TEST

static struct tables *compile(const char *rules)
{
	struct policy_list list = { 0 };
	struct tables *tables;
	char spec[1024];

	snprintf(spec, sizeof(spec), HARNESS_SPEC "  rules: [%s]\n", rules);
	list = harness_good(spec);
	tables = sample_compile(list.policy, list.n);
	policy_list_done(&list);
	return tables;
}

static unsigned int count(const struct tables *tables, __u32 set)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < BW_TRAIT_WORDS; i++)
		n += (unsigned int)__builtin_popcountll(tables->trait_set[set].word[i]);
	return n;
}

/* What the header asks the kernel side for. */
START_TEST(asked)
{
	struct tables *tables = compile("{read: /x, subject: {parent: /a, capability: [CAP_CHOWN, CAP_BPF]}, "
					"except: {ancestor: /a, container: false, cgroup: /b}}, "
					"{read: /y, subject: {parent: /c, name: a, pod: b}, except: {name: a}}");
	const struct bw_header *header = &tables->header;

	ck_assert_uint_eq(count(tables, header->parents), 2);
	ck_assert_uint_eq(count(tables, header->ancestors), 1);
	ck_assert_uint_eq(count(tables, header->names), 2);
	ck_assert_uint_eq(count(tables, header->cgroups), 4);
	ck_assert_uint_eq(count(tables, header->container[0]), 1);
	ck_assert_uint_eq(header->container[1], 0);
	ck_assert_uint_eq(header->capabilities, CAP(0) | CAP(39));
	ck_assert_uint_eq(header->capability[0], header->capability[39]);
	ck_assert_uint_eq(count(tables, header->capability[0]), 1);
	ck_assert_uint_eq(header->capability[1], 0);
	ck_assert_uint_eq(tables->n_name_conditions, 2);
	tables_free(tables);
}
END_TEST

START_TEST(nothing_asked)
{
	struct tables *tables = compile("{read: /x, subject: {binary: /a}}");
	const struct bw_header *header = &tables->header;

	ck_assert_uint_eq(header->parents | header->ancestors | header->names | header->cgroups, 0);
	ck_assert_uint_eq(header->container[0] | header->container[1] | header->capability[21], 0);
	ck_assert_uint_eq(header->capabilities, 0);
	ck_assert_uint_eq(tables->n_name_conditions, 0);
	ck_assert_uint_eq(walk_path(tables, BW_STATE_CGROUP, "/docker/abc"), BW_STATE_DEAD);
	tables_free(tables);
}
END_TEST

/* Equal conditions are one trait, however they are written; those of different keys are not. */
START_TEST(equal_ones_are_one)
{
	struct tables *tables = compile("{read: /x, subject: {capability: [CAP_BPF, CAP_CHOWN], image: [a, b]}}, "
					"{read: /x, subject: {capability: [CAP_CHOWN, CAP_BPF], image: [b, a, b]}}, "
					"{read: /x, subject: {name: [a, b], container: true}}, "
					"{read: /x, subject: {pod: [a, b], container: false}}");

	for (unsigned int i = 0; i < 2; i++)
		ck_assert_uint_eq(tables->rule[0].required[i], tables->rule[1].required[i]);
	ck_assert_uint_eq(count(tables, tables->header.names), 3);
	ck_assert_uint_eq(count(tables, tables->header.cgroups), 5);
	tables_free(tables);
}
END_TEST

static const struct bw_label *label_of(const struct tables *tables, __u32 from, const char *path)
{
	return &tables->label[tables->state[walk_path(tables, from, path)].label];
}

/* Programs by which others are known keep that by any name; cgroups are no files. */
START_TEST(what_keeps)
{
	struct tables *tables = compile("{read: /x, action: audit, subject: {parent: /opt/p, ancestor: /opt/**, "
					"cgroup: [/opt/c, /cg/**]}}");
	const struct bw_label *program = label_of(tables, BW_STATE_ROOT, "/opt/p");
	const struct bw_label *other = label_of(tables, BW_STATE_ROOT, "/opt/q");
	const struct bw_label *cgroup = label_of(tables, BW_STATE_CGROUP, "/opt/c");

	ck_assert(program->flags & BW_LABEL_KEEPS);
	ck_assert(other->flags & BW_LABEL_KEEPS);
	ck_assert_uint_eq(cgroup->flags, 0);
	ck_assert_uint_eq(program->traits | other->traits | other->parents | cgroup->parents | cgroup->ancestors, 0);
	ck_assert_uint_eq(count(tables, program->parents), 1);
	ck_assert_uint_eq(count(tables, program->ancestors), 1);
	ck_assert_uint_eq(program->ancestors, other->ancestors);
	ck_assert_uint_eq(count(tables, cgroup->traits), 1);
	ck_assert_uint_eq(tables->n_marks, 1);
	ck_assert_str_eq(tables->mark[0].path, "/opt/p");
	ck_assert_uint_eq(tables->n_searches, 1);
	ck_assert_str_eq(tables->search[0].path, "/opt");
	ck_assert(!(tables->state[BW_STATE_CGROUP].flags & BW_STATE_KEEPS));
	tables_free(tables);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { asked, nothing_asked, equal_ones_are_one, what_keeps };
	Suite *suite = suite_create("subject");
	TCase *whole = tcase_create("subject");

	tcase_set_timeout(whole, 120);
	tcase_add_loop_test(whole, means, 0, ARRAY_SIZE(cases));
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		tcase_add_test(whole, tests[i]);
	suite_add_tcase(suite, whole);
	return harness_run(suite);
}
