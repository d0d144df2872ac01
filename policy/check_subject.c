/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the value of `subject` or `except`. Out: a selector: its conditions, each key at most once, sorted by key.
 */
#include "check.h"
#include "expect.h"
#include "known.h"
#include <assert.h>
#include <base/cleanup.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void read_paths(struct check *check, const struct node *value, struct condition *ret)
{
	static const struct form form = { "a path pattern or a list of them", "[/usr/sbin/nginx, /opt/*/bin/web]" };

	check_paths(check, value, &form, &ret->path, &ret->n_paths);
}

/* What is below the folder where the tree of cgroups is mounted has its place in that tree as its path. */
static void read_cgroups(struct check *check, const struct node *value, struct condition *ret)
{
	static const struct form form = { "a path pattern or a list of them", "/system.slice/nginx.service" };
	static const char mounted[] = "/sys/fs/cgroup";
	const struct node *node = value->kind == NODE_LIST ? value->first : value;
	size_t i, n = value->kind == NODE_LIST ? value->n : 1;

	check_paths(check, value, &form, &ret->path, &ret->n_paths);
	for (i = 0; i < n; i++, node = node->next)
		if (node->kind == NODE_SCALAR && strncmp(node->text, mounted, strlen(mounted)) == 0 &&
		    (node->text[strlen(mounted)] == '/' || !node->text[strlen(mounted)]))
			expect_error(check, node, "cgroup",
				     "write the path in the tree of cgroups: /system.slice/nginx.service",
				     "the path of a cgroup does not begin with '%s'", mounted);
}

static void read_names(struct check *check, const struct node *value, struct condition *ret)
{
	static const struct form form = { "a text with wildcards or a list of them", "\"registry.example/web:*\"" };

	check_globs(check, value, &form, &ret->path, &ret->n_paths);
}

static void read_boolean(struct check *check, const struct node *value, struct condition *ret)
{
	if (expect_boolean(check, value))
		ret->yes = strcmp(value->text, "true") == 0;
}

/* --- users and groups ---------------------------------------------------------------------------------- */

void check_id(struct check *check, const struct node *value, enum identity_kind kind, struct id_range *ret)
{
	static const struct form form = { "a name, an id or a range of ids", "www-data" };
	struct identity_error error = { 0 };
	int r;

	if (!expect_text(check, value, &form))
		return;
	r = identity_parse(kind, value->text, check->memo, ret, &error);
	if (r == -ENOMEM)
		check->no_memory = true;
	if (r == -EINVAL)
		expect_error(check, value, error.id, error.hint, "%s", error.message);
}

static void read_ids(struct check *check, const struct node *value, struct condition *ret)
{
	static const struct form form = { "names, ids or ranges of ids", "[root, 1000-1999]" };
	enum identity_kind kind = ret->key == SUBJECT_USER ? IDENTITY_USER : IDENTITY_GROUP;
	const struct node *node;
	struct items items;

	if (!expect_items(check, value, &form, &items))
		return;
	ret->id = expect_memory(check, items.n, sizeof(*ret->id));
	for (node = items.first; ret->id && ret->n_ids < items.n; node = node->next)
		check_id(check, node, kind, &ret->id[ret->n_ids++]);
}

/* --- capabilities and labels --------------------------------------------------------------------------- */

void check_capability(struct check *check, const struct node *value, __u64 *mask)
{
	static const struct form form = { "the name of a capability", "CAP_SYS_ADMIN" };
	struct unknown unknown = { "capability", "capability", value->text, known_capabilities, NULL };
	size_t i = 0;

	if (!expect_text(check, value, &form))
		return;
	while (known_capabilities[i] && strcmp(known_capabilities[i], value->text) != 0)
		i++;
	if (known_capabilities[i])
		*mask |= 1ull << i;
	else
		expect_error_unknown(check, value, &unknown);
}

static void read_capabilities(struct check *check, const struct node *value, struct condition *ret)
{
	static const struct form form = { "names of capabilities", "[CAP_SYS_ADMIN, CAP_BPF]" };
	const struct node *node;
	struct items items;
	size_t i;

	if (!expect_items(check, value, &form, &items))
		return;
	for (i = 0, node = items.first; i < items.n; i++, node = node->next)
		check_capability(check, node, &ret->capabilities);
}

static void read_labels(struct check *check, const struct node *value, struct condition *ret)
{
	static const struct form form = { "a label key=value or a list of them", "[app=web, \"tier=*\"]" };
	const struct node *node = value->kind == NODE_LIST ? value->first : value;
	size_t i, n = value->kind == NODE_LIST ? value->n : 1;

	check_globs(check, value, &form, &ret->path, &ret->n_paths);
	for (i = 0; i < n; i++, node = node->next)
		if (node->kind == NODE_SCALAR && !document_is_null(node) && !strchr(node->text, '='))
			expect_error(check, node, "label", "write key=value: app=web", "a label without its '='");
}

/* --- selectors ----------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*read)(struct check *check, const struct node *value, struct condition *ret);
} keys[] = {
	[SUBJECT_BINARY] = { "binary", read_paths },	 [SUBJECT_USER] = { "user", read_ids },
	[SUBJECT_GROUP] = { "group", read_ids },	 [SUBJECT_PARENT] = { "parent", read_paths },
	[SUBJECT_ANCESTOR] = { "ancestor", read_paths }, [SUBJECT_CAPABILITY] = { "capability", read_capabilities },
	[SUBJECT_OWNER] = { "owner", read_boolean },	 [SUBJECT_CONTAINER] = { "container", read_boolean },
	[SUBJECT_CGROUP] = { "cgroup", read_cgroups },	 [SUBJECT_IMAGE] = { "image", read_names },
	[SUBJECT_NAME] = { "name", read_names },	 [SUBJECT_NAMESPACE] = { "namespace", read_names },
	[SUBJECT_POD] = { "pod", read_names },		 [SUBJECT_LABEL] = { "label", read_labels },
};
static_assert(ARRAY_SIZE(keys) == _SUBJECT_MAX, "every key of a selector is read");

static void check_unknown(struct check *check, const struct node *map)
{
	const char *words[_SUBJECT_MAX + 1] = { NULL };
	struct unknown unknown = { "unknown-key", "key", NULL, words, "a selector" };
	const struct node *member;
	size_t i;

	for (i = 0; i < _SUBJECT_MAX; i++)
		words[i] = keys[i].name;
	for (member = map->first; member; member = member->next) {
		unknown.word = member->key->text;
		if (!known_word(words, unknown.word))
			expect_error_unknown(check, member->key, &unknown);
	}
}

void check_selector(struct check *check, const struct node *value, struct selector *ret)
{
	static const struct form form = { "a map of conditions", "subject: {binary: /usr/sbin/nginx}" };
	enum subject_key key;

	if (!expect_map(check, value, &form))
		return;
	if (value->n == 0)
		expect_error(check, value, "empty-selector", "leave the key out", "'%s' without a condition",
			     value->key->text);
	check_unknown(check, value);
	ret->span = value->span;
	ret->condition = expect_memory(check, value->n, sizeof(*ret->condition));
	for (key = 0; ret->condition && key < _SUBJECT_MAX; key++) {
		const struct node *member = document_member(value, keys[key].name);
		struct condition condition = { .key = key };

		if (!member)
			continue;
		condition.span = member->key->span;
		keys[key].read(check, member, &condition);
		ret->condition[ret->n++] = condition;
	}
}
