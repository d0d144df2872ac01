/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a recorded event (bulwark-events(5)), of any shape. Out: the question that was decided, as far as the event
 * tells it. The texts of an event are chosen by whoever it is about: what is no object is refused with a reason.
 */
#include "question.h"
#include "policy/known.h"
#include "policy/names.h"
#include "policy/numbers.h"
#include "reply.h"
#include <arpa/inet.h>
#include <base/cleanup.h>
#include <bulwark/socket.h>
#include <errno.h>
#include <string.h>

/* What no event has. */
#define UNTOLD (SIMULATE_CAPABILITIES | SIMULATE_GROUP | SIMULATE_OWNER | SIMULATE_DIGEST)

static int refuse(const char **reterr_reason, const char *reason)
{
	*reterr_reason = reason;
	return -EBADMSG;
}

/* Where what is read goes. */
struct asked {
	struct arena *arena;
	struct simulate_question *ask;
};

/* --- texts ------------------------------------------------------------------------------------------------------ */

/* A copy that lives as long as the question: 0, also for what is not there; or -ENOMEM. */
static int keep(struct arena *arena, const char *text, const char **ret)
{
	*ret = text ? arena_text(arena, text, strlen(text)) : NULL;
	return text && !*ret ? -ENOMEM : 0;
}

/* The texts of a list, NULL-terminated. */
static int keep_list(struct arena *arena, struct json_object *list, const char *const **ret)
{
	size_t n = reply_count(list), kept = 0;
	const char **text = arena_array(arena, n + 1, sizeof(*text));
	int r = text ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++)
		if (reply_item(list, i))
			r = keep(arena, reply_item(list, i), &text[kept++]);
	*ret = text;
	return r;
}

/* An event holds so much of a path, and shows the end of a longer one, without a slash. */
static bool is_whole(const char *path)
{
	return path && *path == '/';
}

/* --- objects ------------------------------------------------------------------------------------------------------ */

static int read_file(struct json_object *object, struct asked *ret, const char **reterr_reason)
{
	const char *path = reply_text(object, "path");
	int r = 0;

	if (!is_whole(path))
		return refuse(reterr_reason, path ? "the path is longer than an event holds" : "no path");
	if (ret->ask->operation == BW_OP_EXEC) {
		/* What runs and has no name is shown as "/", which is a folder. */
		ret->ask->object.memory = strcmp(path, "/") == 0;
		r = keep_list(ret->arena, reply_list(object, "args"), &ret->ask->object.argument);
	}
	if (ret->ask->object.memory)
		return r;
	return r ?: keep(ret->arena, path, &ret->ask->object.path);
}

static int read_unix(const char *name, struct asked *ret, const char **reterr_reason)
{
	if (*name == '@' && name[1])
		return keep(ret->arena, name + 1, &ret->ask->object.abstract);
	if (!is_whole(name))
		return refuse(reterr_reason, "a unix socket without a whole path");
	return keep(ret->arena, name, &ret->ask->object.path);
}

static int read_endpoint(struct json_object *object, struct asked *ret, const char **reterr_reason)
{
	const char *address = reply_text(object, "address"), *name = reply_text(object, "unix");
	const char *protocol = reply_text(object, "protocol");
	struct simulate_object *into = &ret->ask->object;
	int number = protocol ? protocol_from(protocol) : -1;
	int64_t port = reply_number(object, "port");

	if (name)
		return read_unix(name, ret, reterr_reason);
	if (!address || port < 0 || port > UINT16_MAX)
		return refuse(reterr_reason, "no address and port");
	if (inet_pton(AF_INET, address, into->address) == 1)
		into->family = 4;
	else if (inet_pton(AF_INET6, address, into->address) == 1)
		into->family = 6;
	else
		return refuse(reterr_reason, "not an address");
	into->port = (unsigned int)port;
	into->protocol = number >= 0 ? (unsigned int)number : BW_PROTOCOL_OTHER;
	return 0;
}

/* A number that stands by its name, or as digits. */
static bool read_number(const struct number *list, const char *text, unsigned int *ret)
{
	const struct number *found = text ? numbers_find(list, text) : NULL;
	char *end = NULL;

	if (!text || !*text)
		return false;
	*ret = found ? found->value : (unsigned int)strtoul(text, &end, 10);
	return found || !*end;
}

static int read_socket(struct json_object *object, struct asked *ret, const char **reterr_reason)
{
	struct bw_socket *into = &ret->ask->object.socket;
	unsigned int family = 0, type = 0;

	if (!read_number(numbers_families, reply_text(object, "family"), &family) ||
	    !read_number(numbers_types, reply_text(object, "type"), &type))
		return refuse(reterr_reason, "no family and type of a socket");
	into->family = (__u16)family;
	into->type = (__u16)type;
	into->protocol = (__u32)reply_number(object, "protocol");
	if (into->family == BW_PF_PACKET) /* as socket(2) takes it: in network order */
		into->protocol = (into->protocol & 0xff) << 8 | (into->protocol >> 8 & 0xff);
	return 0;
}

static int read_facility(struct json_object *object, struct asked *ret, const char **reterr_reason)
{
	const char *name = reply_text(object, "facility");

	for (unsigned int i = 0; name && known_facilities[i]; i++)
		if (strcmp(known_facilities[i], name) == 0) {
			ret->ask->object.facility = i;
			return 0;
		}
	return refuse(reterr_reason, "no facility that is known here");
}

static int read_object(struct json_object *event, struct asked *ret, const char **reterr_reason)
{
	static int (*const readers[])(struct json_object *, struct asked *, const char **) = {
		[BW_OP_EXEC] = read_file,	 [BW_OP_READ] = read_file,     [BW_OP_WRITE] = read_file,
		[BW_OP_CONNECT] = read_endpoint, [BW_OP_BIND] = read_endpoint, [BW_OP_SOCKET] = read_socket,
		[BW_OP_USE] = read_facility,
	};
	const char *word = reply_text(event, "operation");
	int operation = word ? operation_from(word) : -1;
	struct json_object *object = reply_object(event, "object");

	_Static_assert(ARRAY_SIZE(readers) == _BW_OP_MAX, "every operation's object is read");
	if (operation < 0)
		return refuse(reterr_reason, "no operation that is known here");
	if (!object)
		return refuse(reterr_reason, "no object");
	ret->ask->operation = (enum bw_operation)operation;
	return readers[operation](object, ret, reterr_reason);
}

/* --- processes ---------------------------------------------------------------------------------------------------- */

static int read_labels(struct json_object *labels, struct arena *arena, struct container_names *ret)
{
	size_t n = labels ? (size_t)json_object_object_length(labels) : 0;
	struct container_label *label = arena_array(arena, n + 1, sizeof(*label));
	int r = label ? 0 : -ENOMEM;

	ret->label = label;
	if (!n)
		return r;
	json_object_object_foreach (labels, key, value) {
		const char *text = json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;

		if (r || !text)
			continue;
		r = keep(arena, key, &label->key);
		r = r ?: keep(arena, text, &label->value);
		label++;
		ret->n_labels++;
	}
	return r;
}

static int read_container(struct json_object *container, struct asked *ret)
{
	struct container_names *names;
	int r;

	if (!container)
		return 0;
	names = arena_alloc(ret->arena, sizeof(*names));
	if (!names)
		return -ENOMEM;
	ret->ask->process.container = true;
	ret->ask->process.names = names;
	r = keep(ret->arena, reply_text(container, "name"), &names->name);
	r = r ?: keep(ret->arena, reply_text(container, "image"), &names->image);
	r = r ?: keep(ret->arena, reply_text(container, "namespace"), &names->namespace);
	r = r ?: keep(ret->arena, reply_text(container, "pod"), &names->pod);
	return r ?: read_labels(reply_object(container, "labels"), ret->arena, names);
}

/* Who ran before; the first is the parent, unless the process was orphaned and given to another. */
static int read_ancestors(struct json_object *ancestors, int64_t parent, struct asked *ret)
{
	size_t n = reply_count(ancestors), kept = 0;
	const char **lineage = arena_array(ret->arena, n + 1, sizeof(*lineage));
	int r = lineage ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct json_object *ancestor = json_object_array_get_idx(ancestors, i);
		const char *binary =
			json_object_is_type(ancestor, json_type_object) ? reply_text(ancestor, "binary") : NULL;

		if (!is_whole(binary))
			continue;
		r = keep(ret->arena, binary, &lineage[kept]);
		if (i == 0 && reply_number(ancestor, "pid") == parent)
			ret->ask->process.parent = lineage[kept];
		kept++;
	}
	ret->ask->process.lineage = lineage;
	return r;
}

static int read_process(struct json_object *event, struct asked *ret, const char **reterr_reason)
{
	struct json_object *process = reply_object(event, "process"), *euid = NULL;
	const char *binary = reply_text(process, "binary");
	int r;

	if (!process)
		return refuse(reterr_reason, "no process");
	if (binary && !is_whole(binary))
		return refuse(reterr_reason, "the program's path is longer than an event holds");
	if (!json_object_object_get_ex(process, "euid", &euid))
		return refuse(reterr_reason, "no effective user");
	ret->ask->process.uid = (__u32)json_object_get_int64(euid);
	ret->ask->untold = UNTOLD;
	r = keep(ret->arena, binary, &ret->ask->process.binary);
	r = r ?: keep(ret->arena, reply_text(process, "cgroup"), &ret->ask->process.cgroup);
	r = r ?: read_container(reply_object(process, "container"), ret);
	return r ?: read_ancestors(reply_list(event, "ancestors"), reply_number(process, "ppid"), ret);
}

/* --- the door ------------------------------------------------------------------------------------------------------
 */

int question_what(struct json_object *event, struct arena *arena, struct simulate_question *ret,
		  const char **reterr_reason)
{
	struct asked asked = { arena, ret };

	return read_object(event, &asked, reterr_reason);
}

int question_who(struct json_object *event, struct arena *arena, struct simulate_question *ret,
		 const char **reterr_reason)
{
	struct asked asked = { arena, ret };

	return read_process(event, &asked, reterr_reason);
}

int question_from_event(struct json_object *event, struct question *ret, const char **reterr_reason)
{
	int r = question_what(event, &ret->arena, &ret->ask, reterr_reason);

	return r ?: question_who(event, &ret->arena, &ret->ask, reterr_reason);
}
