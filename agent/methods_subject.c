/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The method that tells who a live process is to the policies in force: the conditions of their text that the kernel
 * side holds for it, and the process in the words of a PolicyTest's case, as /proc and the cgroups have it.
 */
#include <base/cleanup.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "agent.h"
#include "methods.h"
#include "policy/about.h"
#include "policy/known.h"
#include "policy/names.h"
#include "procfs.h"
#include "request.h"
#include "standing.h"

#define LINEAGE_MAX 64

/* --- the process ------------------------------------------------------------------------------------------ */

static void put_binary(struct writer *writer, const char *key, __u32 pid)
{
	char path[PATH_MAX];
	long n = procfs_binary(pid, path, sizeof(path));

	if (n > 0)
		writer_bytes(writer, key, path, (size_t)n);
}

/* Those that are there, from its parent on. */
static void put_lineage(struct writer *writer, __u32 ppid)
{
	struct procfs_status status;

	writer_open(writer, "lineage", '[');
	for (int i = 0; ppid && i < LINEAGE_MAX; i++) {
		put_binary(writer, NULL, ppid);
		ppid = procfs_status(ppid, &status) < 0 ? 0 : status.ppid;
	}
	writer_close(writer, ']');
}

static void put_capabilities(struct writer *writer, const char *key, __u64 capabilities)
{
	writer_open(writer, key, '[');
	for (unsigned int i = 0; known_capabilities[i]; i++)
		if (capabilities >> i & 1)
			writer_text(writer, NULL, known_capabilities[i]);
	writer_close(writer, ']');
}

static void put_identity(struct writer *writer, const struct procfs_identity *identity)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", identity->uid);
	writer_text(writer, "user", id);
	snprintf(id, sizeof(id), "%u", identity->gid);
	writer_text(writer, "group", id);
	put_capabilities(writer, "capability", identity->capabilities);
}

static void put_names(struct writer *writer, const struct container_names *names)
{
	writer_text(writer, "image", names->image);
	writer_text(writer, "name", names->name);
	writer_text(writer, "namespace", names->namespace);
	writer_text(writer, "pod", names->pod);
	writer_open(writer, "labels", '{');
	for (size_t i = 0; i < names->n_labels; i++)
		writer_text(writer, names->label[i].key, names->label[i].value);
	writer_close(writer, '}');
	writer_open(writer, "links", '{');
	for (size_t i = 0; names->aliases && i < names->aliases->n; i++)
		writer_text(writer, names->aliases->list[i].from, names->aliases->list[i].to);
	writer_close(writer, '}');
}

struct path_search {
	const char *path;
	const struct cgroup *found;
};

static void compare_path(void *context, const struct cgroup *cgroup)
{
	struct path_search *search = context;

	if (strcmp(cgroup->path, search->path) == 0)
		search->found = cgroup;
}

static void put_cgroup(struct writer *writer, const struct cgroups *cgroups, __u32 pid)
{
	char path[PATH_MAX];
	struct path_search search = { .path = path };
	long n = procfs_cgroup(pid, path, sizeof(path) - 1);

	if (n < 0)
		return;
	path[n] = '\0';
	writer_text(writer, "cgroup", path);
	cgroups_each(cgroups, compare_path, &search);
	writer_boolean(writer, "container", search.found && search.found->container);
	if (search.found && search.found->container)
		put_names(writer, &search.found->container->names);
}

/* As `process` of a case of a PolicyTest. */
static int put_process(struct writer *writer, const struct agent *agent, __u32 pid, struct procfs_identity *ret)
{
	struct procfs_status status;
	int r = procfs_status(pid, &status);

	r = r < 0 ? r : procfs_identity(pid, ret);
	if (r < 0)
		return r;
	writer_open(writer, "process", '{');
	put_binary(writer, "binary", pid);
	put_identity(writer, ret);
	put_binary(writer, "parent", status.ppid);
	put_lineage(writer, status.ppid);
	put_cgroup(writer, agent->cgroups, pid);
	writer_close(writer, '}');
	return 0;
}

/* --- what it holds ---------------------------------------------------------------------------------------- */

static const char *const holds_words[] = {
	[ABOUT_NO] = "no",
	[ABOUT_DENIALS] = "denials",
	[ABOUT_YES] = "yes",
	[ABOUT_OBJECT] = "object",
};

/* The values of a condition, as texts. */
static void put_values(struct writer *writer, const struct condition *condition)
{
	char range[32];

	if (condition->capabilities) {
		put_capabilities(writer, "values", condition->capabilities);
		return;
	}
	writer_open(writer, "values", '[');
	for (size_t i = 0; i < condition->n_paths; i++)
		writer_text(writer, NULL, condition->path[i].text);
	for (size_t i = 0; i < condition->n_ids; i++) {
		bool one = condition->id[i].from == condition->id[i].to;

		snprintf(range, sizeof(range), one ? "%u" : "%u-%u", condition->id[i].from, condition->id[i].to);
		writer_text(writer, NULL, range);
	}
	if (condition->key == SUBJECT_CONTAINER || condition->key == SUBJECT_OWNER)
		writer_text(writer, NULL, condition->yes ? "true" : "false");
	writer_close(writer, ']');
}

/* What is asked of process, policy after policy: one answer's scratch. */
struct telling {
	struct writer *writer;
	struct about about;
	struct bw_held held;
	bool *rule; /* by id: it is about the process */
	int error;
};

static void put_selector(struct telling *telling, const char *key, const struct policy *policy,
			 const struct selector *selector)
{
	writer_open(telling->writer, key, '[');
	for (size_t i = 0; i < selector->n; i++) {
		const struct condition *condition = &selector->condition[i];
		enum about_holds holds = ABOUT_NO;

		telling->error =
			telling->error ?: about_condition(&telling->about, policy, condition, &telling->held, &holds);
		writer_open(telling->writer, NULL, '{');
		writer_text(telling->writer, "key", condition_name(condition->key));
		put_values(telling->writer, condition);
		writer_text(telling->writer, "holds", holds_words[holds]);
		writer_close(telling->writer, '}');
	}
	writer_close(telling->writer, ']');
}

static void put_rules(struct telling *telling, const struct policy *policy, const struct tables *tables, size_t number)
{
	const struct table_policy_name *name = &tables->policy_name[number];

	writer_open(telling->writer, "rules", '[');
	for (__u32 i = 0; i < name->n_rules; i++) {
		const struct table_rule_name *rule = &tables->rule_name[name->first_rule + i];

		writer_open(telling->writer, NULL, '{');
		writer_text(telling->writer, "name", rule->name);
		writer_text(telling->writer, "operation", operation_name(rule->operation));
		writer_text(telling->writer, "action", verdict_name(rule->action));
		writer_boolean(telling->writer, "about", telling->rule[name->first_rule + i]);
		if (i < policy->n_rules) {
			put_selector(telling, "subject", policy, &policy->rule[i].subject);
			put_selector(telling, "except", policy, &policy->rule[i].except);
		}
		writer_close(telling->writer, '}');
	}
	writer_close(telling->writer, ']');
}

static void put_policies(struct telling *telling, const struct store *store)
{
	writer_open(telling->writer, "policies", '[');
	for (size_t i = 0; i < store->n; i++) {
		const struct policy *policy = store->entry[i]->policy;

		writer_open(telling->writer, NULL, '{');
		writer_text(telling->writer, "name", policy->name);
		writer_text(telling->writer, "mode", mode_name(store_mode_of(store, i)));
		put_selector(telling, "subject", policy, &policy->subject);
		put_rules(telling, policy, store->tables, i);
		writer_close(telling->writer, '}');
	}
	writer_close(telling->writer, ']');
}

static int number_conditions(const struct store *store, struct about *ret)
{
	_free_ const struct policy **policy = calloc(store->n + 1, sizeof(*policy));

	*ret = (struct about){ 0 };
	if (!policy)
		return -ENOMEM;
	for (size_t i = 0; i < store->n; i++)
		policy[i] = store->entry[i]->policy;
	return about_begin(policy, store->n, ret);
}

static int put_standing(struct writer *writer, const struct store *store, const struct bw_standing *standing,
			const struct procfs_identity *identity)
{
	_free_ bool *rule = calloc(store->tables->n_rule_names + 1, sizeof(*rule));
	struct telling telling = { .writer = writer, .held = standing->held, .rule = rule };
	int r = number_conditions(store, &telling.about);

	r = rule ? r : -ENOMEM;
	if (!r) {
		about_identify(&telling.about, identity->uid, identity->gid, identity->capabilities, &telling.held);
		about_rules(&telling.about, store->tables, &telling.held, rule);
		put_policies(&telling, store);
		r = telling.error;
	}
	about_done(&telling.about);
	return r;
}

/* --- both ------------------------------------------------------------------------------------------------- */

static int refuse_process(struct request *request, unsigned int pid, int r)
{
	if (r == -ESRCH || r == -ENOENT)
		return request_refuse(request, "not-found", "no process %u is there", pid);
	return request_refuse(request, "failed", "cannot look at process %u: %s", pid, strerror(-r));
}

int methods_subject(void *context, struct request *request)
{
	const struct agent *agent = context;
	struct procfs_identity identity;
	struct bw_standing standing;
	bool computed;
	unsigned int pid;
	int r = request_number(request, "pid", INT_MAX, &pid);

	if (r < 0)
		return r;
	if (!pid)
		return request_refuse(request, "bad-request", "\"pid\" is missing");
	r = put_process(request->reply, agent, pid, &identity);
	if (r < 0)
		return refuse_process(request, pid, r);
	r = standing_read(agent->loader, pid, &standing);
	if (r < 0 && r != -ENOENT)
		return refuse_process(request, pid, r);
	/* By other tables the same bits are other conditions. */
	computed = r == 0 && standing.active && standing.active == agent->store.active && agent->store.tables;
	writer_boolean(request->reply, "computed", computed);
	r = computed ? put_standing(request->reply, &agent->store, &standing, &identity) : 0;
	return r < 0 ? refuse_process(request, pid, r) : 0;
}
