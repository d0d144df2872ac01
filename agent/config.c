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
#include "pins.h"
#include "policy/parse.h"
#include "state.h"

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
	free(config->file);
	free(config->node);
	free(config->socket);
	free(config->pins);
	free(config->state_dir);
	free(config->kubelet.from);
	free(config->kubelet.ca);
	free(config->kubelet.certificate);
	free(config->kubelet.key);
	free(config->kubelet.token);
	free(config->kubelet.name);
	config_list_clear(&config->policy_dirs);
	config_list_clear(&config->log);
	config_list_clear(&config->package_managers);
	*config = (struct config){ 0 };
}

static int add_managers(struct config_list *list)
{
	static const char *const usual[] = { "/usr/bin/dpkg", "/usr/bin/rpm", "/usr/bin/dnf5", "/usr/bin/microdnf" };
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(usual) && r >= 0; i++)
		r = config_list_add(list, usual[i]);
	return r;
}

int config_default(struct config *ret)
{
	char host[HOST_NAME_MAX + 1] = "";
	struct config config = {
		.log_files = 5,
		.fold_after = 32,
		.guard = true,
		.on_error = BW_ON_ERROR_DENY,
		.unknown_container = BW_ON_ERROR_ALLOW,
		.admin_group = CONFIG_NO_GROUP,
		.reader_group = CONFIG_NO_GROUP,
		.socket = strdup(BW_CONTROL_SOCKET),
		.pins = strdup(PINS_FOLDER),
		.state_dir = strdup(STATE_FOLDER),
	};

	if (gethostname(host, sizeof(host) - 1) < 0 || !host[0])
		strcpy(host, "localhost");
	config.node = strdup(host);
	if (!config.node || !config.socket || !config.pins || !config.state_dir ||
	    config_list_add(&config.policy_dirs, CONFIG_POLICY_DIR) < 0 || add_managers(&config.package_managers) < 0) {
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

static int read_pins(const struct reading *reading, const struct node *node)
{
	return is_path(reading, node) ? replace(&reading->config->pins, node) : 0;
}

static int read_state_dir(const struct reading *reading, const struct node *node)
{
	return is_path(reading, node) ? replace(&reading->config->state_dir, node) : 0;
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

static int read_package_managers(const struct reading *reading, const struct node *node)
{
	return read_list(reading, node, &reading->config->package_managers, true);
}

static int read_log(const struct reading *reading, const struct node *node)
{
	return read_list(reading, node, &reading->config->log, false);
}

/* A number with or without one of `units`, each 1024 of the one before. false: it is none, or not in the range. */
static bool parse_number(const char *text, const char *units, __u64 min, __u64 max, __u64 *ret)
{
	__u64 number = 0;
	const char *unit;
	long times;

	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9'; text++) {
		number = 10 * number + (__u64)(*text - '0');
		if (number > max)
			return false;
	}
	unit = *text ? strchr(units, *text) : units;
	if (!unit || (*text && text[1]))
		return false;
	for (times = *text ? unit - units + 1 : 0; times > 0 && number <= max; times--)
		number *= 1024;
	*ret = number;
	return number >= min && number <= max;
}

static int read_log_size(const struct reading *reading, const struct node *node)
{
	if (is_text(reading, node, "a size") &&
	    !parse_number(node->text, "KMG", 1 << 16, 1ull << 40, &reading->config->log_size))
		mistake(reading, node, "bad-value", "as in 100M", "log_size is a size from 64K to 1024G, not '%s'",
			node->text);
	return 0;
}

static int read_log_files(const struct reading *reading, const struct node *node)
{
	__u64 number = 0;

	if (!is_text(reading, node, "a number"))
		return 0;
	if (parse_number(node->text, "", 1, 100, &number))
		reading->config->log_files = (unsigned int)number;
	else
		mistake(reading, node, "bad-value", NULL, "log_files is a number from 1 to 100, not '%s'", node->text);
	return 0;
}

static int read_fold_after(const struct reading *reading, const struct node *node)
{
	__u64 number = 0;

	if (!is_text(reading, node, "a number"))
		return 0;
	if (parse_number(node->text, "", 0, 1000000, &number))
		reading->config->fold_after = (unsigned int)number;
	else
		mistake(reading, node, "bad-value", NULL, "fold_after is a number from 0 to 1000000, not '%s'",
			node->text);
	return 0;
}

/* One of two words: 0 or 1; -1: neither, and reported. */
static int read_either(const struct reading *reading, const struct node *node, const char *key,
		       const char *const word[2])
{
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "'%s' or '%s'", word[0], word[1]);
	if (!is_text(reading, node, wanted))
		return -1;
	if (strcmp(node->text, word[0]) == 0)
		return 0;
	if (strcmp(node->text, word[1]) == 0)
		return 1;
	mistake(reading, node, "bad-value", NULL, "%s is %s, not '%s'", key, wanted, node->text);
	return -1;
}

static void read_answer(const struct reading *reading, const struct node *node, const char *key, enum bw_on_error *ret)
{
	static const char *const word[] = { "deny", "allow" };
	int value = read_either(reading, node, key, word);

	if (value >= 0)
		*ret = value ? BW_ON_ERROR_ALLOW : BW_ON_ERROR_DENY;
}

static int read_on_error(const struct reading *reading, const struct node *node)
{
	read_answer(reading, node, "on_error", &reading->config->on_error);
	return 0;
}

static int read_unknown_container(const struct reading *reading, const struct node *node)
{
	read_answer(reading, node, "unknown_container", &reading->config->unknown_container);
	return 0;
}

static int read_kubelet(const struct reading *reading, const struct node *node)
{
	if (!is_text(reading, node, "where the kubelet's pods are told"))
		return 0;
	if (kubelet_is_source(node->text))
		return replace(&reading->config->kubelet.from, node);
	mistake(reading, node, "bad-value", "as in https://127.0.0.1:10250/pods; plain http is not believed",
		"kubelet is the absolute path of a file, unix:PATH, or https://HOST[:PORT][/PATH], not '%s'",
		node->text);
	return 0;
}

static int read_kubelet_ca(const struct reading *reading, const struct node *node)
{
	return is_path(reading, node) ? replace(&reading->config->kubelet.ca, node) : 0;
}

static int read_kubelet_certificate(const struct reading *reading, const struct node *node)
{
	return is_path(reading, node) ? replace(&reading->config->kubelet.certificate, node) : 0;
}

static int read_kubelet_key(const struct reading *reading, const struct node *node)
{
	return is_path(reading, node) ? replace(&reading->config->kubelet.key, node) : 0;
}

static int read_kubelet_token(const struct reading *reading, const struct node *node)
{
	return is_path(reading, node) ? replace(&reading->config->kubelet.token, node) : 0;
}

static int read_kubelet_name(const struct reading *reading, const struct node *node)
{
	return is_text(reading, node, "a name") ? replace(&reading->config->kubelet.name, node) : 0;
}

static int read_open_files(const struct reading *reading, const struct node *node)
{
	static const char *const word[] = { "keep", "judge" };
	int value = read_either(reading, node, "open_files", word);

	if (value >= 0)
		reading->config->judge_open_files = value;
	return 0;
}

static void read_flag(const struct reading *reading, const struct node *node, const char *key, bool *ret)
{
	static const char *const word[] = { "false", "true" };
	int value = read_either(reading, node, key, word);

	if (value >= 0)
		*ret = value;
}

static int read_measure_programs(const struct reading *reading, const struct node *node)
{
	read_flag(reading, node, "measure_programs", &reading->config->measure_programs);
	return 0;
}

static int read_guard(const struct reading *reading, const struct node *node)
{
	read_flag(reading, node, "guard", &reading->config->guard);
	return 0;
}

static int read_seal(const struct reading *reading, const struct node *node)
{
	read_flag(reading, node, "seal", &reading->config->seal);
	return 0;
}

static int read_confine(const struct reading *reading, const struct node *node)
{
	static const char *const word[] = {
		[CONFINE_ON] = "true",
		[CONFINE_TOLD] = "log",
		[CONFINE_OFF] = "false",
	};
	size_t i;

	if (!is_text(reading, node, "'true', 'log' or 'false'"))
		return 0;
	for (i = 0; i < ARRAY_SIZE(word); i++) {
		if (strcmp(node->text, word[i]) != 0)
			continue;
		reading->config->confine = (enum confine_mode)i;
		return 0;
	}
	mistake(reading, node, "bad-value", NULL, "confine is 'true', 'log' or 'false', not '%s'", node->text);
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
	{ "pins", read_pins },
	{ "state_dir", read_state_dir },
	{ "log", read_log },
	{ "log_size", read_log_size },
	{ "log_files", read_log_files },
	{ "fold_after", read_fold_after },
	{ "on_error", read_on_error },
	{ "open_files", read_open_files },
	{ "measure_programs", read_measure_programs },
	{ "confine", read_confine },
	{ "guard", read_guard },
	{ "package_managers", read_package_managers },
	{ "seal", read_seal },
	{ "unknown_container", read_unknown_container },
	{ "kubelet", read_kubelet },
	{ "kubelet_ca", read_kubelet_ca },
	{ "kubelet_certificate", read_kubelet_certificate },
	{ "kubelet_key", read_kubelet_key },
	{ "kubelet_token", read_kubelet_token },
	{ "kubelet_name", read_kubelet_name },
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

static const struct node *find_member(const struct node *root, const char *key)
{
	const struct node *member;

	for (member = root->first; member; member = member->next)
		if (strcmp(member->key->text, key) == 0)
			return member;
	return NULL;
}

/* What each key says may be right, and all of them together not. */
static void check_kubelet(const struct reading *reading, const struct node *root)
{
	const struct node *kubelet = find_member(root, "kubelet"), *key = find_member(root, "kubelet_key"), *member;
	const char *from = reading->config->kubelet.from;
	bool https = from && kubelet_is_https(from);

	if (kubelet && !from)
		return; /* what is wrong with it was said */
	for (member = root->first; member && !https; member = member->next)
		if (strncmp(member->key->text, "kubelet_", strlen("kubelet_")) == 0)
			mistake(reading, member->key, "contradiction", "add kubelet: https://HOST:PORT/pods",
				"'%s' is about a kubelet that is asked over https", member->key->text);
	if (https && kubelet && !find_member(root, "kubelet_ca"))
		mistake(reading, kubelet, "contradiction",
			"name the file; for a kubelet that signs its own: /var/lib/kubelet/pki/kubelet.crt",
			"https needs kubelet_ca, by which the kubelet's certificate is verified");
	if (https && key && !find_member(root, "kubelet_certificate"))
		mistake(reading, key->key, "contradiction", "name the certificate that the key is of",
			"kubelet_key needs kubelet_certificate");
}

static void check_seal(const struct reading *reading, const struct node *root)
{
	const struct node *seal = find_member(root, "seal");

	if (seal && reading->config->seal && !reading->config->guard)
		mistake(reading, seal, "contradiction", "remove guard: false",
			"without the guard root takes down what is sealed");
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
	if (root->kind == NODE_MAP) {
		check_kubelet(reading, root);
		check_seal(reading, root);
	}
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
