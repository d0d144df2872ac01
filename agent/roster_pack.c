/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the names of one set of tables. Out: texts, each with its NUL, in one order; and the roster out of them.
 *
 *	MAGIC, policies, (name, hash, tags, (key, value)...)..., rules, (policy, name, message?, message)...
 */
#include "roster_pack.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "bulwark-roster-1"

static void put(struct writer *to, const char *text)
{
	writer_plain(to, text, strlen(text) + 1);
}

static void put_number(struct writer *to, size_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%zu", number);
	put(to, text);
}

static void put_policy(struct writer *to, const struct table_policy_name *policy)
{
	size_t i;

	put(to, policy->name);
	put(to, policy->hash);
	put_number(to, policy->n_tags);
	for (i = 0; i < policy->n_tags; i++) {
		put(to, policy->tag[i].key);
		put(to, policy->tag[i].value);
	}
}

void roster_pack(const struct tables *tables, struct writer *ret)
{
	size_t i;

	put(ret, MAGIC);
	put_number(ret, tables->n_policies);
	for (i = 0; i < tables->n_policies; i++)
		put_policy(ret, &tables->policy_name[i]);
	put_number(ret, tables->n_rule_names);
	for (i = 0; i < tables->n_rule_names; i++) {
		put_number(ret, tables->rule_name[i].policy);
		put(ret, tables->rule_name[i].name);
		put_number(ret, tables->rule_name[i].message != NULL);
		if (tables->rule_name[i].message)
			put(ret, tables->rule_name[i].message);
	}
}

/* --- back ------------------------------------------------------------------------------------------------- */

/* What is left to read. After a failure nothing is. */
struct reading {
	const char *at;
	const char *end;
	bool failed;
};

static const char *take(struct reading *from)
{
	const char *text = from->at, *nul = memchr(from->at, '\0', (size_t)(from->end - from->at));

	if (!nul) {
		from->failed = true;
		from->at = from->end;
		return "";
	}
	from->at = nul + 1;
	return text;
}

/* Each thing that is counted takes a byte at least: a number that is larger than what is left is none. */
static size_t take_number(struct reading *from, size_t max)
{
	const char *text = take(from);
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (from->failed || *text < '0' || *text > '9' || *end || number > max) {
		from->failed = true;
		return 0;
	}
	return number;
}

static size_t take_count(struct reading *from)
{
	return take_number(from, (size_t)(from->end - from->at));
}

static int take_tags(struct reading *from, struct tables *tables, struct table_policy_name *policy)
{
	size_t i, n = take_count(from);

	policy->tag = arena_array(&tables->arena, n + 1, sizeof(*policy->tag));
	if (!policy->tag)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		policy->tag[i].key = take(from);
		policy->tag[i].value = take(from);
	}
	policy->n_tags = n;
	return 0;
}

static int take_policies(struct reading *from, struct tables *tables)
{
	size_t i;
	int r = 0;

	tables->n_policies = take_count(from);
	tables->policy_name = arena_array(&tables->arena, tables->n_policies + 1, sizeof(*tables->policy_name));
	if (!tables->policy_name)
		return -ENOMEM;
	for (i = 0; i < tables->n_policies && r >= 0; i++) {
		tables->policy_name[i] = (struct table_policy_name){ .name = take(from), .hash = NULL };
		tables->policy_name[i].hash = take(from);
		r = take_tags(from, tables, &tables->policy_name[i]);
	}
	return r;
}

static int take_rules(struct reading *from, struct tables *tables)
{
	size_t i;

	tables->n_rule_names = take_count(from);
	tables->rule_name = arena_array(&tables->arena, tables->n_rule_names + 1, sizeof(*tables->rule_name));
	if (!tables->rule_name)
		return -ENOMEM;
	for (i = 0; i < tables->n_rule_names; i++) {
		struct table_rule_name *rule = &tables->rule_name[i];

		*rule = (struct table_rule_name){ .policy = (__u32)take_number(from, tables->n_policies) };
		rule->name = take(from);
		if (take_number(from, 1))
			rule->message = take(from);
	}
	return 0;
}

int roster_unpack(const char *bytes, size_t size, struct roster **ret)
{
	struct reading from = { .at = bytes, .end = bytes + size };
	struct tables tables = { 0 };
	int r;

	if (strcmp(take(&from), MAGIC) != 0)
		return -EBADMSG;
	r = take_policies(&from, &tables);
	r = r < 0 ? r : take_rules(&from, &tables);
	if (r >= 0)
		r = from.failed ? -EBADMSG : roster_new(&tables, ret);
	arena_done(&tables.arena);
	return r;
}
