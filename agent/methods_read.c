/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Methods that only look. What they show is as of now: the ring is read and the counters are fetched first.
 */
#include <assert.h>
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>
#include "agent.h"
#include "counters.h"
#include "health.h"
#include "methods.h"
#include "metrics.h"
#include "policy/names.h"
#include "probe.h"
#include "request.h"
#include "when.h"

static void put_time(struct writer *writer, const char *key, __u64 when)
{
	char text[WHEN_ROOM];

	when_format(when, text);
	writer_text(writer, key, text);
}

/* --- list, show ------------------------------------------------------------------------------------------- */

static void put_tags(struct writer *writer, const struct policy *policy)
{
	size_t i;

	writer_open(writer, "tags", '{');
	for (i = 0; i < policy->n_tags; i++)
		writer_text(writer, policy->tag[i].key, policy->tag[i].value);
	writer_close(writer, '}');
}

/* The members of one POLICY. */
static void put_policy(struct writer *writer, const struct store *store, size_t i, const struct bw_counter *count)
{
	const struct store_entry *entry = store->entry[i];
	const struct policy *policy = entry->policy;

	assert(count);
	writer_text(writer, "name", policy->name);
	writer_text(writer, "mode", mode_name(store_mode_of(store, i)));
	writer_boolean(writer, "rolled_out", store->tables->policy_name[i].rolled_out);
	writer_number(writer, "rules", policy->n_rules);
	writer_number(writer, "hits", count->hits);
	writer_number(writer, "denials", count->denials);
	if (count->last)
		put_time(writer, "last_hit", when_from_boot(count->last));
	writer_text(writer, "source", store_source(entry));
	writer_text(writer, "hash", policy->hash);
	put_time(writer, "loaded", entry->loaded);
	writer_text(writer, "description", policy->description);
	put_tags(writer, policy);
}

static int read_counters(const struct agent *agent, struct request *request, struct bw_counter **ret)
{
	struct bw_counter *count = calloc(agent->store.n + 1, sizeof(*count));
	int r = count ? store_counters(&agent->store, count) : -ENOMEM;

	if (r < 0) {
		free(count);
		return request_refuse(request, "failed", "cannot read the counters: %s", strerror(-r));
	}
	*ret = count;
	return 0;
}

int methods_list(void *context, struct request *request)
{
	const struct agent *agent = context;
	_free_ struct bw_counter *count = NULL;
	size_t i;
	int r;

	r = read_counters(agent, request, &count);
	if (r < 0)
		return r;
	writer_open(request->reply, "policies", '[');
	for (i = 0; i < agent->store.n; i++) {
		writer_open(request->reply, NULL, '{');
		put_policy(request->reply, &agent->store, i, &count[i]);
		writer_close(request->reply, '}');
	}
	writer_close(request->reply, ']');
	return 0;
}

int methods_show(void *context, struct request *request)
{
	const struct agent *agent = context;
	_free_ struct bw_counter *count = NULL;
	const struct store_entry *entry;
	const char *name;
	size_t i;
	int r;

	r = request_text(request, "name", &name);
	if (r < 0)
		return r;
	entry = store_find(&agent->store, name);
	if (!entry)
		return request_refuse(request, "not-found", "no policy '%s' is in force", name);
	r = read_counters(agent, request, &count);
	if (r < 0)
		return r;
	i = store_index(&agent->store, entry);
	writer_open(request->reply, "policy", '{');
	put_policy(request->reply, &agent->store, i, &count[i]);
	writer_close(request->reply, '}');
	writer_bytes(request->reply, "text", entry->policy->source->text + entry->policy->text_from,
		     entry->policy->text_size);
	return 0;
}

/* --- status ----------------------------------------------------------------------------------------------- */

void methods_put_failed(struct writer *writer, const struct reload *reload)
{
	size_t i;

	writer_open(writer, "failed", '[');
	for (i = 0; i < reload->scan.n; i++) {
		const struct scan_file *file = &reload->scan.file[i];

		if (file->state != SCAN_BROKEN)
			continue;
		writer_open(writer, NULL, '{');
		writer_text(writer, "file", file->path);
		writer_text(writer, "message", file->failure ? file->failure : "out of memory");
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_programs(struct writer *writer, const struct loader *loader)
{
	const struct load_program *program;
	size_t i, n = load_programs(loader, &program);

	writer_open(writer, "programs", '[');
	for (i = 0; i < n; i++) {
		if (program[i].waits)
			continue;
		writer_open(writer, NULL, '{');
		writer_text(writer, "name", program[i].name);
		writer_text(writer, "hook", program[i].hook);
		writer_boolean(writer, "attached", program[i].attached);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static void put_counts(struct writer *writer, const struct store *store)
{
	__u64 rules = 0, enforcing = 0;
	size_t i;

	for (i = 0; i < store->n; i++) {
		rules += store->entry[i]->policy->n_rules;
		enforcing += store_mode_of(store, i) == BW_MODE_ENFORCE;
	}
	writer_number(writer, "policies", store->n);
	writer_number(writer, "rules", rules);
	writer_number(writer, "enforcing", enforcing);
}

static void put_stats(struct writer *writer, const struct bw_stats *stats)
{
	writer_open(writer, "events", '{');
	writer_number(writer, "decided", stats->decided);
	writer_number(writer, "sent", stats->sent);
	writer_number(writer, "lost", stats->lost);
	writer_number(writer, "undecided", stats->undecided);
	writer_number(writer, "suppressed", stats->suppressed);
	writer_number(writer, "unnamed", stats->unnamed);
	writer_number(writer, "forgotten", stats->forgotten);
	writer_close(writer, '}');
}

static void put_tables(struct writer *writer, const struct tables *tables)
{
	writer_open(writer, "tables", '{');
	writer_number(writer, "states", tables->n_states);
	writer_number(writer, "edges", tables->n_edges);
	writer_number(writer, "labels", tables->n_labels);
	writer_number(writer, "entries", tables->n_rules);
	writer_number(writer, "traits", tables_count_traits(tables));
	writer_number(writer, "prefixes", tables->n_prefixes);
	writer_close(writer, '}');
}

/* `unnamed`: of the containers that are known, those whose names are not. */
static void put_containers(struct writer *writer, const struct cgroups *cgroups)
{
	struct cgroups_count count = cgroups_count(cgroups);

	writer_open(writer, "containers", '{');
	writer_number(writer, "cgroups", count.cgroups);
	writer_number(writer, "known", count.containers);
	writer_number(writer, "unnamed", count.unnamed);
	writer_close(writer, '}');
}

static void put_sinks(struct writer *writer, const struct pipeline *pipeline)
{
	struct sink_status status;
	size_t i;

	writer_open(writer, "sinks", '[');
	for (i = 0; i < pipeline->n_sinks; i++) {
		status = sink_status(pipeline->sink[i]);
		writer_open(writer, NULL, '{');
		writer_text(writer, "destination", status.destination);
		writer_number(writer, "written", status.written);
		writer_number(writer, "failed", status.dropped);
		writer_close(writer, '}');
	}
	writer_close(writer, ']');
}

static const char *guard_word(const struct agent *agent)
{
	if (agent->store.seal)
		return "sealed";
	return agent->store.guard ? "on" : "off";
}

/* What the agent has given up. */
static void put_confinement(struct writer *writer, const struct confinement *confinement)
{
	writer_open(writer, "confined", '{');
	writer_boolean(writer, "capabilities", confinement->capabilities);
	writer_number(writer, "files", confinement->files);
	writer_boolean(writer, "calls", confinement->calls);
	writer_close(writer, '}');
}

int methods_status(void *context, struct request *request)
{
	struct agent *agent = context;
	_cleanup_(writer_done) struct writer reasons = { 0 };
	struct writer *reply = request->reply;
	struct bw_stats stats;
	int r;

	agent_drain(agent);
	r = counters_stats(agent->loader, &stats);
	if (r < 0)
		return request_refuse(request, "failed", "cannot read the counters: %s", strerror(-r));
	health_reasons(agent, &reasons);
	if (writer_failed(&reasons))
		return request_refuse(request, "failed", "out of memory");
	writer_boolean(reply, "healthy", health_is_good(&reasons));
	writer_json(reply, "reasons", reasons.text, reasons.size);
	writer_text(reply, "version", BULWARK_VERSION);
	writer_number(reply, "abi", BW_ABI_VERSION);
	writer_number(reply, "pid", getpid());
	writer_text(reply, "node", agent->config->node);
	writer_text(reply, "kernel", probe_release());
	put_time(reply, "since", agent->since);
	writer_text(reply, "guard", guard_word(agent));
	put_confinement(reply, &agent->confinement);
	put_programs(reply, agent->loader);
	put_counts(reply, &agent->store);
	put_stats(reply, &stats);
	put_tables(reply, agent->store.tables);
	put_containers(reply, agent->cgroups);
	writer_number(reply, "active", agent->store.active);
	if (trial_is_on(&agent->trial))
		writer_number(reply, "trial", trial_left(&agent->trial));
	methods_put_failed(reply, &agent->reload);
	put_sinks(reply, &agent->pipeline);
	return 0;
}

/* --- events ----------------------------------------------------------------------------------------------- */

static int read_filter(struct request *request, struct stream_filter *filter)
{
	const char *policy, *verdict, *operation, *since;
	int r;

	r = request_flag(request, "follow", &filter->follow);
	r = r < 0 ? r : request_text_or_null(request, "policy", &policy);
	r = r < 0 ? r : request_text_or_null(request, "verdict", &verdict);
	r = r < 0 ? r : request_text_or_null(request, "operation", &operation);
	r = r < 0 ? r : request_text_or_null(request, "since", &since);
	if (r < 0)
		return r;
	if (policy && strlen(policy) >= sizeof(filter->policy))
		return request_refuse(request, "bad-request", "\"policy\" is no policy's name: it is too long");
	if (policy)
		memcpy(filter->policy, policy, strlen(policy) + 1);
	filter->verdict = verdict ? verdict_from(verdict) : -1;
	if (verdict && filter->verdict < 0)
		return request_refuse(request, "bad-request", "unknown verdict '%s'", verdict);
	filter->operation = operation ? operation_from(operation) : -1;
	if (operation && filter->operation < 0)
		return request_refuse(request, "bad-request", "unknown operation '%s'", operation);
	if (since && when_parse(since, &filter->since) < 0)
		return request_refuse(request, "bad-request", "\"since\" is no RFC 3339 time: '%s'", since);
	return 0;
}

int methods_events(void *context, struct request *request)
{
	struct agent *agent = context;
	struct stream_filter filter = { 0 };
	int r = read_filter(request, &filter);

	if (r < 0)
		return r;
	agent_drain(agent);
	stream_begin(request->stream, agent->pipeline.history, &filter);
	return 0;
}

/* --- metrics ---------------------------------------------------------------------------------------------- */

int methods_metrics(void *context, struct request *request)
{
	struct agent *agent = context;
	_cleanup_(writer_done) struct writer text = { 0 };
	enum exposition_form form = EXPOSITION_OPENMETRICS;
	const char *wanted;
	int r = request_text_or_null(request, "format", &wanted);

	if (r < 0)
		return r;
	if (wanted && strcmp(wanted, "prometheus") == 0)
		form = EXPOSITION_PROMETHEUS;
	else if (wanted && strcmp(wanted, "openmetrics") != 0)
		return request_refuse(request, "bad-request",
				      "\"format\" is \"openmetrics\" or \"prometheus\", not '%s'", wanted);
	r = metrics_write(agent, form, &text);
	if (r < 0)
		return request_refuse(request, "failed", "cannot read the counters: %s", strerror(-r));
	writer_bytes(request->reply, "text", text.text, text.size);
	return 0;
}
