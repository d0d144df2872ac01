/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests about unix sockets: the object is a path, or the name of an abstract socket, which the automaton
 * reads as one component from a state of its own. A policy's `default` is not about them.
 */
#ifndef KERN_UNIX_H
#define KERN_UNIX_H

#include "file.h"

static inline int unix_judge_path(struct bw_request *request, struct dentry *dentry, struct vfsmount *mount)
{
	label_walk(&request->now, dentry, mount, dentry->d_inode, &request->place);
	request->no_default = 1;
	request->kind = BW_OBJECT_UNIX;
	request->dentry = (__u64)dentry;
	request->mount = (__u64)mount;
	return enforce_request(request);
}

/* Labels of an abstract name: one component, read by the automaton from a state of its own. */
static __noinline int unix_read_abstract(struct bw_scratch *scratch, bw_set_t set, __u64 name, __u32 size)
{
	struct bw_component *component = &scratch->inner[0];
	struct bw_loop loop = { .scratch = scratch };

	scratch->walk = (struct bw_walk){ .set = set };
	scratch->place = (struct bw_place){};
	if (automaton_read_name(scratch, (const void *)name, size) < 0) {
		scratch->place.unknown = 1;
		return 0;
	}
	component->name = name;
	component->length = size;
	component->hash = automaton_hash(&loop, size & 0xff);
	place_add_view(scratch, automaton_run(&loop, 1, 1, BW_STATE_ABSTRACT));
	return 0;
}

/* `name`: in kernel memory, without the NUL that makes it abstract. */
static inline int unix_judge_abstract(struct bw_request *request, __u64 name, __u32 size)
{
	struct bw_scratch *scratch = scratch_claim();

	request->no_default = 1;
	request->place.unknown = 1;
	if (scratch) {
		unix_read_abstract(scratch, request->now.active & 1, name, size);
		request->place = scratch->place;
		scratch_release(scratch);
	}
	request->kind = BW_OBJECT_ABSTRACT;
	request->name = name;
	request->name_size = size;
	return enforce_request(request);
}

#endif
