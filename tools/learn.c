/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: attempts. Out: a policy, made as the parser would make it and written by its printer. Objects are kept as the
 * texts that they will have there.
 */
#include "learn_inner.h"
#include "policy/glob.h"
#include "policy/grow.h"
#include "reason.h"
#include <base/cleanup.h>
#include <bulwark/socket.h>
#include <ctype.h>
#include <errno.h>

/* --- objects as texts ------------------------------------------------------------------------------------------ */

/* A path as the pattern that matches it alone. */
static void put_literal(FILE *to, const char *text, size_t size)
{
	char one[3];

	for (size_t i = 0; i < size; i++) {
		size_t n = glob_escape(&text[i], 1, one);

		fwrite(one, 1, n, to);
	}
}

static bool is_number(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return size > 0;
}

/* The processes below /proc are others each time. */
static void put_path(FILE *to, const char *path)
{
	bool proc = strncmp(path, "/proc/", strlen("/proc/")) == 0;

	if (strcmp(path, "/") == 0)
		putc('/', to);
	while (*path) {
		size_t size;

		path += strspn(path, "/");
		size = strcspn(path, "/");
		if (!size)
			break;
		putc('/', to);
		if (proc && is_number(path, size))
			putc('*', to);
		else
			put_literal(to, path, size);
		path += size;
	}
}

static void put_unix(FILE *to, const struct simulate_object *object)
{
	fputs("unix:", to);
	if (object->path) {
		put_path(to, object->path);
	} else {
		putc('@', to);
		put_literal(to, object->abstract, strlen(object->abstract));
	}
}

/* reason_object() writes what is no path as a policy has it. */
static char *text_of(const struct simulate_question *attempt)
{
	const struct simulate_object *object = &attempt->object;
	struct simulate_question asked = *attempt;
	char *text = NULL;
	size_t size;
	FILE *to;

	if (attempt->operation == BW_OP_SOCKET) {
		bw_socket_normalise(&asked.object.socket);
		return reason_object(&asked);
	}
	if (attempt->operation >= BW_OP_CONNECT && !object->path && !object->abstract)
		return reason_object(attempt);
	to = open_memstream(&text, &size);
	if (!to)
		return NULL;
	if (attempt->operation >= BW_OP_CONNECT)
		put_unix(to, object);
	else
		put_path(to, object->path);
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

/* --- collecting -------------------------------------------------------------------------------------------------- */

static struct learn_group *find_group(struct learn *learn, const struct simulate_question *attempt)
{
	_free_ char *key = NULL, *binary = NULL;
	size_t length;
	FILE *to = open_memstream(&binary, &length);
	uint32_t number;
	int size, r;

	if (!to)
		return NULL;
	put_path(to, attempt->process.binary);
	if (fclose(to) != 0)
		return NULL;
	size = asprintf(&key, "%u%s", (unsigned int)attempt->operation, binary);
	if (size < 0) {
		key = NULL;
		return NULL;
	}
	r = intern_add(&learn->keys, key, (size_t)size, &number);
	if (r < 0 || (r > 0 && grow_to(&learn->group, &learn->capacity, number + 1, sizeof(*learn->group)) < 0))
		return NULL;
	if (r > 0)
		learn->group[number] = (struct learn_group){
			.operation = attempt->operation,
			.binary = TAKE_PTR(binary),
		};
	return &learn->group[number];
}

int learn_add(struct learn *learn, const struct simulate_question *attempt, size_t seen)
{
	struct learn_group *group;
	_free_ char *text = NULL;
	uint32_t number;
	int r;

	if (!attempt->process.binary) {
		learn->n_nobody++;
		return 0;
	}
	group = find_group(learn, attempt);
	if (!group)
		return -ENOMEM;
	if (attempt->operation == BW_OP_EXEC && attempt->object.memory) {
		group->memory += seen;
		return 0;
	}
	group->seen += seen;
	if (attempt->operation == BW_OP_USE) {
		group->facilities |= 1u << attempt->object.facility;
		return 0;
	}
	text = text_of(attempt);
	r = text ? intern_add(&group->objects, text, strlen(text) + 1, &number) : -ENOMEM;
	return r < 0 ? r : 0;
}

void learn_done(struct learn *learn)
{
	for (size_t i = 0; i < learn->keys.n; i++) {
		free(learn->group[i].binary);
		intern_done(&learn->group[i].objects);
	}
	free(learn->group);
	intern_done(&learn->keys);
	*learn = (struct learn){ 0 };
}
