/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the groups of a replay. Out: for people a heading for each change and rule, below it the programs and objects,
 * the most frequent first; for machines all of them. Names come from a log: all go through print.h.
 */
#include "replay_print.h"
#include "policy/explain.h"
#include "policy/names.h"
#include "print.h"
#include "reply.h"
#include <base/cleanup.h>
#include <errno.h>

/* --- rules and their places ------------------------------------------------------------------------------------- */

static const struct rule *find_rule(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->n_rules; i++)
		if (strcmp(policy->rule[i].name, name) == 0)
			return &policy->rule[i];
	return NULL;
}

/* The place of "POLICY/RULE": false when it is none of these policies'. A default has that of its first operation. */
static bool find_place(const struct policy_list *policies, const char *name, const char **ret_file, uint32_t *ret_line)
{
	const char *slash = strchr(name, '/');

	for (size_t i = 0; slash && i < policies->n; i++) {
		const struct policy *policy = policies->policy[i];
		const struct rule *rule;
		unsigned int op = 0;

		if (strlen(policy->name) != (size_t)(slash - name) ||
		    strncmp(policy->name, name, (size_t)(slash - name)) != 0 || !policy->source)
			continue;
		rule = find_rule(policy, slash + 1);
		while (!rule && op < _BW_OP_MAX && policy->fallback[op] < 0)
			op++;
		if (!rule && (op == _BW_OP_MAX || strcmp(slash + 1, "default") != 0))
			continue;
		*ret_file = policy->source->name;
		*ret_line = explain_span(policy, rule, (enum bw_operation)op).line;
		return true;
	}
	return false;
}

/* --- for people -------------------------------------------------------------------------------------------------- */

static const char *heading(enum replay_change change)
{
	static const char *const headings[] = {
		[REPLAY_DENIED] = "newly denied",
		[REPLAY_ALLOWED] = "newly allowed",
		[REPLAY_STRICTER] = "stricter",
		[REPLAY_MILDER] = "milder",
		[REPLAY_OTHER_RULE] = "by another rule",
		[REPLAY_UNTOLD] = "depends on what events do not tell",
		[REPLAY_SAME] = "as before",
	};

	return headings[change];
}

static void print_heading(const struct replay_view *view, const struct replay_group *group, FILE *to)
{
	static const enum print_style styles[_REPLAY_CHANGE_MAX] = {
		[REPLAY_DENIED] = PRINT_BAD,
		[REPLAY_ALLOWED] = PRINT_WARN,
		[REPLAY_UNTOLD] = PRINT_WARN,
	};

	print_styled(to, styles[group->change], 0, heading(group->change));
	fprintf(to, ": %zu\n", view->replay->n_changes[group->change]);
}

static void print_rule(const struct replay_view *view, const struct replay_group *group, FILE *to)
{
	const char *file;
	uint32_t line;

	fputs("  ", to);
	print_text(to, replay_leading_rule(group));
	if (find_place(view->policies, replay_leading_rule(group), &file, &line)) {
		fputs(" (", to);
		print_text(to, file);
		fprintf(to, ":%u)", line);
	}
	putc('\n', to);
}

static void print_group(const struct replay_view *view, const struct replay_group *group, FILE *to)
{
	fprintf(to, "  %8zu  ", group->count);
	print_styled(to, PRINT_PLAIN, 7, group->operation);
	fputs("  ", to);
	print_text(to, group->binary);
	fputs(" -> ", to);
	print_text(to, group->object);
	fprintf(to, "  %s", verdict_name(group->was));
	if (strcmp(replay_leading_rule(group), group->old_rule) != 0) {
		fputs(" by ", to);
		print_text(to, group->old_rule);
	}
	fprintf(to, ", now %s", verdict_name(group->is));
	if (group->new_rule && strcmp(replay_leading_rule(group), group->new_rule) != 0) {
		fputs(" by ", to);
		print_text(to, group->new_rule);
	}
	fputs("  ", to);
	print_text(to, view->log);
	fprintf(to, ":%zu\n", group->line);
}

static bool is_shown(const struct replay_view *view, const struct replay_group *group)
{
	return view->changes >> group->change & 1 && (!view->refused || group->is >= BW_VERDICT_DENY);
}

void replay_print_groups(const struct replay_view *view, FILE *to)
{
	const struct replay *replay = view->replay;
	const struct replay_group *before = NULL;
	size_t of_rule = 0;

	for (size_t i = 0; i < replay->n_groups; i++) {
		const struct replay_group *group = &replay->group[i];
		bool first = !before || before->change != group->change;
		bool other = first || strcmp(replay_leading_rule(before), replay_leading_rule(group)) != 0;

		if (!is_shown(view, group))
			continue;
		if (other && view->most && of_rule > view->most)
			fprintf(to, "            and %zu more\n", of_rule - view->most);
		if (first && !view->refused)
			print_heading(view, group, to);
		if (other)
			print_rule(view, group, to);
		of_rule = other ? 1 : of_rule + 1;
		if (!view->most || of_rule <= view->most)
			print_group(view, group, to);
		before = group;
	}
	if (view->most && of_rule > view->most)
		fprintf(to, "            and %zu more\n", of_rule - view->most);
}

void replay_print_problems(const struct replay_view *view, FILE *to)
{
	const struct replay *replay = view->replay;

	for (size_t i = 0; i < replay->n_unread && i < REPLAY_PROBLEMS_MAX; i++) {
		print_text(to, view->log);
		fprintf(to, ":%zu: warning: %s\n", replay->problem[i].line, replay->problem[i].reason);
	}
	if (replay->n_unread > REPLAY_PROBLEMS_MAX)
		fprintf(to, "and %zu more lines that cannot be read\n", replay->n_unread - REPLAY_PROBLEMS_MAX);
}

/* --- for machines --------------------------------------------------------------------------------------------------
 */

static int add_number(struct json_object *object, const char *key, size_t number)
{
	return json_object_object_add(object, key, json_object_new_uint64(number));
}

/* A new object at the end of a list, which owns it. */
static struct json_object *append(struct json_object *list)
{
	struct json_object *object = json_object_new_object();

	if (object && json_object_array_add(list, object) == 0)
		return object;
	json_object_put(object);
	return NULL;
}

static struct json_object *add_list(struct json_object *document, const char *key)
{
	struct json_object *list = json_object_new_array();

	if (list && json_object_object_add(document, key, list) == 0)
		return list;
	json_object_put(list);
	return NULL;
}

static int fill_group(const struct replay_group *group, struct json_object *object)
{
	int r = object ? reply_add(object, "change", replay_change_name(group->change)) : -ENOMEM;

	r = r ?: add_number(object, "count", group->count);
	r = r ?: reply_add(object, "was", verdict_name(group->was));
	r = r ?: reply_add(object, "was_rule", group->old_rule);
	r = r ?: reply_add(object, "is", verdict_name(group->is));
	r = r ?: reply_add(object, "is_rule", group->new_rule);
	r = r ?: reply_add(object, "operation", group->operation);
	r = r ?: reply_add(object, "binary", group->binary);
	r = r ?: reply_add(object, "object", group->object);
	return r ?: add_number(object, "line", group->line);
}

static int add_problems(const struct replay_view *view, struct json_object *document)
{
	const struct replay *replay = view->replay;
	struct json_object *list = add_list(document, "problems");
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < replay->n_unread && i < REPLAY_PROBLEMS_MAX; i++) {
		struct json_object *object = append(list);

		r = object ? add_number(object, "line", replay->problem[i].line) : -ENOMEM;
		r = r ?: reply_add(object, "message", replay->problem[i].reason);
	}
	return r;
}

int replay_print_json(const struct replay_view *view, struct json_object *document)
{
	const struct replay *replay = view->replay;
	struct json_object *list;
	int r = reply_add(document, "log", view->log);

	r = r ?: add_number(document, "lines", replay->n_lines);
	r = r ?: add_number(document, "attempts", replay->n_events);
	r = r ?: add_number(document, "questions", replay_questions(replay));
	r = r ?: add_number(document, "other", replay->n_other);
	r = r ?: add_number(document, "unreadable", replay->n_unread);
	for (unsigned int i = 0; r == 0 && i < _REPLAY_CHANGE_MAX; i++)
		r = add_number(document, replay_change_name(i), replay->n_changes[i]);
	list = r == 0 ? add_list(document, "changes") : NULL;
	r = r ?: list ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < replay->n_groups; i++)
		if (is_shown(view, &replay->group[i]))
			r = fill_group(&replay->group[i], append(list));
	return r ?: add_problems(view, document);
}
