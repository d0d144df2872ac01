/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a configuration. Out: a node that enforces its policies, and says what they decided.
 *
 * The order of the start: policies are in the maps before a program is attached, programs are attached and proven
 * before anybody is told that we are ready. Whatever fails takes everything down again and says why, once.
 */
#include "agent.h"
#include <base/cleanup.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include "counters.h"
#include "log.h"
#include "notify.h"
#include "policy/names.h"
#include "probe.h"
#include "procfs.h"
#include "resolve.h"
#include "when.h"

#define RING_BUDGET  1024  /* records of one turn; more wait in the ring while the loop looks at the rest */
#define DRAIN_BUDGET 16384 /* about what the ring holds */
#define TICK_MS	     1000
#define FLUSH_MS     2000 /* for each sink, at the end */
#define PROBES_MAX   64

/* --- what happens ----------------------------------------------------------------------------------------- */

static void on_record(void *context, const void *record, size_t size)
{
	struct agent *agent = context;

	pipeline_record(&agent->pipeline, record, size);
}

static void consume(struct agent *agent, int budget)
{
	int n = ring_consume(agent->ring, budget);

	if (n < 0)
		log_warning_errno(n, "Cannot read the ring of events: %m, ignoring");
	if (n > 0)
		control_published(agent->control);
}

static void on_ring(void *context, uint32_t events)
{
	(void)events;
	consume(context, RING_BUDGET);
}

void agent_drain(struct agent *agent)
{
	consume(agent, DRAIN_BUDGET);
}

static const char *mode_in_force(const struct agent *agent, const struct store_entry *entry)
{
	return mode_name(store_mode_of(&agent->store, store_index(&agent->store, entry)));
}

static void on_changed(void *context, enum store_change_kind kind, const struct store_entry *entry,
		       const struct requester *requester)
{
	static const char *const change[] = {
		[STORE_LOADED] = "loaded",
		[STORE_UNLOADED] = "unloaded",
		[STORE_MODE] = "mode",
	};
	static const char *const told[] = {
		[STORE_LOADED] = "loaded, mode ",
		[STORE_UNLOADED] = "unloaded",
		[STORE_MODE] = "switched to mode ",
	};
	struct agent *agent = context;
	const struct format_policy policy = {
		.change = change[kind],
		.name = entry->policy->name,
		.hash = entry->policy->hash,
		.mode = kind == STORE_UNLOADED ? NULL : mode_in_force(agent, entry),
		.source = store_source(entry),
	};

	log_info("Policy '%s' %s%s (%s)", policy.name, told[kind], policy.mode ? policy.mode : "", policy.source);
	pipeline_policy(&agent->pipeline, &policy, requester);
	control_published(agent->control);
}

static void on_folders(void *context)
{
	struct agent *agent = context;

	(void)reload_folders(&agent->reload, false, NULL);
}

static void on_hangup(struct agent *agent)
{
	size_t i;

	notify_reloading();
	for (i = 0; i < agent->pipeline.n_sinks; i++)
		sink_reopen(agent->pipeline.sink[i]);
	(void)reload_folders(&agent->reload, true, NULL);
	notify_ready();
}

static void on_signal(void *context, uint32_t events)
{
	struct agent *agent = context;
	struct signalfd_siginfo info;

	(void)events;
	if (read(agent->signals.fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		on_hangup(agent);
	else
		loop_stop(agent->loop);
}

/* The kernel raises this once for each change that was not looked at; reading the file is apply's business. */
static void on_mounts(void *context, uint32_t events)
{
	struct agent *agent = context;
	int r = apply_mounts(agent->loader, agent->store.tables);

	(void)events;
	agent->mounts_stale = r < 0; /* apply has said why; status says that it is so */
}

static void report_lost(struct agent *agent)
{
	struct bw_stats stats;

	if (counters_stats(agent->loader, &stats) < 0 || stats.lost <= agent->lost)
		return;
	pipeline_lost(&agent->pipeline, stats.lost - agent->lost);
	agent->lost = stats.lost;
	control_published(agent->control);
}

static void on_tick(void *context)
{
	struct agent *agent = context;
	size_t i;

	if (agent->trimmed != agent->store.active) {
		agent->trimmed = agent->store.active;
		malloc_trim(0); /* a change of policies takes many times what stays of it */
	}
	report_lost(agent);
	for (i = 0; i < agent->pipeline.n_sinks; i++)
		sink_retry(agent->pipeline.sink[i]);
	control_tick(agent->control);
}

static void on_watchdog(void *context)
{
	(void)context;
	notify_watchdog();
}

/* --- the ladder ------------------------------------------------------------------------------------------- */

static int check_kernel(void)
{
	struct probe_result result[PROBES_MAX];
	bool usable;
	size_t i, n = probe_kernel(result, PROBES_MAX, &usable);

	for (i = 0; i < n; i++) {
		if (result[i].state == PROBE_MISSING)
			log_error("This kernel lacks %s (%s): %s", result[i].name, result[i].description,
				  result[i].detail);
		else if (result[i].state == PROBE_MISSING_OPTIONAL)
			log_info("This kernel lacks %s: %s", result[i].name, result[i].consequence);
	}
	return usable ? 0 : -ENOTSUP;
}

static int check_folders(const struct config *config)
{
	size_t i;
	DIR *dir;

	for (i = 0; i < config->policy_dirs.n && config->policy_dirs_named; i++) {
		dir = opendir(config->policy_dirs.text[i]);
		if (!dir)
			return log_error_errno(-errno, "Cannot open the policy folder '%s': %m",
					       config->policy_dirs.text[i]);
		closedir(dir);
	}
	return 0;
}

static int watch_signals(struct agent *agent)
{
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN); /* a reader of events that goes away is no reason to die */
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	agent->signals = (struct loop_watch){ .fn = on_signal, .context = agent };
	agent->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (agent->signals.fd < 0)
		return -errno;
	r = loop_watch(agent->loop, &agent->signals, EPOLLIN);
	if (r < 0)
		close(agent->signals.fd);
	return r;
}

static int open_loop(struct agent *agent)
{
	int r = loop_new(&agent->loop);

	r = r < 0 ? r : watch_signals(agent);
	return r < 0 ? log_error_errno(r, "Cannot make the event loop: %m") : 0;
}

static int open_pipeline(struct agent *agent)
{
	struct sink *sink;
	size_t i;
	int r;

	agent->pipeline = (struct pipeline){ .node = agent->config->node, .store = &agent->store };
	r = pipeline_init(&agent->pipeline);
	if (r < 0)
		return log_error_errno(r, "Cannot make room for events: %m");
	for (i = 0; i < agent->config->log.n; i++) {
		r = sink_new(agent->loop, agent->config->log.text[i], &sink);
		if (r < 0)
			return r;
		r = pipeline_add_sink(&agent->pipeline, sink);
		if (r < 0) {
			sink_free(sink);
			return log_error_errno(r, "Cannot add a log destination: %m");
		}
	}
	return 0;
}

static int claim_socket(struct agent *agent)
{
	const struct control_options options = {
		.path = agent->config->socket,
		.node = agent->config->node,
		.admin_group = agent->config->admin_group,
		.reader_group = agent->config->reader_group,
		.method = agent_methods,
		.n_methods = agent_n_methods,
		.context = agent,
		.history = agent->pipeline.history,
	};

	return control_new(agent->loop, &options, &agent->control);
}

/*
 * What follows the node's changes; before mounts and folders are read for the first time, so that no change falls in
 * between. The calls come when the loop runs.
 */
static int watch_node(struct agent *agent)
{
	int r;

	agent->mounts = (struct loop_watch){ .fn = on_mounts, .context = agent };
	agent->mounts.fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	r = agent->mounts.fd < 0 ? -errno : loop_watch(agent->loop, &agent->mounts, EPOLLPRI);
	if (r < 0)
		return log_error_errno(r, "Cannot watch the node's mounts: %m");
	r = folders_new(agent->loop, &agent->config->policy_dirs, on_folders, agent, &agent->folders);
	if (r < 0)
		return log_error_errno(r, "Cannot watch the policy folders: %m");
	return 0;
}

/* What decides on a share of the fleet: the machine's own id, else the node's name. */
static void read_node_id(struct agent *agent)
{
	long n = procfs_read("/etc/machine-id", agent->node_id, sizeof(agent->node_id) - 1);

	if (n <= 0)
		snprintf(agent->node_id, sizeof(agent->node_id), "%s", agent->config->node);
	agent->node_id[strcspn(agent->node_id, "\n")] = '\0';
}

static int open_store(struct agent *agent)
{
	const struct load_options options = { .on_error = agent->config->on_error };
	int r = load_open(&options, &agent->loader);

	if (r < 0)
		return r;
	read_node_id(agent);
	agent->store = (struct store){
		.loader = agent->loader,
		.compile = { .node_id = agent->node_id, .resolve = resolve_path },
		.changed = on_changed,
		.context = agent,
	};
	if (getrandom(agent->store.compile.hash_key, sizeof(agent->store.compile.hash_key), 0) !=
	    sizeof(agent->store.compile.hash_key))
		return log_error_errno(-EIO, "Cannot draw a random key for the tables: %m");
	agent->reload = (struct reload){ .store = &agent->store, .folders = &agent->config->policy_dirs };
	return reload_folders(&agent->reload, true, NULL);
}

static int open_ring(struct agent *agent)
{
	int r = ring_new(agent->loader, on_record, agent, &agent->ring);

	if (r < 0)
		return log_error_errno(r, "Cannot open the ring of events: %m");
	agent->ring_watch = (struct loop_watch){ .fd = ring_fd(agent->ring), .fn = on_ring, .context = agent };
	r = loop_watch(agent->loop, &agent->ring_watch, EPOLLIN);
	return r < 0 ? log_error_errno(r, "Cannot wait for events: %m") : 0;
}

static int start_timers(struct agent *agent)
{
	unsigned int watchdog = notify_watchdog_interval();
	int r;

	agent->tick = (struct loop_timer){ .fn = on_tick, .context = agent };
	agent->watchdog = (struct loop_timer){ .fn = on_watchdog, .context = agent };
	r = loop_timer_open(agent->loop, &agent->tick);
	r = r < 0 ? r : loop_timer_set(&agent->tick, TICK_MS, TICK_MS);
	if (watchdog) {
		r = r < 0 ? r : loop_timer_open(agent->loop, &agent->watchdog);
		r = r < 0 ? r : loop_timer_set(&agent->watchdog, watchdog, watchdog);
	}
	return r < 0 ? log_error_errno(r, "Cannot start the timers: %m") : 0;
}

static void tell_ready(struct agent *agent)
{
	agent->since = when_now();
	log_info("Enforcing on '%s'; policies in force: %zu, broken policy files: %zu", agent->config->node,
		 agent->store.n, reload_failures(&agent->reload));
	pipeline_agent(&agent->pipeline, "started");
	if (agent->ready_fd >= 0 && write(agent->ready_fd, "ready\n", 6) < 0)
		log_warning_errno(-errno, "Cannot tell descriptor %d that we are ready: %m, ignoring", agent->ready_fd);
	if (agent->ready_fd >= 0)
		close(agent->ready_fd);
	notify_ready();
}

int agent_start(struct agent *agent, const struct config *config, int ready_fd)
{
	int r;

	*agent = (struct agent){ .config = config, .ready_fd = ready_fd };
	r = check_kernel();
	r = r < 0 ? r : check_folders(config);
	r = r < 0 ? r : open_loop(agent);
	r = r < 0 ? r : open_pipeline(agent);
	r = r < 0 ? r : claim_socket(agent);
	r = r < 0 ? r : watch_node(agent);
	r = r < 0 ? r : open_store(agent); /* policies are in the maps before any program is attached */
	r = r < 0 ? r : load_attach(agent->loader);
	r = r < 0 ? r : open_ring(agent);
	r = r < 0 ? r : start_timers(agent);
	r = r < 0 ? r : control_listen(agent->control);
	if (r >= 0)
		tell_ready(agent);
	return r;
}

static void close_watch(struct loop_watch *watch)
{
	if (!watch->loop)
		return;
	loop_unwatch(watch);
	close(watch->fd);
}

void agent_stop(struct agent *agent)
{
	size_t i;

	if (agent->ring) {
		agent_drain(agent);
		loop_unwatch(&agent->ring_watch); /* its descriptor is the ring's */
	}
	loop_timer_close(&agent->watchdog);
	loop_timer_close(&agent->tick);
	folders_free(agent->folders);
	close_watch(&agent->mounts);
	ring_free(agent->ring);
	load_free(agent->loader);
	if (agent->since)
		pipeline_agent(&agent->pipeline, "stopped");
	if (agent->control)
		control_close(agent->control);
	for (i = 0; i < agent->pipeline.n_sinks; i++)
		sink_flush(agent->pipeline.sink[i], FLUSH_MS);
	control_free(agent->control); /* now: who asked us to stop waits for this end */
	reload_done(&agent->reload);
	store_done(&agent->store);
	pipeline_done(&agent->pipeline);
	close_watch(&agent->signals);
	loop_free(agent->loop);
	*agent = (struct agent){ 0 };
}

int agent_run(const struct config *config, int ready_fd)
{
	struct agent agent;
	int r = agent_start(&agent, config, ready_fd);

	if (r >= 0) {
		r = loop_run(agent.loop);
		if (r < 0)
			log_error_errno(r, "The event loop failed: %m");
		notify_stopping();
		log_info("Stopping: taking enforcement down");
		if (r >= 0)
			r = reload_failures(&agent.reload) ? 1 : 0;
	}
	agent_stop(&agent);
	return r;
}
