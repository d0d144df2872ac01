/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * oci.c, json_read.c, container.c: the files of each runtime, and files that are broken in every way.
 */
#include "oci.h"
#include <check.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <test/harness.h>
#include "json_read.h"
#include "log.h"

#define NODE TEST_SOURCE_DIR "/test/cases/containers/node"

#define HEX8(c)	 c c c c c c c c
#define HEX64(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c)

static const struct {
	const char *id;
	struct container_names names;
	const char *label; /* "KEY=VALUE": the first of them */
} known[] = {
	{ HEX64("a"),
	  { "web", "docker.io/library/nginx:1.25", "production", "web-7d9f8b6c5-x2x4z", NULL, 0, NULL },
	  NULL },
	{ HEX64("b"),
	  { "api", "registry.example/api:2", "staging", "api-0", NULL, 4, NULL },
	  "io.kubernetes.container.name=api" },
	{ HEX64("c"), { "database", "docker.io/library/postgres:16", NULL, NULL, NULL, 0, NULL }, NULL },
	{ HEX64("d"), { "shop-front-1", "nginx:1.25", NULL, NULL, NULL, 3, NULL }, "com.docker.compose.project=shop" },
	{ HEX64("e"),
	  { "queue", "sha256:" HEX64("7"), "jobs", "queue-0", NULL, 4, NULL },
	  "io.kubernetes.container.name=queue" },
	{ "web-runc", { "web-runc", "registry.example/web:3", NULL, NULL, NULL, 0, NULL }, NULL },
	{ "web-crun", { "web-crun", "registry.example/web:4", "lab", "web-0", NULL, 0, NULL }, NULL },
	/* there is such a container, and that is all */
	{ "broken", { "broken", NULL, NULL, NULL, NULL, 0, NULL }, NULL },
	{ "strange", { "strange", NULL, NULL, NULL, NULL, 0, NULL }, NULL },
	{ "lost", { "lost", NULL, NULL, NULL, NULL, 0, NULL }, NULL },
	{ "relative", { "relative", NULL, NULL, NULL, NULL, 0, NULL }, NULL },
};

static void check_text(const char *found, const char *wanted)
{
	if (wanted)
		ck_assert_msg(found && strcmp(found, wanted) == 0, "'%s' is not '%s'", found, wanted);
	else
		ck_assert_msg(!found, "'%s' is there", found);
}

START_TEST(names_of_each_runtime)
{
	const struct container_names *wanted = &known[_i].names;
	struct container container;
	char label[256];

	container_begin(&container, known[_i].id);
	ck_assert(oci_read(NODE, &container));
	check_text(container.names.name, wanted->name);
	check_text(container.names.image, wanted->image);
	check_text(container.names.namespace, wanted->namespace);
	check_text(container.names.pod, wanted->pod);
	ck_assert_uint_eq(container.names.n_labels, wanted->n_labels);
	if (known[_i].label) {
		snprintf(label, sizeof(label), "%s=%s", container.names.label[0].key, container.names.label[0].value);
		ck_assert_str_eq(label, known[_i].label);
	}
	ck_assert(!container.failed);
	container_done(&container);
}
END_TEST

static const struct {
	const char *id;
	bool known;
	size_t n_labels; /* those of the container itself too */
	const char *labels[2];
} pods[] = {
	{ HEX64("1"), true, 6, { "app=cart", "tier=back" } },
	{ HEX64("3"), true, 9, { "app=queue", NULL } },
	{ HEX64("2"), true, 6, { "app=cart", "tier=back" } }, /* the sandbox itself */
	{ HEX64("a"), false, 0, { NULL, NULL } },	      /* containerd does not tell */
	{ HEX64("e"), false, 4, { NULL, NULL } },	      /* no sandbox is named */
};

static bool has_label(const struct container *container, const char *wanted)
{
	char text[256];
	size_t i;

	for (i = 0; i < container->names.n_labels; i++) {
		snprintf(text, sizeof(text), "%s=%s", container->names.label[i].key, container->names.label[i].value);
		if (strcmp(text, wanted) == 0)
			return true;
	}
	return false;
}

START_TEST(labels_of_pods)
{
	struct container container;
	size_t i;

	container_begin(&container, pods[_i].id);
	ck_assert(oci_read(NODE, &container));
	ck_assert(oci_read_pod(NODE, &container) == pods[_i].known);
	for (i = 0; i < ARRAY_SIZE(pods[_i].labels) && pods[_i].labels[i]; i++)
		ck_assert_msg(has_label(&container, pods[_i].labels[i]), "%s", pods[_i].labels[i]);
	ck_assert_uint_eq(container.names.n_labels, pods[_i].n_labels);
	ck_assert(!has_label(&container, "annotation.kubernetes.io/config.source=api"));
	if (_i < 2)
		ck_assert(!has_label(&container, "io.kubernetes.container.name=POD"));
	container_done(&container);
}
END_TEST

/* The sandbox is gone, is no id, or its file is of somebody who knows no labels. */
START_TEST(pods_that_are_not_told)
{
	static const char *const sandbox[] = { HEX64("9"), "../x", HEX64("a"), "web-runc" };
	struct container container;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sandbox); i++) {
		container_begin(&container, "x");
		container_set(&container, &container.sandbox, sandbox[i]);
		ck_assert(!oci_read_pod(NODE, &container));
		ck_assert_uint_eq(container.names.n_labels, 0);
		container_done(&container);
	}
}
END_TEST

static const char *const unknown[] = { HEX64("9"), "absent", "..", "../runc/web-runc", "*", "", "a/b" };

START_TEST(nobody_knows)
{
	struct container container;

	container_begin(&container, unknown[_i]);
	ck_assert(!oci_read(NODE, &container));
	ck_assert_ptr_null(container.names.name);
	container_done(&container);
}
END_TEST

/* --- broken files ----------------------------------------------------------------------------------------- */

static const struct {
	const char *path;
	const char *id;
} files[] = {
	{ "/run/containerd/io.containerd.runtime.v2.task/k8s.io/" HEX64("a") "/config.json", HEX64("a") },
	{ "/run/containers/storage/overlay-containers/" HEX64("b") "/userdata/config.json", HEX64("b") },
	{ "/var/lib/containers/storage/overlay-containers/containers.json", HEX64("c") },
	{ "/var/lib/docker/containers/" HEX64("d") "/config.v2.json", HEX64("d") },
	{ "/run/runc/web-runc/state.json", "web-runc" },
	{ "/run/crun/web-crun/status", "web-crun" },
};

static char root[] = "/tmp/oci_test.XXXXXX";

static void make_root(void)
{
	log_set_maximum(0);
	strcpy(root, "/tmp/oci_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static void remove_root(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ck_assert_int_eq(system(command), 0);
}

static void write_below(const char *path, const char *bytes, size_t size)
{
	char full[512], *slash;
	FILE *to;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(full, 0700);
		*slash = '/';
	}
	to = fopen(full, "we");
	ck_assert_msg(to, "%s: %m", full);
	ck_assert_uint_eq(fwrite(bytes, 1, size, to), size);
	ck_assert_int_eq(fclose(to), 0);
}

static void read_written(const char *id)
{
	struct container container;

	container_begin(&container, id);
	(void)oci_read(root, &container);
	container_done(&container);
}

/* Cut off after every byte: whatever it is then, it is survived. */
START_TEST(cut_off)
{
	char path[512], *bytes;
	size_t size;

	snprintf(path, sizeof(path), NODE "%s", files[_i].path);
	bytes = harness_file(path, &size);
	ck_assert_ptr_nonnull(bytes);
	write_below(files[_i].path, bytes, size);
	free(bytes);
	snprintf(path, sizeof(path), "%s%s", root, files[_i].path);
	while (size--) {
		ck_assert_int_eq(truncate(path, size), 0);
		read_written(files[_i].id);
	}
}
END_TEST

/* Some byte is another one. */
START_TEST(damaged)
{
	static const char others[] = { '\0', '"', '{', '}', '[', ',', '\\', '9', (char)0xff };
	char path[512], *bytes;
	size_t size, i;

	snprintf(path, sizeof(path), NODE "%s", files[_i].path);
	bytes = harness_file(path, &size);
	ck_assert_ptr_nonnull(bytes);
	for (i = 0; i < size; i += 7) {
		char was = bytes[i];

		bytes[i] = others[i % sizeof(others)];
		write_below(files[_i].path, bytes, size);
		read_written(files[_i].id);
		bytes[i] = was;
	}
	free(bytes);
}
END_TEST

START_TEST(nested_too_deep)
{
	char bytes[4096];

	memset(bytes, '[', sizeof(bytes));
	ck_assert_ptr_null(json_read_bytes(bytes, sizeof(bytes)));
	memset(bytes + sizeof(bytes) / 2, ']', sizeof(bytes) / 2);
	ck_assert_ptr_null(json_read_bytes(bytes, sizeof(bytes)));
}
END_TEST

START_TEST(what_is_no_json_text)
{
	static const char *const texts[] = { "", " ", "{", "{}x", "{} {}", "nul", "\"" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		ck_assert_msg(!json_read_bytes(texts[i], strlen(texts[i])), "%s", texts[i]);
	ck_assert_ptr_null(json_read_bytes("{}\0", 3));
}
END_TEST

START_TEST(what_is_no_file)
{
	struct json_object *object;
	char path[128];

	ck_assert_int_eq(json_read_file(root, &object), -EBADMSG);
	snprintf(path, sizeof(path), "%s/fifo", root);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(json_read_file(path, &object), -EBADMSG);
	snprintf(path, sizeof(path), "%s/large", root);
	write_below("/large", "", 0);
	ck_assert_int_eq(truncate(path, JSON_READ_MAX + 1), 0);
	ck_assert_int_eq(json_read_file(path, &object), -EFBIG);
	write_below("/empty", "", 0);
	snprintf(path, sizeof(path), "%s/empty", root);
	ck_assert_int_eq(json_read_file(path, &object), -EBADMSG);
}
END_TEST

/* --- container -------------------------------------------------------------------------------------------- */

START_TEST(the_first_is_believed)
{
	struct container one, two;
	char key[32], *long_text = malloc(CONTAINER_TEXT_MAX + 2);
	int i;

	memset(long_text, 'x', CONTAINER_TEXT_MAX + 1);
	long_text[CONTAINER_TEXT_MAX + 1] = '\0';
	container_begin(&one, "x");
	container_set(&one, &one.names.name, "");
	container_set(&one, &one.names.name, long_text);
	ck_assert_ptr_null(one.names.name);
	container_set(&one, &one.names.name, "first");
	container_set(&one, &one.names.name, "second");
	ck_assert_str_eq(one.names.name, "first");
	container_add_label(&one, "app", "web");
	container_add_label(&one, "app", "other");
	container_add_label(&one, "none", NULL);
	container_add_label(&one, long_text, "x");
	ck_assert_uint_eq(one.names.n_labels, 1);
	container_begin(&two, "x");
	ck_assert(!container_same(&one.names, &two.names));
	container_merge(&two, &one.names);
	ck_assert(container_same(&one.names, &two.names));
	container_add_label(&two, "a", "");
	ck_assert(!container_same(&one.names, &two.names));
	for (i = 0; i < 2 * CONTAINER_LABELS_MAX; i++) {
		snprintf(key, sizeof(key), "%d", i);
		container_add_label(&one, key, "x");
	}
	ck_assert_uint_eq(one.names.n_labels, CONTAINER_LABELS_MAX);
	container_done(&one);
	container_done(&two);
	free(long_text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("oci");
	TCase *names = tcase_create("names"), *broken = tcase_create("broken"), *container = tcase_create("container");

	tcase_add_loop_test(names, names_of_each_runtime, 0, ARRAY_SIZE(known));
	tcase_add_loop_test(names, labels_of_pods, 0, ARRAY_SIZE(pods));
	tcase_add_test(names, pods_that_are_not_told);
	tcase_add_loop_test(names, nobody_knows, 0, ARRAY_SIZE(unknown));
	tcase_add_checked_fixture(broken, make_root, remove_root);
	tcase_set_timeout(broken, 120);
	tcase_add_loop_test(broken, cut_off, 0, ARRAY_SIZE(files));
	tcase_add_loop_test(broken, damaged, 0, ARRAY_SIZE(files));
	tcase_add_test(broken, nested_too_deep);
	tcase_add_test(broken, what_is_no_json_text);
	tcase_add_test(broken, what_is_no_file);
	tcase_add_test(container, the_first_is_believed);
	suite_add_tcase(suite, names);
	suite_add_tcase(suite, broken);
	suite_add_tcase(suite, container);
	return harness_run(suite);
}
