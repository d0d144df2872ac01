/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a line of an explanation and its question. Out: what was wanted and what was there. Long lists are cut: who reads
 * has the rule's place in the text.
 */
#include "reason.h"
#include "policy/endpoint.h"
#include "policy/known.h"
#include "policy/names.h"
#include "policy/numbers.h"
#include <arpa/inet.h>
#include <base/cleanup.h>
#include <string.h>

#define VALUES_SHOWN 4

/* --- lists --------------------------------------------------------------------------------------------------- */

/* Puts a comma before each but the first value; false: enough is shown, and `n` tells how much there is. */
static bool put_next(FILE *to, size_t i, size_t n)
{
	if (i < VALUES_SHOWN) {
		fputs(i ? ", " : "", to);
		return true;
	}
	if (i == VALUES_SHOWN)
		fprintf(to, " or %zu more", n - i);
	return false;
}

static void put_paths(FILE *to, const struct path_value *path, size_t n)
{
	for (size_t i = 0; i < n && put_next(to, i, n); i++)
		fputs(path[i].text, to);
}

static void put_ids(FILE *to, const struct id_range *id, size_t n)
{
	for (size_t i = 0; i < n && put_next(to, i, n); i++) {
		fprintf(to, "%u", id[i].from);
		if (id[i].to != id[i].from)
			fprintf(to, "-%u", id[i].to);
	}
}

static void put_capabilities(FILE *to, __u64 capabilities)
{
	size_t n = (size_t)__builtin_popcountll(capabilities), shown = 0;

	if (!n)
		fputs("none", to);
	for (unsigned int i = 0; known_capabilities[i]; i++)
		if (capabilities >> i & 1 && put_next(to, shown++, n))
			fputs(known_capabilities[i], to);
}

static void put_digest(FILE *to, const struct bw_digest *digest)
{
	const unsigned char *byte = (const unsigned char *)digest;

	for (size_t i = 0; i < sizeof(*digest); i++)
		fprintf(to, "%02x", byte[i]);
}

static void put_texts(FILE *to, const char *const *text)
{
	size_t n = 0;

	while (text && text[n])
		n++;
	if (!n)
		fputs("none", to);
	for (size_t i = 0; i < n && put_next(to, i, n); i++)
		fputs(text[i], to);
}

/* --- conditions ------------------------------------------------------------------------------------------------ */

static void put_wanted(FILE *to, const struct condition *condition)
{
	switch ((unsigned int)condition->key) {
	case SUBJECT_USER:
	case SUBJECT_GROUP:
		put_ids(to, condition->id, condition->n_ids);
		break;
	case SUBJECT_CAPABILITY:
		put_capabilities(to, condition->capabilities);
		break;
	case SUBJECT_OWNER:
	case SUBJECT_CONTAINER:
		fputs(condition->yes ? "true" : "false", to);
		break;
	case OBJECT_MEMORY:
		fputs("true", to);
		break;
	case OBJECT_DIGEST:
		for (size_t i = 0; i < condition->n_digests && put_next(to, i, condition->n_digests); i++)
			put_digest(to, &condition->digest[i]);
		break;
	default:
		put_paths(to, condition->path, condition->n_paths);
	}
}

static void put_labels(FILE *to, const struct container_names *names)
{
	if (!names || !names->n_labels)
		fputs("none", to);
	for (size_t i = 0; names && i < names->n_labels && put_next(to, i, names->n_labels); i++)
		fprintf(to, "%s=%s", names->label[i].key, names->label[i].value);
}

static bool is_untold(unsigned int key, unsigned int untold)
{
	return (key == SUBJECT_CAPABILITY && untold & SIMULATE_CAPABILITIES) ||
	       (key == SUBJECT_GROUP && untold & SIMULATE_GROUP) || (key == SUBJECT_OWNER && untold & SIMULATE_OWNER) ||
	       (key == OBJECT_DIGEST && untold & SIMULATE_DIGEST);
}

/* A text that is there or not. */
static const char *text_of(unsigned int key, const struct simulate_question *question)
{
	static const struct container_names nothing;
	const struct container_names *names = question->process.names ?: &nothing;

	switch (key) {
	case SUBJECT_BINARY:
		return question->process.binary;
	case SUBJECT_PARENT:
		return question->process.parent;
	case SUBJECT_CGROUP:
		return question->process.cgroup ?: "/";
	case SUBJECT_IMAGE:
		return names->image;
	case SUBJECT_NAME:
		return names->name;
	case SUBJECT_NAMESPACE:
		return names->namespace;
	case SUBJECT_POD:
		return names->pod;
	default:
		return NULL;
	}
}

static void put_got(FILE *to, unsigned int key, const struct simulate_question *question)
{
	const struct simulate_object *object = &question->object;

	if (is_untold(key, question->untold)) {
		fputs("what the event does not tell", to);
		return;
	}
	switch (key) {
	case SUBJECT_USER:
		fprintf(to, "%u", question->process.uid);
		break;
	case SUBJECT_GROUP:
		fprintf(to, "%u", question->process.gid);
		break;
	case SUBJECT_CAPABILITY:
		put_capabilities(to, question->process.capabilities);
		break;
	case SUBJECT_ANCESTOR:
		put_texts(to, question->process.lineage);
		break;
	case SUBJECT_OWNER:
		fputs(object->owner ? "true" : "false", to);
		break;
	case SUBJECT_CONTAINER:
		fputs(question->process.container ? "true" : "false", to);
		break;
	case SUBJECT_LABEL:
		put_labels(to, question->process.names);
		break;
	case OBJECT_MEMORY:
		fputs(object->memory ? "true" : "false", to);
		break;
	case OBJECT_ARGUMENTS:
		put_texts(to, object->argument);
		break;
	case OBJECT_DIGEST:
		if (object->digest)
			put_digest(to, object->digest);
		else
			fputs("none", to);
		break;
	default:
		fputs(text_of(key, question) ?: "none", to);
	}
}

/* --- objects ----------------------------------------------------------------------------------------------------- */

static void put_endpoint(FILE *to, const struct simulate_object *object)
{
	char address[INET6_ADDRSTRLEN] = "?";
	const char *protocol = protocol_name(object->protocol);

	if (object->path || object->abstract) {
		fprintf(to, "unix:%s%s", object->path ? "" : "@", object->path ?: object->abstract);
		return;
	}
	inet_ntop(object->family == 6 ? AF_INET6 : AF_INET, object->address, address, sizeof(address));
	fprintf(to, object->family == 6 ? "[%s]:%u" : "%s:%u", address, object->port);
	if (protocol)
		fprintf(to, "/%s", protocol);
}

static void put_number(FILE *to, const struct number *list, unsigned int value)
{
	const char *name = list ? numbers_name(list, value) : NULL;

	if (name)
		fputs(name, to);
	else
		fprintf(to, "%u", value);
}

static void put_object(FILE *to, const struct simulate_question *question)
{
	const struct simulate_object *object = &question->object;

	switch (question->operation) {
	case BW_OP_CONNECT:
	case BW_OP_BIND:
		put_endpoint(to, object);
		break;
	case BW_OP_SOCKET:
		put_number(to, numbers_families, object->socket.family);
		putc('/', to);
		put_number(to, numbers_types, object->socket.type);
		fprintf(to, "/%u", object->socket.protocol);
		break;
	case BW_OP_USE:
		fputs(known_facilities[object->facility], to);
		break;
	default:
		fputs(object->path ?: "a file without a name", to);
	}
}

static void put_facilities(FILE *to, __u32 facilities)
{
	size_t n = (size_t)__builtin_popcount(facilities), shown = 0;

	for (unsigned int i = 0; known_facilities[i]; i++)
		if (facilities >> i & 1 && put_next(to, shown++, n))
			fputs(known_facilities[i], to);
}

static void put_objects(FILE *to, const struct rule *rule)
{
	put_paths(to, rule->path, rule->n_paths);
	for (size_t i = 0; i < rule->n_endpoints && put_next(to, i, rule->n_endpoints); i++)
		fputs(rule->endpoint[i].text, to);
	for (size_t i = 0; i < rule->n_sockets && put_next(to, i, rule->n_sockets); i++)
		fputs(rule->socket[i].text, to);
	put_facilities(to, rule->facilities);
}

/* --- the door ------------------------------------------------------------------------------------------------------
 */

static void put_condition(FILE *to, const struct explain_line *line, const struct simulate_question *question)
{
	fprintf(to, "%s: wanted ", condition_name(line->condition->key));
	put_wanted(to, line->condition);
	fputs(", got ", to);
	put_got(to, line->condition->key, question);
}

static void put_except(FILE *to, const struct selector *except)
{
	fputs("excepted by ", to);
	for (size_t i = 0; i < except->n; i++) {
		fprintf(to, "%s%s ", i ? " and " : "", condition_name(except->condition[i].key));
		put_wanted(to, &except->condition[i]);
	}
}

static void put_reason(FILE *to, const struct explain_line *line, const struct simulate_question *question)
{
	switch (line->reason) {
	case EXPLAIN_MATCHES:
		fputs("matches", to);
		break;
	case EXPLAIN_OBJECT:
		fputs("object: wanted ", to);
		put_objects(to, line->rule);
		break;
	case EXPLAIN_OBJECT_CONDITION:
	case EXPLAIN_SUBJECT:
	case EXPLAIN_POLICY_SUBJECT:
		put_condition(to, line, question);
		break;
	case EXPLAIN_EXCEPT:
		put_except(to, &line->rule->except);
		break;
	case EXPLAIN_LIFTED:
		fprintf(to, "allowed by %s", line->by->name);
		break;
	case EXPLAIN_SUPERSEDED:
		fprintf(to, "refused by %s already", line->by->name);
		break;
	case EXPLAIN_NOT_ABOUT:
		fputs("a default is about no unix socket", to);
		break;
	}
	if (line->reason == EXPLAIN_POLICY_SUBJECT)
		fputs(" (subject of the policy)", to);
}

/* What `put` wrote, as a text. */
static char *finish(FILE *to, char **text)
{
	if (to && fclose(to) == 0)
		return *text;
	free(*text);
	return NULL;
}

char *reason_text(const struct explain_line *line, const struct simulate_question *question)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to)
		put_reason(to, line, question);
	return finish(to, &text);
}

char *reason_object(const struct simulate_question *question)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to)
		put_object(to, question);
	return finish(to, &text);
}

char *reason_question(const struct simulate_question *question)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to) {
		fprintf(to, "%s of ", operation_name(question->operation));
		put_object(to, question);
		fprintf(to, " by %s as user %u", question->process.binary ?: "no program", question->process.uid);
	}
	return finish(to, &text);
}

char *reason_rule(const struct policy *policy, const struct rule *rule)
{
	char *text = NULL;

	return asprintf(&text, "%s/%s", policy->name, rule ? rule->name : "default") < 0 ? NULL : text;
}

const char *reason_word(enum explain_reason reason)
{
	static const char *const words[] = {
		[EXPLAIN_MATCHES] = "matches",	       [EXPLAIN_OBJECT] = "object",
		[EXPLAIN_OBJECT_CONDITION] = "object", [EXPLAIN_POLICY_SUBJECT] = "subject",
		[EXPLAIN_SUBJECT] = "subject",	       [EXPLAIN_EXCEPT] = "except",
		[EXPLAIN_LIFTED] = "allowed",	       [EXPLAIN_SUPERSEDED] = "refused",
		[EXPLAIN_NOT_ABOUT] = "unix-socket",
	};

	return words[reason];
}
