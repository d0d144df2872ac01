/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what an agent before this one has left in the kernel. Out: an agent that goes on with it, and an event that says
 * what happened meanwhile.
 */
#include "takeover.h"
#include <errno.h>
#include "agent.h"
#include "counters.h"
#include "log.h"
#include "seal.h"

/* Records of sets that an agent before has put in force may wait in the ring. */
static void inherit_rosters(struct agent *agent)
{
	struct roster *roster;
	unsigned int back = 2;

	while (back--)
		if (heritage_roster(agent->loader, back, &roster) >= 0)
			store_inherit(&agent->store, roster);
}

/* Tables hold for every path without them. */
static void inherit_marks(struct agent *agent)
{
	int r = heritage_origins(agent->loader);

	if (r >= 0 && agent->store.tables)
		r = apply_marks(agent->loader, agent->store.tables);
	if (r < 0)
		log_warning_errno(r, "Cannot take over which files were linked or renamed; they are known by the names "
				     "that they have now: %m, ignoring");
}

/*
 * What the kernel side knows of pods is in the tables that go on deciding; those to come would know less until the
 * kubelet has been read.
 */
static void await_names(struct agent *agent)
{
	if (agent->kubelet && load_origin(agent->loader) != LOAD_FRESH)
		kubelet_await(agent->kubelet);
}

/* Of another version it cannot be read, and who put this one in its place is trusted: it seals what it has. */
static int inherit_seal(struct agent *agent)
{
	int r;

	if (!load_is_sealed(agent->loader))
		return 0;
	r = seal_new(&agent->store.seal);
	r = r < 0 ? r : heritage_seal(agent->loader, agent->store.seal);
	if (r == -EPROTO) {
		log_warning("The node was sealed by another version of bulwark: what enforced there is not compared");
		return 0;
	}
	if (r < 0)
		log_error_errno(r, "The node is sealed, and what enforces cannot be read: %m; it goes on");
	return r;
}

int takeover_begin(struct agent *agent)
{
	await_names(agent);
	if (load_origin(agent->loader) == LOAD_ADOPTED)
		inherit_rosters(agent);
	else if (load_origin(agent->loader) == LOAD_REPLACES)
		inherit_marks(agent);
	return inherit_seal(agent);
}

void takeover_attached(struct agent *agent)
{
	if (load_origin(agent->loader) == LOAD_REPLACES)
		inherit_marks(agent);
}

int takeover_keep(struct agent *agent)
{
	return heritage_keep(agent->loader, &agent->rest);
}

/* How many decisions there were since the agent before last looked; it looks each second. */
static __u64 decided_meanwhile(const struct agent *agent)
{
	struct bw_stats stats;

	if (load_origin(agent->loader) == LOAD_REPLACES)
		return agent->rest.decided;
	if (counters_stats(agent->loader, &stats) < 0)
		return 0;
	return stats.decided - load_control(agent->loader)->decided;
}

void takeover_tell(struct agent *agent)
{
	struct format_agent begin = { .state = "started" };

	if (load_origin(agent->loader) != LOAD_FRESH) {
		begin = (struct format_agent){ .state = "took over", .decided = decided_meanwhile(agent) };
		log_info("Took over from an agent before, %s; decisions meanwhile: %llu",
			 load_origin(agent->loader) == LOAD_ADOPTED ? "whose programs go on"
								    : "whose programs were replaced",
			 (unsigned long long)begin.decided);
	}
	pipeline_agent(&agent->pipeline, &begin);
	if (agent->rest.untold)
		pipeline_lost(&agent->pipeline, agent->rest.untold);
}
