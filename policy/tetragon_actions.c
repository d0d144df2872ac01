/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the matchActions of a selector. Out: what its rules do: the strictest of them.
 */
#include "tetragon.h"
#include <base/cleanup.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum effect {
	EFFECT_POST,
	EFFECT_SILENT, /* it is not reported */
	EFFECT_KILL,
	EFFECT_OVERRIDE,
	EFFECT_SIGNAL,
	EFFECT_ENFORCER,
	EFFECT_FOLLOW,	/* FollowFD */
	EFFECT_KEEPING, /* Tetragon's own books */
	EFFECT_NONE,	/* no counterpart */
};

static const struct {
	const char *name;
	enum effect effect;
	const char *hint;
} actions[] = {
	{ "Post", EFFECT_POST, NULL },
	{ "NoPost", EFFECT_SILENT, NULL },
	{ "Sigkill", EFFECT_KILL, NULL },
	{ "Override", EFFECT_OVERRIDE, NULL },
	{ "Signal", EFFECT_SIGNAL, NULL },
	{ "NotifyEnforcer", EFFECT_ENFORCER, NULL },
	{ "NotifyKiller", EFFECT_ENFORCER, NULL },
	{ "FollowFD", EFFECT_FOLLOW, NULL },
	{ "UnfollowFD", EFFECT_KEEPING, NULL },
	{ "CopyFD", EFFECT_KEEPING, NULL },
	{ "TrackSock", EFFECT_KEEPING, NULL },
	{ "UntrackSock", EFFECT_KEEPING, NULL },
	{ "CleanupEnforcerNotification", EFFECT_KEEPING, NULL },
	{ "GetUrl", EFFECT_NONE, "have whoever reads the events make the request" },
	{ "DnsLookup", EFFECT_NONE, "have whoever reads the events make the request" },
	{ "Set", EFFECT_NONE, "bulwark changes no values in programs" },
};

static void carry_out(struct tetragon_selector *selector, enum bw_verdict action)
{
	selector->reports = true;
	if (selector->action < action)
		selector->action = action;
}

static void note_post(struct import *import, const struct node *action)
{
	static const char *const extras[] = { "kernelStackTrace", "userStackTrace", "imaHash" };

	for (size_t i = 0; i < ARRAY_SIZE(extras); i++)
		if (document_member(action, extras[i]) && import_true(import, action, extras[i]))
			import_note(import, document_member(action, extras[i]), "import-differs", NULL,
				    "events of bulwark have no '%s'", extras[i]);
}

static bool override_error(struct tetragon_selector *selector, const struct node *action)
{
	const char *text = import_text(selector->import, action, "argError");

	if (text && strtol(text, NULL, 0) == 0)
		return tetragon_refuse(selector, document_member(action, "argError"), "import-action", NULL,
				       "a call that does nothing and seems to succeed");
	if (text && strtol(text, NULL, 0) != -1)
		import_note(selector->import, document_member(action, "argError"), "import-differs", NULL,
			    "what is refused fails with EPERM, whatever 'argError' says");
	carry_out(selector, BW_VERDICT_DENY);
	return true;
}

static bool signal_number(struct tetragon_selector *selector, const struct node *action)
{
	const char *text = import_text(selector->import, action, "argSig");

	if (!text || strtol(text, NULL, 0) != SIGKILL)
		return tetragon_refuse(selector, document_member(action, "argSig") ?: action, "import-action",
				       "Sigkill is converted to 'kill', Override to 'deny'",
				       "a signal other than SIGKILL");
	carry_out(selector, BW_VERDICT_KILL);
	return true;
}

static bool enforcer(struct tetragon_selector *selector, const struct node *action)
{
	if (document_member(action, "argSig"))
		return signal_number(selector, action);
	return override_error(selector, action);
}

static bool take_effect(struct tetragon_selector *selector, const struct node *action, size_t i)
{
	switch (actions[i].effect) {
	case EFFECT_POST:
		note_post(selector->import, action);
		carry_out(selector, BW_VERDICT_AUDIT);
		return true;
	case EFFECT_KILL:
		carry_out(selector, BW_VERDICT_KILL);
		return true;
	case EFFECT_OVERRIDE:
		return override_error(selector, action);
	case EFFECT_SIGNAL:
		return signal_number(selector, action);
	case EFFECT_ENFORCER:
		return enforcer(selector, action);
	case EFFECT_FOLLOW:
		selector->follows_fd = true;
		carry_out(selector, BW_VERDICT_AUDIT);
		return true;
	case EFFECT_SILENT:
	case EFFECT_KEEPING:
		return true;
	case EFFECT_NONE:
		break;
	}
	import_left_out(selector->import, action, "import-action", actions[i].hint, "the action '%s'", actions[i].name);
	carry_out(selector, BW_VERDICT_AUDIT);
	return true;
}

bool tetragon_actions(struct tetragon_selector *selector)
{
	const struct node *list = selector->node ? document_member(selector->node, "matchActions") : NULL;
	const struct node *action = import_items(selector->import, list);

	selector->action = BW_VERDICT_ALLOW;
	if (!action)
		carry_out(selector, BW_VERDICT_AUDIT);
	for (; action; action = action->next) {
		const char *name = action->kind == NODE_MAP ? import_text(selector->import, action, "action") : NULL;
		size_t i = 0;

		while (name && i < ARRAY_SIZE(actions) && strcasecmp(actions[i].name, name) != 0)
			i++;
		if (!name || i == ARRAY_SIZE(actions))
			return tetragon_refuse(selector, action, "import-action", NULL,
					       import_format(selector->import, "the action '%.80s'", name ?: "(none)"));
		if (!take_effect(selector, action, i))
			return false;
	}
	return true;
}
