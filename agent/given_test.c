/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * given.c: what hooks have told, as the next agent finds it. Folders stand in the place of cgroups.
 */
#include "given.h"
#include <check.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <sys/stat.h>
#include <test/harness.h>
#include "log.h"
#include "loop.h"
#include "state.h"

#define FILE_OF "/state/containers.json"

static char root[] = "/tmp/given_test.XXXXXX";
static char folder[64];
static struct loop *loop;
static struct cgroups *cgroups;
static struct given *given;

static const char *below(const char *path)
{
	static char full[8][512];
	static unsigned int next;
	char *text = full[next++ % 8];

	snprintf(text, sizeof(full[0]), "%s%s", root, path);
	return text;
}

static void on_changed(void *context, const struct cgroup *cgroup)
{
	(void)context;
	(void)cgroup;
}

static void on_gone(void *context, __u64 id)
{
	(void)context;
	(void)id;
}

static void begin(void)
{
	struct cgroups_options options = {
		.loop = loop,
		.root = below("/cgroup"),
		.node = below("/nothing"),
		.changed = on_changed,
		.gone = on_gone,
	};

	ck_assert_int_eq(cgroups_new(&options, &cgroups), 0);
	cgroups_walk(cgroups);
	ck_assert_int_eq(given_new(folder, &given), 0);
	given_restore(given, cgroups);
}

static void end(void)
{
	given = given_free(given);
	cgroups = cgroups_free(cgroups);
}

static void begin_again(void)
{
	end();
	begin();
}

static void set_up(void)
{
	log_set_maximum(0);
	strcpy(root, "/tmp/given_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	ck_assert_int_eq(mkdir(below("/cgroup"), 0700), 0);
	ck_assert_int_eq(mkdir(below("/state"), 0700), 0);
	snprintf(folder, sizeof(folder), "%s/state", root);
	ck_assert_int_eq(loop_new(&loop), 0);
	begin();
}

static void tear_down(void)
{
	char command[128];

	end();
	loop = loop_free(loop);
	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ck_assert_int_eq(system(command), 0);
}

static void make(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "/cgroup%s", path);
	ck_assert_int_eq(mkdir(below(full), 0700), 0);
	cgroups_walk(cgroups);
}

static void tell(const char *id, const char *cgroup, const char *name)
{
	struct json_object *annotations = name ? json_object_new_object() : NULL;

	if (name)
		json_object_object_add(annotations, "io.kubernetes.container.name", json_object_new_string(name));
	ck_assert_int_eq(cgroups_add_container(cgroups, id, cgroup, annotations), 0);
	given_add(given, cgroups, id, cgroup, annotations);
	json_object_put(annotations);
}

static const struct container *container_of_path(const char *path)
{
	const struct cgroup *cgroup;
	struct stat status;
	char full[256];

	snprintf(full, sizeof(full), "/cgroup%s", path);
	ck_assert_int_eq(stat(below(full), &status), 0);
	cgroup = cgroups_find(cgroups, status.st_ino);
	ck_assert_ptr_nonnull(cgroup);
	return cgroup->container;
}

static const char *name_of(const char *path)
{
	const struct container *container = container_of_path(path);

	return container && container->names.name ? container->names.name : "";
}

/* The control: nobody else says of such a path that it is a container's. */
START_TEST(is_known_to_the_next)
{
	make("/mine");
	tell("web", "/mine", "hooked");
	ck_assert_str_eq(name_of("/mine"), "hooked");
	begin_again();
	ck_assert_str_eq(name_of("/mine"), "hooked");
	begin_again();
	ck_assert_str_eq(name_of("/mine"), "hooked");
	ck_assert_int_eq(unlink(below(FILE_OF)), 0);
	begin_again();
	ck_assert_ptr_null(container_of_path("/mine"));
}
END_TEST

START_TEST(without_annotations)
{
	make("/mine");
	tell("web", "/mine", NULL);
	begin_again();
	ck_assert_str_eq(name_of("/mine"), "web");
}
END_TEST

/* Another cgroup that is called so is of whoever made it. */
START_TEST(is_about_one_cgroup)
{
	make("/mine");
	make("/keeps-its-number");
	tell("web", "/mine", "hooked");
	ck_assert_int_eq(rename(below("/cgroup/mine"), below("/cgroup/other")), 0);
	ck_assert_int_eq(mkdir(below("/cgroup/mine"), 0700), 0);
	begin_again();
	ck_assert_ptr_null(container_of_path("/mine"));
	ck_assert_ptr_null(container_of_path("/other"));
}
END_TEST

/* With this boot for a dollar, and the cgroup's number for a hash. */
static void write_file(const char *text, unsigned long long inode)
{
	char boot[STATE_BOOT_ROOM];
	FILE *to = fopen(below(FILE_OF), "we");

	ck_assert_ptr_nonnull(to);
	state_boot(boot);
	for (; *text; text++) {
		if (*text == '$')
			fputs(boot, to);
		else if (*text == '#')
			fprintf(to, "%llu", inode);
		else
			fputc(*text, to);
	}
	ck_assert_int_eq(fclose(to), 0);
}

/* Numbers of cgroups begin again with each boot. */
START_TEST(is_about_one_boot)
{
	static const char ours[] =
		"{\"version\":1,\"boot\":\"$\",\"containers\":[{\"id\":\"web\",\"cgroup\":\"/mine\",\"inode\":#}]}";
	static const char before[] =
		"{\"version\":1,\"boot\":\"another\",\"containers\":[{\"id\":\"web\",\"cgroup\":\"/mine\",\"inode\":#}]}";
	struct stat status;

	make("/mine");
	ck_assert_int_eq(stat(below("/cgroup/mine"), &status), 0);
	write_file(before, status.st_ino);
	begin_again();
	ck_assert_ptr_null(container_of_path("/mine"));
	write_file(ours, status.st_ino);
	begin_again();
	ck_assert_str_eq(name_of("/mine"), "web");
}
END_TEST

static size_t count(const char *what)
{
	char *text = harness_file(below(FILE_OF), NULL), *at;
	size_t n = 0;

	for (at = text; (at = strstr(at, what)); at++)
		n++;
	free(text);
	return n;
}

START_TEST(the_last_word_counts)
{
	make("/mine");
	make("/yours");
	tell("web", "/mine", "first");
	tell("web", "/mine", "second");
	ck_assert_uint_eq(count("\"id\""), 1);
	tell("next", "/mine", "third");
	ck_assert_uint_eq(count("\"id\""), 2);
	begin_again();
	ck_assert_str_eq(name_of("/mine"), "third");
	tell("web", "/", NULL); /* it has no cgroup of its own any more */
	ck_assert_uint_eq(count("\"id\""), 1);
	ck_assert_uint_eq(count("third"), 1);
}
END_TEST

START_TEST(what_is_gone_is_let_go)
{
	make("/mine");
	make("/yours");
	tell("web", "/mine", "first");
	ck_assert_int_eq(rmdir(below("/cgroup/mine")), 0);
	cgroups_walk(cgroups);
	cgroups_settle(cgroups);
	tell("next", "/yours", "second");
	ck_assert_uint_eq(count("\"id\""), 1);
	ck_assert_uint_eq(count("first"), 0);
}
END_TEST

static const char *const foreign[] = {
	"",
	"{",
	"[]",
	"{\"version\":1}",
	"{\"version\":2,\"boot\":\"$\",\"containers\":[]}",
	"{\"version\":1,\"boot\":\"$\",\"containers\":{}}",
	"{\"version\":1,\"boot\":\"$\",\"containers\":[7,null,{},{\"id\":1,\"cgroup\":[],\"inode\":\"x\"}]}",
	"{\"version\":1,\"boot\":\"$\",\"containers\":[{\"cgroup\":\"/mine\",\"inode\":#}]}",
	"{\"version\":1,\"boot\":\"$\",\"containers\":[{\"id\":\"../x\",\"cgroup\":\"/mine\",\"inode\":#}]}",
	"{\"version\":1,\"boot\":\"$\",\"containers\":[{\"id\":\"x\",\"cgroup\":\"mine\",\"inode\":#}]}",
};

/* Each of them could be ours but for one thing. */
START_TEST(a_file_that_is_none_of_ours)
{
	struct stat status;

	make("/mine");
	ck_assert_int_eq(stat(below("/cgroup/mine"), &status), 0);
	write_file(foreign[_i], status.st_ino);
	begin_again();
	ck_assert_ptr_null(container_of_path("/mine"));
	tell("web", "/mine", "hooked");
	begin_again();
	ck_assert_str_eq(name_of("/mine"), "hooked");
}
END_TEST

/* The container has its names all the same, and with room again the next agent knows them too. */
START_TEST(that_cannot_be_written)
{
	make("/mine");
	make("/yours");
	ck_assert_int_eq(rename(below("/state"), below("/away")), 0);
	tell("web", "/mine", "first");
	ck_assert_str_eq(name_of("/mine"), "first");
	ck_assert_int_eq(rename(below("/away"), below("/state")), 0);
	tell("next", "/yours", "second");
	begin_again();
	ck_assert_str_eq(name_of("/mine"), "first");
	ck_assert_str_eq(name_of("/yours"), "second");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("given");
	TCase *tests = tcase_create("given");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, is_known_to_the_next);
	tcase_add_test(tests, without_annotations);
	tcase_add_test(tests, is_about_one_cgroup);
	tcase_add_test(tests, is_about_one_boot);
	tcase_add_test(tests, the_last_word_counts);
	tcase_add_test(tests, what_is_gone_is_let_go);
	tcase_add_loop_test(tests, a_file_that_is_none_of_ours, 0, ARRAY_SIZE(foreign));
	tcase_add_test(tests, that_cannot_be_written);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}
