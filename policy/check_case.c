/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: one case of a PolicyTest. Out: the process and the object that simulate.h takes.
 *
 * Where a policy has patterns, ranges and networks, a case has one of them: a path, an id, an address. What has
 * wildcards in a policy is taken here as it is written.
 */
#include "check.h"
#include "expect.h"
#include "names.h"
#include "policytest.h"
#include <assert.h>
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <bulwark/socket.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

/* --- paths --------------------------------------------------------------------------------------------- */

/* "", "." and ".." are no names: the kernel has walked them when a rule is asked. */
static bool is_walked(const char *path)
{
	while (*path == '/') {
		size_t size = strcspn(path + 1, "/");

		if (size == 0 || (size == 1 && path[1] == '.') || (size == 2 && strncmp(path + 1, "..", 2) == 0))
			return false;
		path += 1 + size;
	}
	return true;
}

/* The path of one file, or NULL: reported, or no memory. `from` is where it begins in the text. */
static const char *read_path_from(struct check *check, const struct node *value, size_t from)
{
	static const struct form form = { "the path of one file", "/usr/bin/dash" };
	const char *text = expect_line(check, value, PATH_MAX - 1, &form);

	if (!text)
		return NULL;
	text += from;
	if (*text == '/' && (text[1] == '\0' || is_walked(text)))
		return text;
	expect_error(check, value, "path", "write it as the kernel has it: absolute, without '//', '.' and '..'",
		     "'%.80s' is no path of a file", text);
	return NULL;
}

static const char *read_path(struct check *check, const struct node *value)
{
	return read_path_from(check, value, 0);
}

/* A list of texts, NULL-terminated; each is read by `read`. NULL: reported, or no memory. */
static const char *const *read_list(struct check *check, const struct node *value, const struct form *form,
				    const char *(*read)(struct check *check, const struct node *value))
{
	const struct node *node;
	struct items items;
	const char **list;
	size_t i;

	if (!expect_items(check, value, form, &items))
		return NULL;
	list = expect_memory(check, items.n + 1, sizeof(*list));
	for (i = 0, node = items.first; list && i < items.n; i++, node = node->next) {
		list[i] = read(check, node);
		if (!list[i])
			return NULL;
	}
	return list;
}

/* --- the process --------------------------------------------------------------------------------------- */

static void read_binary(struct check *check, const struct node *value, void *into)
{
	struct policytest_case *from = into;

	from->process.binary = read_path(check, value);
}

static void read_identity(struct check *check, const struct node *value, enum identity_kind kind, __u32 *ret)
{
	struct id_range range = { 0 };

	check_id(check, value, kind, &range);
	if (range.from != range.to)
		expect_error(check, value, "id", "write one name or id", "a process has one of them, not a range");
	*ret = range.from;
}

static void read_user(struct check *check, const struct node *value, void *into)
{
	struct policytest_case *from = into;

	read_identity(check, value, IDENTITY_USER, &from->process.uid);
}

static void read_group(struct check *check, const struct node *value, void *into)
{
	struct policytest_case *from = into;

	read_identity(check, value, IDENTITY_GROUP, &from->process.gid);
}

static bool read_boolean(struct check *check, const struct node *value)
{
	return expect_boolean(check, value) && strcmp(value->text, "true") == 0;
}

static void read_owner(struct check *check, const struct node *value, void *into)
{
	struct policytest_case *from = into;

	from->object.owner = read_boolean(check, value);
}

static void read_parent(struct check *check, const struct node *value, void *into)
{
	struct policytest_case *from = into;

	from->process.parent = read_path(check, value);
}

static void read_lineage(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "the path of a program or a list of them",
					  "[/usr/sbin/nginx, /usr/bin/env]" };
	struct policytest_case *from = into;

	from->process.lineage = read_list(check, value, &form, read_path);
}

/* What the parent runs is a program of an ancestor. */
static void add_parent(struct check *check, struct simulate_process *process)
{
	const char **list;
	size_t n = 0;

	while (process->lineage && process->lineage[n])
		n++;
	list = expect_memory(check, n + 2, sizeof(*list));
	if (!list)
		return;
	for (size_t i = 0; i < n; i++)
		list[i] = process->lineage[i];
	list[n] = process->parent;
	process->lineage = list;
}

static void read_capabilities(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "names of capabilities", "[CAP_SYS_ADMIN, CAP_BPF]" };
	struct policytest_case *from = into;
	const struct node *node;
	struct items items;
	size_t i;

	if (!expect_items(check, value, &form, &items))
		return;
	for (i = 0, node = items.first; i < items.n; i++, node = node->next)
		check_capability(check, node, &from->process.capabilities);
}

/* --- its container ---------------------------------------------------------------------------------------- */

static void read_container(struct check *check, const struct node *value, void *into)
{
	struct policytest_case *from = into;

	from->process.container = read_boolean(check, value);
}

static void read_cgroup(struct check *check, const struct node *value, void *into)
{
	struct policytest_case *from = into;

	from->process.cgroup = read_path(check, value);
}

/* The names as they are filled; NULL: no memory. */
static struct container_names *names_of(struct check *check, struct policytest_case *from)
{
	if (!from->names)
		from->names = expect_memory(check, 1, sizeof(*from->names));
	from->process.names = from->names;
	return from->names;
}

static void read_name(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a name of the container", "\"registry.example/web:1.2\"" };
	struct container_names *names = names_of(check, into);
	const char *text = expect_line(check, value, PATH_MAX - 1, &form);
	const char *key = value->key->text;

	if (!names)
		return;
	if (strcmp(key, "image") == 0)
		names->image = text;
	else if (strcmp(key, "namespace") == 0)
		names->namespace = text;
	else if (strcmp(key, "pod") == 0)
		names->pod = text;
	else
		names->name = text;
}

static void read_labels(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a map of text to text", "labels: {app: web}" };
	static const struct form text = { "text", "app: web" };
	struct container_names *names = names_of(check, into);
	struct container_label *label;
	const struct node *member;

	if (!names || !expect_map(check, value, &form))
		return;
	label = expect_memory(check, value->n, sizeof(*label));
	names->label = label;
	for (member = value->first; member && label; member = member->next) {
		label->key = expect_line(check, member->key, PATH_MAX - 1, &text);
		label->value = expect_line(check, member, PATH_MAX - 1, &text);
		names->n_labels += label->key && label->value;
		label++;
	}
}

/* Where paths of policies lead in the root of its container. */
static void read_links(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a map of paths to where they lead", "links: {/bin/sh: /bin/busybox}" };
	struct container_names *names = names_of(check, into);
	struct alias_set *set = expect_memory(check, 1, sizeof(*set));
	const struct node *member;

	if (!names || !set || !expect_map(check, value, &form))
		return;
	names->aliases = set;
	set->list = expect_memory(check, value->n, sizeof(*set->list));
	if (!set->list)
		return;
	for (member = value->first; member; member = member->next) {
		const struct path_alias alias = { read_path(check, member->key), read_path(check, member) };

		if (alias.from && alias.to)
			set->list[set->n++] = alias;
	}
	if (set->n)
		qsort(set->list, set->n, sizeof(*set->list), alias_compare);
}

static void read_process(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a map", "process: {binary: /usr/sbin/nginx, user: root}" };
	static const struct field fields[] = {
		{ "binary", read_binary, false },
		{ "user", read_user, false },
		{ "group", read_group, false },
		{ "owner", read_owner, false },
		{ "parent", read_parent, false },
		{ "lineage", read_lineage, false },
		{ "capability", read_capabilities, false },
		{ "container", read_container, false },
		{ "cgroup", read_cgroup, false },
		{ "image", read_name, false },
		{ "name", read_name, false },
		{ "namespace", read_name, false },
		{ "pod", read_name, false },
		{ "labels", read_labels, false },
		{ "links", read_links, false },
		{ NULL, NULL, false },
	};

	const struct node *container = document_member(value, "container");
	struct policytest_case *from = into;

	if (!expect_map(check, value, &form))
		return;
	expect_fields(check, value, "'process'", fields, into);
	if (from->process.parent)
		add_parent(check, &from->process);
	if (from->names && container && !from->process.container)
		expect_error(check, container, "names-of-no-container", "write container: true, or leave it out",
			     "what is in no container has no image, name, namespace, pod, labels or links");
	from->process.container |= from->names != NULL;
}

/* --- files ---------------------------------------------------------------------------------------------- */

static void read_file(struct check *check, const struct node *value, struct policytest_case *into)
{
	into->object.path = read_path(check, value);
}

static void read_exec_path(struct check *check, const struct node *value, void *into)
{
	read_file(check, value, into);
}

static void read_digest(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "the SHA-256 digest of the file", "\"e3b0c442...\", 64 hexadecimal digits" };
	struct bw_digest *digest = expect_memory(check, 1, sizeof(*digest));
	struct policytest_case *from = into;

	if (digest)
		check_digest(check, value, &form, digest);
	from->object.digest = digest;
}

static const char *read_argument(struct check *check, const struct node *value)
{
	static const struct form form = { "an argument", "\"--privileged\"" };

	return expect_text(check, value, &form) ? expect_copy(check, value->text, value->size) : NULL;
}

static void read_arguments(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "an argument or a list of them", "[docker, run, \"--privileged\"]" };
	struct policytest_case *from = into;

	from->object.argument = read_list(check, value, &form, read_argument);
}

static void read_memory(struct check *check, const struct node *value, void *into)
{
	struct policytest_case *from = into;

	from->object.memory = read_boolean(check, value);
}

static void read_exec(struct check *check, const struct node *value, struct policytest_case *into)
{
	static const struct field fields[] = {
		{ "path", read_exec_path, false },
		{ "sha256", read_digest, false },
		{ "args", read_arguments, false },
		{ "memory", read_memory, false },
		{ NULL, NULL, false },
	};
	const struct node *memory = document_member(value, "memory");

	if (value->kind != NODE_MAP) {
		read_file(check, value, into);
		return;
	}
	expect_fields(check, value, "'object' of exec", fields, into);
	if (!document_member(value, "path") && !(memory && into->object.memory))
		expect_error(check, value, "missing-key", "add a path, or memory: true",
			     "an object of exec is a file with a path, or one without a name");
}

/* --- endpoints ----------------------------------------------------------------------------------------- */

static void read_unix(struct check *check, const struct node *value, struct policytest_case *into)
{
	static const struct form form = { "a unix socket", "unix:@name" };
	const size_t from = strlen("unix:");
	const char *text;

	if (value->text[from] != '@') {
		into->object.path = read_path_from(check, value, from);
		return;
	}
	text = expect_line(check, value, PATH_MAX - 1, &form);
	if (text && text[from + 1])
		into->object.abstract = text + from + 1;
	else if (text)
		expect_error(check, value, "address", "for example: unix:@name", "an abstract socket without a name");
}

/* The one address, port and protocol that an attempt has. */
static void set_endpoint(struct check *check, const struct node *value, const struct endpoint *endpoint,
			 struct simulate_object *ret)
{
	if (!endpoint->family || endpoint->length != (endpoint->family == 6 ? 128 : 32) ||
	    endpoint->port_from != endpoint->port_to || endpoint->protocol < 0) {
		expect_error(check, value, "endpoint", "for example: 10.0.0.5:443/tcp, \"[2001:db8::1]:53/udp\"",
			     "a case is about one address, one port and one protocol");
		return;
	}
	ret->family = endpoint->family;
	memcpy(ret->address, endpoint->address, sizeof(ret->address));
	ret->port = endpoint->port_from;
	ret->protocol = (unsigned int)endpoint->protocol;
}

static void read_endpoint(struct check *check, const struct node *value, struct policytest_case *into)
{
	static const struct form form = { "one endpoint", "object: 10.0.0.5:443/tcp" };
	struct rule rule = { .operation = into->operation };
	size_t before = check->diag->n_errors;

	if (!expect_text(check, value, &form))
		return;
	if (strncmp(value->text, "unix:", strlen("unix:")) == 0) {
		read_unix(check, value, into);
		return;
	}
	check_objects(check, value, &rule);
	if (check->diag->n_errors == before && rule.n_endpoints == 1)
		set_endpoint(check, value, &rule.endpoint[0], &into->object);
}

/* --- sockets and facilities ---------------------------------------------------------------------------- */

static void read_socket(struct check *check, const struct node *value, struct policytest_case *into)
{
	static const struct form form = { "one kind of sockets", "object: AF_INET/SOCK_STREAM" };
	struct rule rule = { .operation = into->operation };
	struct bw_socket *socket = &into->object.socket;

	if (!expect_text(check, value, &form))
		return;
	check_objects(check, value, &rule);
	if (rule.n_sockets != 1)
		return;
	*socket = rule.socket[0].key;
	if (socket->type == BW_SOCKET_ANY)
		expect_error(check, value, "socket", "for example: AF_INET/SOCK_STREAM, AF_PACKET/SOCK_RAW/ETH_P_ALL",
			     "a socket has a type");
	if (socket->protocol == BW_SOCKET_ANY_PROTOCOL)
		socket->protocol = 0;
	else if (socket->family == BW_PF_PACKET) /* as socket(2) takes it: in network order */
		socket->protocol = (socket->protocol & 0xff) << 8 | socket->protocol >> 8;
}

static void read_facility(struct check *check, const struct node *value, struct policytest_case *into)
{
	static const struct form form = { "one facility", "object: ptrace" };
	struct rule rule = { .operation = into->operation };

	if (!expect_text(check, value, &form))
		return;
	check_objects(check, value, &rule);
	if (rule.facilities)
		into->object.facility = (unsigned int)__builtin_ctz(rule.facilities);
}

/* --- the case ------------------------------------------------------------------------------------------ */

/* A case as its keys are read: what its object is, its operation says. */
struct draft {
	struct policytest_case *into;
	const struct node *object;
	bool operation;
	bool allows;
};

static void take_name(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a name", "name: nginx cannot start a shell" };
	struct draft *draft = into;

	draft->into->span = value->span;
	draft->into->name = expect_line(check, value, BW_MESSAGE_MAX, &form);
}

static void take_process(struct check *check, const struct node *value, void *into)
{
	struct draft *draft = into;

	read_process(check, value, draft->into);
}

static void take_operation(struct check *check, const struct node *value, void *into)
{
	int operation = expect_choice(check, value, "operation", operation_name);
	struct draft *draft = into;

	if (operation < 0)
		return;
	draft->into->operation = (enum bw_operation)operation;
	draft->operation = true;
}

static void take_object(struct check *check, const struct node *value, void *into)
{
	struct draft *draft = into;

	(void)check;
	draft->object = value;
}

static void take_verdict(struct check *check, const struct node *value, void *into)
{
	int verdict = expect_choice(check, value, "verdict", verdict_name);
	struct draft *draft = into;

	if (verdict >= 0)
		draft->into->expect = (enum bw_verdict)verdict;
	draft->allows = verdict == BW_VERDICT_ALLOW;
}

static void take_rule(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "the name of a policy and of its rule", "rule: web-no-shell/no-shell" };
	struct draft *draft = into;

	draft->into->rule_span = value->span;
	draft->into->rule = expect_line(check, value, 2 * BW_NAME_MAX + 1, &form);
}

static void read_object(struct check *check, const struct node *value, struct policytest_case *into)
{
	static void (*const readers[])(struct check * check, const struct node *value, struct policytest_case *into) = {
		[BW_OP_EXEC] = read_exec,	 [BW_OP_READ] = read_file,     [BW_OP_WRITE] = read_file,
		[BW_OP_CONNECT] = read_endpoint, [BW_OP_BIND] = read_endpoint, [BW_OP_SOCKET] = read_socket,
		[BW_OP_USE] = read_facility,
	};
	static_assert(ARRAY_SIZE(readers) == _BW_OP_MAX, "every operation's object is read");

	readers[into->operation](check, value, into);
}

void check_case(struct check *check, const struct node *value, struct policytest_case *ret)
{
	static const struct form form = { "a case", "- {name: no shell, operation: exec, object: /bin/sh, "
						    "expect: deny}" };
	static const struct field fields[] = {
		{ "name", take_name, true },
		{ "process", take_process, false },
		{ "operation", take_operation, true },
		{ "object", take_object, true },
		{ "expect", take_verdict, true },
		{ "rule", take_rule, false },
		{ NULL, NULL, false },
	};
	struct draft draft = { .into = ret };

	if (!expect_map(check, value, &form))
		return;
	ret->span = value->span;
	expect_fields(check, value, "a case", fields, &draft);
	if (draft.operation && draft.object)
		read_object(check, draft.object, ret);
	if (ret->rule && draft.allows)
		diag_error(check->diag, check->source, ret->rule_span, "rule-of-allow",
			   "leave 'rule' out, or expect audit, deny or kill", "no rule decides what is allowed");
}
