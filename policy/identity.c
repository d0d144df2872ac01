/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: one value of `user` or `group`. Out: the ids it stands for. What begins as a number is a number to its end
 * and never looked up, so that no user can be created whose name takes a rule over from another's id.
 */
#include "identity.h"
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <string.h>

#define ID_MAX	   4294967294u /* the one above is "no id" in the kernel */
#define LOOKUP_MAX (1u << 20)  /* bytes of one entry in the database: a group of some 30,000 members */

static int fail(struct identity_error *error, const char *id, const char *hint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int fail(struct identity_error *error, const char *id, const char *hint, const char *format, ...)
{
	va_list values;

	error->id = id;
	error->hint = hint;
	va_start(values, format);
	vsnprintf(error->message, sizeof(error->message), format, values);
	va_end(values);
	return -EINVAL;
}

/* --- numbers ------------------------------------------------------------------------------------------ */

/* Decimal digits only, without leading zeros: 010 is 8 to some readers and 10 to others. */
static bool read_number(const char *digits, size_t size, uint32_t *ret)
{
	uint64_t number = 0;
	size_t i;

	if (size == 0 || size > 10 || (size > 1 && digits[0] == '0'))
		return false;
	for (i = 0; i < size; i++)
		number = number * 10 + (uint64_t)(digits[i] - '0');
	*ret = (uint32_t)number;
	return number <= ID_MAX;
}

static int read_range(const char *text, struct id_range *ret, struct identity_error *error)
{
	size_t size = strspn(text, "0123456789");
	bool range = text[size] == '-';
	struct id_range ids;

	if (!read_number(text, size, &ids.from))
		return fail(error, "id", NULL, "'%.40s' is no id: ids are 0 to %u, without leading zeros", text,
			    ID_MAX);
	ids.to = ids.from;
	if (range && !read_number(text + size + 1, strlen(text + size + 1), &ids.to))
		return fail(error, "id", NULL, "'%.40s' is no id: ids are 0 to %u, without leading zeros",
			    text + size + 1, ID_MAX);
	if (ids.from > ids.to)
		return fail(error, "id", "write the smaller id first", "the range %u-%u is backwards", ids.from,
			    ids.to);
	*ret = ids;
	return 0;
}

/* Digits, or digits-digits: everything else is a name, "3proxy" and "1000-" too. */
static bool is_number_or_range(const char *text)
{
	size_t first = strspn(text, "0123456789"), second;

	if (first == 0 || text[first] == '\0')
		return first > 0;
	second = strspn(text + first + 1, "0123456789");
	return text[first] == '-' && second > 0 && text[first + 1 + second] == '\0';
}

/* --- names -------------------------------------------------------------------------------------------- */

/* One look into the database: 0, 1 for "no such name", or errno. */
static int look_up_user(const char *name, char *buffer, size_t size, uint32_t *ret)
{
	struct passwd entry, *found = NULL;
	int r = getpwnam_r(name, &entry, buffer, size, &found);

	if (found)
		*ret = found->pw_uid;
	return found ? 0 : r ? -r : 1;
}

static int look_up_group(const char *name, char *buffer, size_t size, uint32_t *ret)
{
	struct group entry, *found = NULL;
	int r = getgrnam_r(name, &entry, buffer, size, &found);

	if (found)
		*ret = found->gr_gid;
	return found ? 0 : r ? -r : 1;
}

/* With as much room as the entry needs. */
static int look_up(enum identity_kind kind, const char *name, uint32_t *ret)
{
	size_t size;

	for (size = 1024; size <= LOOKUP_MAX; size *= 4) {
		char *buffer = malloc(size);
		int r;

		if (!buffer)
			return -ENOMEM;
		r = kind == IDENTITY_USER ? look_up_user(name, buffer, size, ret)
					  : look_up_group(name, buffer, size, ret);
		free(buffer);
		if (r != -ERANGE)
			return r;
	}
	return -ERANGE;
}

/* These say "no such name" too, see getpwnam(3). */
static bool means_unknown(int r)
{
	return r == 1 || r == -ENOENT || r == -ESRCH || r == -EBADF || r == -EPERM;
}

static int read_name(enum identity_kind kind, const char *name, uint32_t *ret, struct identity_error *error)
{
	const char *what = kind == IDENTITY_USER ? "user" : "group";
	const char *id = kind == IDENTITY_USER ? "unknown-user" : "unknown-group";
	int r = look_up(kind, name, ret);

	if (r == -ENOMEM)
		return r;
	if (means_unknown(r))
		return fail(error, id, "use the numeric id where the name is not known on every node",
			    "no %s '%.80s' on this node", what, name);
	if (r < 0)
		return fail(error, id, "use the numeric id", "cannot look up the %s '%.40s': %s", what, name,
			    strerrordesc_np(-r) ?: "unknown error");
	if (*ret > ID_MAX)
		return fail(error, "id", NULL, "the %s '%.80s' has no usable id", what, name);
	return 0;
}

static unsigned int slot_of(const char *name)
{
	unsigned int hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash % IDENTITY_SLOTS;
}

int identity_parse(enum identity_kind kind, const char *text, struct identity_memo *memo, struct id_range *ret,
		   struct identity_error *error)
{
	struct identity_found *found = &memo->slot[kind][slot_of(text)];
	uint32_t id = found->id;
	int r;

	if (is_number_or_range(text))
		return read_range(text, ret, error);
	if (!*text || strcmp(found->name, text) != 0) {
		r = read_name(kind, text, &id, error);
		if (r < 0)
			return r;
		if (strlen(text) <= IDENTITY_NAME_MAX) {
			memcpy(found->name, text, strlen(text) + 1);
			found->id = id;
		}
	}
	*ret = (struct id_range){ .from = id, .to = id };
	return 0;
}
