/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: label selectors. Out: conditions of subjects.
 *
 * The first condition goes into the policy's subject. A second one goes into the subject of every rule, if its key is
 * free there; one that must not hold into their exceptions. A default has no subject but the policy's: an allow rule
 * for everything lifts it for whom the other conditions exclude.
 */
#include "import_path.h"
#include "pods.h"
#include <base/cleanup.h>
#include <string.h>

#define CONTAINER_NAME "kubearmor.io/container.name"

struct pod_condition *pods_add(struct import *import, struct pods *pods, enum subject_key key, bool absent)
{
	struct pod_condition *condition = arena_alloc(&import->arena, sizeof(*condition));

	if (!condition) {
		import->no_memory = true;
		return NULL;
	}
	*condition = (struct pod_condition){ .key = key, .absent = absent };
	if (pods->last)
		pods->last->next = condition;
	else
		pods->first = condition;
	pods->last = condition;
	pods->n++;
	return condition;
}

/* KubeArmor's own labels: `kubearmor.io/container.name: "[web, db]"`. */
static void read_container_names(struct import *import, const struct node *value, struct pods *pods)
{
	struct pod_condition *condition = pods_add(import, pods, SUBJECT_NAME, false);
	const char *at = value->text;

	while (condition && *at) {
		size_t size;

		at += strspn(at, "[], \t");
		size = strcspn(at, "[], \t");
		if (size)
			draft_add(import, &condition->values,
				  import_escaped(import, import_format(import, "%.*s", (int)size, at)), value);
		at += size;
	}
}

static void read_labels(struct import *import, const struct node *map, struct pods *pods)
{
	const struct node *label;

	if (!map || document_is_null(map))
		return;
	if (map->kind != NODE_MAP) {
		import_left_out(import, map, "import-form", NULL, "%s where a map of labels belongs",
				document_kind(map));
		return;
	}
	for (label = map->first; label; label = label->next) {
		struct pod_condition *condition;

		if (label->kind != NODE_SCALAR) {
			import_left_out(import, label, "import-form", NULL, "a label that is no text");
			continue;
		}
		if (strcmp(label->key->text, CONTAINER_NAME) == 0) {
			read_container_names(import, label, pods);
			continue;
		}
		condition = pods_add(import, pods, SUBJECT_LABEL, false);
		if (condition)
			draft_add(import, &condition->values,
				  import_format(import, "%s=%s", import_escaped(import, label->key->text),
						import_escaped(import, label->text)),
				  label);
	}
}

/* Which of our keys an expression is about, and whether its values have the label's name before them. */
static enum subject_key expression_key(const char *key, bool *ret_named)
{
	static const struct {
		const char *theirs;
		enum subject_key ours;
	} known[] = {
		{ "namespace", SUBJECT_NAMESPACE },
		{ "k8s:io.kubernetes.pod.namespace", SUBJECT_NAMESPACE },
		{ "label", SUBJECT_LABEL }, /* of KubeArmor: its values are whole labels */
		{ "name", SUBJECT_NAME },
	};

	*ret_named = false;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(known[i].theirs, key) == 0)
			return known[i].ours;
	*ret_named = true;
	return SUBJECT_LABEL;
}

static void read_values(struct import *import, const struct node *expression, struct pod_condition *condition,
			const char *key, bool named)
{
	const struct node *value = import_items(import, document_member(expression, "values"));

	for (; value; value = value->next) {
		if (value->kind != NODE_SCALAR)
			import_left_out(import, value, "import-form", NULL, "a value that is no text");
		else if (named)
			draft_add(import, &condition->values,
				  import_format(import, "%s=%s", import_escaped(import, key),
						import_escaped(import, value->text)),
				  value);
		else
			draft_add(import, &condition->values, import_escaped(import, value->text), value);
	}
	if (!condition->values.n)
		import_left_out(import, expression, "import-form", NULL, "an expression without values");
}

static void read_expression(struct import *import, const struct node *expression, struct pods *pods)
{
	static const char *const known[] = { "key", "operator", "values", NULL };
	const char *key = import_text(import, expression, "key"), *word = import_text(import, expression, "operator");
	struct pod_condition *condition;
	enum subject_key ours;
	bool named, exists;

	import_keys(import, expression, "an expression", known);
	if (!key || !word) {
		import_left_out(import, expression, "import-form", NULL, "an expression without a key or operator");
		return;
	}
	exists = strcmp(word, "Exists") == 0 || strcmp(word, "DoesNotExist") == 0;
	if (!exists && strcmp(word, "In") != 0 && strcmp(word, "NotIn") != 0) {
		import_left_out(import, document_member(expression, "operator"), "import-subject",
				"In, NotIn, Exists and DoesNotExist are converted", "the operator '%.80s'", word);
		return;
	}
	ours = expression_key(key, &named);
	condition = pods_add(import, pods, ours, strcmp(word, "NotIn") == 0 || strcmp(word, "DoesNotExist") == 0);
	if (condition && exists)
		draft_add(import, &condition->values,
			  named ? import_format(import, "%s=*", import_escaped(import, key)) : "*", expression);
	else if (condition)
		read_values(import, expression, condition, key, named);
}

void pods_read(struct import *import, const struct node *selector, struct pods *pods)
{
	static const char *const known[] = { "matchLabels", "matchExpressions", NULL };
	size_t left_out = import->n_left_out;
	const struct node *expression;

	import_keys(import, selector, "a selector", known);
	read_labels(import, document_member(selector, "matchLabels"), pods);
	expression = import_items(import, document_member(selector, "matchExpressions"));
	for (; expression; expression = expression->next)
		read_expression(import, expression, pods);
	pods->broken |= import->n_left_out > left_out;
}

void pods_any(struct import *import, enum subject_key key, struct pods *pods)
{
	struct pod_condition *condition = pods_add(import, pods, key, false);

	if (condition)
		draft_add(import, &condition->values, "*", NULL);
}

/* KubeArmor without Kubernetes: containers go by their names, and have a namespace that is made up. */
static bool is_outside_kubernetes(const struct node *spec, const char *ns)
{
	const struct node *selector = spec ? document_member(spec, "selector") : NULL;
	const struct node *labels = selector ? document_member(selector, "matchLabels") : NULL;

	if (ns && strncmp(ns, "container_namespace", 19) != 0 && strncmp(ns, "container-namespace", 19) != 0)
		return false;
	return labels && document_member(labels, CONTAINER_NAME);
}

/* `kubectl` puts what names no namespace into the one at hand, which is `default` as a rule. */
const char *pods_namespace(struct import *import, const struct node *metadata, const struct node *root,
			   struct pods *pods)
{
	const char *ns = metadata ? import_text(import, metadata, "namespace") : NULL;
	struct pod_condition *condition;

	if (is_outside_kubernetes(document_member(root, "spec"), ns))
		return NULL;
	condition = pods_add(import, pods, SUBJECT_NAMESPACE, false);
	if (!ns) {
		import_note(import, metadata ?: root, "import-scope",
			    "change 'namespace' if it was applied to another one",
			    "a policy without a namespace is taken for 'default'");
		ns = "default";
	}
	if (condition)
		draft_add(import, &condition->values, import_escaped(import, ns), NULL);
	return ns;
}

/* --- into the draft ----------------------------------------------------------------------------------------- */

static void add_values(struct import *import, struct draft_list *to, const struct pod_condition *condition)
{
	const struct draft_text *value;

	for (value = condition->values.first; value; value = value->next)
		draft_add(import, to, value->text, NULL);
}

/* Everything that the operation may be about. */
static void add_everything(struct import *import, enum bw_operation operation, struct draft_list *objects)
{
	static const char *const all[_BW_OP_MAX][3] = {
		[BW_OP_EXEC] = { "/" },	   [BW_OP_READ] = { "/" }, [BW_OP_WRITE] = { "/" },
		[BW_OP_CONNECT] = { "*" }, [BW_OP_BIND] = { "*" }, [BW_OP_USE] = { "mount", "userns" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all[0]) && all[operation][i]; i++)
		draft_add(import, objects, all[operation][i], NULL);
	if (operation == BW_OP_SOCKET)
		draft_add_families(import, objects);
}

/* Lifts the defaults for those of the policy's subject whom the condition does not mean. */
static void lift_defaults(struct import *import, const struct pod_condition *condition)
{
	bool moves = false;

	for (enum bw_operation i = 0; i < _BW_OP_MAX; i++) {
		struct draft_rule rule = { .name = "not-meant", .operation = i, .action = BW_VERDICT_ALLOW };

		moves = moves || (i <= BW_OP_WRITE && import->draft.fallback[i] >= 0);
		if (import->draft.fallback[i] < 0 && !(i == BW_OP_USE && moves))
			continue;
		rule.comment = "The default is not about those to whom the other part of the selector does not apply.";
		add_values(import,
			   condition->absent ? &rule.subject.key[condition->key] : &rule.except.key[condition->key],
			   condition);
		add_everything(import, i, &rule.objects);
		draft_put(import, &rule);
	}
}

static bool has_default(const struct draft *draft)
{
	for (size_t i = 0; i < _BW_OP_MAX; i++)
		if (draft->fallback[i] >= 0)
			return true;
	return false;
}

/* Can every rule take the condition? `except` is and-ed, so a rule has one exception of this kind at most. */
static bool fits(const struct draft *draft, const struct pod_condition *condition)
{
	const struct draft_rule *rule;

	for (rule = draft->first; rule; rule = rule->next) {
		if (rule->action == BW_VERDICT_ALLOW)
			continue;
		if (condition->absent ? draft_selector_keys(&rule->except) > 0
				      : rule->subject.key[condition->key].n > 0)
			return false;
	}
	return true;
}

static bool apply(struct import *import, const struct pod_condition *condition, const struct node *at)
{
	struct draft *draft = &import->draft;
	struct draft_rule *rule;

	if (!condition->absent && !draft->subject.key[condition->key].n) {
		add_values(import, &draft->subject.key[condition->key], condition);
		return true;
	}
	if (!fits(draft, condition)) {
		import_left_out(import, at, "import-subject",
				"give the pods one label that stands for all of them, and select by that",
				"the policy, whose selector asks for more than a rule of bulwark can: '%.80s' too",
				condition->values.first ? condition->values.first->text : "");
		return false;
	}
	for (rule = draft->first; rule; rule = rule->next)
		if (rule->action != BW_VERDICT_ALLOW)
			add_values(import,
				   condition->absent ? &rule->except.key[condition->key]
						     : &rule->subject.key[condition->key],
				   condition);
	if (has_default(draft))
		lift_defaults(import, condition);
	return true;
}

bool pods_apply(struct import *import, const struct pods *pods, const struct node *at)
{
	const struct pod_condition *condition;

	if (pods->broken)
		return false;
	for (condition = pods->first; condition; condition = condition->next)
		if (!apply(import, condition, at))
			return false;
	return true;
}
