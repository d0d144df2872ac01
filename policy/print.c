/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a checked policy. Out: YAML that parse and check take to the same policy.
 *
 * Free text always stands in double quotes: no value can be taken for something else, whatever it holds.
 */
#include "print.h"
#include "endpoint.h"
#include "known.h"
#include "names.h"
#include "utf8.h"
#include <assert.h>
#include <base/cleanup.h>
#include <string.h>

/* --- values -------------------------------------------------------------------------------------------- */

static void print_escape(uint32_t code, FILE *to)
{
	if (code == '"' || code == '\\')
		fprintf(to, "\\%c", (int)code);
	else if (code == '\n')
		fputs("\\n", to);
	else if (code <= 0xff)
		fprintf(to, "\\x%02X", (unsigned int)code);
	else if (code <= 0xffff)
		fprintf(to, "\\u%04X", (unsigned int)code);
	else
		fprintf(to, "\\U%08X", (unsigned int)code);
}

void print_quoted(const char *text, FILE *to)
{
	size_t size = strlen(text), length;
	uint32_t code;

	for (; size > 0; text += length, size -= length) {
		code = (unsigned char)text[0];
		length = utf8_decode(text, size, &code) ?: 1;
		if (code == '"' || code == '\\' || utf8_is_invisible(code))
			print_escape(code, to);
		else
			fwrite(text, 1, length, to);
	}
}

static void print_text(const char *text, FILE *to)
{
	fputc('"', to);
	print_quoted(text, to);
	fputs("\"\n", to);
}

static void indent(unsigned int depth, FILE *to)
{
	fprintf(to, "%*s", (int)depth, "");
}

static void print_paths(const struct path_value *path, size_t n, unsigned int depth, FILE *to)
{
	size_t i;

	for (i = 0; i < n; i++) {
		indent(depth, to);
		fputs("- ", to);
		print_text(path[i].text, to);
	}
}

static void print_ids(const struct id_range *id, size_t n, unsigned int depth, FILE *to)
{
	size_t i;

	for (i = 0; i < n; i++) {
		indent(depth, to);
		fprintf(to, "- %u", id[i].from);
		if (id[i].to != id[i].from)
			fprintf(to, "-%u", id[i].to);
		fputc('\n', to);
	}
}

static void print_endpoints(const struct endpoint *endpoint, size_t n, unsigned int depth, FILE *to)
{
	size_t i;

	for (i = 0; i < n; i++) {
		indent(depth, to);
		fputs("- \"", to);
		if (endpoint[i].kind == ENDPOINT_UNIX)
			print_quoted(endpoint[i].text, to);
		else
			endpoint_print(&endpoint[i], to);
		fputs("\"\n", to);
	}
}

static void print_sockets(const struct socket_kind *socket, size_t n, unsigned int depth, FILE *to)
{
	size_t i;

	for (i = 0; i < n; i++) {
		indent(depth, to);
		fputs("- ", to);
		print_text(socket[i].text, to);
	}
}

static void print_facilities(__u32 facilities, unsigned int depth, FILE *to)
{
	unsigned int i;

	for (i = 0; known_facilities[i]; i++) {
		if (!(facilities >> i & 1))
			continue;
		indent(depth, to);
		fprintf(to, "- %s\n", known_facilities[i]);
	}
}

/* --- selectors ----------------------------------------------------------------------------------------- */

static void print_capabilities(__u64 capabilities, unsigned int depth, FILE *to)
{
	unsigned int i;

	for (i = 0; known_capabilities[i]; i++) {
		if (!(capabilities >> i & 1))
			continue;
		indent(depth, to);
		fprintf(to, "- %s\n", known_capabilities[i]);
	}
}

static void print_condition(const struct condition *condition, const char *name, unsigned int depth, FILE *to)
{
	indent(depth, to);
	if (condition->key == SUBJECT_OWNER || condition->key == SUBJECT_CONTAINER) {
		fprintf(to, "%s: %s\n", name, condition->yes ? "true" : "false");
		return;
	}
	fprintf(to, "%s:\n", name);
	print_paths(condition->path, condition->n_paths, depth + 2, to);
	print_ids(condition->id, condition->n_ids, depth + 2, to);
	print_capabilities(condition->capabilities, depth + 2, to);
}

static void print_selector(const char *key, const struct selector *selector, unsigned int depth, FILE *to)
{
	static const char *const names[] = {
		[SUBJECT_BINARY] = "binary", [SUBJECT_USER] = "user",		[SUBJECT_GROUP] = "group",
		[SUBJECT_PARENT] = "parent", [SUBJECT_ANCESTOR] = "ancestor",	[SUBJECT_CAPABILITY] = "capability",
		[SUBJECT_OWNER] = "owner",   [SUBJECT_CONTAINER] = "container", [SUBJECT_CGROUP] = "cgroup",
		[SUBJECT_IMAGE] = "image",   [SUBJECT_NAME] = "name",		[SUBJECT_NAMESPACE] = "namespace",
		[SUBJECT_POD] = "pod",	     [SUBJECT_LABEL] = "label",
	};
	static_assert(ARRAY_SIZE(names) == _SUBJECT_MAX, "every key of a selector is printed");
	size_t i;

	if (selector->n == 0)
		return;
	indent(depth, to);
	fprintf(to, "%s:\n", key);
	for (i = 0; i < selector->n; i++)
		print_condition(&selector->condition[i], names[selector->condition[i].key], depth + 2, to);
}

/* --- the policy ---------------------------------------------------------------------------------------- */

static void print_digests(const struct bw_digest *digest, size_t n, unsigned int depth, FILE *to)
{
	for (size_t i = 0; i < n; i++) {
		indent(depth, to);
		fputs("- \"", to);
		for (size_t j = 0; j < sizeof(digest[i].byte); j++)
			fprintf(to, "%02x", digest[i].byte[j]);
		fputs("\"\n", to);
	}
}

/* The map form of `exec`. */
static void print_conditions(const struct rule *rule, unsigned int depth, FILE *to)
{
	static const char *const names[] = {
		[OBJECT_DIGEST - OBJECT_MEMORY] = "sha256:\n",
		[OBJECT_ARGUMENTS - OBJECT_MEMORY] = "args:\n",
		[0] = "memory: true\n",
	};

	if (rule->n_paths) {
		indent(depth, to);
		fputs("paths:\n", to);
		print_paths(rule->path, rule->n_paths, depth + 2, to);
	}
	for (size_t i = 0; i < rule->object.n; i++) {
		const struct condition *condition = &rule->object.condition[i];

		indent(depth, to);
		fputs(names[condition->key - OBJECT_MEMORY], to);
		print_digests(condition->digest, condition->n_digests, depth + 2, to);
		print_paths(condition->path, condition->n_paths, depth + 2, to);
	}
}

static void print_rule(const struct rule *rule, FILE *to)
{
	fprintf(to, "    - name: %s\n", rule->name);
	print_selector("subject", &rule->subject, 6, to);
	print_selector("except", &rule->except, 6, to);
	fprintf(to, "      %s:\n", operation_name(rule->operation));
	if (rule->object.n)
		print_conditions(rule, 8, to);
	else
		print_paths(rule->path, rule->n_paths, 8, to);
	print_endpoints(rule->endpoint, rule->n_endpoints, 8, to);
	print_sockets(rule->socket, rule->n_sockets, 8, to);
	print_facilities(rule->facilities, 8, to);
	fprintf(to, "      action: %s\n", verdict_name(rule->action));
	if (rule->message) {
		fputs("      message: ", to);
		print_text(rule->message, to);
	}
}

static void print_metadata(const struct policy *policy, FILE *to)
{
	size_t i;

	fprintf(to, "metadata:\n  name: %s\n", policy->name);
	if (policy->description) {
		fputs("  description: ", to);
		print_text(policy->description, to);
	}
	if (policy->n_tags)
		fputs("  tags:\n", to);
	for (i = 0; i < policy->n_tags; i++) {
		fputs("    \"", to);
		print_quoted(policy->tag[i].key, to);
		fputs("\": ", to);
		print_text(policy->tag[i].value, to);
	}
}

static void print_defaults(const struct policy *policy, FILE *to)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < _BW_OP_MAX; i++) {
		if (policy->fallback[i] < 0)
			continue;
		fputs(any ? "" : "  default:\n", to);
		fprintf(to, "    %s: %s\n", operation_name(i), verdict_name((unsigned int)policy->fallback[i]));
		any = true;
	}
}

void print_policy(const struct policy *policy, FILE *to)
{
	size_t i;

	fputs("apiVersion: bulwark/v1\nkind: Policy\n", to);
	print_metadata(policy, to);
	fprintf(to, "spec:\n  mode: %s\n  rollout: %u\n", mode_name(policy->mode), policy->rollout);
	print_selector("subject", &policy->subject, 2, to);
	print_defaults(policy, to);
	if (policy->n_rules)
		fputs("  rules:\n", to);
	for (i = 0; i < policy->n_rules; i++)
		print_rule(&policy->rule[i], to);
}
