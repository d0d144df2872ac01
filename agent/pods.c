/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a list of pods as the kubelet gives it, of a shape that nobody vouches for. Out: names and labels of one pod.
 */
#include "pods.h"
#include <base/cleanup.h>
#include <string.h>
#include "json_read.h"

static bool is_text(const char *text, const char *wanted)
{
	return text && wanted && *wanted && strcmp(text, wanted) == 0;
}

/* "containerd://ID" */
static bool is_container(struct json_object *status, const char *id)
{
	const char *text = json_read_text(status, "containerID");
	const char *mark = text ? strstr(text, "://") : NULL;

	return mark && is_text(mark + 3, id);
}

/* The status of a container among those of its pod, or NULL: the kubelet is some seconds behind. */
static struct json_object *find_status(struct json_object *pod, const char *id)
{
	static const char *const lists[] = { "containerStatuses", "initContainerStatuses",
					     "ephemeralContainerStatuses" };
	struct json_object *status = json_read_map(pod, "status"), *list, *item;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		list = json_read_list(status, lists[i]);
		for (k = 0; list && k < json_object_array_length(list); k++) {
			item = json_object_array_get_idx(list, k);
			if (is_container(item, id))
				return item;
		}
	}
	return NULL;
}

/* The cgroup of a pod from a file of the node carries the hash of that file. */
static bool has_uid(struct json_object *metadata, const char *uid)
{
	return is_text(json_read_text(metadata, "uid"), uid) ||
	       is_text(json_read_text(json_read_map(metadata, "annotations"), "kubernetes.io/config.hash"), uid);
}

static bool is_pod_of(struct json_object *pod, const char *uid, const struct container *container)
{
	struct json_object *metadata = json_read_map(pod, "metadata");

	return find_status(pod, container->id) || has_uid(metadata, uid) ||
	       (is_text(json_read_text(metadata, "name"), container->names.pod) &&
		is_text(json_read_text(metadata, "namespace"), container->names.namespace));
}

static void take(struct json_object *pod, struct container *container)
{
	struct json_object *metadata = json_read_map(pod, "metadata"), *labels = json_read_map(metadata, "labels");
	struct json_object *status = find_status(pod, container->id);

	container_set(container, &container->names.pod, json_read_text(metadata, "name"));
	container_set(container, &container->names.namespace, json_read_text(metadata, "namespace"));
	container_set(container, &container->names.name, json_read_text(status, "name"));
	container_set(container, &container->names.image, json_read_text(status, "image"));
	if (!labels)
		return;
	json_object_object_foreach (labels, key, value) {
		container_add_label(container, key, json_read_string(value));
	}
}

bool pods_name(struct json_object *list, const char *uid, struct container *container)
{
	struct json_object *items = json_read_list(list, "items"), *pod;
	size_t i;

	for (i = 0; items && i < json_object_array_length(items); i++) {
		pod = json_object_array_get_idx(items, i);
		if (!is_pod_of(pod, uid, container))
			continue;
		take(pod, container);
		return true;
	}
	return false;
}
