/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the rules of a KubeArmor policy. Out: the same with what their allow-lists mean there and not here.
 *
 * There the rule that says more wins: what is blocked to all may be allowed to one source. Here a denial is never
 * lifted: so the source becomes the exception of the rule that blocks. What is allowed below a blocked folder cannot be
 * said so.
 */
#include "armor.h"
#include <string.h>

/* Who may touch this object although it is blocked. */
static void collect_sources(struct import *import, const struct draft_rule *blocked, const char *object,
			    struct draft_list *sources)
{
	const struct draft_rule *rule;
	const struct draft_text *source;

	for (rule = import->draft.first; rule; rule = rule->next) {
		if (rule->action != BW_VERDICT_ALLOW || rule->operation != blocked->operation ||
		    !draft_has(&rule->objects, object))
			continue;
		for (source = rule->subject.key[SUBJECT_BINARY].first; source; source = source->next)
			draft_add(import, sources, source->text, NULL);
	}
}

/* The rule again, about one of its objects. */
static void split(struct import *import, const struct draft_rule *blocked, const struct draft_text *object,
		  const struct draft_list *sources)
{
	struct draft_rule rule = *blocked;

	rule.next = NULL;
	rule.objects = (struct draft_list){ 0 };
	rule.except.key[SUBJECT_BINARY] = *sources;
	draft_add(import, &rule.objects, object->text, NULL);
	rule.objects.first->line = object->line;
	rule.comment = "Those who are excepted are allowed to by another rule of the policy.";
	draft_put(import, &rule);
}

static void except_sources(struct import *import, struct draft_rule *blocked, const struct node *root)
{
	struct draft_list kept = { 0 };
	struct draft_text *object, *next;

	for (object = blocked->objects.first; object && !import->no_memory; object = next) {
		struct draft_list sources = { 0 };

		next = object->next;
		collect_sources(import, blocked, object->text, &sources);
		if (!sources.n) {
			draft_add(import, &kept, object->text, NULL);
			if (kept.last)
				kept.last->line = object->line;
			continue;
		}
		if (!draft_selector_keys(&blocked->except))
			split(import, blocked, object, &sources);
		else
			import_left_out(
				import, root, "import-condition", NULL,
				"what blocks '%.200s' (line %u) to all but its owner, and is allowed to a source",
				object->text, object->line);
	}
	blocked->objects = kept;
}

static bool is_below(const char *path, const char *folder)
{
	size_t size = strlen(folder);

	return size > 1 && folder[size - 1] == '/' && strncmp(path, folder, size) == 0 && path[size];
}

/* Is everyone whom the one allows excepted by the other? */
static bool is_excepted(const struct draft_rule *allowed, const struct draft_rule *blocked)
{
	const struct draft_list *sources = &allowed->subject.key[SUBJECT_BINARY];
	const struct draft_text *source;

	for (source = sources->first; source; source = source->next)
		if (!draft_has(&blocked->except.key[SUBJECT_BINARY], source->text))
			return false;
	return sources->n > 0;
}

/* A path that is allowed in a folder that is blocked. */
static void check_below(struct import *import, const struct draft_rule *allowed, const struct node *root)
{
	const struct draft_rule *rule;
	const struct draft_text *path, *folder;

	for (rule = import->draft.first; rule; rule = rule->next) {
		if (rule->action < BW_VERDICT_DENY || rule->operation != allowed->operation ||
		    is_excepted(allowed, rule))
			continue;
		for (path = allowed->objects.first; path; path = path->next)
			for (folder = rule->objects.first; folder; folder = folder->next)
				if (is_below(path->text, folder->text))
					import_left_out(import, root, "import-condition",
							"name what is to be refused in the folder instead of all of it",
							"that '%.100s' (line %u) is allowed in '%.100s' (line %u), "
							"which is blocked: here a denial is never lifted",
							path->text, path->line, folder->text, folder->line);
	}
}

/* The default of exec is about shared libraries, of which their lists know nothing. */
static void allow_libraries(struct import *import, const struct node *root)
{
	struct draft_rule rule = { .name = "shared-libraries", .operation = BW_OP_EXEC, .action = BW_VERDICT_ALLOW };

	rule.comment = "Mapping a library is an exec here: it would be refused. Name the folders that are trusted.";
	draft_add(import, &rule.objects, "/**/*.so", NULL);
	draft_add(import, &rule.objects, "/**/*.so.*", NULL);
	draft_put(import, &rule);
	import_note(import, root, "import-differs",
		    "narrow the rule 'shared-libraries' to the folders that are trusted",
		    "an allow-list for 'exec' is about shared libraries too: they are let through by their names");
}

static void drop_empty(struct draft *draft)
{
	struct draft_rule **link = &draft->first, *last = NULL;

	while (*link) {
		if ((*link)->objects.n || (*link)->memory) {
			last = *link;
			link = &(*link)->next;
			continue;
		}
		*link = (*link)->next;
		draft->n_rules--;
	}
	draft->last = last;
}

void armor_allow(struct import *import, const struct node *root)
{
	struct draft *draft = &import->draft;
	struct draft_rule *rule, *last = draft->last;
	bool any = false;

	for (rule = draft->first; rule; rule = rule == last ? NULL : rule->next) {
		any = any || rule->action == BW_VERDICT_ALLOW;
		if (rule->action != BW_VERDICT_ALLOW && !rule->memory && !rule->subject.key[SUBJECT_BINARY].n)
			except_sources(import, rule, root);
	}
	drop_empty(draft);
	if (!any)
		return;
	for (rule = draft->first; rule; rule = rule->next)
		if (rule->action == BW_VERDICT_ALLOW)
			check_below(import, rule, root);
	if (draft->fallback[BW_OP_EXEC] >= 0)
		allow_libraries(import, root);
	if (draft->fallback[BW_OP_EXEC] >= 0 || draft->fallback[BW_OP_READ] >= 0)
		import_note(import, root, "import-differs", "add a rule: {use: [mount, userns], action: allow}",
			    "who has an allow-list for files may not mount or make user namespaces either");
	import_note(
		import, root, "import-differs",
		"put the rules of one allow-list into one policy; with --posture audit what is not named is reported",
		"allow-lists of several policies are united there; here each one holds");
}
