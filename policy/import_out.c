/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a draft. Out: the policy as a person would write it, each rule below a comment that says where it came from.
 *
 * A text stands without quotes only where no reader of YAML can take it for something else.
 */
#include "draft.h"
#include "names.h"
#include "print.h"
#include <assert.h>
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define WIDTH 110 /* of a list in one line */

static const char *const keys[] = {
	[SUBJECT_BINARY] = "binary", [SUBJECT_USER] = "user",		[SUBJECT_GROUP] = "group",
	[SUBJECT_PARENT] = "parent", [SUBJECT_ANCESTOR] = "ancestor",	[SUBJECT_CAPABILITY] = "capability",
	[SUBJECT_OWNER] = "owner",   [SUBJECT_CONTAINER] = "container", [SUBJECT_CGROUP] = "cgroup",
	[SUBJECT_IMAGE] = "image",   [SUBJECT_NAME] = "name",		[SUBJECT_NAMESPACE] = "namespace",
	[SUBJECT_POD] = "pod",	     [SUBJECT_LABEL] = "label",
};
static_assert(ARRAY_SIZE(keys) == _SUBJECT_MAX, "every key of a selector is written");

/* --- texts ---------------------------------------------------------------------------------------------- */

static bool is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_plain(const char *text)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.=+-";
	static const char *const words[] = { "true", "false", "null", "yes", "no", "on", "off", "y", "n" };

	if (*text && strlen(text) < 4 && strspn(text, "0123456789") == strlen(text))
		return true;
	if (*text != '/' && !is_letter(*text))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(text, words[i]) == 0)
			return false;
	return strspn(text, safe) == strlen(text);
}

static void write_text(const char *text, FILE *to)
{
	if (is_plain(text)) {
		fputs(text, to);
		return;
	}
	fputc('"', to);
	print_quoted(text, to);
	fputc('"', to);
}

/* What stands in a comment must not end it. */
static void write_comment(const char *text, FILE *to)
{
	for (; *text; text++)
		fputc(*text >= ' ' && *text < 0x7f ? *text : '?', to);
}

/* --- lists ------------------------------------------------------------------------------------------------ */

static bool fits_line(const struct draft_list *list)
{
	size_t width = 0, longest = 0;
	const struct draft_text *item;

	for (item = list->first; item; item = item->next) {
		size_t size = strlen(item->text);

		width += size + 4;
		longest = size > longest ? size : longest;
	}
	return longest < 3 || (list->n <= 4 && width < WIDTH - 30); /* numbers stand in one line, however many */
}

static void write_flow(const struct draft_list *list, FILE *to)
{
	const struct draft_text *item;

	fputc('[', to);
	for (item = list->first; item; item = item->next) {
		write_text(item->text, to);
		fputs(item->next ? ", " : "", to);
	}
	fputs("]\n", to);
}

static void write_block(const struct draft_list *list, int depth, FILE *to)
{
	const struct draft_text *item;
	uint32_t before = 0;

	for (item = list->first; item; item = item->next) {
		fprintf(to, "%*s- ", depth, "");
		write_text(item->text, to);
		if (item->line && item->line != before)
			fprintf(to, " # line %u", item->line);
		before = item->line;
		fputc('\n', to);
	}
}

static void write_list(const char *key, const struct draft_list *list, int depth, FILE *to)
{
	fprintf(to, "%*s%s:", depth, "", key);
	if (fits_line(list)) {
		fputc(' ', to);
		write_flow(list, to);
		return;
	}
	fputc('\n', to);
	write_block(list, depth + 2, to);
}

static void write_selector(const char *key, const struct draft_selector *selector, int depth, FILE *to)
{
	if (!draft_selector_keys(selector))
		return;
	fprintf(to, "%*s%s:\n", depth, "", key);
	for (size_t i = 0; i < _SUBJECT_MAX; i++) {
		if (!selector->key[i].n)
			continue;
		if (i == SUBJECT_OWNER || i == SUBJECT_CONTAINER)
			fprintf(to, "%*s%s: %s\n", depth + 2, "", keys[i], selector->key[i].first->text);
		else
			write_list(keys[i], &selector->key[i], depth + 2, to);
	}
}

/* --- rules ------------------------------------------------------------------------------------------------ */

/* One name for each rule: the second of a name gets a number. */
static const char *unique_name(struct import *import, const struct draft_rule *rule, struct draft_list *used)
{
	const char *name = import_name(import, rule->name, "rule");
	const char *base = name;

	if (strcmp(name, "default") == 0)
		base = name = "rule";
	for (unsigned int i = 2; draft_has(used, name); i++)
		name = import_format(import, "%.*s-%u", BW_NAME_MAX - 12, base, i);
	draft_add(import, used, name, NULL);
	return name;
}

static void write_origins(const struct draft_rule *rule, FILE *to)
{
	const struct draft_text *origin;

	for (origin = rule->origins.first; origin; origin = origin->next) {
		fputs("    # from ", to);
		write_comment(origin->text, to);
		if (origin->line)
			fprintf(to, ", line %u", origin->line);
		fputc('\n', to);
	}
	if (rule->comment) {
		fputs("    # ", to);
		write_comment(rule->comment, to);
		fputc('\n', to);
	}
}

static void write_rule(const struct draft_rule *rule, const char *name, FILE *to)
{
	write_origins(rule, to);
	fprintf(to, "    - name: %s\n", name);
	write_selector("subject", &rule->subject, 6, to);
	write_selector("except", &rule->except, 6, to);
	if (rule->memory)
		fputs("      exec: {memory: true}\n", to);
	else
		write_list(operation_name(rule->operation), &rule->objects, 6, to);
	fprintf(to, "      action: %s\n", verdict_name(rule->action));
	if (rule->message) {
		fputs("      message: ", to);
		write_text(rule->message, to);
		fputc('\n', to);
	}
}

/* --- the policy ------------------------------------------------------------------------------------------- */

static void write_head(const struct import *import, uint32_t line, FILE *to)
{
	fputs("# From ", to);
	write_comment(import->source->name, to);
	fprintf(to, ", line %u.", line);
	if (import->n_left_out)
		fprintf(to, " It says less: %zu part%s left out.", import->n_left_out,
			import->n_left_out == 1 ? " was" : "s were");
	fputc('\n', to);
}

static void write_metadata(const struct draft *draft, const char *name, FILE *to)
{
	const struct draft_text *tag;

	fprintf(to, "metadata:\n  name: %s\n", name);
	if (draft->description) {
		fputs("  description: ", to);
		write_text(draft->description, to);
		fputc('\n', to);
	}
	fputs(draft->tags.n ? "  tags:\n" : "", to);
	for (tag = draft->tags.first; tag; tag = tag->next) {
		fputs("    ", to);
		write_text(tag->text, to);
		fputs(": ", to);
		write_text(tag->value ?: "", to);
		fputc('\n', to);
	}
}

void import_write(struct import *import, const char *name, uint32_t line, FILE *to)
{
	const struct draft *draft = &import->draft;
	struct draft_list used = { 0 };
	bool any = false;

	write_head(import, line, to);
	fputs("apiVersion: bulwark/v1\nkind: Policy\n", to);
	write_metadata(draft, name, to);
	fprintf(to, "spec:\n  mode: %s\n", mode_name(draft->mode));
	write_selector("subject", &draft->subject, 2, to);
	for (unsigned int i = 0; i < _BW_OP_MAX; i++) {
		if (draft->fallback[i] < 0)
			continue;
		fprintf(to, "%s    %s: %s\n", any ? "" : "  default:\n", operation_name(i),
			verdict_name((unsigned int)draft->fallback[i]));
		any = true;
	}
	fputs(draft->n_rules ? "  rules:\n" : "", to);
	for (const struct draft_rule *rule = draft->first; rule; rule = rule->next)
		write_rule(rule, unique_name(import, rule, &used), to);
}
