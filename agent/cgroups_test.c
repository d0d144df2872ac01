/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cgroups.c: folders in the place of cgroups, and files of runtimes that are there, come later, or never.
 */
#include "cgroups.h"
#include <check.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <sys/stat.h>
#include <test/harness.h>
#include <time.h>
#include "log.h"
#include "when.h"

#define NODE TEST_SOURCE_DIR "/test/cases/containers/node"
#define PODS TEST_SOURCE_DIR "/test/cases/containers/pods.json"

#define HEX8(c)	 c c c c c c c c
#define HEX64(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c) HEX8(c)
#define UID	 "2f3a1d5c-5a1b-4c7e-9d51-0a1b2c3d4e5f"

#define LATER (3600 * 1000000000ull)

static char root[] = "/tmp/cgroups_test.XXXXXX";
static char node[128];
static struct loop *loop;
static struct kubelet_source source;
static struct kubelet *kubelet;
static struct cgroups *cgroups;
static unsigned int told, went;
static __u64 last_gone;

static void on_changed(void *context, const struct cgroup *cgroup)
{
	(void)context;
	ck_assert_ptr_eq(cgroups_find(cgroups, cgroup->id), cgroup);
	told++;
}

static void on_gone(void *context, __u64 id)
{
	(void)context;
	last_gone = id;
	went++;
}

static void begin(const char *files, const char *pods)
{
	struct cgroups_options options = {
		.loop = loop,
		.root = root,
		.node = files,
		.changed = on_changed,
		.gone = on_gone,
	};

	source.from = (char *)pods;
	if (pods)
		ck_assert_int_eq(kubelet_new(loop, &source, &kubelet), 0);
	options.kubelet = kubelet;
	ck_assert_int_eq(cgroups_new(&options, &cgroups), 0);
}

static void set_up(void)
{
	log_set_maximum(0);
	told = went = 0;
	strcpy(root, "/tmp/cgroups_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	snprintf(node, sizeof(node), "%s.node", root);
	ck_assert_int_eq(loop_new(&loop), 0);
}

static void tear_down(void)
{
	char command[128];

	cgroups = cgroups_free(cgroups);
	kubelet = kubelet_free(kubelet);
	loop = loop_free(loop);
	snprintf(command, sizeof(command), "rm -rf '%s'*", root);
	ck_assert_int_eq(system(command), 0);
}

/* Makes the folder and those above it, and returns its id. */
static __u64 make_below(const char *above, const char *path)
{
	char full[1024], *slash;
	struct stat status;

	snprintf(full, sizeof(full), "%s%s", above, path);
	for (slash = full + 5; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(full, 0700);
		*slash = '/';
	}
	ck_assert_int_eq(mkdir(full, 0700), 0);
	ck_assert_int_eq(stat(full, &status), 0);
	return status.st_ino;
}

static __u64 make(const char *path)
{
	return make_below(root, path);
}

static void write_state(const char *id, const char *text)
{
	char path[512];
	FILE *to;

	snprintf(path, sizeof(path), "/run/runc/%s", id);
	(void)make_below(node, path);
	snprintf(path, sizeof(path), "%s/run/runc/%s/state.json", node, id);
	to = fopen(path, "we");
	ck_assert_ptr_nonnull(to);
	fputs(text, to);
	ck_assert_int_eq(fclose(to), 0);
}

static const struct cgroup *find(__u64 id)
{
	const struct cgroup *cgroup = cgroups_find(cgroups, id);

	ck_assert_ptr_nonnull(cgroup);
	return cgroup;
}

static void count_one(void *context, const struct cgroup *cgroup)
{
	(void)cgroup;
	++*(unsigned int *)context;
}

START_TEST(the_tree_as_it_is)
{
	__u64 slice = make("/system.slice"), web, sub;
	struct stat status;
	unsigned int n = 0;

	web = make("/system.slice/docker-" HEX64("d") ".scope");
	sub = make("/system.slice/docker-" HEX64("d") ".scope/init.scope");
	begin(NODE, NULL);
	cgroups_walk(cgroups);
	ck_assert_int_eq(stat(root, &status), 0);
	ck_assert_str_eq(find(status.st_ino)->path, "/");
	ck_assert_str_eq(find(slice)->path, "/system.slice");
	ck_assert_ptr_null(find(slice)->container);
	ck_assert(find(slice)->named);
	ck_assert_str_eq(find(web)->container->names.name, "shop-front-1");
	ck_assert_str_eq(find(web)->container->id, HEX64("d"));
	ck_assert(find(web)->named);
	ck_assert_ptr_eq(find(sub)->container, find(web)->container);
	ck_assert_uint_eq(told, 4);
	cgroups_each(cgroups, count_one, &n);
	ck_assert_uint_eq(n, 4);
	ck_assert_uint_eq(cgroups_count(cgroups).containers, 1);
	ck_assert_ptr_null(cgroups_find(cgroups, 0));
	cgroups_walk(cgroups); /* nothing is new */
	ck_assert_uint_eq(told, 4);
	ck_assert_uint_eq(went, 0);
}
END_TEST

/* Not at once: records may wait in the ring that are about what was in it. */
START_TEST(what_a_walk_does_not_meet_is_gone)
{
	__u64 kept = make("/a"), lost = make("/docker");
	char path[128];

	begin(NODE, NULL);
	cgroups_walk(cgroups);
	snprintf(path, sizeof(path), "%s/docker", root);
	cgroups_settle(cgroups);
	ck_assert_int_eq(rmdir(path), 0);
	cgroups_settle(cgroups);
	cgroups_walk(cgroups);
	cgroups_walk(cgroups);
	ck_assert_uint_eq(went, 0);
	ck_assert_str_eq(find(lost)->path, "/docker");
	cgroups_settle(cgroups);
	ck_assert_uint_eq(went, 1);
	ck_assert_uint_eq(last_gone, lost);
	ck_assert_ptr_null(cgroups_find(cgroups, lost));
	ck_assert_ptr_nonnull(cgroups_find(cgroups, kept));
}
END_TEST

START_TEST(made_and_removed)
{
	begin(NODE, NULL);
	cgroups_made(cgroups, 7, "/docker/" HEX64("d"));
	cgroups_made(cgroups, 8, "/docker/" HEX64("d") "/a");
	cgroups_made(cgroups, 8, "/docker/" HEX64("d") "/a");
	ck_assert_uint_eq(told, 2);
	ck_assert_str_eq(find(8)->container->names.image, "nginx:1.25");
	cgroups_removed(cgroups, 7);
	ck_assert_ptr_null(cgroups_find(cgroups, 7));
	ck_assert_str_eq(find(8)->container->names.image, "nginx:1.25");
	cgroups_removed(cgroups, 8);
	ck_assert_uint_eq(cgroups_count(cgroups).containers, 0);
	cgroups_removed(cgroups, 9); /* of which nobody has told */
	ck_assert_uint_eq(went, 3);
	cgroups_made(cgroups, 10, NULL); /* it is no cgroup's id here */
	ck_assert_ptr_null(cgroups_find(cgroups, 10));
	cgroups_made(cgroups, 10, "");
	ck_assert_ptr_null(cgroups_find(cgroups, 10));
}
END_TEST

START_TEST(the_files_come_later)
{
	begin(node, NULL);
	cgroups_made(cgroups, 7, "/runc-web.scope");
	ck_assert(!find(7)->named);
	ck_assert_uint_eq(cgroups_count(cgroups).unnamed, 1);
	ck_assert_uint_eq(told, 1);
	cgroups_look(cgroups, when_steady() + LATER);
	ck_assert(!find(7)->named);
	ck_assert_uint_eq(told, 1);
	write_state("web", "{\"config\":{\"labels\":[\"org.opencontainers.image.ref.name=x:1\"]}}");
	cgroups_look(cgroups, when_steady()); /* it is not due */
	ck_assert(!find(7)->named);
	cgroups_look(cgroups, when_steady() + 2 * LATER);
	ck_assert(find(7)->named);
	ck_assert_str_eq(find(7)->container->names.image, "x:1");
	ck_assert_uint_eq(told, 2);
	ck_assert_uint_eq(cgroups_count(cgroups).unnamed, 0);
}
END_TEST

START_TEST(and_are_seen_by_the_loop)
{
	unsigned int i;

	begin(node, NULL);
	cgroups_made(cgroups, 7, "/runc-web.scope");
	write_state("web", "{}");
	for (i = 0; i < 3000 && !find(7)->named; i++)
		ck_assert_int_eq(loop_turn(loop, 1), 0);
	ck_assert(find(7)->named);
	ck_assert_str_eq(find(7)->container->names.name, "web");
}
END_TEST

/* A runtime that ends a container takes the files first. */
START_TEST(named_stays_named)
{
	char path[512];

	begin(node, NULL);
	write_state("web", "{}");
	cgroups_made(cgroups, 7, "/runc-web.scope");
	ck_assert(find(7)->named);
	snprintf(path, sizeof(path), "%s/run/runc/web/state.json", node);
	ck_assert_int_eq(unlink(path), 0);
	cgroups_look(cgroups, when_steady() + LATER);
	cgroups_made(cgroups, 8, "/runc-web.scope/below");
	ck_assert(find(7)->named && find(8)->named);
}
END_TEST

/* --- pods ------------------------------------------------------------------------------------------------- */

START_TEST(labels_come_from_the_kubelet)
{
	begin(NODE, PODS);
	cgroups_made(cgroups, 7, "/kubepods/burstable/pod" UID "/" HEX64("a"));
	ck_assert(!find(7)->named);
	ck_assert_str_eq(find(7)->container->names.namespace, "production"); /* the runtime knows that much */
	cgroups_look(cgroups, when_steady() + LATER);			     /* asks for the list, which tells */
	ck_assert(find(7)->named);
	ck_assert_uint_eq(find(7)->container->names.n_labels, 2);
	ck_assert_str_eq(find(7)->container->names.label[1].value, "front");
}
END_TEST

START_TEST(labels_change)
{
	char path[160], *text = harness_file(PODS, NULL), *app = strstr(text, "\"app\": \"web\"");
	FILE *to;

	snprintf(path, sizeof(path), "%s.pods", root);
	begin(NODE, path);
	cgroups_made(cgroups, 7, "/kubepods/pod" UID "/" HEX64("a"));
	ck_assert_ptr_nonnull(app);
	memcpy(app, "\"app\": \"new\"", 12);
	to = fopen(path, "we");
	fputs(text, to);
	fclose(to);
	kubelet_refresh(kubelet);
	ck_assert(find(7)->named);
	ck_assert_str_eq(find(7)->container->names.label[0].value, "new");
	told = 0;
	kubelet_refresh(kubelet);
	ck_assert_uint_eq(told, 0);
	free(text);
	to = fopen(path, "we");
	fputs("{\"items\":[]}", to); /* the pod is going: its containers may still run */
	fclose(to);
	kubelet_refresh(kubelet);
	ck_assert_str_eq(find(7)->container->names.label[0].value, "new");
}
END_TEST

static void write_pods(const char *path, const char *text, time_t age)
{
	struct timespec then[2] = { { .tv_sec = time(NULL) - age }, { .tv_sec = time(NULL) - age } };
	FILE *to = fopen(path, "we");

	ck_assert_ptr_nonnull(to);
	fputs(text, to);
	ck_assert_int_eq(fclose(to), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, then, 0), 0);
}

static void look_often(void)
{
	unsigned int i;

	for (i = 1; i < 100 && !find(7)->named; i++)
		cgroups_look(cgroups, when_steady() + i * LATER);
}

/* In the end the runtime's word alone has to do, if the kubelet's was heard. */
START_TEST(a_pod_in_no_list)
{
	char path[160];
	unsigned int i;

	snprintf(path, sizeof(path), "%s.pods", root);
	begin(NODE, path);
	cgroups_made(cgroups, 7, "/kubepods/pod" UID "/" HEX64("a"));
	write_pods(path, "{\"items\":[]}", 0);
	for (i = 1; i < 100 && !find(7)->named; i++) {
		ck_assert_int_eq(utimensat(AT_FDCWD, path, NULL, 0), 0); /* it is kept up to date */
		cgroups_look(cgroups, when_steady() + i * LATER);
	}
	ck_assert_uint_gt(i, 5);
	ck_assert(find(7)->named);
	ck_assert_str_eq(find(7)->container->names.pod, "web-7d9f8b6c5-x2x4z");
}
END_TEST

/* A list that cannot be had, or is older than the container, says nothing of its labels: they are not known. */
START_TEST(no_list_is_no_answer)
{
	char path[160], *text = harness_file(PODS, NULL);

	snprintf(path, sizeof(path), "%s.pods", root);
	begin(NODE, path);
	cgroups_made(cgroups, 7, "/kubepods/pod" UID "/" HEX64("a"));
	look_often();
	ck_assert(!find(7)->named);
	ck_assert_str_eq(find(7)->container->names.pod, "web-7d9f8b6c5-x2x4z"); /* what is known is known */
	write_pods(path, "{\"items\":[]}", 60);
	look_often();
	ck_assert(!find(7)->named);
	write_pods(path, text, 60); /* one that has it is believed, however old */
	kubelet_refresh(kubelet);
	ck_assert(find(7)->named);
	ck_assert_uint_eq(find(7)->container->names.n_labels, 2);
	free(text);
}
END_TEST

START_TEST(labels_that_the_runtime_knows)
{
	begin(NODE, "/nonexistent/pods.json");
	cgroups_made(cgroups, 7, "/kubepods/pod" UID "/crio-" HEX64("1") ".scope");
	ck_assert(find(7)->named);
	ck_assert_str_eq(find(7)->container->names.label[4].key, "app");
	ck_assert_str_eq(find(7)->container->names.label[4].value, "cart");
}
END_TEST

/* --- hooks ------------------------------------------------------------------------------------------------ */

static struct json_object *annotations(void)
{
	return json_tokener_parse(
		"{\"io.kubernetes.container.name\":\"hooked\",\"org.opencontainers.image.ref.name\":7}");
}

START_TEST(a_hook_comes_first)
{
	struct json_object *map = annotations();

	begin(node, NULL);
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/runc-web.scope", map), 0);
	cgroups_made(cgroups, 7, "/runc-web.scope");
	ck_assert(find(7)->named);
	ck_assert_str_eq(find(7)->container->names.name, "hooked");
	ck_assert_ptr_null(find(7)->container->names.image);
	ck_assert_uint_eq(told, 1);
	json_object_put(map);
}
END_TEST

START_TEST(a_hook_comes_later)
{
	struct json_object *map = annotations();

	begin(node, NULL);
	cgroups_made(cgroups, 7, "/runc-web.scope");
	ck_assert(!find(7)->named);
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/runc-web.scope", map), 0);
	ck_assert(find(7)->named);
	json_object_put(map);
}
END_TEST

/* The path does not tell what the hook does; the record of the cgroup has not come. */
START_TEST(a_hook_tells_the_cgroup)
{
	__u64 id = make("/mine/web"), before = make("/mine/web/before"), beside = make("/mine/webs");

	begin(node, NULL);
	cgroups_made(cgroups, before, "/mine/web/before");
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/mine/web", NULL), 0);
	ck_assert_str_eq(find(id)->container->names.name, "web");
	ck_assert_ptr_eq(find(before)->container, find(id)->container);
	cgroups_made(cgroups, 7, "/mine/web/after");
	ck_assert_ptr_eq(find(7)->container, find(id)->container);
	cgroups_made(cgroups, beside, "/mine/webs");
	ck_assert_ptr_null(find(beside)->container);
}
END_TEST

static const char *container_of(__u64 id)
{
	return find(id)->container ? find(id)->container->id : NULL;
}

/* Of containers in containers the innermost counts, whoever told of it first and whatever their ids. */
START_TEST(hooks_within_hooks)
{
	static const char *const ids[][2] = { { "a", "b" }, { "b", "a" }, { "c", "x1" }, { "x1", "c" } };
	const char *outer = ids[_i / 2][0], *inner = ids[_i / 2][1];
	bool inner_first = _i % 2;

	begin(node, NULL);
	cgroups_made(cgroups, 1, "/mine/out");
	cgroups_made(cgroups, 2, "/mine/out/in");
	cgroups_made(cgroups, 3, "/mine/out/in/below");
	cgroups_made(cgroups, 4, "/mine/out/beside");
	if (inner_first)
		ck_assert_int_eq(cgroups_add_container(cgroups, inner, "/mine/out/in", NULL), 0);
	ck_assert_int_eq(cgroups_add_container(cgroups, outer, "/mine/out", NULL), 0);
	if (!inner_first)
		ck_assert_int_eq(cgroups_add_container(cgroups, inner, "/mine/out/in", NULL), 0);
	cgroups_made(cgroups, 5, "/mine/out/in/after");
	cgroups_made(cgroups, 6, "/mine/out/after");
	ck_assert_str_eq(container_of(1), outer);
	ck_assert_str_eq(container_of(2), inner);
	ck_assert_str_eq(container_of(3), inner);
	ck_assert_str_eq(container_of(4), outer);
	ck_assert_str_eq(container_of(5), inner);
	ck_assert_str_eq(container_of(6), outer);
}
END_TEST

START_TEST(hooks_within_paths_within_hooks)
{
	begin(node, NULL);
	cgroups_made(cgroups, 1, "/docker/" HEX64("d"));
	cgroups_made(cgroups, 2, "/docker/" HEX64("d") "/in");
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/docker/" HEX64("d") "/in", NULL), 0);
	cgroups_made(cgroups, 3, "/docker/" HEX64("d") "/in/libpod-" HEX64("e"));
	cgroups_made(cgroups, 4, "/docker/" HEX64("d") "/in/below");
	ck_assert_str_eq(container_of(1), HEX64("d"));
	ck_assert_str_eq(container_of(2), "web");
	ck_assert_str_eq(container_of(3), HEX64("e"));
	ck_assert_str_eq(container_of(4), "web");
}
END_TEST

/* "Whatever its cgroup is called": also as if it were of another. */
START_TEST(a_hook_knows_better_than_the_path)
{
	begin(node, NULL);
	cgroups_made(cgroups, 1, "/docker/" HEX64("d"));
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/docker/" HEX64("d"), NULL), 0);
	ck_assert_str_eq(container_of(1), "web");
	ck_assert_uint_eq(cgroups_count(cgroups).containers, 1);
	/* the next one in the same cgroup */
	ck_assert_int_eq(cgroups_add_container(cgroups, "next", "/docker/" HEX64("d"), NULL), 0);
	ck_assert_str_eq(container_of(1), "next");
	ck_assert_int_eq(cgroups_add_container(cgroups, HEX64("d"), "/docker/" HEX64("d"), NULL), 0);
	ck_assert_str_eq(container_of(1), HEX64("d"));
	ck_assert_uint_eq(cgroups_count(cgroups).containers, 1);
}
END_TEST

/* A container that is begun again, elsewhere, before its last cgroup is gone. */
START_TEST(a_hook_tells_another_cgroup)
{
	begin(node, NULL);
	cgroups_made(cgroups, 1, "/mine/first");
	cgroups_made(cgroups, 2, "/mine/second");
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/mine/first", NULL), 0);
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/mine/second", NULL), 0);
	ck_assert_ptr_null(find(1)->container);
	ck_assert(find(1)->named);
	ck_assert_str_eq(container_of(2), "web");
}
END_TEST

/* Kubernetes in a container: the pod is that of the container in it, not of the one around. */
START_TEST(the_pod_is_of_the_innermost)
{
	begin(NODE, PODS);
	cgroups_made(cgroups, 1, "/docker/" HEX64("d"));
	cgroups_made(cgroups, 2, "/docker/" HEX64("d") "/kubelet/kubepods/pod" UID);
	cgroups_made(cgroups, 3, "/docker/" HEX64("d") "/kubelet/kubepods/pod" UID "/" HEX64("a"));
	kubelet_refresh(kubelet);
	ck_assert_str_eq(container_of(2), HEX64("d"));
	ck_assert_ptr_null(find(1)->container->names.namespace);
	ck_assert_str_eq(find(3)->container->names.namespace, "production");
	ck_assert_uint_eq(find(3)->container->names.n_labels, 2);
}
END_TEST

START_TEST(a_hook_that_makes_no_sense)
{
	begin(node, NULL);
	ck_assert_int_eq(cgroups_add_container(cgroups, "../x", "/a", NULL), -EINVAL);
	ck_assert_int_eq(cgroups_add_container(cgroups, "x", "a", NULL), -EINVAL);
	ck_assert_int_eq(cgroups_add_container(cgroups, "x", "/../a", NULL), -EINVAL);
	ck_assert_int_eq(cgroups_add_container(cgroups, "x", "/", NULL), 0); /* no cgroup-v2 of its own */
	cgroups_made(cgroups, 7, "/a");
	ck_assert_ptr_null(find(7)->container);
}
END_TEST

START_TEST(a_container_that_never_begins)
{
	unsigned int i;

	begin(node, NULL);
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/runc-web.scope", NULL), 0);
	ck_assert_uint_eq(cgroups_count(cgroups).containers, 1);
	for (i = 0; i < 100; i++)
		cgroups_tick(cgroups);
	ck_assert_uint_eq(cgroups_count(cgroups).containers, 0);
}
END_TEST

/* --- roots ------------------------------------------------------------------------------------------------ */

static const char *const asked[] = { "/bin/sh", "/usr/bin/vi" };

/* A container whose first process has a root in which /bin/sh is a link to `target`. */
static void make_container(const char *path, const char *process, const char *target)
{
	char text[512];
	FILE *to;

	(void)make(path);
	snprintf(text, sizeof(text), "%s%s/cgroup.procs", root, path);
	to = fopen(text, "we");
	ck_assert_ptr_nonnull(to);
	fprintf(to, "0\n%s\n", process);
	ck_assert_int_eq(fclose(to), 0);
	snprintf(text, sizeof(text), "/proc/%s/root/bin", process);
	(void)make_below(node, text);
	snprintf(text, sizeof(text), "%s/proc/%s/root/bin/sh", node, process);
	ck_assert_int_eq(symlink(target, text), 0);
}

static const struct alias_set *aliases_of(__u64 id)
{
	return find(id)->container->names.aliases;
}

START_TEST(links_in_roots)
{
	struct alias_set all;
	char path[256];

	begin(node, NULL);
	make_container("/docker/" HEX64("a"), "123", "busybox");
	make_container("/docker/" HEX64("b"), "124", "/bin/busybox");
	make_container("/docker/" HEX64("c"), "125", "/usr/bin/important");
	ck_assert_int_eq(cgroups_ask(cgroups, asked, 2), 0);
	cgroups_made(cgroups, 7, "/docker/" HEX64("a"));
	cgroups_look(cgroups, when_steady() + LATER);
	ck_assert_uint_eq(aliases_of(7)->n, 1);
	ck_assert_str_eq(aliases_of(7)->list[0].to, "/bin/busybox");
	ck_assert(cgroups_has_unknown(cgroups));
	ck_assert_int_eq(cgroups_aliases(cgroups, &all), 0);
	ck_assert_uint_eq(all.n, 1);
	ck_assert(!cgroups_has_unknown(cgroups));
	free(all.list);
	/* What another container has too is known already; what it has alone is not. */
	cgroups_made(cgroups, 8, "/docker/" HEX64("b"));
	cgroups_look(cgroups, when_steady() + LATER);
	ck_assert_uint_eq(aliases_of(8)->n, 1);
	ck_assert(!cgroups_has_unknown(cgroups));
	cgroups_made(cgroups, 9, "/docker/" HEX64("c"));
	cgroups_look(cgroups, when_steady() + LATER);
	ck_assert_uint_eq(aliases_of(9)->n, 1);
	ck_assert(cgroups_has_unknown(cgroups));
	ck_assert_int_eq(cgroups_aliases(cgroups, &all), 0);
	ck_assert_uint_eq(all.n, 2);
	ck_assert_uint_eq(aliases_of(7)->n, 1);
	free(all.list);
	/* Other paths are asked for: all that run are looked at. */
	ck_assert_int_eq(cgroups_ask(cgroups, asked + 1, 1), 0);
	snprintf(path, sizeof(path), "%s/proc/124/root/bin/vi", node);
	ck_assert_int_eq(symlink("busybox", path), 0);
	ck_assert_int_eq(cgroups_ask(cgroups, (const char *const[]){ "/bin/vi" }, 1), 1);
	ck_assert_uint_eq(aliases_of(8)->n, 2);
	ck_assert_uint_eq(aliases_of(7)->n, 1);
}
END_TEST

/* A container is not taken for known before its root has been seen, or it is clear that it never will be. */
START_TEST(a_root_that_comes_later)
{
	struct alias_set all;
	unsigned int i;

	begin(node, NULL);
	ck_assert_int_eq(cgroups_ask(cgroups, asked, 2), 0);
	ck_assert_int_eq(cgroups_add_container(cgroups, "nobody", "/runc-nobody.scope", NULL), 0);
	cgroups_made(cgroups, 6, "/runc-nobody.scope");
	ck_assert(find(6)->named); /* no rule holds by what a root says */
	make_container("/docker/" HEX64("a"), "123", "busybox");
	cgroups_made(cgroups, 9, "/docker/" HEX64("a"));
	cgroups_look(cgroups, when_steady() + LATER);
	ck_assert_int_eq(cgroups_aliases(cgroups, &all), 0);
	free(all.list);
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/runc-web.scope", NULL), 0);
	cgroups_made(cgroups, 7, "/runc-web.scope");
	ck_assert(!find(7)->named);
	make_container("/runc-web.scope", "126", "/bin/busybox");
	cgroups_look(cgroups, when_steady() + LATER);
	ck_assert(find(7)->named);
	ck_assert_uint_eq(aliases_of(7)->n, 1);
	ck_assert_int_eq(cgroups_add_container(cgroups, "never", "/runc-never.scope", NULL), 0);
	cgroups_made(cgroups, 8, "/runc-never.scope");
	for (i = 1; i < 100 && !find(8)->named; i++)
		cgroups_look(cgroups, when_steady() + i * LATER);
	ck_assert_uint_gt(i, 5);
	ck_assert_uint_lt(i, 20);
}
END_TEST

/* A hook tells where the root is, before any process has it. */
START_TEST(a_hook_tells_the_root)
{
	char folder[256];

	begin(node, NULL);
	ck_assert_int_eq(cgroups_ask(cgroups, asked, 2), 0);
	make_container("/else", "127", "/bin/busybox");
	snprintf(folder, sizeof(folder), "%s/proc/127/root", node);
	ck_assert_int_eq(cgroups_add_root(cgroups, "web", "relative"), -EINVAL);
	ck_assert_int_eq(cgroups_add_root(cgroups, "../web", folder), -EINVAL);
	ck_assert_int_eq(cgroups_add_root(cgroups, "web", folder), 0);
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/runc-web.scope", NULL), 0);
	ck_assert(cgroups_has_unknown(cgroups));
	cgroups_made(cgroups, 7, "/runc-web.scope");
	ck_assert(find(7)->named);
	ck_assert_uint_eq(aliases_of(7)->n, 1);
}
END_TEST

START_TEST(no_tree)
{
	const struct cgroups_options options = { .loop = loop, .node = "", .changed = on_changed, .gone = on_gone };

	ck_assert_int_eq(cgroups_new(&options, &cgroups), 0);
	cgroups_walk(cgroups);
	cgroups_tick(cgroups);
	ck_assert_int_eq(cgroups_add_container(cgroups, "web", "/a", NULL), 0);
	ck_assert_uint_eq(cgroups_count(cgroups).cgroups, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cgroups");
	TCase *tests = tcase_create("cgroups");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, the_tree_as_it_is);
	tcase_add_test(tests, what_a_walk_does_not_meet_is_gone);
	tcase_add_test(tests, made_and_removed);
	tcase_add_test(tests, the_files_come_later);
	tcase_add_test(tests, and_are_seen_by_the_loop);
	tcase_add_test(tests, named_stays_named);
	tcase_add_test(tests, labels_come_from_the_kubelet);
	tcase_add_test(tests, labels_change);
	tcase_add_test(tests, a_pod_in_no_list);
	tcase_add_test(tests, no_list_is_no_answer);
	tcase_add_test(tests, labels_that_the_runtime_knows);
	tcase_add_test(tests, a_hook_comes_first);
	tcase_add_test(tests, a_hook_comes_later);
	tcase_add_test(tests, a_hook_tells_the_cgroup);
	tcase_add_loop_test(tests, hooks_within_hooks, 0, 8);
	tcase_add_test(tests, hooks_within_paths_within_hooks);
	tcase_add_test(tests, a_hook_knows_better_than_the_path);
	tcase_add_test(tests, a_hook_tells_another_cgroup);
	tcase_add_test(tests, the_pod_is_of_the_innermost);
	tcase_add_test(tests, a_hook_that_makes_no_sense);
	tcase_add_test(tests, a_container_that_never_begins);
	tcase_add_test(tests, links_in_roots);
	tcase_add_test(tests, a_root_that_comes_later);
	tcase_add_test(tests, a_hook_tells_the_root);
	tcase_add_test(tests, no_tree);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}
