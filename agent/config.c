/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bulwark.yaml. Out: struct config. One table says which keys there are and who reads them; every mistake is a
 * diagnostic with its place, as in a policy. Nothing here acts on the configuration.
 */
#include "config.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <string.h>
#include "policy/parse.h"

struct reading {
	struct config *config;
	struct source *source;
	struct diag *diag;
};

struct key {
	const char *name;
	int (*read)(const struct reading *reading, const struct node *node);
};

/* Reports; reading goes on, for there may be more to say. */
#define mistake(reading, node, id, hint, ...) \
	diag_error((reading)->diag, (reading)->source, (node)->span, id, hint, __VA_ARGS__)

int config_list_add(struct config_list *list, const char *text)
{
	char **grown = realloc(list->text, (list->n + 1) * sizeof(*grown));
	char *copy = strdup(text);

	if (grown)
		list->text = grown;
	if (!grown || !copy) {
		free(copy);
		return -ENOMEM;
	}
	list->text[list->n++] = copy;
	return 0;
}

void config_list_clear(struct config_list *list)
{
	while (list->n)
		free(list->text[--list->n]);
	free(list->text);
	*list = (struct config_list){ 0 };
}

void config_done(struct config *config)
{
	free(config->node);
	free(config->socket);
	config_list_clear(&config->policy_dirs);
	config_list_clear(&config->log);
	*config = (struct config){ 0 };
}

int config_default(struct config *ret)
{
	char host[HOST_NAME_MAX + 1] = "";
	struct config config = {
		.on_error = BW_ON_ERROR_DENY,
		.admin_group = CONFIG_NO_GROUP,
		.reader_group = CONFIG_NO_GROUP,
		.socket = strdup(BW_CONTROL_SOCKET),
	};

	if (gethostname(host, sizeof(host) - 1) < 0 || !host[0])
		strcpy(host, "localhost");
	config.node = strdup(host);
	if (!config.node || !config.socket || config_list_add(&config.policy_dirs, CONFIG_POLICY_DIR) < 0) {
		config_done(&config);
		return -ENOMEM;
	}
	*ret = config;
	return 0;
}

/* A scalar with something in it; anything else is reported, unless it was already. */
static bool is_text(const struct reading *reading, const struct node *node, const char *wanted)
{
	if (node->kind == NODE_BROKEN)
		return false;
	if (node->kind == NODE_SCALAR && !document_is_null(node) && node->size)
		return true;
	mistake(reading, node, "wrong-type", NULL, "expected %s, found %s", wanted,
		node->kind == NODE_SCALAR && !document_is_null(node) ? "an empty text" : document_kind(node));
	return false;
}

static bool is_path(const struct reading *reading, const struct node *node)
{
	if (!is_text(reading, node, "a path"))
		return false;
	if (node->text[0] == '/')
		return true;
	mistake(reading, node, "relative-path", "begin it with '/'", "'%s' is not an absolute path", node->text);
	return false;
}

static int replace(char **text, const struct node *node)
{
	char *copy = strdup(node->text);

	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

static int read_node(const struct reading *reading, const struct node *node)
{
	return is_text(reading, node, "a name") ? replace(&reading->config->node, node) : 0;
}

static int read_socket(const struct reading *reading, const struct node *node)
{
	return is_path(reading, node) ? replace(&reading->config->socket, node) : 0;
}

/* A list, or one text for a list of one. */
static int read_list(const struct reading *reading, const struct node *node, struct config_list *list, bool paths)
{
	const struct node *item = node->kind == NODE_LIST ? node->first : node;
	int r = 0;

	config_list_clear(list);
	for (; item && r >= 0; item = node->kind == NODE_LIST ? item->next : NULL)
		if (paths ? is_path(reading, item) : is_text(reading, item, "a destination"))
			r = config_list_add(list, item->text);
	return r;
}

static int read_policy_dirs(const struct reading *reading, const struct node *node)
{
	reading->config->policy_dirs_named = true;
	return read_list(reading, node, &reading->config->policy_dirs, true);
}

static int read_log(const struct reading *reading, const struct node *node)
{
	return read_list(reading, node, &reading->config->log, false);
}

static int read_on_error(const struct reading *reading, const struct node *node)
{
	if (!is_text(reading, node, "'deny' or 'allow'"))
		return 0;
	if (strcmp(node->text, "deny") == 0)
		reading->config->on_error = BW_ON_ERROR_DENY;
	else if (strcmp(node->text, "allow") == 0)
		reading->config->on_error = BW_ON_ERROR_ALLOW;
	else
		mistake(reading, node, "bad-value", NULL, "on_error is 'deny' or 'allow', not '%s'", node->text);
	return 0;
}

static int read_group(const struct reading *reading, const struct node *node, gid_t *ret)
{
	const struct group *group;

	if (!is_text(reading, node, "a group's name"))
		return 0;
	group = getgrnam(node->text);
	if (group)
		*ret = group->gr_gid;
	else
		mistake(reading, node, "unknown-group", "make it with: groupadd --system NAME",
			"this node has no group '%s'", node->text);
	return 0;
}

static int read_admin_group(const struct reading *reading, const struct node *node)
{
	return read_group(reading, node, &reading->config->admin_group);
}

static int read_reader_group(const struct reading *reading, const struct node *node)
{
	return read_group(reading, node, &reading->config->reader_group);
}

static const struct key keys[] = {
	{ "node", read_node },
	{ "policy_dirs", read_policy_dirs },
	{ "socket", read_socket },
	{ "log", read_log },
	{ "on_error", read_on_error },
	{ "admin_group", read_admin_group },
	{ "reader_group", read_reader_group },
};

static void unknown_key(const struct reading *reading, const struct node *key)
{
	const char *name[ARRAY_SIZE(keys) + 1] = { NULL };
	char hint[64];
	const char *near;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		name[i] = keys[i].name;
	near = diag_nearest(key->text, name);
	snprintf(hint, sizeof(hint), "did you mean '%s'?", near ? near : "");
	mistake(reading, key, "unknown-key", near ? hint : NULL, "unknown key '%s' in the configuration", key->text);
}

static int read_member(const struct reading *reading, const struct node *member)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(member->key->text, keys[i].name) == 0)
			return keys[i].read(reading, member);
	unknown_key(reading, member->key);
	return 0;
}

static int read_root(const struct reading *reading, const struct node *root)
{
	const struct node *member;
	int r = 0;

	if (root->kind == NODE_BROKEN || (root->kind == NODE_SCALAR && document_is_null(root)))
		return 0;
	if (root->kind != NODE_MAP)
		mistake(reading, root, "wrong-type", NULL, "the configuration is a map of keys, not %s",
			document_kind(root));
	for (member = root->kind == NODE_MAP ? root->first : NULL; member && r >= 0; member = member->next)
		r = read_member(reading, member);
	return r;
}

static int read_documents(const struct reading *reading, struct parser *parser)
{
	struct document document;
	size_t n;
	int r;

	for (n = 0; (r = parse_document(parser, &document)) > 0; n++) {
		if (n)
			mistake(reading, document.root, "second-document", NULL,
				"the configuration is one document, and here a second one begins");
		else
			r = read_root(reading, document.root);
		document_done(&document);
		if (r < 0)
			break;
	}
	return r;
}

int config_read(const char *path, struct config *config, struct diag *diag)
{
	struct reading reading = { .config = config, .diag = diag };
	struct parser *parser = NULL;
	int r;

	r = source_read(path, &reading.source);
	if (r < 0)
		return r;
	r = parse_new(reading.source, diag, &parser);
	if (r >= 0)
		r = read_documents(&reading, parser);
	parse_free(parser);
	source_unref(reading.source);
	if (r < 0)
		return r;
	return diag->n_errors ? -EINVAL : 0;
}
