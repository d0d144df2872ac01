/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a KubeArmorPolicy, KubeArmorHostPolicy or KubeArmorClusterPolicy. Out: its draft: for whom it is, and what stands
 * around its rules.
 */
#include "armor.h"
#include "pods.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum armor_kind {
	ARMOR_POLICY,
	ARMOR_HOST,
	ARMOR_CLUSTER,
	_ARMOR_KINDS,
};

static const char *const kinds[] = {
	[ARMOR_POLICY] = "KubeArmorPolicy",
	[ARMOR_HOST] = "KubeArmorHostPolicy",
	[ARMOR_CLUSTER] = "KubeArmorClusterPolicy",
};

/* --- postures of namespaces --------------------------------------------------------------------------------- */

static int posture_from(struct import *import, const struct node *annotations, const char *key)
{
	const char *word = import_text(import, annotations, key);

	if (!word)
		return -1;
	if (strcasecmp(word, "audit") == 0)
		return BW_VERDICT_AUDIT;
	return strcasecmp(word, "block") == 0 ? BW_VERDICT_DENY : -1;
}

bool armor_namespace(struct import *import, const struct node *root)
{
	const struct node *metadata, *annotations;
	const char *kind = root->kind == NODE_MAP ? import_text(import, root, "kind") : NULL;
	struct import_posture *posture;

	if (!kind || strcmp(kind, "Namespace") != 0)
		return false;
	metadata = document_member(root, "metadata");
	annotations = metadata ? document_member(metadata, "annotations") : NULL;
	if (!annotations)
		return true;
	posture = arena_alloc(&import->arena, sizeof(*posture));
	if (!posture) {
		import->no_memory = true;
		return true;
	}
	posture->name = import_format(import, "%s", import_text(import, metadata, "name") ?: "");
	posture->file = posture_from(import, annotations, "kubearmor-file-posture");
	posture->network = posture_from(import, annotations, "kubearmor-network-posture");
	posture->next = import->postures;
	import->postures = posture;
	return true;
}

static struct import_posture posture_of(const struct import *import, const char *ns)
{
	struct import_posture found = { .file = (int)import->options->posture,
					.network = (int)import->options->posture };
	const struct import_posture *said;

	for (said = import->postures; said; said = said->next) {
		if (!ns || strcmp(said->name, ns) != 0)
			continue;
		found.file = said->file >= 0 ? said->file : found.file;
		found.network = said->network >= 0 ? said->network : found.network;
		break;
	}
	return found;
}

/* --- for whom ------------------------------------------------------------------------------------------------ */

static void read_host(struct import *import, const struct node *spec)
{
	const struct node *selector = document_member(spec, "nodeSelector");
	const struct node *labels = selector ? document_member(selector, "matchLabels") : NULL;
	const struct node *label = labels && labels->kind == NODE_MAP ? labels->first : NULL;

	draft_add(import, &import->draft.subject.key[SUBJECT_CONTAINER], "false", NULL);
	if (label && label->kind == NODE_SCALAR && strcmp(label->key->text, "kubearmor.io/hostname") == 0 &&
	    strcmp(label->text, "*") == 0 && labels->n == 1)
		return;
	if (selector)
		import_note(import, selector, "import-scope", "load it on the nodes that are meant, and there only",
			    "a policy of bulwark does not choose its nodes: 'nodeSelector' is not converted");
}

/* --- what stands around the rules ------------------------------------------------------------------------------ */

static void add_tags(struct import *import, const struct node *map, const char **tags, long *severity)
{
	const struct node *value = document_member(map, "tags"), *item;
	const char *text = import_text(import, map, "severity");

	if (text && strtol(text, NULL, 10) > *severity)
		*severity = strtol(text, NULL, 10);
	if (!value)
		return;
	for (item = value->kind == NODE_LIST ? value->first : value; item; item = item->next) {
		if (item->kind == NODE_SCALAR && !document_is_null(item) && strlen(*tags) <= BW_MESSAGE_MAX &&
		    (!**tags || !strstr(*tags, item->text)))
			*tags = import_format(import, "%s%s%s", *tags, **tags ? ", " : "", item->text);
		if (value->kind != NODE_LIST)
			break;
	}
}

/* Tags are a policy's here; there sections and rules may have their own. */
static void read_tags(struct import *import, const struct node *spec)
{
	const struct node *section, *list, *entry;
	const char *tags = "";
	long severity = 0;

	add_tags(import, spec, &tags, &severity);
	for (section = spec->first; section; section = section->next) {
		if (section->kind != NODE_MAP)
			continue;
		add_tags(import, section, &tags, &severity);
		for (list = section->first; list; list = list->next)
			for (entry = list->kind == NODE_LIST ? list->first : NULL; entry; entry = entry->next)
				if (entry->kind == NODE_MAP)
					add_tags(import, entry, &tags, &severity);
	}
	if (severity)
		draft_tag(import, "severity", import_format(import, "%ld", severity));
	if (*tags)
		draft_tag(import, "tags", tags);
}

/* -1: reported. */
static int kind_of(struct import *import, const struct node *root)
{
	const char *kind = root->kind == NODE_MAP ? import_text(import, root, "kind") : NULL;
	const struct node *spec = root->kind == NODE_MAP ? document_member(root, "spec") : NULL;

	for (int i = 0; kind && i < _ARMOR_KINDS; i++) {
		if (strcmp(kind, kinds[i]) != 0)
			continue;
		if (spec && spec->kind == NODE_MAP)
			return i;
		import_left_out(import, root, "import-form", NULL, "a %s without 'spec'", kind);
		return -1;
	}
	import_left_out(import, kind ? document_member(root, "kind") : root, "import-kind",
			"what is converted: KubeArmorPolicy, KubeArmorHostPolicy, KubeArmorClusterPolicy",
			"a document of kind '%.80s'", kind ?: "(none)");
	return -1;
}

static void check_keys(struct import *import, const struct node *root, const struct node *spec)
{
	static const char *const outer[] = { "apiVersion", "kind", "metadata", "spec", "status", NULL };
	static const char *const inner[] = { "action",	     "severity", "tags",     "message", "selector",
					     "nodeSelector", "process",	 "file",     "network", "capabilities",
					     "syscalls",     "presets",	 "apparmor", "device",	NULL };

	import_keys(import, root, "the document", outer);
	import_keys(import, spec, "'spec'", inner);
}

/* A selector of the other kind of policy says nothing there either. */
static void check_selector(struct import *import, const struct node *spec, int kind)
{
	const char *other = kind == ARMOR_HOST ? "selector" : "nodeSelector";
	const struct node *value = document_member(spec, other);

	if (value)
		import_note(import, value->key, "import-scope", "see whether the policy is of the right kind",
			    "'%s' has no effect in a %s", other, kinds[kind]);
}

/* Gives the namespace that the policy is in; NULL: none. */
static const char *read_subject(struct import *import, const struct node *root, const struct node *spec, int kind,
				struct pods *pods)
{
	switch (kind) {
	case ARMOR_HOST:
		read_host(import, spec);
		return NULL;
	case ARMOR_POLICY:
		return pods_namespace(import, document_member(root, "metadata"), root, pods);
	default:
		pods_any(import, SUBJECT_NAMESPACE, pods);
		return NULL;
	}
}

void armor_import(struct import *import, const struct node *root)
{
	const struct node *metadata, *spec, *selector;
	const char *ns, *name;
	struct import_posture posture;
	struct pods pods = { 0 };
	int kind = kind_of(import, root);

	if (kind < 0)
		return;
	metadata = document_member(root, "metadata");
	spec = document_member(root, "spec");
	selector = document_member(spec, "selector");
	check_keys(import, root, spec);
	check_selector(import, spec, kind);
	name = metadata ? import_text(import, metadata, "name") : NULL;
	import->draft.name = import_name(import, name ?: "", "imported");
	import->draft.description = import_format(import, "Imported from %s %s.", kinds[kind], name ?: "(no name)");
	read_tags(import, spec);
	ns = read_subject(import, root, spec, kind, &pods);
	if (kind != ARMOR_HOST && selector && !document_is_null(selector))
		pods_read(import, selector, &pods);
	posture = posture_of(import, ns);
	armor_sections(import, spec, &posture);
	armor_allow(import, root);
	if (kind == ARMOR_HOST)
		armor_host(import, root);
	if (!pods_apply(import, &pods, selector ?: root))
		draft_drop_rules(&import->draft);
	draft_set_mode(&import->draft);
}
