/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what programs were seen to do. Out: a policy, made as the parser would make it and written by its printer, with a
 * comment that says what each rule is due to.
 */
#include "learn_inner.h"
#include "policy/names.h"
#include "policy/print.h"
#include <base/cleanup.h>
#include <errno.h>

/* What a rule is due to. */
struct evidence {
	size_t events;
	size_t objects; /* different ones, before any was widened */
};

/* A policy on its way, and beside each of its rules the evidence. */
struct writing {
	struct policy policy;
	struct evidence *evidence;
};

/* The printer writes endpoints of addresses by their parts; as of a unix socket it writes the text as it is. */
static int put_objects(struct rule *rule, const struct texts *texts, struct arena *arena)
{
	size_t n = texts->n;

	if (rule->operation <= BW_OP_WRITE) {
		rule->path = arena_array(arena, n, sizeof(*rule->path));
		rule->n_paths = n;
	} else if (rule->operation == BW_OP_SOCKET) {
		rule->socket = arena_array(arena, n, sizeof(*rule->socket));
		rule->n_sockets = n;
	} else {
		rule->endpoint = arena_array(arena, n, sizeof(*rule->endpoint));
		rule->n_endpoints = n;
	}
	if (n && !rule->path && !rule->socket && !rule->endpoint)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (rule->path)
			rule->path[i].text = texts->text[i];
		else if (rule->socket)
			rule->socket[i].text = texts->text[i];
		else
			rule->endpoint[i] = (struct endpoint){ .text = texts->text[i], .kind = ENDPOINT_UNIX };
	}
	return 0;
}

static int put_binary(struct selector *selector, const char *binary, struct arena *arena)
{
	struct condition *condition = selector->condition;
	struct path_value *grown;

	if (!condition) {
		condition = selector->condition = arena_array(arena, 1, sizeof(*condition));
		if (!condition)
			return -ENOMEM;
		condition->key = SUBJECT_BINARY;
		selector->n = 1;
	}
	for (size_t i = 0; i < condition->n_paths; i++)
		if (strcmp(condition->path[i].text, binary) == 0)
			return 0;
	grown = arena_array(arena, condition->n_paths + 1, sizeof(*grown)); /* programs are few */
	if (!grown)
		return -ENOMEM;
	if (condition->n_paths)
		memcpy(grown, condition->path, condition->n_paths * sizeof(*grown));
	grown[condition->n_paths++].text = binary;
	condition->path = grown;
	return 0;
}

static bool same_objects(const struct rule *a, const struct rule *b)
{
	if (a->operation != b->operation || a->n_paths != b->n_paths || a->n_endpoints != b->n_endpoints ||
	    a->n_sockets != b->n_sockets || a->facilities != b->facilities || a->object.n != b->object.n)
		return false;
	for (size_t i = 0; i < a->n_paths; i++)
		if (strcmp(a->path[i].text, b->path[i].text) != 0)
			return false;
	for (size_t i = 0; i < a->n_endpoints; i++)
		if (strcmp(a->endpoint[i].text, b->endpoint[i].text) != 0)
			return false;
	for (size_t i = 0; i < a->n_sockets; i++)
		if (strcmp(a->socket[i].text, b->socket[i].text) != 0)
			return false;
	return true;
}

/* A rule for this program, or the program in the rule that there is for others. */
static int add_rule(struct writing *writing, const struct rule *rule, const char *binary,
		    const struct evidence *evidence)
{
	struct policy *policy = &writing->policy;
	size_t i = 0;
	char name[32];

	while (i < policy->n_rules && !same_objects(&policy->rule[i], rule))
		i++;
	if (i == policy->n_rules) {
		policy->rule[policy->n_rules++] = *rule;
		snprintf(name, sizeof(name), "%s-%zu", operation_name(rule->operation), policy->n_rules);
		policy->rule[i].name = arena_text(&policy->arena, name, strlen(name));
		if (!policy->rule[i].name)
			return -ENOMEM;
	}
	writing->evidence[i].events += evidence->events;
	if (writing->evidence[i].objects < evidence->objects)
		writing->evidence[i].objects = evidence->objects;
	return put_binary(&policy->rule[i].subject, binary, &policy->arena);
}

static int add_memory_rule(struct writing *writing, const struct learn_group *group)
{
	struct rule rule = { .operation = BW_OP_EXEC, .action = BW_VERDICT_ALLOW };
	struct condition *memory = arena_array(&writing->policy.arena, 1, sizeof(*memory));

	if (!memory)
		return -ENOMEM;
	memory->key = OBJECT_MEMORY;
	rule.object = (struct selector){ .condition = memory, .n = 1 };
	return add_rule(writing, &rule, group->binary, &(struct evidence){ group->memory, 0 });
}

static int add_group(const struct learn *learn, const struct learn_group *group, struct writing *writing)
{
	struct policy *policy = &writing->policy;
	struct rule rule = { .operation = group->operation, .action = BW_VERDICT_ALLOW };
	struct texts texts = { 0 };
	int r = learn_widen(learn, group, &policy->arena, &texts);

	policy->fallback[group->operation] = BW_VERDICT_DENY;
	r = r ?: put_binary(&policy->subject, group->binary, &policy->arena);
	if (r == 0 && (texts.n || group->facilities)) {
		rule.facilities = group->facilities;
		if (!rule.facilities)
			r = put_objects(&rule, &texts, &policy->arena);
		r = r ?: add_rule(writing, &rule, group->binary, &(struct evidence){ group->seen, group->objects.n });
	}
	if (r == 0 && group->memory)
		r = add_memory_rule(writing, group);
	return r;
}

static int compare_groups(const void *left, const void *right)
{
	const struct learn_group *const *a = left, *const *b = right;
	int r = ((*a)->operation > (*b)->operation) - ((*a)->operation < (*b)->operation);

	return r ?: strcmp((*a)->binary, (*b)->binary);
}

static int make_policy(struct learn *learn, struct writing *writing)
{
	struct policy *policy = &writing->policy;
	const struct learn_group **order = arena_array(&policy->arena, learn->keys.n, sizeof(*order));
	int r = 0;

	/* A group makes two rules at most: of files with a name, and without. */
	policy->rule = arena_array(&policy->arena, 2 * learn->keys.n, sizeof(*policy->rule));
	writing->evidence = arena_array(&policy->arena, 2 * learn->keys.n, sizeof(*writing->evidence));
	if (!order || !policy->rule || !writing->evidence)
		return -ENOMEM;
	for (unsigned int op = 0; op < BW_OP_SLOTS; op++)
		policy->fallback[op] = -1;
	for (size_t i = 0; i < learn->keys.n; i++)
		order[i] = &learn->group[i];
	qsort(order, learn->keys.n, sizeof(*order), compare_groups);
	for (size_t i = 0; r == 0 && i < learn->keys.n; i++)
		r = add_group(learn, order[i], writing);
	return r;
}

/* --- with what each rule is due to ----------------------------------------------------------------------------- */

static void put_evidence(const struct evidence *evidence, FILE *to)
{
	fprintf(to, "    # seen in %zu %s", evidence->events, evidence->events == 1 ? "event" : "events");
	if (evidence->objects)
		fprintf(to, ", %zu different", evidence->objects);
	putc('\n', to);
}

/* The printer begins each rule with its name, and nothing else of a policy so. */
static void put_commented(const struct writing *writing, const char *text, FILE *to)
{
	static const char begin[] = "    - name: ";
	size_t rule = 0;

	for (const char *end; *text; text = end) {
		end = strchrnul(text, '\n');
		end += *end != '\0';
		if (strncmp(text, begin, strlen(begin)) == 0 && rule < writing->policy.n_rules)
			put_evidence(&writing->evidence[rule++], to);
		fwrite(text, 1, (size_t)(end - text), to);
	}
}

static int write_text(const struct writing *writing, char **ret)
{
	_free_ char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to)
		print_policy(&writing->policy, to);
	if (!to || fclose(to) != 0)
		return -ENOMEM;
	to = open_memstream(ret, &size);
	if (to)
		put_commented(writing, text, to);
	return !to || fclose(to) != 0 ? -ENOMEM : 0;
}

int learn_write(struct learn *learn, const char *name, char **ret)
{
	struct writing writing = { .policy = { .name = name, .mode = BW_MODE_AUDIT, .rollout = 100 } };
	int r;

	*ret = NULL;
	if (!learn->keys.n)
		return -ENODATA;
	r = make_policy(learn, &writing);
	r = r ?: write_text(&writing, ret);
	arena_done(&writing.policy.arena);
	return r;
}
