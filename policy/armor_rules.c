/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the sections of a KubeArmor policy's spec. Out: rules: process becomes exec, file becomes read and write.
 */
#include "armor.h"
#include "import_path.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <string.h>
#include <strings.h>

/* --- what every entry has ------------------------------------------------------------------------------------ */

/* The nearest of the entry, its section and the spec. */
static const struct node *inherited(const struct armor_entry *entry, const char *key)
{
	const struct node *const levels[] = { entry->node, entry->section, entry->spec };

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		const struct node *value = levels[i] ? document_member(levels[i], key) : NULL;

		if (value && !document_is_null(value))
			return value;
	}
	return NULL;
}

static void read_message(struct import *import, struct armor_entry *entry)
{
	const struct node *value = inherited(entry, "message");

	if (value && value->kind == NODE_SCALAR)
		entry->message = import_line(import, value->text, BW_MESSAGE_MAX);
	else if (value)
		import_note(import, value, "import-form", "write it as text", "a message that is %s is not converted",
			    document_kind(value));
}

static bool read_action(struct import *import, struct armor_entry *entry)
{
	static const struct {
		const char *word;
		enum bw_verdict verdict;
	} actions[] = {
		{ "Allow", BW_VERDICT_ALLOW },
		{ "Audit", BW_VERDICT_AUDIT },
		{ "Block", BW_VERDICT_DENY },
	};
	const struct node *value = inherited(entry, "action");

	entry->action = BW_VERDICT_DENY; /* theirs too */
	if (!value)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (value->kind != NODE_SCALAR || strcasecmp(actions[i].word, value->text) != 0)
			continue;
		entry->action = actions[i].verdict;
		return true;
	}
	import_left_out(import, value, "import-action", "Allow, Audit and Block are converted",
			"rules with the action '%.80s'", value->kind == NODE_SCALAR ? value->text : "");
	return false;
}

static bool read_source(struct import *import, const struct node *source, struct draft_list *sources)
{
	static const char *const known[] = { "path", "dir", "recursive", NULL };
	const char *path, *folder;

	if (source->kind != NODE_MAP) {
		import_left_out(import, source, "import-form", NULL, "a source that is no map");
		return false;
	}
	import_keys(import, source, "a source", known);
	path = import_text(import, source, "path");
	folder = import_text(import, source, "dir");
	if (path)
		return import_path(import, path, document_member(source, "path"), sources);
	if (folder)
		return import_folder(import, folder, import_true(import, source, "recursive"),
				     document_member(source, "dir"), sources);
	import_left_out(import, source, "import-form", NULL, "a source without 'path'");
	return false;
}

/* A rule that has lost its sources would be about everybody. */
static bool read_sources(struct import *import, struct armor_entry *entry)
{
	const struct node *list = document_member(entry->node, "fromSource");
	const struct node *source = import_items(import, list);

	if (!source)
		return !list || document_is_null(list) || list->kind == NODE_LIST;
	for (; source; source = source->next)
		if (!read_source(import, source, &entry->sources))
			return false;
	return entry->sources.n > 0;
}

bool armor_entry_read(struct import *import, struct armor_entry *entry)
{
	if (entry->node->kind != NODE_MAP) {
		import_left_out(import, entry->node, "import-form", NULL, "%s where a rule belongs",
				document_kind(entry->node));
		return false;
	}
	read_message(import, entry);
	entry->owner_only = import_true(import, entry->node, "ownerOnly");
	entry->read_only = import_true(import, entry->node, "readOnly");
	return read_action(import, entry) && read_sources(import, entry);
}

struct draft_rule armor_rule(struct import *import, const struct armor_entry *entry, const char *name,
			     enum bw_operation operation)
{
	struct draft_rule rule = {
		.name = name,
		.operation = operation,
		.action = entry->action,
		.message = entry->action == BW_VERDICT_ALLOW ? NULL : entry->message,
		.objects = entry->objects,
	};

	rule.subject.key[SUBJECT_BINARY] = entry->sources;
	draft_add(import, &rule.origins, entry->origin, entry->node);
	return rule;
}

/* --- files --------------------------------------------------------------------------------------------------- */

/* What is allowed to the owner alone is refused to the others. */
static void put(struct import *import, const struct armor_entry *entry, const char *name, enum bw_operation operation,
		bool owner_only)
{
	struct draft_rule rule = armor_rule(import, entry, name, operation);

	if (owner_only && entry->action == BW_VERDICT_ALLOW)
		draft_add(import, &rule.subject.key[SUBJECT_OWNER], "true", NULL);
	else if (owner_only)
		draft_add(import, &rule.except.key[SUBJECT_OWNER], "true", NULL);
	draft_put(import, &rule);
}

static void put_process(struct import *import, const struct armor_entry *entry, int posture)
{
	if (entry->action == BW_VERDICT_ALLOW)
		import->draft.fallback[BW_OP_EXEC] = posture;
	put(import, entry, "process", BW_OP_EXEC, entry->owner_only);
}

/* `readOnly` leaves reading alone: to all, or with `ownerOnly` to the owner. */
static void put_file(struct import *import, const struct armor_entry *entry, int posture)
{
	bool allows = entry->action == BW_VERDICT_ALLOW;

	if (allows)
		import->draft.fallback[BW_OP_READ] = import->draft.fallback[BW_OP_WRITE] = posture;
	if (allows || !entry->read_only || entry->owner_only)
		put(import, entry, "file-read", BW_OP_READ, entry->owner_only);
	if (!allows || !entry->read_only)
		put(import, entry, "file-write", BW_OP_WRITE, entry->owner_only && !entry->read_only);
}

/* --- the lists of a section ---------------------------------------------------------------------------------- */

static bool read_path(struct import *import, struct armor_entry *entry)
{
	static const char *const known[] = { "path",   "execname", "ownerOnly", "readOnly", "fromSource", "allowedArgs",
					     "action", "severity", "tags",	"message",  NULL };
	const struct node *arguments = document_member(entry->node, "allowedArgs");
	const char *path = import_text(import, entry->node, "path");
	const char *name = import_text(import, entry->node, "execname");

	import_keys(import, entry->node, "a path", known);
	if (arguments) {
		import_left_out(import, arguments, "import-condition",
				"bulwark matches any argument of an attempt, by exec: {paths: [...], args: [...]}",
				"a rule with 'allowedArgs', which names all arguments that there may be");
		return false;
	}
	if (name)
		return import_path_postfix(import, import_format(import, "/%s", name),
					   document_member(entry->node, "execname"), &entry->objects);
	if (!path) {
		import_left_out(import, entry->node, "import-form", NULL, "a rule without 'path'");
		return false;
	}
	if (!strpbrk(path, "*?[{"))
		return import_path(import, path, document_member(entry->node, "path"), &entry->objects);
	import_note(import, document_member(entry->node, "path"), "import-path", NULL,
		    "'%.200s' is taken as a pattern, as AppArmor does; under BPF-LSM it matches nothing", path);
	return import_glob(import, path, document_member(entry->node, "path"), &entry->objects);
}

static bool read_folder(struct import *import, struct armor_entry *entry)
{
	static const char *const known[] = { "dir",    "recursive", "ownerOnly", "readOnly", "fromSource",
					     "action", "severity",  "tags",	 "message",  NULL };
	const struct node *folder = document_member(entry->node, "dir");
	const char *path = import_text(import, entry->node, "dir");
	bool recursive;

	import_keys(import, entry->node, "a folder", known);
	if (!path) {
		import_left_out(import, entry->node, "import-form", NULL, "a rule without 'dir'");
		return false;
	}
	recursive = import_true(import, entry->node, "recursive");
	if (!strpbrk(path, "*?[{"))
		return import_folder(import, path, recursive, folder, &entry->objects);
	import_note(import, folder, "import-path", NULL,
		    "'%.200s' is taken as a pattern, as AppArmor does; under BPF-LSM it matches nothing", path);
	return import_glob(import, import_format(import, recursive ? "%s{,**}" : "%s{,*}", path), folder,
			   &entry->objects);
}

static bool read_pattern(struct import *import, struct armor_entry *entry)
{
	static const char *const known[] = { "pattern",	 "ownerOnly", "readOnly", "fromSource", "action",
					     "severity", "tags",      "message",  NULL };
	const char *pattern = import_text(import, entry->node, "pattern");

	import_keys(import, entry->node, "a pattern", known);
	if (pattern)
		return import_glob(import, pattern, document_member(entry->node, "pattern"), &entry->objects);
	import_left_out(import, entry->node, "import-form", NULL, "a rule without 'pattern'");
	return false;
}

static const struct {
	const char *key;
	bool (*read)(struct import *import, struct armor_entry *entry);
} lists[] = {
	{ "matchPaths", read_path },
	{ "matchDirectories", read_folder },
	{ "matchPatterns", read_pattern },
};

static void read_section(struct import *import, const char *name, const struct node *section, const struct node *spec,
			 int posture)
{
	static const char *const known[] = {
		"matchPaths", "matchDirectories", "matchPatterns", "action", "severity", "tags", "message", NULL
	};
	bool process = strcmp(name, "process") == 0;

	import_keys(import, section, import_format(import, "'%s'", name), known);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const struct node *node = import_items(import, document_member(section, lists[i].key));

		for (; node; node = node->next) {
			struct armor_entry entry = { .node = node, .section = section, .spec = spec };

			entry.origin = import_format(import, "%s.%s", name, lists[i].key);
			if (!armor_entry_read(import, &entry) || !lists[i].read(import, &entry) || !entry.objects.n)
				continue;
			if (process)
				put_process(import, &entry, posture);
			else
				put_file(import, &entry, posture);
		}
	}
}

/* --- the spec -------------------------------------------------------------------------------------------------- */

static void leave_out(struct import *import, const struct node *spec)
{
	static const struct {
		const char *key, *hint;
	} none[] = {
		{ "syscalls", "bulwark decides where the kernel acts, not by system call; see the operations" },
		{ "apparmor", "what is written for AppArmor is AppArmor's" },
		{ "device", "bulwark does not know devices; files below /dev are files" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		const struct node *value = document_member(spec, none[i].key);

		if (value && !document_is_null(value))
			import_left_out(import, value->key, "import-section", none[i].hint, "'%s'", none[i].key);
	}
}

void armor_sections(struct import *import, const struct node *spec, const struct import_posture *posture)
{
	static const char *const names[] = { "process", "file", "network", "capabilities", "presets" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct node *section = document_member(spec, names[i]);

		if (!section || document_is_null(section))
			continue;
		if (i == 4) {
			armor_presets(import, section, spec);
			continue;
		}
		if (section->kind != NODE_MAP) {
			import_left_out(import, section, "import-form", NULL, "%s where the section '%s' belongs",
					document_kind(section), names[i]);
			continue;
		}
		if (i < 2)
			read_section(import, names[i], section, spec, posture->file);
		else if (i == 2)
			armor_network(import, section, spec, posture->network);
		else
			armor_capabilities(import, section, spec);
	}
	leave_out(import, spec);
}
