/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: where links lead. Out: what can be told from the two paths alone.
 */
#include "alias.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/*
 * Not in it: toybox follows a symbolic link that it is called by, sbase-box and others take the name in other ways, and
 * kmod or lvm are one program with several commands. They are the whole of what a link to them means.
 */
const char *const alias_boxes[] = { "busybox", "coreutils", NULL };

int alias_compare(const void *a, const void *b)
{
	const struct path_alias *x = a, *y = b;
	int r = strcmp(x->from, y->from);

	return r ? r : strcmp(x->to, y->to);
}

bool alias_set_has(const struct alias_set *set, const struct path_alias *alias)
{
	return set->n && bsearch(alias, set->list, set->n, sizeof(*set->list), alias_compare);
}

const struct path_alias *alias_set_find(const struct alias_set *set, const char *from, size_t *ret_n)
{
	size_t low = 0, high = set->n, n = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(set->list[middle].from, from) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + n < set->n && strcmp(set->list[low + n].from, from) == 0)
		n++;
	*ret_n = n;
	return n ? &set->list[low] : NULL;
}

bool alias_is_twin(const struct path_alias *alias)
{
	const char *a = alias->from, *b = alias->to;

	return (strncmp(a, "/usr/", 5) == 0 && strcmp(a + 4, b) == 0) ||
	       (strncmp(b, "/usr/", 5) == 0 && strcmp(b + 4, a) == 0);
}

const char *alias_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_box(const char *name)
{
	for (size_t i = 0; alias_boxes[i]; i++) {
		size_t size = strlen(alias_boxes[i]);

		/* busybox.static, busybox-extras; a name that goes on with a letter is that of another program */
		if (strncmp(name, alias_boxes[i], size) == 0 && !isalpha((unsigned char)name[size]))
			return true;
	}
	return false;
}

bool alias_is_applet(const struct path_alias *alias)
{
	const char *name = alias_name(alias->from), *box = alias_name(alias->to);

	return *name && is_box(box) && !is_box(name);
}
