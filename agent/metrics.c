/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: counters of the kernel side, of the store and of the sinks. Out: families of metrics, a function for each.
 */
#include "metrics.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "counters.h"
#include "health.h"
#include "policy/names.h"
#include "probe.h"
#include "procfs.h"

static int put_agent(struct exposition *to, const struct agent *agent)
{
	_cleanup_(writer_done) struct writer reasons = { 0 };
	char abi[16];

	snprintf(abi, sizeof(abi), "%d", BW_ABI_VERSION);
	exposition_family(to, "bulwark", EXPOSITION_INFO, "Which agent this is, and on which kernel.");
	exposition_number(to, 1,
			  LABELS("version", BULWARK_VERSION, "abi", abi, "kernel", probe_release(), "node",
				 agent->config->node));
	exposition_family(to, "bulwark_up", EXPOSITION_GAUGE, "1 if the agent answers.");
	exposition_number(to, 1, NULL);
	health_reasons(agent, &reasons);
	if (writer_failed(&reasons))
		return -ENOMEM;
	exposition_family(to, "bulwark_healthy", EXPOSITION_GAUGE, "1 if `bulwark status` calls the agent healthy.");
	exposition_number(to, health_is_good(&reasons), NULL);
	exposition_family(to, "bulwark_start_time_seconds", EXPOSITION_GAUGE, "When the agent started, since 1970.");
	exposition_seconds(to, agent->since, NULL);
	return 0;
}

static void put_memory(struct exposition *to)
{
	unsigned long long pages = 0;
	char text[128] = "";

	/* "size resident shared ..." in pages */
	if (procfs_read("/proc/self/statm", text, sizeof(text) - 1) < 0 || sscanf(text, "%*u %llu", &pages) != 1)
		return;
	exposition_family(to, "bulwark_resident_memory_bytes", EXPOSITION_GAUGE, "Memory that the agent holds.");
	exposition_number(to, pages * (unsigned long long)sysconf(_SC_PAGESIZE), NULL);
}

static void put_events(struct exposition *to, const struct bw_stats *stats)
{
	const struct {
		const char *name, *help;
		__u64 value;
	} events[] = {
		{ "bulwark_decided", "Decisions to be reported: each is one event sent, suppressed or lost.",
		  stats->decided },
		{ "bulwark_events_sent", "Events that the ring took.", stats->sent },
		{ "bulwark_events_suppressed", "Events that were counted with an equal one.", stats->suppressed },
		{ "bulwark_events_lost", "Records that the ring had no room for.", stats->lost },
		{ "bulwark_undecided", "Operations that could not be decided: on_error did.", stats->undecided },
		{ "bulwark_labels_computed", "Labels that a walk of the path gave, not a cache.", stats->walks },
		{ "bulwark_unnamed", "Processes judged in a container without a name yet.", stats->unnamed },
		{ "bulwark_forgotten", "Threads whose lineage there was no room for.", stats->forgotten },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		exposition_family(to, events[i].name, EXPOSITION_COUNTER, events[i].help);
		exposition_number(to, events[i].value, NULL);
	}
}

/*
 * A rule that refuses counts twice: what was refused, and what would have been but for audit mode. One that refuses
 * nothing is the same in each mode.
 */
static void put_rule(struct exposition *to, const char *policy, const struct table_rule_name *rule,
		     const struct bw_counter *count)
{
	const char *verdict = verdict_name(rule->action), *operation = operation_name(rule->operation);
	bool refuses = rule->action == BW_VERDICT_DENY || rule->action == BW_VERDICT_KILL;

	exposition_number(to, count->hits - count->denials,
			  LABELS("policy", policy, "rule", rule->name, "operation", operation, "verdict", verdict,
				 "mode", refuses ? "audit" : "any"));
	if (refuses)
		exposition_number(to, count->denials,
				  LABELS("policy", policy, "rule", rule->name, "operation", operation, "verdict",
					 verdict, "mode", "enforce"));
}

static int put_decisions(struct exposition *to, const struct store *store)
{
	const struct tables *tables = store->tables;
	_free_ struct bw_counter *count = calloc(tables->n_rule_names + 1, sizeof(*count));
	size_t i;
	int r = count ? store_rule_counters(store, count) : -ENOMEM;

	if (r < 0)
		return r;
	exposition_family(to, "bulwark_decisions", EXPOSITION_COUNTER,
			  "Times that a rule, or a default, was its policy's outcome.");
	for (i = 0; i < tables->n_rule_names && tables->rule_name[i].policy < store->n; i++) /* the guard's come last */
		put_rule(to, tables->policy_name[tables->rule_name[i].policy].name, &tables->rule_name[i], &count[i]);
	return 0;
}

static void put_policies(struct exposition *to, const struct agent *agent)
{
	const struct store *store = &agent->store;
	size_t i;

	exposition_family(to, "bulwark_policy_mode", EXPOSITION_INFO, "The policies in force, each with its mode.");
	for (i = 0; i < store->n; i++)
		exposition_number(to, 1,
				  LABELS("policy", store->entry[i]->policy->name, "mode",
					 mode_name(store_mode_of(store, i))));
	exposition_family(to, "bulwark_policy_files_broken", EXPOSITION_GAUGE, "Policy files that were refused.");
	exposition_number(to, reload_failures(&agent->reload), NULL);
}

static void put_tables(struct exposition *to, const struct agent *agent)
{
	const struct tables *tables = agent->store.tables;
	const struct {
		const char *name;
		__u64 value, limit;
	} table[] = {
		{ "policies", tables->n_policies, BW_POLICIES_MAX },
		{ "rules", tables->n_rule_names, BW_RULES_MAX },
		{ "states", tables->n_states, BW_STATES_MAX },
		{ "edges", tables->n_edges, BW_EDGES_MAX },
		{ "labels", tables->n_labels, BW_LABELS_MAX },
		{ "entries", tables->n_rules, BW_ENTRIES_MAX },
		{ "traits", tables_count_traits(tables), BW_TRAITS_MAX },
		{ "prefixes", tables->n_prefixes, BW_PREFIXES_MAX },
		{ "networks", tables->n_networks, BW_NETWORKS_MAX },
		{ "cgroups", cgroups_count(agent->cgroups).cgroups, BW_CGROUPS_MAX },
	};
	size_t i;

	exposition_family(to, "bulwark_table_entries", EXPOSITION_GAUGE, "What stands in the tables of the kernel.");
	for (i = 0; i < ARRAY_SIZE(table); i++)
		exposition_number(to, table[i].value, LABELS("table", table[i].name));
	exposition_family(to, "bulwark_table_limit", EXPOSITION_GAUGE, "What there is room for.");
	for (i = 0; i < ARRAY_SIZE(table); i++)
		exposition_number(to, table[i].limit, LABELS("table", table[i].name));
}

static void put_changes(struct exposition *to, const struct store_commits *commits)
{
	exposition_family(to, "bulwark_changes", EXPOSITION_COUNTER, "Changes of the policies that came in force.");
	exposition_number(to, commits->n, NULL);
	exposition_family(to, "bulwark_changes_refused", EXPOSITION_COUNTER, "Changes that did not.");
	exposition_number(to, commits->failed, NULL);
	exposition_family(to, "bulwark_change_seconds", EXPOSITION_COUNTER,
			  "What changes took from the text to being in force.");
	exposition_seconds(to, commits->time, NULL);
	exposition_family(to, "bulwark_last_change_seconds", EXPOSITION_GAUGE, "What the last one took.");
	exposition_seconds(to, commits->last, NULL);
}

static void put_containers(struct exposition *to, const struct cgroups *cgroups)
{
	struct cgroups_count count = cgroups_count(cgroups);

	exposition_family(to, "bulwark_containers", EXPOSITION_GAUGE, "Containers, with and without a name.");
	exposition_number(to, count.containers - count.unnamed, LABELS("named", "true"));
	exposition_number(to, count.unnamed, LABELS("named", "false"));
}

static void put_sinks(struct exposition *to, const struct pipeline *pipeline)
{
	struct sink_status status;
	size_t i;

	exposition_family(to, "bulwark_sink_lines", EXPOSITION_COUNTER, "Events that a destination took.");
	for (i = 0; i < pipeline->n_sinks; i++) {
		status = sink_status(pipeline->sink[i]);
		exposition_number(to, status.written, LABELS("destination", status.destination));
	}
	exposition_family(to, "bulwark_sink_dropped", EXPOSITION_COUNTER, "Events that it did not take in time.");
	for (i = 0; i < pipeline->n_sinks; i++) {
		status = sink_status(pipeline->sink[i]);
		exposition_number(to, status.dropped, LABELS("destination", status.destination));
	}
}

static void put_programs(struct exposition *to, const struct agent *agent)
{
	const struct load_program *program;
	struct load_run_time time;
	size_t i, n = load_programs(agent->loader, &program);

	exposition_family(to, "bulwark_program_attached", EXPOSITION_GAUGE, "1 if the program is on its hook.");
	for (i = 0; i < n; i++)
		if (!program[i].waits)
			exposition_number(to, program[i].attached,
					  LABELS("program", program[i].name, "hook", program[i].hook));
	if (!agent->config->measure_programs)
		return; /* zeros would be read as a fact */
	exposition_family(to, "bulwark_program_runs", EXPOSITION_COUNTER, "Times that the program ran.");
	for (i = 0; i < n; i++)
		if (program[i].attached && load_run_time(agent->loader, i, &time) >= 0)
			exposition_number(to, time.runs, LABELS("program", program[i].name));
	exposition_family(to, "bulwark_program_run_seconds", EXPOSITION_COUNTER, "Time that it ran in all.");
	for (i = 0; i < n; i++)
		if (program[i].attached && load_run_time(agent->loader, i, &time) >= 0)
			exposition_seconds(to, time.nanoseconds, LABELS("program", program[i].name));
}

int metrics_write(struct agent *agent, enum exposition_form form, struct writer *out)
{
	struct exposition to = { .out = out, .form = form };
	struct bw_stats stats;
	int r;

	agent_drain(agent);
	r = counters_stats(agent->loader, &stats);
	r = r < 0 ? r : put_agent(&to, agent);
	r = r < 0 ? r : put_decisions(&to, &agent->store);
	if (r < 0)
		return r;
	put_memory(&to);
	put_events(&to, &stats);
	put_policies(&to, agent);
	put_tables(&to, agent);
	put_changes(&to, &agent->store.commits);
	put_containers(&to, agent->cgroups);
	put_sinks(&to, &agent->pipeline);
	put_programs(&to, agent);
	exposition_end(&to);
	return writer_failed(out) ? -ENOMEM : 0;
}
