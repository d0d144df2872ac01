/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One set of tables: exactly what the maps will hold (include/bulwark/abi.h), in arrays, and the names that
 * events need. Made by compile, read by apply and simulate. Immutable once made, but for `policy[n].mode`.
 */
#ifndef POLICY_TABLES_H
#define POLICY_TABLES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <base/arena.h>
#include <bulwark/abi.h>
#include "alias.h"
#include "pattern.h"

struct table_edge {
	struct bw_edge key;
	__u32 next;
};

struct table_prefix {
	__u8 family; /* 4 or 6 */
	__u8 length;
	__u8 address[16];
	__u32 network;
};

struct table_socket {
	struct bw_socket key;
	__u32 label;
};

struct table_digest {
	struct bw_digest digest;
	__u32 traits;
};

/* A path that names one file and a label with BW_LABEL_KEEPS: its inode is to be marked when the tables go in force.
 */
struct table_mark {
	const char *path;
	__u32 label;
};

/* A folder below which a pattern with wildcards may keep files: to be searched for such as have several links. */
struct table_search {
	const char *path;
	const char *pattern; /* as written */
	const char *policy;
};

enum table_name {
	TABLE_IMAGE,
	TABLE_NAME,
	TABLE_NAMESPACE,
	TABLE_POD,
	TABLE_LABEL, /* as key=value */
	TABLE_ALIAS, /* a path leads elsewhere in its root */
};

/* What a rule asks of the names of a container, which the kernel side cannot see: see cgroup.h. */
struct table_name_condition {
	__u32 trait;
	enum table_name key;
	struct component *glob; /* or-ed */
	size_t n_globs;
	struct alias_set aliases; /* of TABLE_ALIAS: or-ed */
};

struct table_rule_name {
	__u32 policy;
	const char *name;    /* "default" for a default */
	const char *message; /* NULL: none */
	__u8 operation;
	__u8 action;
};

struct table_tag {
	const char *key;
	const char *value;
};

struct table_policy_name {
	const char *name;
	const char *hash;
	struct table_tag *tag;
	size_t n_tags;
	__u32 first_rule; /* its rules and defaults are rule_name[first_rule .. + n_rules) */
	__u32 n_rules;
	bool rolled_out; /* false: `mode: enforce`, but this node is outside `rollout` and audits */
};

struct tables {
	struct arena arena; /* owns everything below */
	struct bw_header header;
	struct bw_state *state;
	size_t n_states;
	struct table_edge *edge; /* sorted by state, then name */
	size_t n_edges;
	__u32 *glob_row;
	size_t n_glob_rows;
	__u32 *glob_cell;
	size_t n_glob_cells;
	struct bw_label *label;
	size_t n_labels;
	struct bw_rule *rule;
	size_t n_rules; /* entries: rules as they stand in labels and defaults */
	struct bw_policy *policy;
	size_t n_policies;
	struct bw_traits *trait_set;
	size_t n_trait_sets; /* set 0 is empty */
	struct bw_id_range *id_range;
	size_t n_id_ranges;
	struct table_prefix *prefix; /* sorted by family, address, length */
	size_t n_prefixes;
	struct bw_network *network;
	size_t n_networks;
	struct bw_port_range *port_range;
	size_t n_port_ranges;
	struct table_socket *socket; /* sorted by family, type, protocol, as in kinds.c */
	size_t n_sockets;
	struct table_digest *digest; /* sorted */
	size_t n_digests;
	struct table_name_condition *name_condition;
	size_t n_name_conditions;
	struct table_mark *mark;
	size_t n_marks;
	struct table_search *search; /* sorted by path, each path once */
	size_t n_searches;
	const char **asked_path; /* literal paths that a link in a container's root may lead elsewhere; each once */
	size_t n_asked_paths;
	bool asked_all;			   /* false: there are more than BW_ASKED_PATHS_MAX */
	struct table_rule_name *rule_name; /* by rule id */
	size_t n_rule_names;
	struct table_policy_name *policy_name; /* by policy number */
};

/* A copy of `n` elements in the tables' arena; NULL only when out of memory. */
void *tables_keep(struct tables *tables, const void *array, size_t n, size_t size);

/* What header.enforced has to be for the modes that the policies have now: for who switches one. */
__u32 tables_enforced(const struct tables *tables);

/* How many subject lists there are: each is a bit that some set of traits has. */
__u64 tables_count_traits(const struct tables *tables);

/* Has every policy enforce, whatever its mode is: to judge by rules alone. */
void tables_enforce(struct tables *tables);

struct tables *tables_free(struct tables *tables); /* returns NULL; accepts NULL */

#endif
