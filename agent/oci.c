/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a container's id. Out: its names, from the files of whichever runtime has it. One table says where they lie and
 * who reads them, another which annotation means what.
 *
 * Every file is read as that of a stranger. An id becomes part of a path only when it is one (cgroup_path.h).
 */
#include "oci.h"
#include <base/cleanup.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "cgroup_path.h"
#include "json_read.h"
#include "log.h"
#include "scout.h"

#define HEX_ID 64 /* characters of an id that was drawn, not chosen */

/* --- annotations ------------------------------------------------------------------------------------------ */

/* In the order in which they are believed, for each member. */
static const struct annotation {
	const char *key;
	size_t member; /* of struct container_names */
} annotations_known[] = {
	/* containerd's CRI */
	{ "io.kubernetes.cri.container-name", offsetof(struct container_names, name) },
	{ "io.kubernetes.cri.image-name", offsetof(struct container_names, image) },
	{ "io.kubernetes.cri.sandbox-namespace", offsetof(struct container_names, namespace) },
	{ "io.kubernetes.cri.sandbox-name", offsetof(struct container_names, pod) },
	/* the kubelet's own, which CRI-O and cri-dockerd hand on */
	{ "io.kubernetes.container.name", offsetof(struct container_names, name) },
	{ "io.kubernetes.pod.namespace", offsetof(struct container_names, namespace) },
	{ "io.kubernetes.pod.name", offsetof(struct container_names, pod) },
	/* CRI-O */
	{ "io.kubernetes.cri-o.ImageName", offsetof(struct container_names, image) },
	{ "io.kubernetes.cri-o.Namespace", offsetof(struct container_names, namespace) },
	{ "io.kubernetes.cri-o.KubeName", offsetof(struct container_names, pod) },
	/* nerdctl, and of anybody */
	{ "nerdctl/name", offsetof(struct container_names, name) },
	{ "org.opencontainers.image.ref.name", offsetof(struct container_names, image) },
};

/* Who names the sandbox writes down the labels of the pod there; containerd does not. */
static const char *const sandboxes_known[] = { "io.kubernetes.cri-o.SandboxID", "io.kubernetes.sandbox.id" };

static void take_known(struct container *container, struct json_object *annotations)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sandboxes_known); i++)
		container_set(container, &container->sandbox, json_read_text(annotations, sandboxes_known[i]));
	for (i = 0; i < ARRAY_SIZE(annotations_known); i++) {
		const struct annotation *known = &annotations_known[i];
		const char **member = (const char **)((char *)&container->names + known->member);

		container_set(container, member, json_read_text(annotations, known->key));
	}
}

static void take_labels(struct container *container, struct json_object *labels)
{
	if (!json_object_is_type(labels, json_type_object))
		return;
	json_object_object_foreach (labels, key, value) {
		container_add_label(container, key, json_read_string(value));
	}
}

/* CRI-O has the labels as one text of JSON, and among them names of the kubelet. */
static void take_crio_labels(struct container *container, struct json_object *annotations)
{
	const char *text = json_read_text(annotations, "io.kubernetes.cri-o.Labels");
	struct json_object *labels = text ? json_read_bytes(text, strlen(text)) : NULL;

	take_known(container, labels);
	take_labels(container, labels);
	json_object_put(labels);
}

void oci_annotations(struct container *container, struct json_object *annotations)
{
	take_known(container, annotations);
	take_crio_labels(container, annotations);
}

void oci_finish(struct container *container)
{
	if (container->id && strlen(container->id) != HEX_ID)
		container_set(container, &container->names.name, container->id);
}

/* --- files ------------------------------------------------------------------------------------------------ */

/* An OCI configuration, as it lies in each bundle. */
static bool read_spec(const char *root, struct json_object *file, struct container *container)
{
	(void)root;
	oci_annotations(container, json_read_map(file, "annotations"));
	return true;
}

static bool read_docker(const char *root, struct json_object *file, struct container *container)
{
	struct json_object *config = json_read_map(file, "Config"), *labels = json_read_map(config, "Labels");
	const char *name = json_read_text(file, "Name");

	(void)root;
	take_known(container, labels);
	container_set(container, &container->names.name, name && name[0] == '/' ? name + 1 : name);
	container_set(container, &container->names.image, json_read_text(config, "Image"));
	take_labels(container, labels);
	return true;
}

/* runc keeps annotations as a list of "KEY=VALUE", with the bundle among them. */
static struct json_object *split_labels(struct json_object *list)
{
	struct json_object *map = json_object_new_object();
	const char *text, *equals;
	char key[256];
	size_t i;

	for (i = 0; map && list && i < json_object_array_length(list); i++) {
		text = json_read_string(json_object_array_get_idx(list, i));
		equals = text ? strchr(text, '=') : NULL;
		if (!equals || (size_t)(equals - text) >= sizeof(key))
			continue;
		memcpy(key, text, equals - text);
		key[equals - text] = '\0';
		json_object_object_add(map, key, json_object_new_string(equals + 1));
	}
	return map;
}

static bool read_runc(const char *root, struct json_object *file, struct container *container)
{
	struct json_object *map = split_labels(json_read_list(json_read_map(file, "config"), "labels"));

	(void)root;
	oci_annotations(container, map);
	json_object_put(map);
	return true;
}

/* crun names the bundle, where the configuration is. */
static bool read_crun(const char *root, struct json_object *file, struct container *container)
{
	const char *bundle = json_read_text(file, "bundle");
	struct json_object *spec = NULL;
	_close_ int fd = -1;
	char path[PATH_MAX];
	int n;

	n = bundle && bundle[0] == '/' ? snprintf(path, sizeof(path), "%s%s/config.json", root, bundle) : -1;
	if (n < 0 || (size_t)n >= sizeof(path))
		return true;
	fd = scout_config(path);
	if (fd < 0 || json_read_fd(fd, &spec) < 0)
		return true;
	read_spec(root, spec, container);
	json_object_put(spec);
	return true;
}

/* One container of the list that podman and CRI-O share; what they say of it is JSON within a text. */
static void read_stored(struct json_object *stored, struct container *container)
{
	struct json_object *names = json_read_list(stored, "names"), *metadata;
	const char *text = json_read_text(stored, "metadata");

	metadata = text ? json_read_bytes(text, strlen(text)) : NULL;
	container_set(container, &container->names.name, json_read_text(metadata, "metadata-name"));
	container_set(container, &container->names.image, json_read_text(metadata, "image-name"));
	if (names && json_object_array_length(names))
		container_set(container, &container->names.name, json_read_string(json_object_array_get_idx(names, 0)));
	json_object_put(metadata);
}

static bool read_storage(const char *root, struct json_object *file, struct container *container)
{
	struct json_object *stored;
	const char *id;
	size_t i;

	(void)root;
	if (!json_object_is_type(file, json_type_array))
		return false;
	for (i = 0; i < json_object_array_length(file); i++) {
		stored = json_object_array_get_idx(file, i);
		id = json_read_text(stored, "id");
		if (!id || strcmp(id, container->id) != 0)
			continue;
		read_stored(stored, container);
		return true;
	}
	return false;
}

/* Where they lie: %s is the id; '*' is any folder. Those first whose names the kubelet gave. */
static const struct place {
	const char *path;
	bool (*read)(const char *root, struct json_object *file, struct container *container);
} places[] = {
	{ "/run/containerd/io.containerd.runtime.v2.task/*/%s/config.json", read_spec },
	{ "/run/containers/storage/*-containers/%s/userdata/config.json", read_spec },
	{ "/var/lib/containers/storage/*-containers/%s/userdata/config.json", read_spec },
	{ "/var/lib/containers/storage/*-containers/containers.json", read_storage },
	{ "/var/lib/docker/containers/%s/config.v2.json", read_docker },
	{ "/run/runc/%s/state.json", read_runc },
	{ "/run/containerd/runc/*/%s/state.json", read_runc },
	{ "/run/docker/runtime-runc/*/%s/state.json", read_runc },
	{ "/run/crun/%s/status", read_crun },
};

static bool read_file(const struct place *place, const char *root, const char *path, struct container *container)
{
	struct json_object *file = NULL;
	bool known;
	int r = json_read_file(path, &file);

	if (r < 0) {
		if (r != -ENOENT && r != -ENOTDIR)
			log_debug_errno(r, "Cannot read '%s': %m, ignoring", path);
		return false;
	}
	known = place->read(root, file, container);
	json_object_put(file);
	return known;
}

/* root, then the place with the id for its %s. False: too long. */
static bool make_path(const struct place *place, const char *root, const char *id, char path[PATH_MAX])
{
	const char *mark = strstr(place->path, "%s");
	int before = mark ? (int)(mark - place->path) : (int)strlen(place->path);
	int n = snprintf(path, PATH_MAX, "%s%.*s%s%s", root, before, place->path, mark ? id : "", mark ? mark + 2 : "");

	return n > 0 && n < PATH_MAX;
}

static bool read_place(const struct place *place, const char *root, struct container *container)
{
	char path[PATH_MAX];
	bool known = false;
	glob_t found;
	size_t i;

	if (!make_path(place, root, container->id, path))
		return false;
	if (!strchr(place->path, '*'))
		return read_file(place, root, path, container);
	if (glob(path, GLOB_NOSORT, NULL, &found) != 0)
		return false;
	for (i = 0; i < found.gl_pathc; i++)
		known |= read_file(place, root, found.gl_pathv[i], container);
	globfree(&found);
	return known;
}

bool oci_read(const char *root, struct container *container)
{
	bool known = false;
	size_t i;

	if (!container->id || !cgroup_path_is_id(container->id))
		return false;
	for (i = 0; i < ARRAY_SIZE(places); i++)
		known |= read_place(&places[i], root, container);
	if (known)
		oci_finish(container);
	return known;
}

/* --- pods ------------------------------------------------------------------------------------------------- */

#define POD_LABEL "io.kubernetes.pod.name" /* which the kubelet puts among those of every pod */

/* What the kubelet and cri-dockerd put among the labels is no label of the pod. */
static bool is_from_below(const char *key)
{
	static const char *const prefix[] = { "io.kubernetes.", "annotation." };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(prefix); i++)
		if (strncmp(key, prefix[i], strlen(prefix[i])) == 0)
			return true;
	return false;
}

bool oci_read_pod(const char *root, struct container *container)
{
	struct container pod;
	bool known = false;
	size_t i;

	if (!container->sandbox)
		return false;
	container_begin(&pod, container->sandbox);
	(void)oci_read(root, &pod);
	for (i = 0; i < pod.names.n_labels; i++) {
		const struct container_label *label = &pod.names.label[i];

		known |= strcmp(label->key, POD_LABEL) == 0;
		if (!is_from_below(label->key))
			container_add_label(container, label->key, label->value);
	}
	container->failed |= pod.failed;
	container_done(&pod);
	return known;
}
