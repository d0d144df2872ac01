/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the tables say of a cgroup: by its path, as each container runtime writes it, and by names.
 */
#include "cgroup.h"
#include "sample.h"

#define ID "4d0c3fe1a2b5968778695a4b3c2d1e0f4d0c3fe1a2b5968778695a4b3c2d1e0f"

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

static bool has(const struct bw_cgroup *cgroup, __u32 trait)
{
	return cgroup->traits.word[trait / 64] >> trait % 64 & 1;
}

static const char *const containers[] = {
	"/docker/" ID,
	"/docker/buildkit/abc",
	"/system.slice/docker-" ID ".scope",
	"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope",
	"/ecs/task/" ID,
	"/k8s.io/" ID,
	"/system.slice/nerdctl-" ID ".scope",
	"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-" ID ".scope",
	"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod1.slice/cri-containerd-" ID ".scope",
	"/system.slice/containerd.service/kubepods-besteffort-pod1.slice:cri-containerd:" ID,
	"/kubepods.slice/kubepods-pod1_2.slice/crio-" ID ".scope",
	"/kubepods.slice/kubepods-pod1_2.slice/docker-" ID ".scope",
	"/kubepods.slice/kubepods-pod1_2.slice/crio-c" ID ".scope",
	"/kubepods/pod1-2/" ID,
	"/kubepods/besteffort/pod1-2/" ID,
	"/kubepods/besteffort/pod1-2/crio-" ID,
	"/machine.slice/libpod-" ID ".scope",
	"/machine.slice/libpod-" ID ".scope/container",
	"/user.slice/user-0.slice/user@0.service/user.slice/user-libpod_pod_1.slice/libpod-" ID ".scope",
	"/libpod_parent/libpod-" ID,
	"/libpod_parent/pod/libpod-" ID,
	"/buildkit/abc",
	"/system.slice/web.service/libpod-payload-" ID,
	"/lxc/web",
	"/lxc.payload.web/system.slice/ssh.service",
	"/lxc.payload/web",
	"/machine.slice/systemd-nspawn@web.service/payload/init.scope",
	"/machine.slice/machine-web.scope/payload",
	"/machine.slice/machine-lxc\\x2d1\\x2dweb.scope",
};

static const char *const others[] = {
	"/",
	"/docker",
	"/init.scope",
	"/system.slice/docker.service",
	"/system.slice/docker-registry.service",
	"/system.slice/docker-cafe.service",
	"/system.slice/docker-proxy-" ID ".scope",
	"/system.slice/containerd.service",
	"/system.slice/crio.service",
	"/user.slice/user-0.slice/session-1.scope",
	"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice",
	"/kubepods.slice/kubepods-pod1_2.slice/crio-conmon-" ID ".scope",
	"/kubepods/besteffort/pod1-2",
	"/kubepods/besteffort/pod1-2/crio-conmon-" ID,
	"/machine.slice/libpod-conmon-" ID ".scope",
	"/libpod_parent",
	"/libpod_parent/conmon",
	"/system.slice/web.service/runtime",
	"/lxc.monitor.web",
	"/lxc.monitor/web",
	"/lxc.pivot",
	"/machine.slice/systemd-nspawn@web.service/supervisor",
	"/machine.slice/machine-qemu\\x2d1\\x2dweb.scope/libvirt/emulator",
};

START_TEST(runtimes)
{
	static const char *const asking[] = { "container: true", "container: false", "image: a",  "name: a",
					      "namespace: a",	 "pod: a",	     "label: a=b" };
	struct bw_cgroup cgroup;

	for (size_t i = 0; i < ARRAY_SIZE(asking); i++) {
		struct tables *tables;
		char rule[128];

		snprintf(rule, sizeof(rule), "{read: /x, subject: {%s}}", asking[i]);
		tables = compile(rule);
		for (size_t j = 0; j < ARRAY_SIZE(containers); j++) {
			cgroup_judge(tables, containers[j], NULL, false, false, &cgroup);
			ck_assert_msg(cgroup.flags == BW_CGROUP_CONTAINER, "%s: %s", rule, containers[j]);
			ck_assert_uint_eq(cgroup.traits.word[0], 0);
		}
		for (size_t j = 0; j < ARRAY_SIZE(others); j++) {
			cgroup_judge(tables, others[j], NULL, false, false, &cgroup);
			ck_assert_msg(cgroup.flags == 0, "%s: %s", rule, others[j]);
		}
		tables_free(tables);
	}
}
END_TEST

START_TEST(what_is_below_is_in_it_too)
{
	struct tables *tables = compile("{read: /x, subject: {container: true, cgroup: '/docker/*'}}");
	__u32 trait = tables->rule[0].required[1];
	struct bw_cgroup cgroup;

	cgroup_judge(tables, "/docker/" ID, NULL, false, false, &cgroup);
	ck_assert_uint_eq(cgroup.flags, BW_CGROUP_CONTAINER);
	ck_assert(has(&cgroup, trait));
	cgroup_judge(tables, "/docker/" ID "/init.scope", NULL, false, false, &cgroup);
	ck_assert_uint_eq(cgroup.flags, BW_CGROUP_CONTAINER);
	ck_assert(!has(&cgroup, trait)); /* a pattern is about the whole path */
	tables_free(tables);
}
END_TEST

START_TEST(flags)
{
	struct tables *tables = compile("{read: /x}");
	struct bw_cgroup cgroup;

	cgroup_judge(tables, "/docker/" ID, NULL, false, false, &cgroup);
	ck_assert_uint_eq(cgroup.flags, 0); /* nobody asks */
	cgroup_judge(tables, "/a", NULL, true, false, &cgroup);
	ck_assert_uint_eq(cgroup.flags, BW_CGROUP_CONTAINER);
	cgroup_judge(tables, "/a", NULL, false, true, &cgroup);
	ck_assert_uint_eq(cgroup.flags, BW_CGROUP_NAMED);
	ck_assert_uint_eq(cgroup._pad, 0);
	tables_free(tables);
}
END_TEST

START_TEST(names)
{
	static const struct container_label label[] = { { "app", "web" }, { "", "" } };
	const struct container_names all = { "web", "r/web:1", "default", "web-0", label, ARRAY_SIZE(label), NULL };
	const struct container_names none = { .name = NULL };
	struct tables *tables = compile("{read: /x, subject: {name: w*, image: '*/web:*', namespace: default, "
					"pod: web-?, label: ['=', x=y], cgroup: /a}}");
	const struct bw_rule *rule = &tables->rule[0];
	struct bw_cgroup cgroup;

	ck_assert_uint_eq(rule->n_required, 6);
	cgroup_judge(tables, "/a", &all, true, true, &cgroup);
	ck_assert_uint_eq(cgroup.flags, BW_CGROUP_CONTAINER | BW_CGROUP_NAMED);
	for (unsigned int i = 0; i < 6; i++)
		ck_assert(has(&cgroup, rule->required[i]));
	cgroup_judge(tables, "/a", &none, true, true, &cgroup);
	for (unsigned int i = 0; i < 6; i++)
		ck_assert_int_eq(has(&cgroup, rule->required[i]), i == 0); /* keys are in order: `cgroup` is first */
	tables_free(tables);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { runtimes, what_is_below_is_in_it_too, flags, names };

	return sample_main("cgroup", tests, ARRAY_SIZE(tests));
}
