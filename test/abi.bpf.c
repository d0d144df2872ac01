/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every struct of include/bulwark/abi.h, for the kernel's compiler to describe: the kernel object itself knows those
 * only that its programs name; of map values it knows sizes. Never loaded; abi_test.c reads its types.
 */
#include <linux/types.h>
#include <bulwark/abi.h>

#define KEEP(type) struct type keep_##type

KEEP(bw_state);
KEEP(bw_edge);
KEEP(bw_slice);
KEEP(bw_label);
KEEP(bw_rule);
KEEP(bw_policy);
KEEP(bw_counter);
KEEP(bw_traits);
KEEP(bw_id_range);
KEEP(bw_prefix4);
KEEP(bw_prefix6);
KEEP(bw_network);
KEEP(bw_port_range);
KEEP(bw_socket);
KEEP(bw_inode_key);
KEEP(bw_mark);
KEEP(bw_marks);
KEEP(bw_cgroup);
KEEP(bw_lineage);
KEEP(bw_held);
KEEP(bw_standing);
KEEP(bw_cgroup_record);
KEEP(bw_origin_key);
KEEP(bw_origin);
KEEP(bw_digest);
KEEP(bw_header);
KEEP(bw_control);
KEEP(bw_guarded);
KEEP(bw_names);
KEEP(bw_stats);
KEEP(bw_fold);
KEEP(bw_record);
KEEP(bw_span);
KEEP(bw_event_object);
KEEP(bw_ancestor);
KEEP(bw_event_process);
KEEP(bw_event);
