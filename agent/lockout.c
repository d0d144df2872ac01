/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tables that are about to be in force. Out: the rules by which nobody could change them any more.
 */
#include "lockout.h"
#include <base/cleanup.h>
#include <errno.h>
#include <bulwark/socket.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "policy/names.h"
#include "policy/simulate.h"
#include "procfs.h"
#include "resolve.h"

#define QUESTIONS_MAX	 256 /* each library of the agent is two */
#define ALL_CAPABILITIES (~0ull)

/* Whose attempt it is. */
enum asker {
	ASKER_INIT,
	ASKER_EXECUTOR, /* of systemd, which has started services by it since version 255 */
	ASKER_AGENT,
	ASKER_SHELL, /* of root */
	ASKER_CLI,
	_ASKER_MAX,
};

struct question {
	enum asker asker;
	enum bw_operation operation;
	char *path;	  /* NULL: it is about a unix socket */
	const char *what; /* "keep ... from ..." */
};

struct lockout {
	char *binary[_ASKER_MAX]; /* NULL: there is none */
	char *cgroup;		  /* of the agent, in which it is started too; NULL: not known */
	struct question question[QUESTIONS_MAX];
	size_t n;
};

/* --- what there is to ask --------------------------------------------------------------------------------- */

/* The path that is judged has no links, whatever the configuration says. */
static int find_place(const char *path, char **ret)
{
	if (resolve_path(path, NULL, ret) < 0)
		*ret = strdup(path);
	return *ret ? 0 : -ENOMEM;
}

static int ask(struct lockout *lockout, enum asker asker, enum bw_operation operation, const char *path,
	       const char *what)
{
	struct question *question = &lockout->question[lockout->n];
	int r;

	if (lockout->n == QUESTIONS_MAX || !path || !lockout->binary[asker])
		return 0;
	*question = (struct question){ .asker = asker, .operation = operation, .what = what };
	r = find_place(path, &question->path);
	if (r >= 0)
		lockout->n++;
	return r;
}

static void ask_socket(struct lockout *lockout, enum asker asker, const char *what)
{
	if (lockout->n < QUESTIONS_MAX && lockout->binary[asker])
		lockout->question[lockout->n++] =
			(struct question){ .asker = asker, .operation = BW_OP_SOCKET, .what = what };
}

static int ask_in(struct lockout *lockout, enum bw_operation operation, const char *folder, const char *name,
		  const char *what)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return 0;
	return ask(lockout, ASKER_AGENT, operation, path, what);
}

/* --- of whom ---------------------------------------------------------------------------------------------- */

/* Something beside a program, if it can be run. */
static char *find_beside(const char *program, const char *name)
{
	const char *slash = program ? strrchr(program, '/') : NULL;
	char path[PATH_MAX];

	if (!slash ||
	    snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - program), program, name) >= (int)sizeof(path))
		return NULL;
	return access(path, X_OK) == 0 ? realpath(path, NULL) : NULL;
}

/* Beside the agent, or in ../bin of its folder: where an installation has it, and a build. */
static char *find_cli(const char *agent)
{
	static const char *const places[] = { "bulwark", "../bin/bulwark", "../tools/bulwark" };
	char *found = NULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places) && !found; i++)
		found = find_beside(agent, places[i]);
	return found;
}

static char *find_program(const char *proc, const char *process)
{
	char link[PATH_MAX];

	if (snprintf(link, sizeof(link), "%s/%s/exe", proc, process) >= (int)sizeof(link))
		return NULL;
	return realpath(link, NULL);
}

static char *find_cgroup(const char *proc)
{
	static const char head[] = "0::";
	char path[PATH_MAX], text[PATH_MAX], *line, *rest = text;
	long n;

	if (snprintf(path, sizeof(path), "%s/self/cgroup", proc) >= (int)sizeof(path))
		return NULL;
	n = procfs_read(path, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (strncmp(line, head, strlen(head)) == 0)
			return strdup(line + strlen(head));
	return NULL;
}

static void find_node(struct lockout *lockout, const char *proc)
{
	lockout->binary[ASKER_INIT] = find_program(proc, "1");
	lockout->binary[ASKER_EXECUTOR] = find_beside(lockout->binary[ASKER_INIT], "systemd-executor");
	lockout->binary[ASKER_AGENT] = find_program(proc, "self");
	lockout->binary[ASKER_SHELL] = realpath("/bin/sh", NULL);
	lockout->binary[ASKER_CLI] = find_cli(lockout->binary[ASKER_AGENT]);
	lockout->cgroup = find_cgroup(proc);
}

/* --- about what ------------------------------------------------------------------------------------------- */

/* Who runs the agent's program, and from where. */
static int ask_start(struct lockout *lockout)
{
	static const char starts[] = "keep the node's first process from starting the agent";
	enum asker starter = lockout->binary[ASKER_EXECUTOR] ? ASKER_EXECUTOR : ASKER_INIT;
	const char *agent = lockout->binary[ASKER_AGENT], *executor = lockout->binary[ASKER_EXECUTOR];
	int r = ask(lockout, ASKER_INIT, BW_OP_EXEC, executor, starts);

	r = r ?: ask(lockout, ASKER_INIT, BW_OP_READ, executor, starts);
	r = r ?: ask(lockout, starter, BW_OP_EXEC, agent, starts);
	return r ?: ask(lockout, starter, BW_OP_READ, agent, starts);
}

/* The dynamic loader is mapped by the kernel, which asks of that by rules and not by defaults: it is left out. */
static bool is_library(const struct lockout *lockout, const char *path)
{
	const char *agent = lockout->binary[ASKER_AGENT];

	return strncmp(strrchr(path, '/') + 1, "ld-", strlen("ld-")) != 0 && (!agent || strcmp(path, agent) != 0);
}

static int ask_library(struct lockout *lockout, const char *path)
{
	static const char loads[] = "keep the agent from loading its libraries";
	int r = ask(lockout, ASKER_AGENT, BW_OP_READ, path, loads);

	return r ?: ask(lockout, ASKER_AGENT, BW_OP_EXEC, path, loads);
}

/* What the agent runs of besides its program: the next one will map the same. */
static int ask_libraries(struct lockout *lockout, const char *proc)
{
	char path[PATH_MAX], rights[5], *mapped;
	_free_ char *line = NULL;
	size_t room = 0;
	FILE *maps;
	int r = 0;

	if (snprintf(path, sizeof(path), "%s/self/maps", proc) >= (int)sizeof(path))
		return 0;
	maps = fopen(path, "re");
	while (maps && r >= 0 && getline(&line, &room, maps) > 0) {
		mapped = strchr(line, '/');
		if (!mapped || sscanf(line, "%*s %4s", rights) != 1 || !strchr(rights, 'x'))
			continue;
		mapped[strcspn(mapped, "\n")] = '\0';
		if (is_library(lockout, mapped))
			r = ask_library(lockout, mapped);
	}
	if (maps)
		fclose(maps);
	return r;
}

static int ask_about_socket(struct lockout *lockout, const char *socket)
{
	static const char asks[] = "keep root's `bulwark` from asking the agent";
	static const char serves[] = "keep the agent from serving its socket";
	int r;

	ask_socket(lockout, ASKER_CLI, asks);
	ask_socket(lockout, ASKER_AGENT, serves);
	r = ask(lockout, ASKER_CLI, BW_OP_CONNECT, socket, asks);
	return r ?: ask(lockout, ASKER_AGENT, BW_OP_BIND, socket, serves);
}

static int ask_about_policies(struct lockout *lockout, const struct config *config)
{
	static const char reads[] = "keep the agent from reading its policies";
	int r = 0;
	size_t i;

	for (i = 0; i < config->policy_dirs.n && r >= 0; i++) {
		r = ask(lockout, ASKER_AGENT, BW_OP_READ, config->policy_dirs.text[i], reads);
		r = r ?: ask_in(lockout, BW_OP_READ, config->policy_dirs.text[i], "policy.yaml", reads);
	}
	return r;
}

static int ask_about_files(struct lockout *lockout, const struct config *config)
{
	static const char kept[] = "in-force.json";
	int r = ask(lockout, ASKER_AGENT, BW_OP_READ, config->file ? config->file : CONFIG_FILE,
		    "keep the agent from reading its configuration");
	size_t i;

	r = r ?: ask_in(lockout, BW_OP_READ, config->state_dir, kept, "keep the agent from what was in force");
	r = r ?: ask_in(lockout, BW_OP_WRITE, config->state_dir, kept, "keep the agent from keeping what is in force");
	for (i = 0; i < config->log.n && r >= 0; i++)
		if (config->log.text[i][0] == '/')
			r = ask(lockout, ASKER_AGENT, BW_OP_WRITE, config->log.text[i],
				"keep the agent from writing its log");
	return r;
}

int lockout_new(const struct config *config, const char *proc, struct lockout **ret)
{
	struct lockout *lockout = calloc(1, sizeof(*lockout));
	int r;

	if (!lockout)
		return -ENOMEM;
	find_node(lockout, proc);
	r = ask_start(lockout);
	r = r ?: ask(lockout, ASKER_SHELL, BW_OP_EXEC, lockout->binary[ASKER_CLI], "keep root from running `bulwark`");
	r = r ?: ask_about_socket(lockout, config->socket);
	r = r ?: ask_about_policies(lockout, config);
	r = r ?: ask_about_files(lockout, config);
	r = r ?: ask_libraries(lockout, proc); /* last: they may be many */
	if (r < 0) {
		lockout_free(lockout);
		return r;
	}
	*ret = lockout;
	return 0;
}

struct lockout *lockout_free(struct lockout *lockout)
{
	if (!lockout)
		return NULL;
	while (lockout->n)
		free(lockout->question[--lockout->n].path);
	for (size_t i = 0; i < _ASKER_MAX; i++)
		free(lockout->binary[i]);
	free(lockout->cgroup);
	free(lockout);
	return NULL;
}

/* --- asking ----------------------------------------------------------------------------------------------- */

/* Where the text says so. `rule` is a name of the policy, or "default". */
static struct span span_of(const struct policy *policy, const struct table_rule_name *rule)
{
	size_t i;

	for (i = 0; i < policy->n_rules; i++)
		if (strcmp(policy->rule[i].name, rule->name) == 0 && policy->rule[i].operation == rule->operation)
			return policy->rule[i].span;
	return policy->fallback[rule->operation] >= 0 ? policy->fallback_span[rule->operation] : policy->span;
}

/* A rule that denies many files of a kind is told once; of a default each has to be allowed. */
static bool was_told(const struct diag *diag, const struct policy *policy, const char *told)
{
	size_t i;

	for (i = 0; i < diag->n; i++)
		if (diag->list[i].source == policy->source && diag->list[i].message &&
		    strncmp(diag->list[i].message, told, strlen(told)) == 0)
			return true;
	return false;
}

static void report(const struct lockout *lockout, const struct question *question, const struct policy *policy,
		   const struct table_rule_name *rule, bool enforces, struct diag *diag)
{
	const char *binary = lockout->binary[question->asker], *operation = operation_name(question->operation);
	const char *object = question->path ? question->path : "AF_UNIX";
	bool by_default = strcmp(rule->name, "default") == 0;
	char hint[PATH_MAX + 64], told[256];

	if (by_default)
		snprintf(hint, sizeof(hint), "allow it: {%s: [%s], action: allow}", operation, object);
	else
		snprintf(hint, sizeof(hint), "spare it: except: {binary: [%s]}", binary);
	snprintf(told, sizeof(told), "'%s'%s would %s (%s ", rule->name, enforces ? "" : ", if it enforced,",
		 question->what, operation);
	if (by_default || !was_told(diag, policy, told))
		(enforces ? diag_error : diag_warning)(diag, policy->source, span_of(policy, rule), "lockout", hint,
						       "%s%s by %s)", told, object, binary);
}

/* The agent is started in the cgroup that it runs in; where root is, nobody knows. */
static struct simulate_process process_of(const struct lockout *lockout, enum asker asker)
{
	static const char *const no_lineage[] = { NULL };
	bool started = asker == ASKER_AGENT || asker == ASKER_EXECUTOR;

	return (struct simulate_process){
		.binary = lockout->binary[asker],
		.capabilities = ALL_CAPABILITIES,
		.parent = started ? lockout->binary[ASKER_INIT] : NULL,
		.lineage = no_lineage,
		.cgroup = started || asker == ASKER_INIT ? lockout->cgroup : NULL,
	};
}

static void check_question(const struct lockout *lockout, const struct question *question, const struct tables *tables,
			   const struct policy *const *policy, long only, struct diag *diag)
{
	const struct simulate_process process = process_of(lockout, question->asker);
	const struct simulate_object object = {
		.path = question->path,
		.owner = true,
		.socket = { .family = BW_PF_UNIX, .type = BW_SOCK_STREAM },
	};
	struct simulate_verdict verdict;
	size_t i;

	if (simulate_decide(tables, question->operation, &process, &object, &verdict) < 0)
		return;
	for (i = 0; i < verdict.n; i++) {
		const struct policy *judged = policy[verdict.outcome[i].policy];
		bool enforces = verdict.outcome[i].mode == BW_MODE_ENFORCE;

		if (!judged || (only >= 0 && verdict.outcome[i].policy != only))
			continue;
		if (verdict.outcome[i].verdict == BW_VERDICT_DENY || verdict.outcome[i].verdict == BW_VERDICT_KILL)
			report(lockout, question, judged, &tables->rule_name[verdict.outcome[i].rule], enforces, diag);
	}
}

int lockout_check(const struct lockout *lockout, struct tables *tables, const struct policy *const *policy, long only,
		  struct diag *diag)
{
	size_t i, before = diag->n_errors;
	__u32 mode = 0;

	if (only >= 0) {
		mode = tables->policy[only].mode;
		tables->policy[only].mode = BW_MODE_ENFORCE;
	}
	for (i = 0; i < lockout->n; i++)
		check_question(lockout, &lockout->question[i], tables, policy, only, diag);
	if (only >= 0)
		tables->policy[only].mode = mode;
	return diag->n_errors > before ? -EINVAL : 0;
}
