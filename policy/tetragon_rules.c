/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: one hook of a tracing policy with its selectors. Out: rules.
 *
 * A selector is one rule for each operation of its function; what of it is decided by those before is taken out first.
 */
#include "tetragon.h"
#include "known.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <assert.h>
#include <string.h>
#include <strings.h>

#define SELECTORS_MAX 32

/* --- objects ---------------------------------------------------------------------------------------------------- */

static bool kinds_of_sockets(struct tetragon_selector *selector, struct draft_list *ret)
{
	struct import *import = selector->import;
	const struct draft_text *family, *type, *protocol;

	if (!selector->family.n)
		draft_add_families(import, &selector->family);
	if (selector->protocol.n && !selector->type.n)
		return tetragon_refuse(selector, selector->node, "import-condition", "name the types too",
				       "a protocol of every type of sockets");
	for (family = selector->family.first; family; family = family->next) {
		if (!selector->type.n)
			draft_add(import, ret, family->text, NULL);
		for (type = selector->type.first; type; type = type->next) {
			if (!selector->protocol.n)
				draft_add(import, ret, import_format(import, "%s/%s", family->text, type->text), NULL);
			for (protocol = selector->protocol.first; protocol; protocol = protocol->next)
				draft_add(import, ret,
					  import_format(import, "%s/%s/%s", family->text, type->text, protocol->text),
					  NULL);
		}
	}
	return true;
}

static bool objects_of(struct tetragon_selector *selector, struct draft_list *ret)
{
	if (selector->hook->facility >= 0) {
		draft_add(selector->import, ret, known_facilities[selector->hook->facility], NULL);
		return true;
	}
	if (selector->operations & (HOOK_OP(CONNECT) | HOOK_OP(BIND)))
		return tetragon_net_endpoints(selector, ret) && tetragon_minus(selector, ret);
	if (selector->operations & HOOK_OP(SOCKET))
		return kinds_of_sockets(selector, ret);
	if (!selector->has_paths)
		draft_add(selector->import, ret, "/", NULL);
	else
		*ret = selector->paths;
	return true;
}

/* --- rules ------------------------------------------------------------------------------------------------------ */

static const char *rule_name(struct tetragon_selector *selector, enum bw_operation operation)
{
	static const char *const suffix[_BW_OP_MAX] = {
		[BW_OP_EXEC] = "-exec", [BW_OP_READ] = "-read", [BW_OP_WRITE] = "-write"
	};
	const char *name = selector->hook->name;
	bool several = (selector->operations & (selector->operations - 1)) != 0;

	if (strncmp(name, "security_", strlen("security_")) == 0)
		name += strlen("security_");
	if (strncmp(name, "sys_", strlen("sys_")) == 0)
		name += strlen("sys_");
	return import_format(selector->import, "%s%s", name, several && suffix[operation] ? suffix[operation] : "");
}

/* Ours is about more than the function: to report that is one thing, to refuse it another. */
static bool may_put(struct tetragon_selector *selector, const struct draft_rule *rule)
{
	if (!selector->hook->part || selector->action < BW_VERDICT_DENY || draft_covers(selector->import, rule))
		return true;
	return tetragon_refuse(selector, selector->node, "import-differs-much", selector->hook->differs,
			       "a denial of this alone");
}

static void put_rule(struct tetragon_selector *selector, enum bw_operation operation, const struct draft_list *objects)
{
	struct draft_rule rule = {
		.name = rule_name(selector, operation),
		.operation = operation,
		.action = selector->action,
		.message = selector->message,
		.subject = selector->subject,
		.except = selector->except,
		.objects = *objects,
	};

	draft_add(selector->import, &rule.origins, selector->origin, selector->node ?: selector->entry);
	if (!may_put(selector, &rule))
		return;
	draft_put(selector->import, &rule);
	if (!selector->also_ancestors.n)
		return;
	rule.subject.key[SUBJECT_ANCESTOR] = selector->also_ancestors;
	rule.subject.key[SUBJECT_BINARY] = (struct draft_list){ 0 };
	draft_put(selector->import, &rule);
}

static void put_rules(struct tetragon_selector *selector)
{
	struct draft_list objects = { 0 };

	if (!objects_of(selector, &objects) || !objects.n)
		return;
	if (selector->hook->differs && (!selector->hook->part || selector->action < BW_VERDICT_DENY))
		import_note(selector->import, selector->entry, "import-differs", NULL, "%s: %s", selector->hook->name,
			    selector->hook->differs);
	for (enum bw_operation i = 0; i < _BW_OP_MAX; i++)
		if (selector->operations >> i & 1)
			put_rule(selector, i, &objects);
}

/* --- selectors ---------------------------------------------------------------------------------------------------- */

static bool read_selector(struct tetragon_selector *selector)
{
	return tetragon_actions(selector) && tetragon_arguments(selector) && tetragon_subject(selector);
}

/* A list of paths of which none can match. */
static bool is_void(const struct tetragon_selector *selector)
{
	return selector->has_paths && !selector->paths.n;
}

static bool is_conditional(const struct tetragon_selector *selector)
{
	return draft_selector_keys(&selector->subject) || draft_selector_keys(&selector->except);
}

/* Reading and writing by a descriptor is about what was opened. */
static bool follow(struct tetragon_selector *selector, const struct tetragon_followed *followed)
{
	if (followed->conditional && !is_conditional(selector))
		return tetragon_refuse(selector, selector->node, "import-condition",
				       "repeat the conditions of the selector that has FollowFD",
				       "descriptors that are followed for some processes only");
	if (selector->has_paths)
		return true;
	if (!followed->paths.n)
		return tetragon_refuse(selector, selector->node, "import-condition", "name the files that are meant",
				       "descriptors that no FollowFD names");
	selector->paths = followed->paths;
	selector->has_paths = true;
	return true;
}

static void take_selector(struct tetragon_selector *selector, const struct tetragon_selector *before, size_t n,
			  struct tetragon_followed *followed)
{
	const struct draft_text *path;

	for (size_t i = 0; i < n; i++)
		if (!tetragon_yield(selector, &before[i]))
			return;
	for (path = selector->paths.first; selector->follows_fd && path; path = path->next)
		draft_add(selector->import, &followed->paths, path->text, NULL);
	followed->conditional |= selector->follows_fd && is_conditional(selector);
	if (selector->hook->follows && selector->reports && !follow(selector, followed))
		return;
	if (is_void(selector) || !selector->reports)
		return;
	if (selector->hook->facility < 0 && selector->operations & HOOK_OP(WRITE) &&
	    selector->hook->role[2] == ROLE_SHARED && !(selector->required >> ROLE_SHARED & 1))
		import_note(selector->import, selector->entry, "import-differs", NULL,
			    "a private mapping changes no file, and is no 'write'");
	put_rules(selector);
}

static void read_selectors(struct tetragon_selector *first, struct tetragon_followed *followed)
{
	const struct node *list = document_member(first->entry, "selectors");
	const struct node *node = import_items(first->import, list);
	struct tetragon_selector done[SELECTORS_MAX];
	const char *hook = first->origin;
	size_t n = 0;

	if (!node && read_selector(first))
		take_selector(first, done, 0, followed);
	for (unsigned int number = 1; node; node = node->next, number++) {
		struct tetragon_selector selector = *first;

		selector.node = node;
		selector.origin = import_format(first->import, "%s, selector %u", hook, number);
		if (node->kind != NODE_MAP || n == SELECTORS_MAX) {
			tetragon_refuse(&selector, node, "import-form", NULL,
					"a selector that is no map, or one too many");
			continue;
		}
		if (!read_selector(&selector))
			continue;
		take_selector(&selector, done, n, followed);
		done[n++] = selector;
	}
}

/* --- hooks ---------------------------------------------------------------------------------------------------------
 */

static bool keeps_books(const char *name)
{
	static const char *const names[] = { "TrackSock", "UntrackSock", "UnfollowFD",
					     "CopyFD",	  "NoPost",	 "CleanupEnforcerNotification" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

/* Is it there for Tetragon's own sake: to follow sockets and descriptors, of which others report? */
static bool is_bookkeeping(struct import *import, const struct node *entry, const char *call)
{
	bool copies = strstr(call, "dup") != NULL; /* of descriptors: one more name of a file that is open */
	const struct node *selector = import_items(import, document_member(entry, "selectors"));

	if (!selector)
		return false;
	for (; selector; selector = selector->next) {
		const struct node *list = document_member(selector, "matchActions");
		const struct node *action = list && list->kind == NODE_LIST ? list->first : NULL;

		if (!action)
			return false;
		for (; action; action = action->next) {
			const char *name = action->kind == NODE_MAP ? import_text(import, action, "action") : NULL;

			if (!name || (!keeps_books(name) && !(copies && strcasecmp(name, "FollowFD") == 0)))
				return false;
		}
	}
	return true;
}

static void no_hook(struct import *import, const struct node *entry, const char *call)
{
	const struct node *at = document_member(entry, "call") ?: document_member(entry, "hook");

	if (is_bookkeeping(import, entry, call)) {
		import_note(import, at, "import-differs", NULL, "%s: what Tetragon keeps for itself needs no rule",
			    call);
		return;
	}
	import_left_out(import, at ?: entry, "import-hook", tetragon_hook_hint(call), "the function '%.80s'", call);
}

void tetragon_entry(struct import *import, const struct node *entry, const char *kind, const char *call, bool late,
		    struct tetragon_followed *followed)
{
	const struct tetragon_hook *hook = tetragon_hook_find(call);
	const char *message = import_text(import, entry, "message");
	struct tetragon_selector first = { .import = import, .hook = hook, .entry = entry };

	if (!hook) {
		if (!late)
			no_hook(import, entry, call);
		return;
	}
	if (late != (hook->part || hook->follows))
		return;
	first.origin = import_format(import, "%s %s", kind, call);
	first.message = message ? import_line(import, message, BW_MESSAGE_MAX) : NULL;
	read_selectors(&first, followed);
}
