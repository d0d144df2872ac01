/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: numbers of the ABI, or words of policies and events. Out: the other one. The operations and hooks come from
 * the .def files; the tables written here are asserted to be complete.
 */
#include "names.h"
#include "policy.h"
#include <assert.h>
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>

#define NAMED(table, max) static_assert(ARRAY_SIZE(table) == (max), #table " names every number")

static const char *const operations[] = {
#define BW_OPERATION(symbol, name) [BW_OP_##symbol] = (name),
#include <bulwark/operations.def>
#undef BW_OPERATION
};
NAMED(operations, _BW_OP_MAX);

static const char *const hooks[] = {
#define BW_HOOK(symbol, name) [BW_HOOK_##symbol] = #name,
#include <bulwark/hooks.def>
#undef BW_HOOK
};
NAMED(hooks, _BW_HOOK_MAX);

static const char *const verdicts[] = {
	[BW_VERDICT_ALLOW] = "allow",
	[BW_VERDICT_AUDIT] = "audit",
	[BW_VERDICT_DENY] = "deny",
	[BW_VERDICT_KILL] = "kill",
};
NAMED(verdicts, _BW_VERDICT_MAX);

static const char *const modes[] = {
	[BW_MODE_AUDIT] = "audit",
	[BW_MODE_ENFORCE] = "enforce",
};
NAMED(modes, _BW_MODE_MAX);

static const char *const protocols[] = {
	[BW_PROTOCOL_OTHER] = NULL,
	[BW_PROTOCOL_TCP] = "tcp",
	[BW_PROTOCOL_UDP] = "udp",
	[BW_PROTOCOL_SCTP] = "sctp",
};
NAMED(protocols, _BW_PROTOCOL_MAX);

static const char *const conditions[] = {
	[SUBJECT_BINARY] = "binary", [SUBJECT_USER] = "user",		[SUBJECT_GROUP] = "group",
	[SUBJECT_PARENT] = "parent", [SUBJECT_ANCESTOR] = "ancestor",	[SUBJECT_CAPABILITY] = "capability",
	[SUBJECT_OWNER] = "owner",   [SUBJECT_CONTAINER] = "container", [SUBJECT_CGROUP] = "cgroup",
	[SUBJECT_IMAGE] = "image",   [SUBJECT_NAME] = "name",		[SUBJECT_NAMESPACE] = "namespace",
	[SUBJECT_POD] = "pod",	     [SUBJECT_LABEL] = "label",		[OBJECT_MEMORY] = "memory",
	[OBJECT_DIGEST] = "sha256",  [OBJECT_ARGUMENTS] = "args",
};
NAMED(conditions, _OBJECT_MAX);

static_assert((int)_BW_OP_MAX <= BW_OP_SLOTS, "every operation has a slot in the maps");
static_assert((int)_BW_FACILITY_MAX <= BW_FACILITY_SLOTS, "every facility has a slot in the header");

static const char *name_of(const char *const *names, size_t n, unsigned int number)
{
	return number < n ? names[number] : NULL;
}

static int number_of(const char *const *names, size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (names[i] && strcmp(names[i], word) == 0)
			return (int)i;
	return -EINVAL;
}

const char *operation_name(unsigned int operation)
{
	return name_of(operations, ARRAY_SIZE(operations), operation);
}

const char *hook_name(unsigned int hook)
{
	return name_of(hooks, ARRAY_SIZE(hooks), hook);
}

const char *verdict_name(unsigned int verdict)
{
	return name_of(verdicts, ARRAY_SIZE(verdicts), verdict);
}

const char *mode_name(unsigned int mode)
{
	return name_of(modes, ARRAY_SIZE(modes), mode);
}

const char *condition_name(unsigned int key)
{
	return name_of(conditions, ARRAY_SIZE(conditions), key);
}

const char *protocol_name(unsigned int protocol)
{
	return name_of(protocols, ARRAY_SIZE(protocols), protocol);
}

int operation_from(const char *word)
{
	return number_of(operations, ARRAY_SIZE(operations), word);
}

int verdict_from(const char *word)
{
	return number_of(verdicts, ARRAY_SIZE(verdicts), word);
}

int mode_from(const char *word)
{
	return number_of(modes, ARRAY_SIZE(modes), word);
}

int protocol_from(const char *word)
{
	return number_of(protocols, ARRAY_SIZE(protocols), word);
}
