/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: nothing. Out: the tables of schema.h. Words come from where the parser has them.
 */
#include "schema.h"
#include "known.h"
#include "names.h"
#include <assert.h>
#include <base/cleanup.h>
#include <bulwark/limits.h>

static const char *const version[] = { "bulwark/v1", NULL };
static const char *const policy_kind[] = { "Policy", NULL };
static const char *const test_kind[] = { "PolicyTest", NULL };
static const char *const modes[] = { "audit", "enforce", NULL };
static_assert(ARRAY_SIZE(modes) == _BW_MODE_MAX + 1, "every mode");
static const char *const verdicts[] = { "allow", "audit", "deny", "kill", NULL };
static_assert(ARRAY_SIZE(verdicts) == _BW_VERDICT_MAX + 1, "every verdict");
static const char *const operations[] = {
#define BW_OPERATION(symbol, name) (name),
#include <bulwark/operations.def>
#undef BW_OPERATION
	NULL
};

static const struct schema_property policy[] = {
	{ .key = "apiVersion",
	  .what = "The version of the language",
	  .form = SCHEMA_WORD,
	  .words = version,
	  .required = true },
	{ .key = "kind", .what = "What the document is", .form = SCHEMA_WORD, .words = policy_kind, .required = true },
	{ .key = "metadata",
	  .what = "What the policy is called",
	  .form = SCHEMA_MAP,
	  .map = SCHEMA_METADATA,
	  .required = true },
	{ .key = "spec", .what = "What it says", .form = SCHEMA_MAP, .map = SCHEMA_SPEC, .required = true },
	{ 0 },
};

static const struct schema_property metadata[] = {
	{ .key = "name", .what = "Unique on a node", .form = SCHEMA_NAME, .required = true },
	{ .key = "description", .what = "For who reads it", .form = SCHEMA_TEXT },
	{ .key = "tags",
	  .what = "Copied into every event of the policy",
	  .form = SCHEMA_TEXT_MAP,
	  .most = BW_MESSAGE_MAX },
	{ 0 },
};

static const struct schema_property spec[] = {
	{ .key = "mode",
	  .what = "audit reports what enforce would refuse; the default",
	  .form = SCHEMA_WORD,
	  .words = modes },
	{ .key = "rollout", .what = "Percent of the nodes that enforce; 100", .form = SCHEMA_PERCENT },
	{ .key = "subject",
	  .what = "Whom the whole policy is about; every process",
	  .form = SCHEMA_MAP,
	  .map = SCHEMA_SELECTOR },
	{ .key = "default", .what = "Makes operations allow-lists", .form = SCHEMA_DEFAULTS },
	{ .key = "rules", .what = "Without order", .form = SCHEMA_MAPS, .map = SCHEMA_RULE },
	{ 0 },
};

static const struct schema_property rule[] = {
	{ .key = "name", .what = "Unique in the policy; rule-N", .form = SCHEMA_NAME },
	{ .key = "subject",
	  .what = "Whom the rule is about, of those of the policy",
	  .form = SCHEMA_MAP,
	  .map = SCHEMA_SELECTOR },
	{ .key = "except", .what = "Who is outside of the rule", .form = SCHEMA_MAP, .map = SCHEMA_SELECTOR },
	{ .key = "action", .what = "What is done; deny", .form = SCHEMA_WORD, .words = verdicts },
	{ .key = "message",
	  .what = "Copied into every event of the rule",
	  .form = SCHEMA_TEXT,
	  .most = BW_MESSAGE_MAX },
	{ 0 },
};

static const struct schema_property selector[] = {
	{ .key = "binary", .what = "Path patterns: the program that the process runs", .form = SCHEMA_TEXTS },
	{ .key = "user", .what = "Effective user: names, ids, ranges", .form = SCHEMA_IDS },
	{ .key = "group", .what = "Effective group: names, ids, ranges", .form = SCHEMA_IDS },
	{ .key = "parent", .what = "Path patterns: the program that its parent runs", .form = SCHEMA_TEXTS },
	{ .key = "ancestor", .what = "Path patterns: what it or its ancestors ran before", .form = SCHEMA_TEXTS },
	{ .key = "capability",
	  .what = "One of them is in its effective set",
	  .form = SCHEMA_WORDS,
	  .words = known_capabilities },
	{ .key = "owner", .what = "Whether it owns the file", .form = SCHEMA_BOOLEAN },
	{ .key = "container", .what = "Whether it is in a container", .form = SCHEMA_BOOLEAN },
	{ .key = "cgroup", .what = "Path patterns over the tree of cgroups", .form = SCHEMA_TEXTS },
	{ .key = "image", .what = "Its container's image, with wildcards", .form = SCHEMA_TEXTS },
	{ .key = "name", .what = "Its container's name, with wildcards", .form = SCHEMA_TEXTS },
	{ .key = "namespace", .what = "Its namespace in Kubernetes, with wildcards", .form = SCHEMA_TEXTS },
	{ .key = "pod", .what = "Its pod, with wildcards", .form = SCHEMA_TEXTS },
	{ .key = "label", .what = "A label, key=value, with wildcards", .form = SCHEMA_TEXTS },
	{ 0 },
};

static const struct schema_property exec[] = {
	{ .key = "paths", .what = "Path patterns: the place of the file", .form = SCHEMA_TEXTS },
	{ .key = "sha256", .what = "Its digest", .form = SCHEMA_TEXTS },
	{ .key = "args", .what = "Any argument of the attempt, with wildcards", .form = SCHEMA_TEXTS },
	{ .key = "memory", .what = "A file that has no name", .form = SCHEMA_TRUE },
	{ 0 },
};

static const struct schema_property test[] = {
	{ .key = "apiVersion",
	  .what = "The version of the language",
	  .form = SCHEMA_WORD,
	  .words = version,
	  .required = true },
	{ .key = "kind", .what = "What the document is", .form = SCHEMA_WORD, .words = test_kind, .required = true },
	{ .key = "policies",
	  .what = "Files, relative to the folder of the test",
	  .form = SCHEMA_TEXTS,
	  .required = true },
	{ .key = "cases",
	  .what = "Who tries what, and what is to come of it",
	  .form = SCHEMA_MAPS,
	  .map = SCHEMA_CASE,
	  .required = true },
	{ 0 },
};

static const struct schema_property test_case[] = {
	{ .key = "name", .what = "One line", .form = SCHEMA_TEXT, .most = BW_MESSAGE_MAX, .required = true },
	{ .key = "process", .what = "Who tries it; root", .form = SCHEMA_MAP, .map = SCHEMA_PROCESS },
	{ .key = "operation", .what = "What is tried", .form = SCHEMA_WORD, .words = operations, .required = true },
	{ .key = "object", .what = "On what", .form = SCHEMA_TEXT_OR_MAP, .map = SCHEMA_EXEC_OBJECT, .required = true },
	{ .key = "expect", .what = "What the rules say", .form = SCHEMA_WORD, .words = verdicts, .required = true },
	{ .key = "rule", .what = "POLICY/RULE that has to decide", .form = SCHEMA_TEXT },
	{ 0 },
};

static const struct schema_property process[] = {
	{ .key = "binary", .what = "The program that it runs", .form = SCHEMA_TEXT },
	{ .key = "user", .what = "Its effective user; root", .form = SCHEMA_ID },
	{ .key = "group", .what = "Its effective group; root", .form = SCHEMA_ID },
	{ .key = "owner", .what = "Whether it owns the file", .form = SCHEMA_BOOLEAN },
	{ .key = "parent", .what = "The program that its parent runs", .form = SCHEMA_TEXT },
	{ .key = "lineage", .what = "What it or its ancestors ran before", .form = SCHEMA_TEXTS },
	{ .key = "capability", .what = "Its effective set", .form = SCHEMA_WORDS, .words = known_capabilities },
	{ .key = "container", .what = "Whether it is in a container", .form = SCHEMA_BOOLEAN },
	{ .key = "cgroup", .what = "Its cgroup", .form = SCHEMA_TEXT },
	{ .key = "image", .what = "Its container's image", .form = SCHEMA_TEXT },
	{ .key = "name", .what = "Its container's name", .form = SCHEMA_TEXT },
	{ .key = "namespace", .what = "Its namespace in Kubernetes", .form = SCHEMA_TEXT },
	{ .key = "pod", .what = "Its pod", .form = SCHEMA_TEXT },
	{ .key = "labels", .what = "Its pod's labels", .form = SCHEMA_TEXT_MAP },
	{ .key = "links", .what = "Where paths of policies lead in its container", .form = SCHEMA_TEXT_MAP },
	{ 0 },
};

static const struct schema_property exec_object[] = {
	{ .key = "path", .what = "The place of the file", .form = SCHEMA_TEXT },
	{ .key = "sha256", .what = "Its digest", .form = SCHEMA_TEXT },
	{ .key = "args", .what = "The arguments, argv[0] first", .form = SCHEMA_TEXTS },
	{ .key = "memory", .what = "Whether it has no name", .form = SCHEMA_BOOLEAN },
	{ 0 },
};

const struct schema_map *schema_map(enum schema_map_id id)
{
	static const struct schema_map maps[] = {
		[SCHEMA_POLICY] = { "policy", "A policy", policy, false },
		[SCHEMA_METADATA] = { "metadata", "What a policy is called", metadata, false },
		[SCHEMA_SPEC] = { "spec", "What a policy says: rules, defaults, or both", spec, false },
		[SCHEMA_RULE] = { "rule", "A rule, which has one operation", rule, true },
		[SCHEMA_SELECTOR] = { "selector", "Conditions that are and-ed; the values of one are or-ed", selector,
				      false },
		[SCHEMA_EXEC] = { "exec", "Conditions on what is run, and-ed", exec, false },
		[SCHEMA_TEST] = { "policyTest", "A test of policies", test, false },
		[SCHEMA_CASE] = { "case", "One case of a test", test_case, false },
		[SCHEMA_PROCESS] = { "process", "Who tries it", process, false },
		[SCHEMA_EXEC_OBJECT] = { "execObject", "What is run", exec_object, false },
	};
	static_assert(ARRAY_SIZE(maps) == _SCHEMA_MAPS, "every map has its row");

	return &maps[id];
}

struct schema_property schema_operation(unsigned int operation)
{
	static const struct {
		const char *what;
		enum schema_form form;
	} objects[] = {
		[BW_OP_EXEC] = { "Running a file's code: path patterns, or a map", SCHEMA_TEXTS_OR_MAP },
		[BW_OP_READ] = { "Opening for reading: path patterns", SCHEMA_TEXTS },
		[BW_OP_WRITE] = { "Any change: path patterns", SCHEMA_TEXTS },
		[BW_OP_CONNECT] = { "Endpoints: 10.0.0.0/8:443/tcp, unix:/run/x.sock", SCHEMA_TEXTS },
		[BW_OP_BIND] = { "Endpoints: *:443/tcp, unix:@name", SCHEMA_TEXTS },
		[BW_OP_SOCKET] = { "Kinds of sockets: AF_PACKET/SOCK_RAW", SCHEMA_IDS },
		[BW_OP_USE] = { "Facilities", SCHEMA_WORDS },
	};
	static_assert(ARRAY_SIZE(objects) == _BW_OP_MAX, "every operation has its form");
	struct schema_property property = {
		.key = operations[operation],
		.what = objects[operation].what,
		.form = objects[operation].form,
		.map = SCHEMA_EXEC,
	};

	if (operation == BW_OP_USE)
		property.words = known_facilities;
	return property;
}

const char *const *schema_verdicts(unsigned int from)
{
	return verdicts + from;
}

const char *const *schema_operations(void)
{
	return operations;
}
