/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what enforces; what is about to be in force. Out: whether that is no less.
 */
#include "seal.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct sealed {
	char *name;
	char *hash;
};

struct seal {
	struct sealed *list;
	size_t n;
};

int seal_new(struct seal **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? 0 : -ENOMEM;
}

struct seal *seal_free(struct seal *seal)
{
	if (!seal)
		return NULL;
	while (seal->n) {
		free(seal->list[--seal->n].name);
		free(seal->list[seal->n].hash);
	}
	free(seal->list);
	free(seal);
	return NULL;
}

static bool has(const struct seal *seal, const char *name, const char *hash)
{
	for (size_t i = 0; i < seal->n; i++)
		if (strcmp(seal->list[i].name, name) == 0 && strcmp(seal->list[i].hash, hash) == 0)
			return true;
	return false;
}

int seal_add_policy(struct seal *seal, const char *name, const char *hash)
{
	struct sealed *grown;
	struct sealed one;

	if (has(seal, name, hash))
		return 0;
	grown = realloc(seal->list, (seal->n + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	seal->list = grown;
	one = (struct sealed){ strdup(name), strdup(hash) };
	if (!one.name || !one.hash) {
		free(one.name);
		free(one.hash);
		return -ENOMEM;
	}
	seal->list[seal->n++] = one;
	return 0;
}

int seal_add(struct seal *seal, const struct tables *tables)
{
	int r = 0;

	for (size_t i = 0; i < tables->n_policies && r >= 0; i++)
		if (tables->policy[i].mode == BW_MODE_ENFORCE)
			r = seal_add_policy(seal, tables->policy_name[i].name, tables->policy_name[i].hash);
	return r;
}

static bool is_kept(const struct sealed *sealed, const struct tables *tables)
{
	for (size_t i = 0; i < tables->n_policies; i++)
		if (strcmp(tables->policy_name[i].name, sealed->name) == 0)
			return tables->policy[i].mode == BW_MODE_ENFORCE &&
			       strcmp(tables->policy_name[i].hash, sealed->hash) == 0;
	return false;
}

const char *seal_broken(const struct seal *seal, const struct tables *tables)
{
	for (size_t i = 0; i < seal->n; i++)
		if (!is_kept(&seal->list[i], tables))
			return seal->list[i].name;
	return NULL;
}
