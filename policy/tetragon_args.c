/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the matchArgs of a selector. Out: the objects of its rules, and the operations that are left.
 */
#include "import_path.h"
#include "tetragon.h"
#include "numbers.h"
#include <base/cleanup.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

/* One condition on an argument. */
struct argument {
	struct tetragon_selector *selector;
	const struct node *node;
	const char *relation;
	const struct node *values; /* the first one */
};

static bool is(const struct argument *argument, const char *relation)
{
	return strcasecmp(argument->relation, relation) == 0;
}

static bool refuse(const struct argument *argument, const char *hint, const char *what)
{
	return tetragon_refuse(argument->selector, argument->node, "import-condition", hint,
			       import_format(argument->selector->import, "%s ('%.40s')", what, argument->relation));
}

/* --- numbers -------------------------------------------------------------------------------------------------- */

static bool read_number(const struct node *value, unsigned long *ret)
{
	char *end = NULL;

	if (value->kind != NODE_SCALAR || value->size == 0)
		return false;
	*ret = strtoul(value->text, &end, 0);
	return end && !*end;
}

/* All values as bits of one mask, for Equal and Mask. */
static bool read_bits(const struct argument *argument, unsigned long *ret)
{
	const struct node *value;

	*ret = 0;
	if (!is(argument, "Equal") && !is(argument, "Mask"))
		return false;
	for (value = argument->values; value; value = value->next) {
		unsigned long number;

		if (!read_number(value, &number))
			return false;
		*ret |= number;
	}
	return true;
}

static bool only_value(const struct argument *argument, unsigned long wanted)
{
	unsigned long bits;

	return read_bits(argument, &bits) && bits == wanted && argument->values && !argument->values->next;
}

/* --- by role ---------------------------------------------------------------------------------------------------- */

/* What is compared here is the file's own path, wherever a link in /proc leads. */
static bool is_magic(const char *path)
{
	return strncmp(path, "/proc/self/", 11) == 0 || strncmp(path, "/proc/thread-self/", 18) == 0;
}

/* Is it the path as the call spells it, before the kernel looks it up? */
static bool is_spelling(const struct tetragon_hook *hook)
{
	return !hook->follows &&
	       (strncmp(hook->name, "sys_", strlen("sys_")) == 0 || strcmp(hook->name, "do_sys_openat2") == 0);
}

static bool take_postfix(const struct argument *argument, const struct node *value)
{
	struct tetragon_selector *selector = argument->selector;
	size_t size = strlen(value->text);

	if (!is_spelling(selector->hook) || size < 2 || value->text[size - 1] != '/')
		return import_path_postfix(selector->import, value->text, value, &selector->paths);
	import_note(selector->import, value, "import-differs", NULL,
		    "'%.200s' is taken as this folder, however a call spells it", value->text);
	return import_path_postfix(selector->import,
				   import_format(selector->import, "%.*s", (int)size - 1, value->text), value,
				   &selector->paths);
}

static bool take_path(const struct argument *argument)
{
	struct tetragon_selector *selector = argument->selector;
	const struct node *value;

	if (selector->has_paths)
		return refuse(argument, "divide the selector", "a second condition about paths");
	if (!is(argument, "Equal") && !is(argument, "Prefix") && !is(argument, "Postfix"))
		return refuse(argument, "an allow-list says what is left: default: {write: deny} and allow rules",
			      "a path by this operator");
	selector->has_paths = true;
	for (value = argument->values; value; value = value->next) {
		if (value->kind != NODE_SCALAR)
			return refuse(argument, NULL, "a path that is no text");
		if (selector->hook->follows && *value->text != '/' && !is(argument, "Postfix"))
			return refuse(argument, "name the file that the descriptor is of",
				      "a descriptor by its number");
		if (is_magic(value->text))
			return refuse(argument, "a program without a name is meant by exec: {memory: true}",
				      "a path of /proc/self, which stands for another file");
		if (is_spelling(selector->hook) && *value->text != '/' && !is(argument, "Postfix"))
			return refuse(argument, "write the whole path, from / on",
				      "a path by a spelling that is relative");
		if (is(argument, "Prefix"))
			import_path_prefix(selector->import, value->text, value, &selector->paths);
		else if (is(argument, "Postfix"))
			take_postfix(argument, value);
		else
			import_path(selector->import, value->text, value, &selector->paths);
	}
	return true;
}

/* Bits of an argument, and the operations that they are. */
struct bits {
	unsigned long bits;
	unsigned int operations;
};

static bool take_bits(const struct argument *argument, const struct bits *list, size_t n)
{
	unsigned int operations = 0;
	unsigned long bits;

	if (!read_bits(argument, &bits))
		return refuse(argument, NULL, "a condition about flags by this operator");
	for (size_t i = 0; i < n; i++)
		if (bits & list[i].bits || (!bits && !list[i].bits))
			operations |= list[i].operations;
	argument->selector->operations &= operations;
	if (argument->selector->operations)
		return true;
	return refuse(argument, NULL, "flags that are no operation");
}

static bool take_mask(const struct argument *argument)
{
	static const struct bits bits[] = {
		{ 4, HOOK_OP(READ) },
		{ 2 | 8, HOOK_OP(WRITE) },
		{ 1, HOOK_OP(EXEC) },
	};

	return take_bits(argument, bits, ARRAY_SIZE(bits));
}

static bool take_prot(const struct argument *argument)
{
	static const struct bits bits[] = {
		{ PROT_READ, HOOK_OP(READ) },
		{ PROT_WRITE, HOOK_OP(WRITE) },
		{ PROT_EXEC, HOOK_OP(EXEC) },
	};

	return take_bits(argument, bits, ARRAY_SIZE(bits));
}

static bool take_open(const struct argument *argument)
{
	static const struct bits bits[] = {
		{ O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND, HOOK_OP(WRITE) },
		{ O_RDWR, HOOK_OP(READ) },
		{ 0, HOOK_OP(READ) },
	};
	unsigned long flags;

	if (is(argument, "GT") && argument->selector->action < BW_VERDICT_DENY) {
		import_note(argument->selector->import, argument->node, "import-differs", NULL,
			    "every opening is reported, whatever its flags");
		return true;
	}
	/* Of a mask with writing in it any bit will do; reading for itself has none. */
	if (is(argument, "Mask") && read_bits(argument, &flags) && flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) {
		argument->selector->operations &= HOOK_OP(WRITE);
		return true;
	}
	return take_bits(argument, bits, ARRAY_SIZE(bits));
}

static bool take_numbers(const struct argument *argument, struct draft_list *to, const struct number *names)
{
	const struct node *value;

	if (!is(argument, "Equal") && !is(argument, "InMap"))
		return refuse(argument, NULL, "a number of socket(2) by this operator");
	for (value = argument->values; value; value = value->next) {
		struct import *import = argument->selector->import;
		const char *name;
		unsigned long number;

		if (!read_number(value, &number) || number > 1000)
			return refuse(argument, NULL, "a value that is no number of socket(2)");
		name = names ? numbers_name(names, (unsigned int)number) : NULL;
		draft_add(import, to, name ?: import_format(import, "%lu", number), value);
	}
	return to->n > 0;
}

static bool take_required(const struct argument *argument, enum hook_role role, unsigned long wanted)
{
	if (!only_value(argument, wanted) || (role != ROLE_CLONE && role != ROLE_SHARED && !is(argument, "Equal")))
		return refuse(argument, NULL, "another value than the one that the operation is about");
	argument->selector->required |= 1u << role;
	return true;
}

static bool take(const struct argument *argument, enum hook_role role)
{
	struct tetragon_selector *selector = argument->selector;

	switch (role) {
	case ROLE_PATH:
		return take_path(argument);
	case ROLE_MASK:
		return take_mask(argument);
	case ROLE_PROT:
		return take_prot(argument);
	case ROLE_SHARED:
		return take_required(argument, role, MAP_SHARED);
	case ROLE_OPEN:
		return take_open(argument);
	case ROLE_PACKET:
	case ROLE_SOCK:
	case ROLE_SOCKADDR:
		return tetragon_net_condition(selector, role, argument->node, argument->relation);
	case ROLE_FAMILY:
		return take_numbers(argument, &selector->family, numbers_families);
	case ROLE_TYPE:
		return take_numbers(argument, &selector->type, numbers_types);
	case ROLE_PROTOCOL:
		return take_numbers(argument, &selector->protocol, NULL);
	case ROLE_ID:
		return take_required(argument, role, 0);
	case ROLE_LOAD:
		return take_required(argument, role, 2); /* READING_MODULE, LOADING_MODULE */
	case ROLE_CLONE:
		return take_required(argument, role, CLONE_NEWUSER);
	case ROLE_WHATEVER:
	case ROLE_NONE:
		break;
	}
	return refuse(argument, NULL, "a condition about an argument that no rule can ask for");
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

/* `index` is the function's argument; `args: [N]` the Nth of the hook's list. -1: reported. */
static int index_of(struct tetragon_selector *selector, const struct node *match)
{
	struct import *import = selector->import;
	const struct node *list = document_member(match, "args"), *item;
	const char *text = import_text(import, match, "index");
	unsigned long number = 0;

	if (list && list->kind == NODE_LIST && list->first && read_number(list->first, &number)) {
		item = import_items(import, document_member(selector->entry, "args"));
		while (item && number-- > 0)
			item = item->next;
		text = item && item->kind == NODE_MAP ? import_text(import, item, "index") : NULL;
	}
	if (text)
		return (int)strtol(text, NULL, 10);
	tetragon_refuse(selector, match, "import-form", NULL, "a condition that names no argument");
	return -1;
}

/* Is the argument not what the function has there, but something that it leads to? */
static bool is_resolved(struct tetragon_selector *selector, int index)
{
	const struct node *item = import_items(selector->import, document_member(selector->entry, "args"));

	for (; item; item = item->next) {
		const char *text = import_text(selector->import, item, "index");

		if (text && strtol(text, NULL, 10) == index && document_member(item, "resolve"))
			return true;
	}
	return false;
}

/* What the kernel side of the function has and we have to be sure of. */
static bool check_required(struct tetragon_selector *selector)
{
	for (size_t i = 0; i < HOOK_ARGUMENTS; i++) {
		enum hook_role role = selector->hook->role[i];

		if ((role == ROLE_ID || role == ROLE_LOAD || role == ROLE_CLONE) && !(selector->required >> role & 1))
			return tetragon_refuse(selector, selector->node, "import-condition",
					       role == ROLE_ID	   ? "Equal 0 is converted: to become root"
					       : role == ROLE_LOAD ? "Equal 2 is converted: to load a module"
								   : "Equal 0x10000000 is converted: CLONE_NEWUSER",
					       "every value of an argument");
	}
	return true;
}

bool tetragon_arguments(struct tetragon_selector *selector)
{
	static const char *const known[] = { "index", "args", "operator", "values", NULL };
	const struct node *list = selector->node ? document_member(selector->node, "matchArgs") : NULL;
	const struct node *match = import_items(selector->import, list);

	selector->operations = selector->hook->operations;
	for (; match; match = match->next) {
		struct argument argument = { .selector = selector, .node = match };
		int index;

		import_keys(selector->import, match, "a condition", known);
		index = index_of(selector, match);
		if (index < 0)
			return false;
		if (is_resolved(selector, index))
			return tetragon_refuse(selector, match, "import-condition",
					       "ask for 'binary', 'parent' or 'ancestor' in a subject",
					       "a condition about what an argument leads to ('resolve')");
		argument.relation = import_text(selector->import, match, "operator") ?: "";
		argument.values = import_items(selector->import, document_member(match, "values"));
		if (!take(&argument, index < HOOK_ARGUMENTS ? selector->hook->role[index] : ROLE_NONE))
			return false;
	}
	return check_required(selector);
}
