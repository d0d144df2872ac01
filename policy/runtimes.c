/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: nothing but whether a rule asks. Out: patterns over paths of cgroups, each of the folder that a runtime makes for
 * one container; what is below it is in the container too, which needs no pattern.
 *
 * The monitor of a container is outside it. Where its cgroup has a like name ("crio-conmon-ID.scope" beside
 * "crio-ID.scope"), that an id is of hexadecimal digits tells the two apart, and from services ("docker-proxy").
 *
 * Whatever begins with a double star is held against every component of every path, and multiplies with the patterns of
 * policies: such ones have no star but at their end.
 */
#include "runtimes.h"
#include "labels.h"
#include <assert.h>
#include <base/cleanup.h>
#include <errno.h>

#define DIGIT "[0-9a-f]"
#define ID    DIGIT DIGIT DIGIT DIGIT DIGIT DIGIT DIGIT DIGIT "*"

static const char *const patterns[] = {
	/* By systemd's name of a scope, anywhere: Docker, the CRI of containerd, nerdctl, CRI-O, Podman. */
	"/**/{docker,cri-containerd,nerdctl,crio,libpod}-" ID,
	/* Podman in the cgroup of a service. */
	"/**/libpod-payload-" ID,
	/* Without systemd: Docker, BuildKit, containerd's CRI without a pod's cgroup; tasks of ECS. */
	"/{docker,buildkit,k8s.io}/*",
	"/ecs/*/*",
	/* Pods of Kubernetes without systemd; with it, but a containerd that does not know. */
	"/kubepods/pod*/" ID,
	"/kubepods/{besteffort,burstable}/pod*/" ID,
	"/system.slice/containerd.service/kubepods*",
	/* LXC and Incus, whose monitor is in lxc.monitor. */
	"/{lxc,lxc.payload}/*",
	"/**/lxc.payload.*",
	/* systemd-nspawn, beside its supervisor; of libvirt the containers alone, not its virtual machines. */
	"/machine.slice/*/payload",
	"/machine.slice/machine-lxc*",
};

/* The first trait that asks; 0: none. */
static uint32_t find_asking(const struct traits *traits)
{
	for (uint32_t trait = 1; trait < traits->n; trait++)
		switch ((unsigned int)traits->list[trait].condition->key) {
		case SUBJECT_CONTAINER:
		case SUBJECT_IMAGE:
		case SUBJECT_NAME:
		case SUBJECT_NAMESPACE:
		case SUBJECT_POD:
		case SUBJECT_LABEL:
			return trait;
		}
	return 0;
}

static int lower(struct tree *tree, const char *text, uint32_t use, struct arena *scratch)
{
	struct pattern_error error;
	struct pattern *pattern;
	size_t n;
	int r = pattern_parse(text, strlen(text), scratch, &pattern, &n, &error);

	assert(r != -EINVAL);
	for (size_t i = 0; !r && i < n; i++)
		r = tree_add(tree, TREE_CGROUPS, pattern[i].component, pattern[i].n, use);
	return r;
}

int runtimes_lower(const struct traits *traits, struct tree *tree)
{
	const struct tree_origin origin = { 0 };
	struct arena scratch = { 0 };
	uint32_t trait = find_asking(traits);
	int r;

	if (!trait)
		return 0;
	r = tree_origin(tree, &origin);
	for (size_t i = 0; !r && i < ARRAY_SIZE(patterns); i++)
		r = lower(tree, patterns[i], trait | LABELS_TRAIT | LABELS_CONTAINER, &scratch);
	arena_done(&scratch);
	return r;
}
