/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the path of a cgroup. Out: the container that it was made for, read component by component from the top, so that
 * of containers in containers the innermost stays.
 *
 * Who may make cgroups may give them any name: a path is evidence of what the node's runtimes did, not of who runs in
 * it. Nothing here looks at the node.
 */
#include "cgroup_path.h"
#include <base/cleanup.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define HEX_ID	  64 /* digits that most runtimes' ids have */
#define UID_SIZE  36 /* of a pod, with its dashes */
#define HASH_SIZE 32 /* of a pod that the kubelet reads from a file */

/* A component that holds an id: what stands before it, behind it, and in the component above. */
struct form {
	const char *above; /* NULL: anything */
	const char *prefix;
	const char *suffix;
	bool hex; /* nothing but HEX_ID digits is an id: "crio-conmon-..." is none */
	enum cgroup_runtime runtime;
};

static const struct form forms[] = {
	{ NULL, "docker-", ".scope", true, CGROUP_DOCKER },
	{ NULL, "cri-containerd-", ".scope", true, CGROUP_CONTAINERD },
	{ NULL, "nerdctl-", ".scope", true, CGROUP_CONTAINERD },
	{ NULL, "crio-", ".scope", true, CGROUP_CRIO },
	{ NULL, "crio-", "", true, CGROUP_CRIO },
	{ NULL, "libpod-", ".scope", true, CGROUP_PODMAN },
	{ NULL, "libpod-", "", true, CGROUP_PODMAN },
	{ NULL, "runc-", ".scope", false, CGROUP_RUNC },
	{ NULL, "crun-", ".scope", false, CGROUP_CRUN },
	/* containerd that was told of systemd's driver by one side only: SLICE:PREFIX:ID as one folder's name */
	{ NULL, ":cri-containerd:", "", true, CGROUP_CONTAINERD },
	{ NULL, ":crio:", "", true, CGROUP_CRIO },
	{ "docker", "", "", true, CGROUP_DOCKER },
	{ "pod", "", "", true, CGROUP_CRI },
};

struct component {
	const char *bytes;
	size_t size;
};

static bool is_id_byte(unsigned char c)
{
	return isalnum(c) || (c && strchr("_.+-", c));
}

static bool is_id(const char *bytes, size_t size)
{
	size_t i;

	if (!size || size >= CGROUP_ID_ROOM || bytes[0] == '.') /* not ".." either */
		return false;
	for (i = 0; i < size; i++)
		if (!is_id_byte(bytes[i]))
			return false;
	return true;
}

bool cgroup_path_is_id(const char *id)
{
	return is_id(id, strlen(id));
}

static bool is_hex(const char *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (!isdigit((unsigned char)bytes[i]) && (bytes[i] < 'a' || bytes[i] > 'f'))
			return false;
	return true;
}

static bool ends_with(const struct component *component, const char *suffix)
{
	size_t size = strlen(suffix);

	return component->size >= size && memcmp(component->bytes + component->size - size, suffix, size) == 0;
}

/* Dashes stand in slices as '_': there a '-' divides slice from slice. */
static bool read_uid(const char *bytes, size_t size, char uid[CGROUP_UID_ROOM])
{
	size_t i;

	if (size == HASH_SIZE && is_hex(bytes, size)) {
		memcpy(uid, bytes, size);
		uid[size] = '\0';
		return true;
	}
	if (size != UID_SIZE)
		return false;
	for (i = 0; i < size; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? bytes[i] != '-' && bytes[i] != '_' : !is_hex(bytes + i, 1))
			return false;
	}
	memcpy(uid, bytes, size);
	uid[8] = uid[13] = uid[18] = uid[23] = '-';
	uid[size] = '\0';
	return true;
}

/* "podUID", "kubepods-burstable-podUID.slice", "kubelet-kubepods-podUID.slice", and a slice before a ':' */
static bool read_pod(const struct component *component, char uid[CGROUP_UID_ROOM])
{
	static const char slice[] = "kubepods", mark[] = "-pod", end[] = ".slice";
	const char *colon = memchr(component->bytes, ':', component->size), *at;
	struct component whole = { component->bytes, colon ? (size_t)(colon - component->bytes) : component->size };

	if (whole.size > 3 && memcmp(whole.bytes, "pod", 3) == 0)
		return read_uid(whole.bytes + 3, whole.size - 3, uid);
	if (!ends_with(&whole, end) || !memmem(whole.bytes, whole.size, slice, strlen(slice)))
		return false;
	at = memmem(whole.bytes, whole.size, mark, strlen(mark));
	if (!at)
		return false;
	at += strlen(mark);
	return read_uid(at, whole.bytes + whole.size - strlen(end) - at, uid);
}

/* The id in a component of this form; size 0: it has another one. */
static struct component find_id(const struct form *form, const struct component *component)
{
	static const struct component none = { "", 0 };
	size_t prefix = strlen(form->prefix), suffix = strlen(form->suffix);
	const char *from = component->bytes;
	struct component id;

	if (form->prefix[0] == ':')
		from = memmem(component->bytes, component->size, form->prefix, prefix);
	if (!from)
		return none;
	id = (struct component){ from, component->size - (from - component->bytes) };
	if (id.size <= prefix + suffix || memcmp(id.bytes, form->prefix, prefix) != 0 || !ends_with(&id, form->suffix))
		return none;
	id.bytes += prefix;
	id.size -= prefix + suffix;
	if (form->hex ? id.size != HEX_ID || !is_hex(id.bytes, id.size) : !is_id(id.bytes, id.size))
		return none;
	return id;
}

/* above_pod: the component above is a pod's. */
static bool stands_below(const struct form *form, const struct component *above, bool above_pod)
{
	if (!form->above)
		return true;
	if (strcmp(form->above, "pod") == 0)
		return above_pod;
	return above->size == strlen(form->above) && memcmp(above->bytes, form->above, above->size) == 0;
}

static bool read_component(const struct component *component, const struct component *above, bool above_pod,
			   struct cgroup_path *ret)
{
	struct component id;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		if (!stands_below(&forms[i], above, above_pod))
			continue;
		id = find_id(&forms[i], component);
		if (!id.size)
			continue;
		memcpy(ret->id, id.bytes, id.size);
		ret->id[id.size] = '\0';
		ret->runtime = forms[i].runtime;
		return true;
	}
	return false;
}

bool cgroup_path_read(const char *path, struct cgroup_path *ret)
{
	struct component component = { path, 0 }, above = { path, 0 };
	struct cgroup_path found = { .pod = "" };
	char uid[CGROUP_UID_ROOM] = ""; /* of the pod that was met last: what it has not come to yet is not in it */
	bool any = false, pod = false;
	const char *whole = path;

	for (;; above = component, path = component.bytes + component.size) {
		bool above_pod = pod;

		component.bytes = path + strspn(path, "/");
		component.size = strcspn(component.bytes, "/");
		if (!component.size)
			break;
		pod = read_pod(&component, uid);
		if (!read_component(&component, &above, above_pod, &found))
			continue;
		any = true;
		memcpy(found.pod, uid, sizeof(uid));
		found.size = component.bytes + component.size - whole;
	}
	if (any)
		*ret = found;
	return any;
}
