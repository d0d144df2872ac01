/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cgroup_tree.c: on this machine's tree, where it has one and the test may look at it by ids; and on none.
 */
#include "cgroup_tree.h"
#include <check.h>
#include <dirent.h>
#include <sys/stat.h>
#include <test/harness.h>

static __u64 id_of(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? status.st_ino : 0;
}

START_TEST(the_root)
{
	const char *root = cgroup_tree_root();
	struct cgroup_tree tree;
	char *path;

	cgroup_tree_open(root, &tree);
	path = root ? cgroup_tree_path(&tree, id_of(root)) : NULL;
	if (path)
		ck_assert_str_eq(path, "/");
	free(path);
	cgroup_tree_close(&tree);
}
END_TEST

START_TEST(a_folder)
{
	const char *root = cgroup_tree_root();
	DIR *folder = root ? opendir(root) : NULL;
	char full[512], wanted[300], *path;
	const struct dirent *item;
	struct cgroup_tree tree;

	cgroup_tree_open(root, &tree);
	while (folder && (item = readdir(folder))) {
		if (item->d_type != DT_DIR || item->d_name[0] == '.')
			continue;
		snprintf(full, sizeof(full), "%s/%s", root, item->d_name);
		snprintf(wanted, sizeof(wanted), "/%s", item->d_name);
		path = cgroup_tree_path(&tree, id_of(full));
		if (path)
			ck_assert_str_eq(path, wanted);
		free(path);
	}
	if (folder)
		closedir(folder);
	cgroup_tree_close(&tree);
}
END_TEST

START_TEST(none)
{
	struct cgroup_tree tree;

	cgroup_tree_open(cgroup_tree_root(), &tree);
	ck_assert_ptr_null(cgroup_tree_path(&tree, 0x7fffffffffffull));
	cgroup_tree_close(&tree);
	cgroup_tree_open(NULL, &tree);
	ck_assert_ptr_null(cgroup_tree_path(&tree, 1));
	cgroup_tree_close(&tree);
	cgroup_tree_open("/tmp", &tree); /* of another file system */
	ck_assert_ptr_null(cgroup_tree_path(&tree, 1));
	cgroup_tree_close(&tree);
}
END_TEST

/* What is mounted where cgroups are, by the kernel's list of mounts. */
static bool mountinfo_says_v2(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[4096];
	bool found = false;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file))
		if (strstr(line, " /sys/fs/cgroup "))
			found = strstr(line, " - cgroup2 ") != NULL; /* the last is on top */
	fclose(file);
	return found;
}

START_TEST(the_only_one)
{
	ck_assert(!cgroup_tree_is_only(NULL));
	ck_assert(!cgroup_tree_is_only("/sys/fs/cgroup/unified"));
	ck_assert(cgroup_tree_is_only("/sys/fs/cgroup"));
	ck_assert_int_eq(cgroup_tree_is_only(cgroup_tree_root()), mountinfo_says_v2());
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cgroup_tree");
	TCase *tests = tcase_create("cgroup_tree");

	tcase_add_test(tests, the_root);
	tcase_add_test(tests, a_folder);
	tcase_add_test(tests, none);
	tcase_add_test(tests, the_only_one);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}
