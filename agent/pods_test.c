/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pods.c: which pod a container is of, and what its names are then.
 */
#include "pods.h"
#include <check.h>
#include <test/harness.h>
#include "json_read.h"

#define PODS TEST_SOURCE_DIR "/test/cases/containers/pods.json"

#define HEX8(c)	 c c c c c c c c
#define HEX64(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c)

static struct json_object *list;
static struct container container;

static void set_up(void)
{
	ck_assert_int_eq(json_read_file(PODS, &list), 0);
}

static void tear_down(void)
{
	container_done(&container);
	json_object_put(list);
}

START_TEST(by_the_id_of_the_container)
{
	container_begin(&container, HEX64("a"));
	ck_assert(pods_name(list, "", &container));
	ck_assert_str_eq(container.names.name, "web");
	ck_assert_str_eq(container.names.image, "docker.io/library/nginx:1.25");
	ck_assert_str_eq(container.names.pod, "web-7d9f8b6c5-x2x4z");
	ck_assert_str_eq(container.names.namespace, "production");
	ck_assert_uint_eq(container.names.n_labels, 2);
	ck_assert_str_eq(container.names.label[0].key, "app");
	ck_assert_str_eq(container.names.label[0].value, "web");
}
END_TEST

START_TEST(that_runs_before_the_others)
{
	container_begin(&container, HEX64("8"));
	ck_assert(pods_name(list, "", &container));
	ck_assert_str_eq(container.names.name, "prepare");
	ck_assert_str_eq(container.names.pod, "web-7d9f8b6c5-x2x4z");
}
END_TEST

/* The kubelet does not know yet what the runtime has begun. */
START_TEST(by_the_uid_of_the_pod)
{
	container_begin(&container, HEX64("f"));
	ck_assert(pods_name(list, "00000000-0000-0000-0000-000000000001", &container));
	ck_assert_str_eq(container.names.pod, "api-0");
	ck_assert_ptr_null(container.names.name);
}
END_TEST

START_TEST(by_the_hash_of_a_file)
{
	container_begin(&container, HEX64("f"));
	ck_assert(pods_name(list, "00112233445566778899aabbccddeeff", &container));
	ck_assert_str_eq(container.names.pod, "etcd-node");
}
END_TEST

START_TEST(by_its_names)
{
	container_begin(&container, HEX64("f"));
	container_set(&container, &container.names.pod, "api-0");
	ck_assert(!pods_name(list, "", &container));
	container_set(&container, &container.names.namespace, "staging");
	ck_assert(pods_name(list, "", &container));
	ck_assert_str_eq(container.names.label[0].value, "api");
}
END_TEST

START_TEST(not_there)
{
	container_begin(&container, HEX64("f"));
	ck_assert(!pods_name(list, "00000000-0000-0000-0000-000000000009", &container));
	ck_assert(!pods_name(NULL, "", &container));
	container_done(&container);
	container_begin(&container, "no-scheme");
	ck_assert(!pods_name(list, "", &container));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pods");
	TCase *tests = tcase_create("pods");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, by_the_id_of_the_container);
	tcase_add_test(tests, that_runs_before_the_others);
	tcase_add_test(tests, by_the_uid_of_the_pod);
	tcase_add_test(tests, by_the_hash_of_a_file);
	tcase_add_test(tests, by_its_names);
	tcase_add_test(tests, not_there);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}
