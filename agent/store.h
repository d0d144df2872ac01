/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The policies in force, and the only way to change them: as a transaction.
 *
 *	store_begin -> store_put, store_drop ... -> store_commit   (or store_abort)
 *
 * A commit compiles the candidate list and applies the tables; only then the list changes. On any failure the old
 * policies stay in force and the store is as it was.
 *
 * Owner: the store owns its entries, tables, guard and seal; a change owns what was put into it until it is committed.
 */
#ifndef AGENT_STORE_H
#define AGENT_STORE_H

#include <stdbool.h>
#include "apply.h"
#include "lockout.h"
#include "policy/compile.h"
#include "policy/policy.h"
#include "requester.h"
#include "roster.h"

#define STORE_ROSTERS 4 /* sets of tables that events in the ring may still be of */

struct store_entry {
	struct policy *policy;		/* its `mode` is what was last asked for, whatever the text says */
	char *file;			/* the folder's file that it stands in; NULL: it came over the socket */
	__u64 loaded;			/* when (when.h) */
	struct bw_counter before;	/* counted under sets of tables that are not in force any more */
	struct bw_counter *rule_before; /* the same by rule and default, in the tables' order; NULL: before the first */
	size_t n_rules_before;
	bool in_force; /* false: of a change that is not committed */
	bool told;     /* that it is */
	bool kept;     /* scratch of a commit */
};

enum store_change_kind {
	STORE_LOADED,
	STORE_UNLOADED,
	STORE_MODE,
};

typedef void (*store_changed_fn)(void *context, enum store_change_kind kind, const struct store_entry *entry,
				 const struct requester *requester);

/* Changes that came in force, what all of them and the last one took (nanoseconds), and those that did not. */
struct store_commits {
	__u64 n;
	__u64 failed;
	__u64 time;
	__u64 last;
};

typedef void (*store_settled_fn)(void *context);

struct store {
	struct loader *loader;
	const struct lockout *lockout; /* by which a change is judged; NULL: by none */
	struct policy *guard;	       /* the agent's own, compiled with the others (guard.h); NULL: none */
	struct seal *seal;	       /* what has to stay; NULL: the node is not sealed */
	struct cgroups *cgroups;       /* entered into each set of tables */
	struct compile_options compile;
	store_changed_fn changed; /* told after the change is in force, for each policy */
	store_settled_fn settled; /* told once after each change of what is in force; NULL: nobody */
	void *context;
	struct store_entry **entry;
	size_t n;
	struct tables *tables;	/* in force; entry[i] is policy i. NULL: what an agent before had put in force is */
	struct tables *waiting; /* see store_await() */
	__u64 active;
	struct roster *roster[STORE_ROSTERS]; /* the newest first */
	struct store_commits commits;
};

struct store_change {
	struct store *store; /* NULL: over */
	struct store_entry **entry;
	size_t n;
	size_t room;
	bool same;	/* the same policies, compiled anew */
	bool returning; /* what was in force before: not judged anew */
};

/* `store` comes with loader, cgroups, compile, changed and context filled in and the rest zero. */
void store_done(struct store *store);

struct store_entry *store_find(const struct store *store, const char *name);
const char *store_source(const struct store_entry *entry); /* the file, or "socket" */
const struct roster *store_roster(const struct store *store, __u64 active);

/* Of a set that an agent before has put in force: takes the roster. The newest comes last. */
void store_inherit(struct store *store, struct roster *roster);

size_t store_index(const struct store *store, const struct store_entry *entry); /* its number in the tables */
enum bw_mode store_mode_of(const struct store *store, size_t i); /* in force now: `rollout` has its say */

/* Counters of all entries, from the day each policy was loaded; `ret` has room for store->n. */
int store_counters(const struct store *store, struct bw_counter *ret);

/* The same by rule: `ret` has room for tables->n_rule_names; of the guard's nothing is said. A rule counts from the day
 * one of its name was loaded. */
int store_rule_counters(const struct store *store, struct bw_counter *ret);

int store_begin(struct store *store, struct store_change *ret);

/*
 * Adds `policy`, in place of the one of its name in force; takes it on success. Two of one name put into one change
 * both stay in, for the compiler to refuse. `file`: NULL for the socket.
 */
int store_put(struct store_change *change, struct policy *policy, const char *file);
bool store_drop(struct store_change *change, const char *name); /* false: there is none */

/*
 * Puts the change in force and ends it. -EINVAL with diagnostics when it does not compile; -EKEYREJECTED, logged, when
 * the node is sealed and it takes back what enforces; else what apply_tables() returned, which has said why. The change
 * is still to be aborted after a failure.
 */
int store_commit(struct store_change *change, const struct requester *requester, struct diag *diag);
void store_abort(struct store_change *change); /* does nothing after a commit; fit for _cleanup_ */

/*
 * For an agent that begins: the change is what was in force before, and counts as such, but the kernel side goes on
 * with what it has until the next commit, or until store_put_awaited() puts just that in force; so what was and what
 * has come since come in force as one. The store is empty. Returns as store_commit(), and nobody is told yet.
 */
int store_await(struct store_change *change, struct diag *diag);
int store_put_awaited(struct store *store);

/* Compiles what is in force anew, by what is known of the roots of containers now. Logs what failed. */
int store_refresh(struct store *store);

/* From here on what enforces stays, and what will: seal.h. -ENOMEM. */
int store_seal(struct store *store);

/*
 * Switches one policy at one instant: -ENOENT; -EINVAL with diagnostics when nobody could switch it back; -EKEYREJECTED
 * as above; or what apply_mode() returned. `requester` as above.
 */
int store_mode(struct store *store, const char *name, enum bw_mode mode, const struct requester *requester,
	       struct diag *diag);

#endif
