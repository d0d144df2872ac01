/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a TracingPolicy or TracingPolicyNamespaced. Out: its draft: for whom it is, its mode, and its hooks one after the
 * other, those last that need to know of the others.
 */
#include "pods.h"
#include "tetragon.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <stdio.h>
#include <string.h>

#define NAMESPACED "TracingPolicyNamespaced"

/* --- for whom -------------------------------------------------------------------------------------------------- */

static bool is_empty(const struct node *selector)
{
	const struct node *labels = document_member(selector, "matchLabels");

	return document_is_null(selector) ||
	       (selector->kind == NODE_MAP &&
		(!selector->n || (selector->n == 1 && labels && labels->kind == NODE_MAP && !labels->n)));
}

/* `name` and `repo` are all that a container has there; false: the condition is about something else. */
static bool container_key(struct pod_condition *condition)
{
	const struct draft_text *value = condition->values.first;

	if (condition->key == SUBJECT_NAME)
		return true;
	if (value && strncmp(value->text, "name=", strlen("name=")) == 0)
		condition->key = SUBJECT_NAME;
	else if (value && strncmp(value->text, "repo=", strlen("repo=")) == 0)
		condition->key = SUBJECT_IMAGE;
	else
		return false;
	return true;
}

/* An image is a repository with a tag or a digest. */
static void add_container_value(struct import *import, const char *text, enum subject_key key, const struct node *at,
				struct draft_list *to)
{
	if (strncmp(text, "name=", strlen("name=")) == 0 || strncmp(text, "repo=", strlen("repo=")) == 0)
		text += strlen("name=");
	if (key == SUBJECT_IMAGE) {
		draft_add(import, to, import_format(import, "%s:*", text), at);
		draft_add(import, to, import_format(import, "%s@*", text), at);
	}
	draft_add(import, to, text, at);
}

static void read_container(struct import *import, const struct node *selector, struct pods *pods)
{
	struct pod_condition *condition;
	struct pods found = { 0 };

	pods_read(import, selector, &found);
	pods->broken |= found.broken;
	for (condition = found.first; condition; condition = condition->next) {
		struct pod_condition *mine;
		struct draft_text *value;

		if (!container_key(condition)) {
			import_left_out(import, selector, "import-subject", NULL,
					"a condition on containers other than 'name' and 'repo'");
			pods->broken = true;
			continue;
		}
		mine = pods_add(import, pods, condition->key, condition->absent);
		for (value = condition->values.first; mine && value; value = value->next)
			add_container_value(import, value->text, condition->key, selector, &mine->values);
	}
}

static void read_host(struct import *import, const struct node *host, bool others, struct pods *pods)
{
	if (others) {
		import_left_out(import, host->key, "import-subject", "write two policies, one for the host",
				"'hostSelector' beside another selector");
		return;
	}
	if (is_empty(host)) {
		draft_add(import, &import->draft.subject.key[SUBJECT_CONTAINER], "false", NULL);
		return;
	}
	import_left_out(import, host, "import-subject", NULL, "a condition on the host");
	pods->broken = true;
}

static void read_subject(struct import *import, const struct node *root, const struct node *spec, struct pods *pods)
{
	const struct node *pod = document_member(spec, "podSelector"), *host = document_member(spec, "hostSelector");
	const struct node *container = document_member(spec, "containerSelector");
	const struct node *node = document_member(spec, "nodeSelector");
	const char *kind = import_text(import, root, "kind");
	bool namespaced = kind && strcmp(kind, NAMESPACED) == 0;

	if (namespaced)
		pods_namespace(import, document_member(root, "metadata"), root, pods);
	if (pod && is_empty(pod) && !namespaced)
		pods_any(import, SUBJECT_POD, pods);
	else if (pod && !is_empty(pod))
		pods_read(import, pod, pods);
	if (container && !is_empty(container))
		read_container(import, container, pods);
	if (host)
		read_host(import, host, pod || container || namespaced, pods);
	if (node && !is_empty(node))
		import_note(import, node, "import-scope", "load it on the nodes that are meant, and there only",
			    "a policy of bulwark does not choose its nodes: 'nodeSelector' is not converted");
}

/* --- options ---------------------------------------------------------------------------------------------------- */

/* Does it say that nothing is to be refused? */
static bool read_options(struct import *import, const struct node *spec)
{
	const struct node *option = import_items(import, document_member(spec, "options"));
	bool monitors = false;

	for (; option; option = option->next) {
		const char *name = option->kind == NODE_MAP ? import_text(import, option, "name") : NULL;
		const char *value = option->kind == NODE_MAP ? import_text(import, option, "value") : NULL;

		if (name && value && strcmp(name, "policy-mode") == 0)
			monitors = strcmp(value, "monitor") == 0 || strcmp(value, "monitor_only") == 0;
		else
			import_note(import, option, "import-differs", NULL,
				    "the option '%.80s' is about how Tetragon does it", name ?: "");
	}
	return monitors;
}

/* --- hooks ------------------------------------------------------------------------------------------------------- */

static void check_entry(struct import *import, const struct node *entry, struct draft_list *tags)
{
	static const char *const known[] = { "call",	  "hook",      "syscall",	  "return",    "args",
					     "returnArg", "message",   "returnArgAction", "selectors", "tags",
					     "ignore",	  "subsystem", "event",		  "raw",       "data",
					     "enforcers", NULL };
	const struct node *tag = import_items(import, document_member(entry, "tags"));

	import_keys(import, entry, "a hook", known);
	for (; tag; tag = tag->next)
		if (tag->kind == NODE_SCALAR)
			draft_add(import, tags, tag->text, tag);
}

/* The calls of `list:NAME`. */
static const struct node *find_list(struct import *import, const struct node *spec, const char *name)
{
	const struct node *list = import_items(import, document_member(spec, "lists"));

	for (; list; list = list->next) {
		const char *text = list->kind == NODE_MAP ? import_text(import, list, "name") : NULL;

		if (text && strcmp(text, name) == 0)
			return list;
	}
	return NULL;
}

static void read_list(struct import *import, const struct node *spec, const struct node *entry, const char *kind,
		      const char *name, bool late, struct tetragon_followed *followed)
{
	const struct node *list = find_list(import, spec, name);
	const struct node *value = list ? import_items(import, document_member(list, "values")) : NULL;

	if (!value && !late)
		import_left_out(import, entry, "import-hook", "name the functions one by one",
				"the list '%.80s', whose functions Tetragon finds by itself", name);
	for (; value; value = value->next)
		if (value->kind == NODE_SCALAR)
			tetragon_entry(import, entry, kind, value->text, late, followed);
}

/* A raw tracepoint passes by when all is decided: who is meant is not said by what the kernel calls it then. */
static bool is_plain_event(struct import *import, const struct node *entry)
{
	const char *subsystem = import_text(import, entry, "subsystem"), *event = import_text(import, entry, "event");

	return event && strcmp(event, "sched_process_exec") == 0 && subsystem && strcmp(subsystem, "sched") == 0 &&
	       !import_items(import, document_member(entry, "selectors"));
}

static void leave_out_tracepoint(struct import *import, const struct node *entry)
{
	const char *subsystem = import_text(import, entry, "subsystem"), *event = import_text(import, entry, "event");

	import_left_out(import, entry, "import-hook",
			"use the function of the kernel's security modules: it can refuse",
			"the tracepoint '%.40s/%.40s'", subsystem ?: "", event ?: "");
}

static void read_call(struct import *import, const struct node *spec, const struct node *entry, const char *kind,
		      const char *key, bool late, struct tetragon_followed *followed)
{
	const char *call = import_text(import, entry, key);

	if (strcmp(key, "event") == 0 && !is_plain_event(import, entry)) {
		if (!late)
			leave_out_tracepoint(import, entry);
		return;
	}
	if (call && strncmp(call, "list:", strlen("list:")) == 0)
		read_list(import, spec, entry, kind, call + strlen("list:"), late, followed);
	else if (call)
		tetragon_entry(import, entry, kind, call, late, followed);
	else if (!late)
		import_left_out(import, entry, "import-form", NULL, "a hook without '%s'", key);
}

static const struct {
	const char *section;
	const char *kind;
	const char *key; /* NULL: none of them is converted */
} sections[] = {
	{ "kprobes", "kprobe", "call" },
	{ "lsmhooks", "lsmhook", "hook" },
	{ "fentries", "fentry", "call" },
	{ "rawtracepoints", "rawtracepoint", "event" },
};

/* Tags are a policy's here; there each hook has its own. */
static void add_tags(struct import *import, const struct draft_list *tags)
{
	const struct draft_text *tag;
	const char *text = "";

	for (tag = tags->first; tag && strlen(text) <= BW_MESSAGE_MAX; tag = tag->next)
		text = import_format(import, "%s%s%s", text, *text ? ", " : "", tag->text);
	if (*text)
		draft_tag(import, "tags", text);
}

static void read_hooks(struct import *import, const struct node *spec)
{
	struct tetragon_followed followed = { 0 };
	struct draft_list tags = { 0 };

	for (int late = 0; late <= 1; late++)
		for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
			const struct node *entry = import_items(import, document_member(spec, sections[i].section));

			for (; entry; entry = entry->next) {
				if (!late)
					check_entry(import, entry, &tags);
				read_call(import, spec, entry, sections[i].kind, sections[i].key, late, &followed);
			}
		}
	add_tags(import, &tags);
}

/* Whatever is run or mapped to be run: its sensor reports it. */
static void read_loader(struct import *import, const struct node *spec)
{
	struct draft_rule rule = { .name = "loader", .operation = BW_OP_EXEC, .action = BW_VERDICT_AUDIT };
	const struct node *loader = document_member(spec, "loader");

	if (!loader || !import_true(import, spec, "loader"))
		return;
	draft_add(import, &rule.objects, "/", loader);
	draft_add(import, &rule.origins, "loader", loader);
	draft_put(import, &rule);
	import_note(import, loader->key, "import-differs", NULL,
		    "loader: programs that are started are reported like libraries that are mapped, without build ids");
}

static void leave_out(struct import *import, const struct node *spec)
{
	static const struct {
		const char *section, *hint;
	} none[] = {
		{ "uprobes", "bulwark decides in the kernel, not in programs" },
		{ "usdts", "bulwark decides in the kernel, not in programs" },
	};
	const struct node *entry;

	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		const struct node *section = document_member(spec, none[i].section);

		if (section && !document_is_null(section) && (section->kind != NODE_LIST || section->n))
			import_left_out(import, section->key, "import-section", none[i].hint, "'%s'", none[i].section);
	}
	entry = import_items(import, document_member(spec, "tracepoints"));
	for (; entry; entry = entry->next)
		if (entry->kind == NODE_MAP)
			leave_out_tracepoint(import, entry);
}

/* --- the document ------------------------------------------------------------------------------------------------ */

static bool is_policy(struct import *import, const struct node *root)
{
	const char *kind = root->kind == NODE_MAP ? import_text(import, root, "kind") : NULL;
	const char *version = root->kind == NODE_MAP ? import_text(import, root, "apiVersion") : NULL;
	const struct node *spec;

	if (!kind && version && strncmp(version, "cilium.io/", strlen("cilium.io/")) == 0)
		import_note(import, root, "import-scope", NULL,
			    "a document without 'kind' is taken for a TracingPolicy");
	else if (!kind || (strcmp(kind, "TracingPolicy") != 0 && strcmp(kind, NAMESPACED) != 0)) {
		import_left_out(import, kind ? document_member(root, "kind") : root, "import-kind",
				"what is converted: TracingPolicy, " NAMESPACED, "a document of kind '%.80s'",
				kind ?: "(none)");
		return false;
	}
	spec = document_member(root, "spec");
	if (spec && spec->kind == NODE_MAP)
		return true;
	import_left_out(import, root, "import-form", NULL, "a document without 'spec'");
	return false;
}

static void describe(struct import *import, const struct node *metadata)
{
	const struct node *annotations = metadata ? document_member(metadata, "annotations") : NULL;
	const char *name = metadata ? import_text(import, metadata, "name") : NULL, *text = NULL;

	if (annotations && annotations->kind == NODE_MAP)
		text = import_text(import, annotations, "description");
	import->draft.name = import_name(import, name ?: "", "imported");
	import->draft.description = import_format(import, "Imported from TracingPolicy %s.%s%s", name ?: "(no name)",
						  text ? " " : "", text ?: "");
}

void tetragon_import(struct import *import, const struct node *root)
{
	static const char *const outer[] = { "apiVersion", "kind", "metadata", "spec", "status", NULL };
	static const char *const inner[] = {
		"kprobes",	  "lsmhooks",	       "fentries",     "tracepoints",  "uprobes", "usdts",
		"loader",	  "enforcers",	       "killers",      "lists",	       "options", "podSelector",
		"rawtracepoints", "containerSelector", "hostSelector", "nodeSelector", NULL
	};
	struct pods pods = { 0 };
	const struct node *spec;
	bool monitors;

	if (!is_policy(import, root))
		return;
	spec = document_member(root, "spec");
	import_keys(import, root, "the document", outer);
	import_keys(import, spec, "'spec'", inner);
	describe(import, document_member(root, "metadata"));
	monitors = read_options(import, spec);
	read_hooks(import, spec);
	read_loader(import, spec);
	leave_out(import, spec);
	read_subject(import, root, spec, &pods);
	if (!pods_apply(import, &pods, root))
		draft_drop_rules(&import->draft);
	draft_set_mode(&import->draft);
	if (monitors)
		import->draft.mode = BW_MODE_AUDIT;
}
