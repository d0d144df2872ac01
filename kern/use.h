/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests about facilities: what is not a file and not a peer, but a power over the system. A facility is one of
 * few, so its label stands in the header; what it is used on is for the event only.
 */
#ifndef KERN_USE_H
#define KERN_USE_H

#include "enforce.h"
#include <bulwark/facility.h>
#include <bulwark/socket.h>

#define USE_COMM_SIZE 16

static inline struct bw_request use_request(__u32 hook)
{
	return (struct bw_request){ .operation = BW_OP_USE, .hook = hook, .kind = BW_OBJECT_FACILITY };
}

static inline struct bw_event_object use_object(__u32 facility)
{
	return (struct bw_event_object){ .kind = BW_OBJECT_FACILITY, .facility = facility };
}

/* Completes a request that enforce_open() has opened, and asks. */
static __noinline int use_ask(struct bw_request *request, const struct bw_event_object *object)
{
	__u32 facility = object->facility;

	request->place.label[0] = bw_header_of(request->now.active & 1)->facility[facility % BW_FACILITY_SLOTS];
	request->place.views = 1;
	request->default_slot = bw_facility_slot(facility);
	return enforce_ask(request, object);
}

/* A facility that is used on nothing that has a name. */
static inline int use_plain(__u32 facility, __u32 hook)
{
	struct bw_event_object object = use_object(facility);
	struct bw_request request = use_request(hook);

	if (!enforce_open(&request.now, 1 << BW_OP_USE))
		return 0;
	return use_ask(&request, &object);
}

/* Used on a file or a folder. */
static inline int use_on_path(__u32 facility, __u32 hook, __u64 dentry, __u64 mount)
{
	struct bw_event_object object = use_object(facility);
	struct bw_request request = use_request(hook);

	if (!enforce_open(&request.now, 1 << BW_OP_USE))
		return 0;
	request.dentry = dentry;
	request.mount = mount;
	return use_ask(&request, &object);
}

/* What an event says of a process; `number` is the signal. */
static inline void use_about_task(struct bw_request *request, struct bw_event_object *object,
				  const struct task_struct *task, __u32 number)
{
	object->number = number;
	object->target = task->tgid;
	request->name = (__u64)task;
	request->name += bpf_core_field_offset(struct task_struct, comm);
	request->name_size = USE_COMM_SIZE;
}

/* Used on a process. */
static inline int use_on_task(__u32 facility, __u32 hook, const struct task_struct *task, __u32 number)
{
	struct bw_event_object object = use_object(facility);
	struct bw_request request = use_request(hook);

	if (!enforce_open(&request.now, 1 << BW_OP_USE))
		return 0;
	use_about_task(&request, &object, task, number);
	return use_ask(&request, &object);
}

#endif
