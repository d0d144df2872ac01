/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what a selector asks of the process. Out: subject and exceptions of its rules.
 *
 * A condition that cannot be said takes its selector with it: without it the rule would be about others too.
 */
#include "import_path.h"
#include "tetragon.h"
#include "known.h"
#include <base/cleanup.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool tetragon_refuse(struct tetragon_selector *selector, const struct node *at, const char *id, const char *hint,
		     const char *what)
{
	import_left_out(selector->import, at ?: selector->entry, id, hint, "%s, and with it what '%s' does", what,
			selector->origin);
	return false;
}

/* The exceptions of a rule are and-ed, so there is room for one. */
static struct draft_list *exception(struct tetragon_selector *selector, enum subject_key key, const struct node *at)
{
	if (draft_selector_keys(&selector->except) == 0)
		return &selector->except.key[key];
	tetragon_refuse(selector, at, "import-condition", "divide the selector",
			"a second condition that must not hold");
	return NULL;
}

/* The operator of a match; NULL: none of these, which is reported. */
static const char *read_relation(struct tetragon_selector *selector, const struct node *match, const char *const *known)
{
	const char *text = import_text(selector->import, match, "operator") ?: "";

	for (; *known; known++)
		if (strcmp(*known, text) == 0)
			return text;
	tetragon_refuse(selector, match, "import-condition", NULL,
			import_format(selector->import, "the operator '%.40s' in this place", text));
	return NULL;
}

static const char *const in_or_not[] = { "In", "NotIn", NULL };

/* --- programs ------------------------------------------------------------------------------------------------ */

static bool add_programs(struct tetragon_selector *selector, const struct node *match, const char *relation,
			 struct draft_list *list)
{
	const struct node *value = import_items(selector->import, document_member(match, "values"));

	for (; value; value = value->next) {
		if (value->kind != NODE_SCALAR)
			return tetragon_refuse(selector, value, "import-form", NULL, "a program that is no text");
		if (strcmp(relation, "Prefix") == 0)
			import_path_prefix(selector->import, value->text, value, list);
		else if (strcmp(relation, "Postfix") == 0)
			import_path_postfix(selector->import, value->text, value, list);
		else
			import_path(selector->import, value->text, value, list);
	}
	if (list->n)
		return true;
	return tetragon_refuse(selector, match, "import-condition", NULL, "a condition about no program");
}

static bool read_programs(struct tetragon_selector *selector, const struct node *match, enum subject_key key)
{
	static const char *const relations[] = { "In", "NotIn", "Prefix", "NotPrefix", "Postfix", "NotPostfix", NULL };
	const char *relation = read_relation(selector, match, relations);
	bool negated = relation && strncmp(relation, "Not", 3) == 0;
	bool children = import_true(selector->import, match, "followChildren");
	struct draft_list *list;

	if (!relation)
		return false;
	if (negated && children)
		return tetragon_refuse(selector, match, "import-condition",
				       "write two policies: 'except' takes 'binary' or 'ancestor', not either of them",
				       "all but some programs and what they started");
	list = negated ? exception(selector, key, match) : &selector->subject.key[key];
	if (!list)
		return false;
	if (!add_programs(selector, match, negated ? relation + 3 : relation, list))
		return false;
	if (children)
		selector->also_ancestors = *list;
	return true;
}

static bool read_binaries(struct tetragon_selector *selector, const struct node *list, enum subject_key key)
{
	const struct node *match = import_items(selector->import, list);

	if (match && match->next)
		return tetragon_refuse(selector, match->next, "import-condition", "divide the selector",
				       "a second condition about programs");
	return !match || read_programs(selector, match, key);
}

static bool match_binaries(struct tetragon_selector *selector, const struct node *list)
{
	return read_binaries(selector, list, SUBJECT_BINARY);
}

static bool match_parents(struct tetragon_selector *selector, const struct node *list)
{
	return read_binaries(selector, list, SUBJECT_PARENT);
}

/* --- namespaces and capabilities ------------------------------------------------------------------------------- */

static bool is_host(const struct node *match, struct import *import)
{
	const struct node *value = import_items(import, document_member(match, "values"));

	return value && !value->next && value->kind == NODE_SCALAR && strcmp(value->text, "host_ns") == 0;
}

/* Those that every container has of its own. */
static bool is_container_namespace(const char *which)
{
	return strcasecmp(which, "Pid") == 0 || strcasecmp(which, "Mnt") == 0 || strcasecmp(which, "Cgroup") == 0;
}

static bool match_namespaces(struct tetragon_selector *selector, const struct node *list)
{
	const struct node *match = import_items(selector->import, list);
	struct import *import = selector->import;

	for (; match; match = match->next) {
		const char *which = import_text(import, match, "namespace") ?: "";
		const char *relation = read_relation(selector, match, in_or_not);
		struct draft_list *answer = &selector->subject.key[SUBJECT_CONTAINER];
		const char *text = relation && strcmp(relation, "NotIn") == 0 ? "true" : "false";

		if (!relation)
			return false;
		if (!is_container_namespace(which) || !is_host(match, import))
			return tetragon_refuse(
				selector, match, "import-condition",
				"'container: true' is who is in a container, by its pid and mount namespace",
				"a condition about namespaces other than pid, mnt and cgroup, or by number");
		import_note(import, match, "import-differs", NULL,
			    "'container' stands for a namespace other than the host's: it is true in "
			    "containers, and not in a namespace that somebody made otherwise");
		if (answer->n && !draft_has(answer, text))
			return tetragon_refuse(selector, match, "import-condition", NULL,
					       "namespaces of the host and others at once");
		draft_add(import, answer, text, match);
	}
	return true;
}

static bool read_capabilities(struct tetragon_selector *selector, const struct node *match, struct draft_list *to)
{
	const struct node *value = import_items(selector->import, document_member(match, "values"));

	for (; value; value = value->next) {
		if (value->kind != NODE_SCALAR || !known_word(known_capabilities, value->text))
			return tetragon_refuse(selector, value, "import-condition", NULL, "an unknown capability");
		draft_add(selector->import, to, value->text, value);
	}
	if (to->n)
		return true;
	return tetragon_refuse(selector, match, "import-form", NULL, "a condition about no capability");
}

static bool match_capabilities(struct tetragon_selector *selector, const struct node *list)
{
	const struct node *match = import_items(selector->import, list);
	struct import *import = selector->import;

	for (; match; match = match->next) {
		const char *type = import_text(import, match, "type") ?: "Effective";
		const char *relation = read_relation(selector, match, in_or_not);
		bool negated = relation && strcmp(relation, "NotIn") == 0;
		struct draft_list *to = &selector->subject.key[SUBJECT_CAPABILITY];

		if (!relation)
			return false;
		if (strcmp(type, "Effective") != 0 || import_true(import, match, "isNamespaceCapability"))
			return tetragon_refuse(
				selector, match, "import-condition",
				"a subject asks for the effective set, whichever user namespace it is of",
				"a condition about another set of capabilities");
		if (negated)
			to = exception(selector, SUBJECT_CAPABILITY, match);
		else if (to->n)
			return tetragon_refuse(selector, match, "import-condition", NULL,
					       "a second condition about capabilities");
		if (!to || !read_capabilities(selector, match, to))
			return false;
	}
	return true;
}

/* --- what has no counterpart ------------------------------------------------------------------------------------- */

/* Those of the node's first two processes alone: who is killed among them the kernel decides. */
static bool is_not_first(struct import *import, const struct node *match)
{
	const struct node *value = import_items(import, document_member(match, "values"));

	if (!value || strcasecmp(import_text(import, match, "operator") ?: "", "NotIn") != 0 ||
	    import_true(import, match, "followForks") || import_true(import, match, "isNamespacePID"))
		return false;
	for (; value; value = value->next)
		if (value->kind != NODE_SCALAR || (strcmp(value->text, "0") != 0 && strcmp(value->text, "1") != 0))
			return false;
	return true;
}

static bool match_pids(struct tetragon_selector *selector, const struct node *list)
{
	const struct node *match = import_items(selector->import, list);

	for (; match; match = match->next)
		if (!is_not_first(selector->import, match))
			return tetragon_refuse(selector, list->key, "import-condition",
					       "a number names no program: ask for 'binary', 'ancestor' or 'container'",
					       "a condition about process ids");
	import_note(selector->import, list->key, "import-differs", NULL, "the node's first process is no exception");
	return true;
}

/* --- the kernel's own data ---------------------------------------------------------------------------------------- */

/* What the Nth of the hook's `data` is; "": nothing that is known. */
static const char *resolved(struct tetragon_selector *selector, const struct node *match)
{
	struct import *import = selector->import;
	const struct node *item = import_items(import, document_member(selector->entry, "data"));
	const char *index = import_text(import, match, "index");
	unsigned long number = index ? strtoul(index, NULL, 10) : 0;

	while (item && number-- > 0)
		item = item->next;
	if (!item || item->kind != NODE_MAP || strcmp(import_text(import, item, "source") ?: "", "current_task") != 0)
		return "";
	return import_text(import, item, "resolve") ?: "";
}

static bool read_ids(struct tetragon_selector *selector, const struct node *match, struct draft_list *to)
{
	const struct node *value = import_items(selector->import, document_member(match, "values"));

	for (; value; value = value->next) {
		if (value->kind != NODE_SCALAR || !*value->text || strspn(value->text, "0123456789") != value->size ||
		    value->size > 9)
			return tetragon_refuse(selector, value, "import-condition", NULL, "what is no id");
		draft_add(selector->import, to, import_format(selector->import, "%lu", strtoul(value->text, NULL, 10)),
			  value);
	}
	return to->n > 0 || tetragon_refuse(selector, match, "import-form", NULL, "a condition about no id");
}

static bool match_data(struct tetragon_selector *selector, const struct node *list)
{
	static const struct {
		const char *resolve;
		enum subject_key key;
	} known[] = {
		{ "cred.euid.val", SUBJECT_USER },
		{ "cred.egid.val", SUBJECT_GROUP },
	};
	const struct node *match = import_items(selector->import, list);

	for (; match; match = match->next) {
		const char *relation = import_text(selector->import, match, "operator") ?: "";
		const char *what = resolved(selector, match);
		struct draft_list *to = NULL;
		size_t i = 0;

		while (i < ARRAY_SIZE(known) && strcmp(known[i].resolve, what) != 0)
			i++;
		if (i < ARRAY_SIZE(known) && strcmp(relation, "Equal") == 0)
			to = &selector->subject.key[known[i].key];
		else if (i < ARRAY_SIZE(known) && strcmp(relation, "NotEqual") == 0)
			to = exception(selector, known[i].key, match);
		else
			return tetragon_refuse(selector, match, "import-condition",
					       "ask for 'user', 'group', 'binary' or 'parent' in a subject",
					       "a condition about the kernel's own data");
		if (!to)
			return false;
		if (to->n)
			return tetragon_refuse(selector, match, "import-condition", NULL,
					       "a second condition about ids");
		if (!read_ids(selector, match, to))
			return false;
	}
	return true;
}

static bool match_credentials(struct tetragon_selector *selector, const struct node *list)
{
	return tetragon_refuse(selector, list->key, "import-condition", "ask for 'user' or 'capability' in a subject",
			       "a condition about credentials");
}

static bool match_changes(struct tetragon_selector *selector, const struct node *list)
{
	return tetragon_refuse(selector, list->key, "import-condition",
			       "see the facilities 'userns' and 'setuid-root', and the key 'capability'",
			       "a condition about what has changed since the program began");
}

/* What a call gives back is known when it is over; a decision is made before. */
static bool match_returns(struct tetragon_selector *selector, const struct node *list)
{
	if (selector->action >= BW_VERDICT_DENY)
		return tetragon_refuse(selector, list->key, "import-condition", NULL,
				       "a condition about what the call gives back");
	import_note(selector->import, list->key, "import-differs", NULL,
		    "attempts are reported, whatever they give back");
	return true;
}

static bool ignore(struct tetragon_selector *selector, const struct node *list)
{
	(void)selector;
	(void)list;
	return true;
}

static const struct {
	const char *name;
	bool (*read)(struct tetragon_selector *selector, const struct node *list);
} matches[] = {
	{ "matchBinaries", match_binaries },
	{ "matchParentBinaries", match_parents },
	{ "matchNamespaces", match_namespaces },
	{ "matchCapabilities", match_capabilities },
	{ "matchPIDs", match_pids },
	{ "matchData", match_data },
	{ "matchCurrentCred", match_credentials },
	{ "matchNamespaceChanges", match_changes },
	{ "matchCapabilityChanges", match_changes },
	{ "matchReturnArgs", match_returns },
	{ "matchReturnActions", ignore },
	{ "matchArgs", ignore },    /* tetragon_args.c */
	{ "matchActions", ignore }, /* tetragon_actions.c */
};

bool tetragon_subject(struct tetragon_selector *selector)
{
	const struct node *member = selector->node ? selector->node->first : NULL;

	for (; member; member = member->next) {
		size_t i = 0;

		while (i < ARRAY_SIZE(matches) && strcmp(matches[i].name, member->key->text) != 0)
			i++;
		if (i == ARRAY_SIZE(matches))
			return tetragon_refuse(selector, member->key, "import-key", NULL,
					       import_format(selector->import, "the unknown condition '%.80s'",
							     member->key->text));
		if (!document_is_null(member) && !matches[i].read(selector, member))
			return false;
	}
	return true;
}
