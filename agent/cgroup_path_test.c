/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cgroup_path.c: a path of each runtime and driver, and paths that are like them.
 */
#include "cgroup_path.h"
#include <check.h>
#include <test/harness.h>

#define ID    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define UID   "2f3a1d5c-5a1b-4c7e-9d51-0a1b2c3d4e5f"
#define UNDER "2f3a1d5c_5a1b_4c7e_9d51_0a1b2c3d4e5f"
#define HASH  "00112233445566778899aabbccddeeff"

static const struct {
	const char *path;
	enum cgroup_runtime runtime;
	const char *id;
	const char *pod;
} containers[] = {
	/* docker: systemd, cgroupfs, a folder in the container */
	{ "/system.slice/docker-" ID ".scope", CGROUP_DOCKER, ID, "" },
	{ "/docker/" ID, CGROUP_DOCKER, ID, "" },
	{ "/docker/" ID "/init.scope", CGROUP_DOCKER, ID, "" },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope", CGROUP_DOCKER, ID, "" },
	{ "/kubepods.slice/kubepods-pod" UNDER ".slice/docker-" ID ".scope", CGROUP_DOCKER, ID, UID },
	/* containerd, with the kubelet's three classes */
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UNDER ".slice/cri-containerd-" ID ".scope",
	  CGROUP_CONTAINERD, ID, UID },
	{ "/kubepods.slice/kubepods-pod" UNDER ".slice/cri-containerd-" ID ".scope", CGROUP_CONTAINERD, ID, UID },
	{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" HASH ".slice/cri-containerd-" ID ".scope",
	  CGROUP_CONTAINERD, ID, HASH },
	{ "/kubepods/burstable/pod" UID "/" ID, CGROUP_CRI, ID, UID },
	{ "/kubepods/pod" UID "/" ID "/a/b", CGROUP_CRI, ID, UID },
	{ "/kubepods/besteffort/pod" HASH "/" ID, CGROUP_CRI, ID, HASH },
	{ "/system.slice/containerd.service/kubepods-burstable-pod" UNDER ".slice:cri-containerd:" ID,
	  CGROUP_CONTAINERD, ID, UID },
	{ "/user.slice/nerdctl-" ID ".scope", CGROUP_CONTAINERD, ID, "" },
	/* CRI-O, whose crun makes a folder below */
	{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UNDER ".slice/crio-" ID ".scope",
	  CGROUP_CRIO, ID, UID },
	{ "/kubepods.slice/kubepods-pod" UNDER ".slice/crio-" ID ".scope/container", CGROUP_CRIO, ID, UID },
	{ "/kubepods/burstable/pod" UID "/crio-" ID, CGROUP_CRIO, ID, UID },
	/* podman */
	{ "/machine.slice/libpod-" ID ".scope", CGROUP_PODMAN, ID, "" },
	{ "/machine.slice/libpod-" ID ".scope/container", CGROUP_PODMAN, ID, "" },
	{ "/libpod_parent/libpod-" ID, CGROUP_PODMAN, ID, "" },
	{ "/machine.slice/machine-libpod_pod_" OTHER ".slice/libpod-" ID ".scope", CGROUP_PODMAN, ID, "" },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope/container", CGROUP_PODMAN, ID,
	  "" },
	/* the runtimes by themselves, whose ids are names */
	{ "/system.slice/runc-web.scope", CGROUP_RUNC, "web", "" },
	{ "/user.slice/crun-my_web.1.scope", CGROUP_CRUN, "my_web.1", "" },
	{ "/system.slice/crun-a.scope.scope", CGROUP_CRUN, "a.scope", "" },
	/* a container in a container: kind, docker in docker */
	{ "/docker/" OTHER "/kubelet/kubepods/burstable/pod" UID "/" ID, CGROUP_CRI, ID, UID },
	{ "/docker/" OTHER "/docker/" ID, CGROUP_DOCKER, ID, "" },
	{ "/system.slice/docker-" OTHER ".scope/system.slice/docker-" ID ".scope/init.scope", CGROUP_DOCKER, ID, "" },
	{ "//docker//" ID "/", CGROUP_DOCKER, ID, "" },
};

START_TEST(container)
{
	struct cgroup_path found;

	ck_assert_msg(cgroup_path_read(containers[_i].path, &found), "%s", containers[_i].path);
	ck_assert_str_eq(found.id, containers[_i].id);
	ck_assert_str_eq(found.pod, containers[_i].pod);
	ck_assert_int_eq(found.runtime, containers[_i].runtime);
}
END_TEST

static const char *const others[] = {
	"",
	"/",
	"/system.slice/nginx.service",
	"/system.slice/docker.service",
	"/docker",
	"/docker/buildkit",
	"/kubepods.slice",
	"/kubepods.slice/kubepods-pod" UNDER ".slice",
	"/kubepods/burstable/pod" UID,
	"/kubepods/burstable/pod" UID "/not-an-id",
	/* what watches a container is not in it */
	"/machine.slice/libpod-conmon-" ID ".scope",
	"/kubepods.slice/kubepods-pod" UNDER ".slice/crio-conmon-" ID ".scope",
	"/libpod_parent/conmon",
	/* no id: too short, too long, of other digits */
	"/system.slice/docker-0123.scope",
	"/system.slice/docker-" ID "0.scope",
	"/system.slice/docker-" ID ".service",
	"/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
	"/system.slice/runc-.scope",
	"/system.slice/runc-...scope",
	"/system.slice/runc-a*b.scope",
	"/" ID,
	"/user.slice/" ID,
};

START_TEST(of_no_container)
{
	struct cgroup_path found;

	ck_assert_msg(!cgroup_path_read(others[_i], &found), "%s", others[_i]);
}
END_TEST

START_TEST(ids)
{
	char text[CGROUP_ID_ROOM + 1];

	ck_assert(cgroup_path_is_id("web"));
	ck_assert(cgroup_path_is_id(ID));
	ck_assert(!cgroup_path_is_id(""));
	ck_assert(!cgroup_path_is_id(".."));
	ck_assert(!cgroup_path_is_id("a/b"));
	ck_assert(!cgroup_path_is_id("a b"));
	memset(text, 'a', sizeof(text));
	text[CGROUP_ID_ROOM] = '\0';
	ck_assert(!cgroup_path_is_id(text));
	text[CGROUP_ID_ROOM - 1] = '\0';
	ck_assert(cgroup_path_is_id(text));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cgroup_path");
	TCase *tests = tcase_create("cgroup_path");

	tcase_add_loop_test(tests, container, 0, ARRAY_SIZE(containers));
	tcase_add_loop_test(tests, of_no_container, 0, ARRAY_SIZE(others));
	tcase_add_test(tests, ids);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}
