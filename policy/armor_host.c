/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the rules of a KubeArmorHostPolicy. Out: the same, its allow-list about the source that has it.
 *
 * In a pod the list of one source is everybody's: what it does not name is refused to all. On a host it is this
 * program's own, and the rest of the node goes on. A default is the whole policy's here, so the program is the policy's
 * subject; a policy that is about somebody else too cannot be said.
 */
#include "armor.h"

static bool same_texts(const struct draft_list *a, const struct draft_list *b)
{
	const struct draft_text *text;

	for (text = a->first; text; text = text->next)
		if (!draft_has(b, text->text))
			return false;
	return a->n == b->n;
}

/* Is it of the author's, and not one that every allow-list gets? */
static bool is_theirs(const struct draft_rule *rule)
{
	return rule->origins.n > 0;
}

/* Where its profile is AppArmor's, a list without a source is none there. */
static void note_everybody(struct import *import, const struct node *root)
{
	const struct draft_rule *rule = import->draft.first;

	while (rule && !(is_theirs(rule) && rule->action == BW_VERDICT_ALLOW))
		rule = rule->next;
	if (rule)
		import_note(import, root, "import-differs", "begin with --posture audit, or name a source",
			    "an allow-list is about the whole host here; with AppArmor it has no effect there but for "
			    "a source");
}

void armor_host(struct import *import, const struct node *root)
{
	struct draft_list sources = { 0 };
	struct draft_rule *rule;
	bool alone = true;

	for (rule = import->draft.first; rule; rule = rule->next)
		if (is_theirs(rule) && rule->action == BW_VERDICT_ALLOW && !sources.n)
			sources = rule->subject.key[SUBJECT_BINARY];
	for (rule = import->draft.first; rule; rule = rule->next)
		if (is_theirs(rule) &&
		    (rule->action != BW_VERDICT_ALLOW || !same_texts(&rule->subject.key[SUBJECT_BINARY], &sources)))
			alone = false;
	if (!sources.n) {
		note_everybody(import, root);
		return;
	}
	if (!alone) {
		import_left_out(import, root, "import-condition",
				"write one policy for each source, and one for what is about all",
				"the policy, whose allow-list is one program's and which is about others too");
		draft_drop_rules(&import->draft);
		return;
	}
	import->draft.subject.key[SUBJECT_BINARY] = sources;
	for (rule = import->draft.first; rule; rule = rule->next)
		if (is_theirs(rule))
			rule->subject.key[SUBJECT_BINARY] = (struct draft_list){ 0 };
}
