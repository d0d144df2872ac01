/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is kept for a thread that ends, also where the kernel does not give it.
 *
 * Before 6.2 bpf_task_storage_get() gives nothing to a program that interrupts another lookup on its CPU, and the end
 * of a thread is such an interrupt: it comes in a softirq. Nobody asks for the thread afterwards, so what it holds
 * would be held for ever. Then its storage is read, not written, where it stands: it is freed after the hook.
 */
#ifndef KERN_STORED_H
#define KERN_STORED_H

#include "place.h"

#define STORED_MAPS 64 /* of all programs on the node that keep something for the thread */

struct bw_stored_search {
	__u64 next;  /* address of the hlist_node of the next storage */
	__u64 found; /* of our data; 0: not yet */
	__u32 map;   /* number of our map */
};

static long stored_is_ours(__u32 i, void *context)
{
	struct bw_stored_search *search = context;
	__u64 element, map = 0;
	__u32 number = 0;

	if (!search->next)
		return 1;
	element = search->next - bpf_core_field_offset(struct bpf_local_storage_elem, snode);
	bw_read(map, struct bpf_local_storage_elem, element, sdata.smap);
	bw_read(number, struct bpf_local_storage_map, map, map.id);
	if (number == search->map) {
		search->found = element + bpf_core_field_offset(struct bpf_local_storage_elem, sdata.data);
		return 1;
	}
	bw_read(search->next, struct hlist_node, search->next, next);
	return 0;
}

/* Fills the descent that is kept for the thread. Returns 0: there is none. */
static __noinline int stored_descent(const struct task_struct *thread, struct bw_descent *ret)
{
	struct bw_stored_search search = { .map = ((struct bpf_map *)&tasks)->id };
	__u64 storage = (__u64)thread->bpf_storage;

	if (!storage)
		return 0;
	bw_read(search.next, struct bpf_local_storage, storage, list.first);
	bpf_loop(STORED_MAPS, stored_is_ours, &search, 0);
	return search.found &&
	       !bpf_probe_read_kernel(ret, sizeof(*ret),
				      (void *)(search.found + __builtin_offsetof(struct bw_task, descent)));
}

#endif
