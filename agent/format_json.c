/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what happened. Out: one JSON object. What is not known is left out; nothing is looked up here.
 */
#include "format_json.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "container.h"
#include "policy/known.h"
#include "policy/names.h"
#include "policy/numbers.h"
#include "roster.h"
#include "when.h"

static void put_time(struct writer *writer, const char *key, __u64 when)
{
	char text[WHEN_ROOM];

	when_format(when, text);
	writer_text(writer, key, text);
}

static void put_head(struct writer *writer, __u64 when, const char *node, const char *type)
{
	writer_open(writer, NULL, '{');
	put_time(writer, "time", when);
	writer_text(writer, "node", node);
	writer_text(writer, "type", type);
}

static void put_text(struct writer *writer, const char *key, const struct event_text *text)
{
	if (text->bytes)
		writer_bytes(writer, key, text->bytes, text->size);
}

static void put_arguments(struct writer *writer, const struct event_text *arguments)
{
	const char *at, *next, *end;

	if (!arguments->bytes)
		return;
	end = arguments->bytes + arguments->size;
	writer_open(writer, "args", '[');
	for (at = arguments->bytes; at < end; at = next + 1) {
		next = memchr(at, '\0', end - at);
		if (!next)
			next = end;
		writer_bytes(writer, NULL, at, next - at);
	}
	writer_close(writer, ']');
}

/* Names the texts of an object that are longer than what is here: "cut":["args"]. */
static void put_cut(struct writer *writer, const char *const name[], const struct event_text *const text[], size_t n)
{
	bool any = false;
	size_t i;

	for (i = 0; i < n; i++)
		any |= text[i]->cut;
	if (!any)
		return;
	writer_open(writer, "cut", '[');
	for (i = 0; i < n; i++)
		if (text[i]->cut)
			writer_text(writer, NULL, name[i]);
	writer_close(writer, ']');
}

static void put_file(struct writer *writer, const struct event *event)
{
	const struct bw_event_object *object = &event->record->object;
	const struct event_text *path = &event->text[BW_TEXT_OBJECT];
	const struct event_text *arguments = &event->text[BW_TEXT_OBJECT_ARGUMENTS];
	const char *const names[] = { "path", "args" };
	const struct event_text *const texts[] = { path, arguments };
	char device[24];

	put_text(writer, "path", path);
	if (object->ino) {
		snprintf(device, sizeof(device), "%u:%u", object->dev >> 20, object->dev & 0xfffff);
		writer_text(writer, "dev", device);
		writer_number(writer, "ino", object->ino);
	}
	put_arguments(writer, arguments);
	put_cut(writer, names, texts, 2);
}

static void put_inet(struct writer *writer, const struct bw_event_object *object)
{
	char address[INET6_ADDRSTRLEN], number[8];
	const char *protocol = protocol_name(object->protocol);

	if (object->family == 4 || object->family == 6)
		writer_text(writer, "address",
			    inet_ntop(object->family == 4 ? AF_INET : AF_INET6, object->address, address,
				      sizeof(address)));
	writer_number(writer, "port", object->port);
	snprintf(number, sizeof(number), "%u", object->ip_protocol);
	if (protocol)
		writer_text(writer, "protocol", protocol);
	else if (object->ip_protocol)
		writer_text(writer, "protocol", number);
}

static void put_unix(struct writer *writer, const struct event *event)
{
	const struct event_text *text = &event->text[BW_TEXT_OBJECT];
	char name[BW_TEXT_PATH + 1] = "@";
	size_t i, size = text->size < sizeof(name) - 1 ? text->size : sizeof(name) - 1;

	if (event->record->object.kind == BW_OBJECT_UNIX || !text->bytes) {
		put_text(writer, "unix", text);
		return;
	}
	for (i = 0; i < size; i++) /* a NUL inside shows as '@' too, as in ss(8) */
		name[1 + i] = text->bytes[i] ? text->bytes[i] : '@';
	writer_bytes(writer, "unix", name, 1 + size);
}

/* By its name, or as the number that it is. */
static void put_number_name(struct writer *writer, const char *key, const struct number *list, unsigned int value)
{
	const char *name = numbers_name(list, value);
	char digits[12];

	snprintf(digits, sizeof(digits), "%u", value);
	writer_text(writer, key, name ?: digits);
}

static void put_socket(struct writer *writer, const struct bw_socket *socket)
{
	put_number_name(writer, "family", numbers_families, socket->family);
	put_number_name(writer, "type", numbers_types, socket->type);
	writer_number(writer, "protocol", socket->protocol);
}

static void put_facility(struct writer *writer, const struct event *event)
{
	const struct bw_event_object *object = &event->record->object;
	const struct event_text *name = &event->text[BW_TEXT_OBJECT];
	const char *const names[] = { "name" };

	if (object->facility < _BW_FACILITY_MAX)
		writer_text(writer, "facility", known_facilities[object->facility]);
	if (object->facility == BW_FACILITY_BPF)
		put_number_name(writer, "name", numbers_bpf, object->number);
	else
		put_text(writer, "name", name);
	if (object->facility == BW_FACILITY_RAW_SOCKET)
		put_socket(writer, &object->socket);
	if (object->target)
		writer_number(writer, "pid", object->target);
	if (object->facility == BW_FACILITY_SIGNAL)
		put_number_name(writer, "signal", numbers_signals, object->number);
	put_cut(writer, names, &name, 1);
}

static void put_object(struct writer *writer, const struct event *event)
{
	writer_open(writer, "object", '{');
	switch (event->record->object.kind) {
	case BW_OBJECT_FILE:
		put_file(writer, event);
		break;
	case BW_OBJECT_INET:
		put_inet(writer, &event->record->object);
		break;
	case BW_OBJECT_UNIX:
	case BW_OBJECT_ABSTRACT:
		put_unix(writer, event);
		break;
	case BW_OBJECT_SOCKET:
		put_socket(writer, &event->record->object.socket);
		break;
	case BW_OBJECT_FACILITY:
		put_facility(writer, event);
		break;
	}
	writer_close(writer, '}');
}

static void put_labels(struct writer *writer, const struct container_names *names)
{
	size_t i;

	if (!names->n_labels)
		return;
	writer_open(writer, "labels", '{');
	for (i = 0; i < names->n_labels; i++)
		writer_text(writer, names->label[i].key, names->label[i].value);
	writer_close(writer, '}');
}

static void put_container(struct writer *writer, const struct container *container)
{
	if (!container)
		return;
	writer_open(writer, "container", '{');
	writer_text(writer, "id", container->id);
	writer_text(writer, "name", container->names.name);
	writer_text(writer, "image", container->names.image);
	writer_text(writer, "namespace", container->names.namespace);
	writer_text(writer, "pod", container->names.pod);
	put_labels(writer, &container->names);
	writer_close(writer, '}');
}

static void put_namespaces(struct writer *writer, const struct bw_event_process *process)
{
	static const char *const names[_BW_NAMESPACE_MAX] = {
		[BW_NAMESPACE_CGROUP] = "cgroup", [BW_NAMESPACE_IPC] = "ipc", [BW_NAMESPACE_MNT] = "mnt",
		[BW_NAMESPACE_NET] = "net",	  [BW_NAMESPACE_PID] = "pid", [BW_NAMESPACE_TIME] = "time",
		[BW_NAMESPACE_USER] = "user",	  [BW_NAMESPACE_UTS] = "uts",
	};
	bool any = false;
	size_t i;

	for (i = 0; i < _BW_NAMESPACE_MAX; i++)
		any |= process->namespaces[i] != 0;
	if (!any)
		return;
	writer_open(writer, "namespaces", '{');
	for (i = 0; i < _BW_NAMESPACE_MAX; i++)
		if (process->namespaces[i])
			writer_number(writer, names[i], process->namespaces[i]);
	writer_close(writer, '}');
}

static void put_identity(struct writer *writer, const struct event *event)
{
	const struct bw_event_process *process = &event->record->process;

	writer_number(writer, "uid", process->uid);
	writer_number(writer, "gid", process->gid);
	writer_number(writer, "euid", process->euid);
	writer_text(writer, "user", event->user);
	writer_text(writer, "group", event->group);
	if (process->loginuid != (__u32)-1)
		writer_number(writer, "loginuid", process->loginuid);
	writer_text(writer, "login_user", event->login_user);
}

static void put_process(struct writer *writer, const struct event *event)
{
	const struct bw_event_process *process = &event->record->process;
	const char *const names[] = { "binary", "args", "cwd" };
	const struct event_text *const texts[] = {
		&event->text[BW_TEXT_BINARY],
		&event->text[BW_TEXT_ARGUMENTS],
		&event->text[BW_TEXT_CWD],
	};

	writer_open(writer, "process", '{');
	writer_text(writer, "exec_id", event->exec_id);
	writer_number(writer, "pid", process->pid);
	writer_number(writer, "tid", process->tid);
	writer_number(writer, "ppid", process->ppid);
	if (process->start)
		put_time(writer, "start", when_from_boot(process->start));
	put_identity(writer, event);
	put_text(writer, "binary", texts[0]);
	put_arguments(writer, texts[1]);
	put_text(writer, "cwd", texts[2]);
	writer_text(writer, "cgroup", event->cgroup);
	put_container(writer, event->container);
	put_namespaces(writer, process);
	put_cut(writer, names, texts, 3);
	writer_close(writer, '}');
}

static void put_ancestor(struct writer *writer, const struct event_ancestor *ancestor)
{
	const char *const names[] = { "binary", "args" };
	const struct event_text *const texts[] = { &ancestor->binary, &ancestor->arguments };

	writer_open(writer, NULL, '{');
	writer_text(writer, "exec_id", ancestor->exec_id);
	writer_number(writer, "pid", ancestor->run.pid);
	if (ancestor->run.start)
		put_time(writer, "start", when_from_boot(ancestor->run.start));
	writer_number(writer, "uid", ancestor->run.uid);
	put_text(writer, "binary", texts[0]);
	put_arguments(writer, texts[1]);
	put_cut(writer, names, texts, 2);
	writer_close(writer, '}');
}

static void put_ancestors(struct writer *writer, const struct event *event)
{
	size_t i;

	if (!event->n_ancestors)
		return;
	writer_open(writer, "ancestors", '[');
	for (i = 0; i < event->n_ancestors; i++)
		put_ancestor(writer, &event->ancestor[i]);
	writer_close(writer, ']');
}

static void put_tags(struct writer *writer, const struct roster_policy *policy)
{
	size_t i;

	if (!policy || !policy->n_tags)
		return;
	writer_open(writer, "tags", '{');
	for (i = 0; i < policy->n_tags; i++)
		writer_text(writer, policy->tag[i].key, policy->tag[i].value);
	writer_close(writer, '}');
}

static void put_decision(struct writer *writer, const struct event *event)
{
	const struct bw_event *record = event->record;
	const struct roster_policy *policy = roster_policy(event->roster, record->policy);
	const struct roster_rule *rule = roster_rule(event->roster, record->rule);

	writer_text(writer, "policy", policy ? policy->name : NULL);
	writer_text(writer, "rule", rule ? rule->name : NULL);
	writer_text(writer, "mode", mode_name(record->mode));
	writer_text(writer, "verdict", verdict_name(record->verdict));
	writer_boolean(writer, "enforced", record->enforced);
	writer_text(writer, "message", rule ? rule->message : NULL);
	put_tags(writer, policy);
}

static const char *type_name(__u32 type)
{
	switch (type) {
	case BW_RECORD_DECISION:
		return "decision";
	case BW_RECORD_GUARD:
		return "guard";
	default:
		return "undecided";
	}
}

void format_json_event(struct writer *writer, const char *node, const struct event *event)
{
	const struct bw_event *record = event->record;
	bool decided = record->record.type == BW_RECORD_DECISION;

	put_head(writer, when_from_boot(record->record.time), node, type_name(record->record.type));
	writer_text(writer, "id", event->id);
	if (decided) {
		put_decision(writer, event);
	} else { /* on_error or the guard answered: no policy and no rule stand behind it */
		writer_text(writer, "verdict", verdict_name(record->verdict));
		writer_boolean(writer, "enforced", record->enforced);
	}
	writer_text(writer, "operation", operation_name(record->operation));
	writer_text(writer, "hook", hook_name(record->hook));
	put_object(writer, event);
	put_process(writer, event);
	put_ancestors(writer, event);
	if (decided)
		writer_number(writer, "suppressed", record->suppressed);
	writer_close(writer, '}');
}

void format_json_policy(struct writer *writer, const char *node, const struct format_policy *policy,
			const struct requester *requester)
{
	put_head(writer, when_now(), node, "policy");
	writer_text(writer, "change", policy->change);
	writer_text(writer, "policy", policy->name);
	writer_text(writer, "hash", policy->hash);
	writer_text(writer, "mode", policy->mode);
	writer_text(writer, "source", policy->source);
	if (requester && requester->known) {
		writer_open(writer, "requester", '{');
		writer_number(writer, "uid", requester->uid);
		writer_number(writer, "pid", requester->pid);
		writer_close(writer, '}');
	}
	writer_close(writer, '}');
}

void format_json_agent(struct writer *writer, const char *node, const struct format_agent *agent)
{
	put_head(writer, when_now(), node, "agent");
	writer_text(writer, "state", agent->state);
	writer_text(writer, "version", BULWARK_VERSION);
	writer_number(writer, "pid", getpid());
	if (agent->decided)
		writer_number(writer, "decided", agent->decided);
	writer_close(writer, '}');
}

void format_json_trial(struct writer *writer, const char *node, const char *state, __u64 seconds)
{
	put_head(writer, when_now(), node, "trial");
	writer_text(writer, "state", state);
	if (seconds)
		writer_number(writer, "seconds", seconds);
	writer_close(writer, '}');
}

void format_json_lost(struct writer *writer, const char *node, const char *where, __u64 count)
{
	put_head(writer, when_now(), node, "lost");
	writer_number(writer, "count", count);
	writer_text(writer, "where", where);
	writer_close(writer, '}');
}

void format_json_suppressed(struct writer *writer, const char *node, const struct roster *roster,
			    const struct bw_fold *fold, __u64 count)
{
	const struct roster_policy *policy = roster_policy(roster, fold->policy);
	const struct roster_rule *rule = roster_rule(roster, fold->rule);

	put_head(writer, when_now(), node, "suppressed");
	writer_number(writer, "count", count);
	writer_text(writer, "policy", policy ? policy->name : NULL);
	writer_text(writer, "rule", rule ? rule->name : NULL);
	writer_text(writer, "mode", mode_name(fold->mode));
	writer_text(writer, "verdict", verdict_name(fold->verdict));
	writer_text(writer, "operation", operation_name(fold->operation));
	writer_open(writer, "process", '{');
	writer_bytes(writer, "comm", fold->comm, strnlen(fold->comm, sizeof(fold->comm)));
	writer_close(writer, '}');
	writer_close(writer, '}');
}
