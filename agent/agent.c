/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a configuration. Out: a node that enforces its policies, and says what they decided.
 *
 * The order of the start: policies are in the maps before a program is attached, programs are attached and proven
 * before anybody is told that we are ready. Whatever fails takes down again what was made, and says why, once; what an
 * agent before had put in force stays.
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
#include "cgroup_tree.h"
#include "counters.h"
#include "folds.h"
#include "guard.h"
#include "log.h"
#include "notify.h"
#include "policy/names.h"
#include "probe.h"
#include "procfs.h"
#include "pulse.h"
#include "resolve.h"
#include "takeover.h"
#include "when.h"

#define RING_BUDGET    1024  /* records of one turn; more wait in the ring while the loop looks at the rest */
#define DRAIN_BUDGET   16384 /* about what the ring holds */
#define TICK_MS	       1000
#define FLUSH_MS       2000 /* for each sink, at the end */
#define PROBES_MAX     64
#define FOLLOW_SECONDS 3 /* between changes that containers bring about by their symbolic links */

/* --- what happens ----------------------------------------------------------------------------------------- */

/* What the kernel side tells of cgroups is for us; all else becomes an event. */
static void on_record(void *context, const void *record, size_t size)
{
	struct agent *agent = context;
	const struct bw_cgroup_record *cgroup = record;

	if (size < sizeof(*cgroup) || cgroup->record.type != BW_RECORD_CGROUP) {
		pipeline_record(&agent->pipeline, record, size);
		return;
	}
	if (cgroup->removed)
		cgroups_removed(agent->cgroups, cgroup->id);
	else
		cgroups_made(agent->cgroups, cgroup->id,
			     cgroup->size && cgroup->size < sizeof(cgroup->path) ? cgroup->path : NULL);
}

static void consume(struct agent *agent, int budget)
{
	int n = ring_consume(agent->ring, budget);

	if (n < 0)
		log_warning_errno(n, "Cannot read the ring of events: %m, ignoring");
	if (n >= 0 && n < budget)
		cgroups_settle(agent->cgroups);
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

static void on_settled(void *context)
{
	struct agent *agent = context;

	(void)keep_now(&agent->keep);
}

static void on_trial(void *context, const char *state)
{
	struct agent *agent = context;

	pipeline_trial(&agent->pipeline, state, trial_is_on(&agent->trial) ? trial_left(&agent->trial) : 0);
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

static void on_cgroup(void *context, const struct cgroup *cgroup)
{
	struct agent *agent = context;

	if (agent->store.tables) /* else they are about to be filled */
		(void)apply_cgroup(agent->loader, agent->store.tables, cgroup);
}

static void on_cgroup_gone(void *context, __u64 id)
{
	struct agent *agent = context;

	if (agent->store.tables)
		apply_cgroup_gone(agent->loader, id);
}

/*
 * Among what is lost may be that cgroups were made or removed. How far it was told stands in the kernel, for the agent
 * that comes next.
 */
static void report_lost(struct agent *agent, __u64 lost)
{
	volatile struct bw_control *control = load_control(agent->loader);

	if (lost <= control->told)
		return;
	pipeline_lost(&agent->pipeline, lost - control->told);
	control->told = lost;
	control_published(agent->control);
	cgroups_walk(agent->cgroups);
}

static void on_folded(void *context, const struct bw_fold *fold, __u64 count)
{
	struct agent *agent = context;

	pipeline_suppressed(&agent->pipeline, fold, count);
	control_published(agent->control);
}

/* Behind the events that they are equal to, and only if there are new ones. */
static void report_suppressed(struct agent *agent, __u64 suppressed, bool all)
{
	if (suppressed == agent->suppressed && !agent->folds_wait)
		return;
	agent->suppressed = suppressed;
	agent->folds_wait = folds_take(agent->loader, all, on_folded, agent) != 0;
}

/* `last`: no other look follows. */
static void look_at_counters(struct agent *agent, bool last)
{
	struct bw_stats stats;

	if (counters_stats(agent->loader, &stats) < 0)
		return;
	load_control(agent->loader)->decided = stats.decided;
	report_suppressed(agent, stats.suppressed, last);
	report_lost(agent, stats.lost);
}

void agent_follow_roots(struct agent *agent)
{
	if (!cgroups_has_unknown(agent->cgroups) || !agent->store.tables)
		return;
	agent->followed = when_steady();
	(void)store_refresh(&agent->store);
}

static void on_tick(void *context)
{
	struct agent *agent = context;
	size_t i;

	if (agent->trimmed != agent->store.active) {
		agent->trimmed = agent->store.active;
		malloc_trim(0); /* a change of policies takes many times what stays of it */
	}
	agent->beating = pulse_watch(agent->beating);
	look_at_counters(agent, false);
	load_know_binary(agent->loader);
	if (agent->keep.behind)
		(void)keep_now(&agent->keep);
	cgroups_tick(agent->cgroups);
	if (when_steady() >= agent->followed + FOLLOW_SECONDS * 1000000000ull)
		agent_follow_roots(agent);
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

static int check_kernel(struct agent *agent)
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
		if (result[i].state != PROBE_OK && !strcmp(result[i].name, PROBE_DIGESTS))
			agent->no_digests = true;
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

static int open_cgroups(struct agent *agent)
{
	struct cgroups_options options = {
		.loop = agent->loop,
		.root = cgroup_tree_root(),
		.node = "",
		.changed = on_cgroup,
		.gone = on_cgroup_gone,
		.context = agent,
	};
	int r = 0;

	if (agent->config->kubelet.from)
		r = kubelet_new(agent->loop, &agent->config->kubelet, &agent->kubelet);
	options.kubelet = agent->kubelet;
	r = r < 0 ? r : cgroups_new(&options, &agent->cgroups);
	if (r < 0)
		return log_error_errno(r, "Cannot make room for cgroups: %m");
	if (!options.root)
		log_warning("No cgroup-v2 tree is mounted: no container can be told from another, ignoring");
	if (agent->kubelet)
		kubelet_refresh(agent->kubelet); /* at once, so that what is wrong with it is told at the start */
	cgroups_walk(agent->cgroups);
	r = given_new(agent->config->state_dir, &agent->given);
	if (r < 0)
		return log_error_errno(r, "Cannot make room for what hooks tell: %m");
	given_restore(agent->given, agent->cgroups);
	return 0;
}

static int open_pipeline(struct agent *agent)
{
	struct sink *sink;
	size_t i;
	int r;

	agent->pipeline =
		(struct pipeline){ .node = agent->config->node, .store = &agent->store, .cgroups = agent->cgroups };
	r = pipeline_init(&agent->pipeline);
	if (r < 0)
		return log_error_errno(r, "Cannot make room for events: %m");
	for (i = 0; i < agent->config->log.n; i++) {
		r = sink_new(agent->loop, agent->config->log.text[i], &sink);
		if (r < 0)
			return r;
		sink_set_rotation(sink, agent->config->log_size, agent->config->log_files);
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
	const struct load_options options = {
		.pins = agent->config->pins,
		.on_error = agent->config->on_error,
		.unknown_container = agent->config->unknown_container,
		.judge_open_files = agent->config->judge_open_files,
		.measure = agent->config->measure_programs,
		.fold_after = agent->config->fold_after,
		.guard = agent->config->guard,
	};
	int r = load_open(&options, &agent->loader);

	if (r < 0)
		return r;
	r = lockout_new(agent->config, "/proc", &agent->lockout);
	if (r < 0)
		return log_error_errno(r, "Cannot note which programs no policy may deny: %m");
	read_node_id(agent);
	agent->store = (struct store){
		.loader = agent->loader,
		.cgroups = agent->cgroups,
		.compile = { .no_digests = agent->no_digests, .node_id = agent->node_id, .resolve = resolve_path },
		.changed = on_changed,
		.lockout = agent->lockout,
		.settled = on_settled,
		.context = agent,
	};
	if (getrandom(agent->store.compile.hash_key, sizeof(agent->store.compile.hash_key), 0) !=
	    sizeof(agent->store.compile.hash_key))
		return log_error_errno(-EIO, "Cannot draw a random key for the tables: %m");
	agent->reload = (struct reload){ .store = &agent->store, .folders = &agent->config->policy_dirs };
	if (agent->config->guard || load_is_sealed(agent->loader))
		r = guard_policy(agent->config, &agent->store.guard);
	r = r < 0 ? r : takeover_begin(agent);
	if (r < 0)
		return r;
	keep_open(&agent->keep, agent->config->state_dir, &agent->store);
	return reload_folders(&agent->reload, true, NULL);
}

/* From here the kernel side tells of cgroups; those that were made since they were read first are found by a walk. */
static int attach(struct agent *agent)
{
	int r = load_follow(agent->loader);

	if (r < 0)
		return r;
	cgroups_walk(agent->cgroups);
	r = load_attach(agent->loader);
	if (r >= 0)
		takeover_attached(agent);
	return r;
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
	agent->trial = (struct trial){
		.keep = &agent->keep,
		.reload = &agent->reload,
		.told = on_trial,
		.context = agent,
	};
	r = r < 0 ? r : trial_open(&agent->trial, agent->loop);
	return r < 0 ? log_error_errno(r, "Cannot start the timers: %m") : 0;
}

static int confine(struct agent *agent)
{
	const char *helper = agent->kubelet ? kubelet_program(agent->kubelet) : NULL;

	return confine_agent(agent->config, helper, &agent->confinement);
}

/* A trial has to end first: what it brought could not be taken back any more. */
static int seal(struct agent *agent)
{
	int r;

	if (!agent->config->seal && !load_is_sealed(agent->loader))
		return 0;
	if (trial_is_on(&agent->trial) && !load_is_sealed(agent->loader)) {
		log_warning("A change is on trial: the node is not sealed before the agent starts again");
		return 0;
	}
	r = store_seal(&agent->store);
	if (r < 0)
		return log_error_errno(r, "Cannot seal the node: %m");
	load_seal(agent->loader);
	log_info("The node is sealed: what enforces stays until it starts again");
	return 0;
}

static void tell_ready(struct agent *agent)
{
	agent->since = when_now();
	agent->beating = true;
	log_info("Enforcing on '%s'; policies in force: %zu, broken policy files: %zu", agent->config->node,
		 agent->store.n, reload_failures(&agent->reload));
	takeover_tell(agent);
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
	r = check_kernel(agent);
	r = r < 0 ? r : check_folders(config);
	r = r < 0 ? r : open_loop(agent);
	r = r < 0 ? r : open_cgroups(agent);
	r = r < 0 ? r : open_pipeline(agent);
	r = r < 0 ? r : claim_socket(agent);
	r = r < 0 ? r : watch_node(agent);
	r = r < 0 ? r : open_store(agent); /* policies are in the maps before any program is attached */
	r = r < 0 ? r : attach(agent);
	r = r < 0 ? r : open_ring(agent);
	r = r < 0 ? r : start_timers(agent);
	r = r < 0 ? r : control_listen(agent->control);
	r = r < 0 ? r : confine(agent);
	r = r < 0 ? r : takeover_keep(agent); /* last: of a start that fails nothing stays */
	r = r < 0 ? r : seal(agent);
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

/* What is in force stays, with what the agent that comes next has to know. */
static void leave_kernel(struct agent *agent)
{
	if (!agent->loader)
		return;
	if (agent->take_down)
		(void)load_take_down(agent->loader);
	else
		load_know_binary(agent->loader);
	agent->loader = load_free(agent->loader);
}

void agent_stop(struct agent *agent)
{
	size_t i;

	if (agent->ring) {
		agent_drain(agent);
		if (agent->since)
			look_at_counters(agent, true); /* up to here, so that the next agent counts from here */
		loop_unwatch(&agent->ring_watch);      /* its descriptor is the ring's */
	}
	trial_close(&agent->trial);
	loop_timer_close(&agent->watchdog);
	loop_timer_close(&agent->tick);
	folders_free(agent->folders);
	close_watch(&agent->mounts);
	ring_free(agent->ring);
	leave_kernel(agent);
	if (agent->since)
		pipeline_agent(&agent->pipeline, &(struct format_agent){ .state = "stopped" });
	if (agent->control)
		control_close(agent->control);
	for (i = 0; i < agent->pipeline.n_sinks; i++)
		sink_flush(agent->pipeline.sink[i], FLUSH_MS);
	control_free(agent->control); /* now: who asked us to stop waits for this end */
	reload_done(&agent->reload);
	keep_close(&agent->keep);
	agent->lockout = lockout_free(agent->lockout);
	store_done(&agent->store);
	pipeline_done(&agent->pipeline);
	agent->given = given_free(agent->given);
	agent->cgroups = cgroups_free(agent->cgroups);
	agent->kubelet = kubelet_free(agent->kubelet);
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
		log_info("Stopping: %s", agent.take_down ? "taking enforcement down"
							 : "policies stay in force; `bulwarkd --stop` takes them down");
		if (r >= 0)
			r = !agent.take_down && reload_failures(&agent.reload) ? 1 : 0;
	}
	agent_stop(&agent);
	return r;
}
