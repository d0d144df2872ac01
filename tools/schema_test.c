/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The schema says what the parser says: each map has the keys that the parser lists when it is given one that it does
 * not know, and requires those that it misses.
 */
#include "schema.h"
#include "policy/policytest.h"
#include "policy/schema.h"
#include "reply.h"
#include <base/cleanup.h>
#include <linux/types.h>
#include <bulwark/abi.h>
#include <test/harness.h>

#define RULE "kind: Policy\nspec:\n  rules:\n  - "
#define CASE "kind: PolicyTest\ncases:\n  - "

/* What stands around an unknown key of each map. */
static const struct {
	const char *text;
	bool test;
} probes[] = {
	[SCHEMA_POLICY] = { "kind: Policy\nqqqqqqqqqqqq: 1\n", false },
	[SCHEMA_METADATA] = { "kind: Policy\nmetadata: {qqqqqqqqqqqq: 1}\n", false },
	[SCHEMA_SPEC] = { "kind: Policy\nspec: {qqqqqqqqqqqq: 1}\n", false },
	[SCHEMA_RULE] = { RULE "{qqqqqqqqqqqq: 1}\n", false },
	[SCHEMA_SELECTOR] = { RULE "{subject: {qqqqqqqqqqqq: 1}}\n", false },
	[SCHEMA_EXEC] = { RULE "{exec: {qqqqqqqqqqqq: 1}}\n", false },
	[SCHEMA_TEST] = { "kind: PolicyTest\nqqqqqqqqqqqq: 1\n", true },
	[SCHEMA_CASE] = { CASE "{qqqqqqqqqqqq: 1}\n", true },
	[SCHEMA_PROCESS] = { CASE "{process: {qqqqqqqqqqqq: 1}}\n", true },
	[SCHEMA_EXEC_OBJECT] = { CASE "{operation: exec, object: {qqqqqqqqqqqq: 1}}\n", true },
};

static void probe(enum schema_map_id id, struct diag *diag)
{
	struct source *source = harness_source(probes[id].text, strlen(probes[id].text));
	struct policytest_list tests = { 0 };
	struct policy_list policies = { 0 };

	if (probes[id].test)
		policytest_read(source, false, &tests, diag);
	else
		policy_read(source, &policies, diag);
	policytest_list_done(&tests);
	policy_list_done(&policies);
	source_unref(source);
}

static const char *hint_of(const struct diag *diag)
{
	for (size_t i = 0; i < diag->n; i++)
		if (strcmp(diag->list[i].id, "unknown-key") == 0)
			return diag->list[i].hint;
	return NULL;
}

/* The parser misses it, or the probe has it. */
static bool is_required(const struct diag *diag, enum schema_map_id id, const char *key)
{
	char last[64];

	snprintf(last, sizeof(last), "%s:", key);
	if (strstr(probes[id].text, last))
		return true;
	snprintf(last, sizeof(last), " %s", key);
	for (size_t i = 0; i < diag->n; i++)
		if (strcmp(diag->list[i].id, "missing-key") == 0 && strstr(diag->list[i].message, last))
			return true;
	return false;
}

START_TEST(keys_are_those_of_the_parser)
{
	const struct schema_map *map = schema_map((enum schema_map_id)_i);
	const struct schema_property *property;
	char keys[512] = "one of: ";
	struct diag diag = { 0 };

	probe((enum schema_map_id)_i, &diag);
	for (property = map->property; property->key; property++) {
		snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys), "%s%s",
			 property == map->property ? "" : ", ", property->key);
		ck_assert_msg(!property->required || is_required(&diag, (enum schema_map_id)_i, property->key),
			      "%s: %s is not required", map->name, property->key);
	}
	for (unsigned int i = 0; map->operations && i < _BW_OP_MAX; i++)
		snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys), ", %s", schema_operation(i).key);
	ck_assert_msg(hint_of(&diag), "%s: the parser lists no keys", map->name);
	ck_assert_str_eq(keys, hint_of(&diag));
	diag_done(&diag);
}
END_TEST

START_TEST(it_is_whole)
{
	struct json_object *schema = schema_new(), *maps = reply_object(schema, "$defs");

	ck_assert_ptr_nonnull(schema);
	ck_assert_str_eq(reply_text(schema, "$schema"), "https://json-schema.org/draft/2020-12/schema");
	ck_assert_int_eq(json_object_object_length(maps), _SCHEMA_MAPS);
	for (enum schema_map_id i = 0; i < _SCHEMA_MAPS; i++) {
		struct json_object *map = reply_object(maps, schema_map(i)->name);

		ck_assert_str_eq(reply_text(map, "type"), "object");
		ck_assert_int_gt(json_object_object_length(reply_object(map, "properties")), 0);
	}
	ck_assert_uint_eq(reply_count(reply_list(reply_object(maps, "rule"), "oneOf")), _BW_OP_MAX);
	json_object_put(schema);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("schema");
	TCase *tests = tcase_create("schema");

	suite_add_tcase(suite, tests);
	tcase_add_loop_test(tests, keys_are_those_of_the_parser, 0, _SCHEMA_MAPS);
	tcase_add_test(tests, it_is_whole);
	return harness_run(suite);
}
