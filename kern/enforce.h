/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Request -> decide -> report -> errno. The only room that returns -EPERM or sends SIGKILL.
 *
 * Every hook fills a request and ends in enforce_ask(). What cannot be decided takes `on_error` here and nowhere
 * else, and only for operations that some enforcing policy can deny.
 */
#ifndef KERN_ENFORCE_H
#define KERN_ENFORCE_H

#include "report.h"

/*
 * Opens a request on the tables in force. Returns the operations of the mask that some policy is about: with none
 * there is nothing to do.
 */
static inline __u32 enforce_open(struct bw_generation *now, __u32 operations)
{
	now->active = *(volatile __u64 *)&control.active;
	now->paths = *(volatile __u64 *)&control.paths;
	return bw_header_of(now->active & 1)->judged & operations;
}

/* Has one of the operations a default? Then a place without any label matters too. */
static inline __u32 enforce_defaulted(const struct bw_generation *now, __u32 operations)
{
	return bw_header_of(now->active & 1)->defaulted & operations;
}

static inline int enforce_label_rules(bw_set_t set, __u32 number, __u32 operation)
{
	const struct bw_label *label = number ? bw_label_at(set, number) : NULL;

	return label && label->rules[operation % BW_OP_SLOTS].count;
}

/* Is there any rule to weigh? */
static inline int enforce_concerned(const struct bw_request *request)
{
	const struct bw_place *place = &request->place;
	bw_set_t set = request->now.active & 1;
	__u32 operation = request->operation;

	if (place->unknown || (!request->no_default && enforce_defaulted(&request->now, 1 << operation)))
		return 1;
	return enforce_label_rules(set, place->label[0], operation) ||
	       (place->label[1] != place->label[0] && enforce_label_rules(set, place->label[1], operation)) ||
	       enforce_label_rules(set, place->mark, operation);
}

/*
 * on_error, for a request that is about these operations (a mask), of which some enforcing policy can deny one.
 * `task` may be NULL: then the operation is counted and not reported.
 */
static inline int enforce_undecided(struct bw_task *task, bw_set_t set, __u32 operations)
{
	__u32 deny = control.on_error != BW_ON_ERROR_ALLOW && bw_header_of(set)->enforced & operations;

	report_undecided(task, deny ? BW_VERDICT_DENY : BW_VERDICT_ALLOW);
	return deny ? -BW_EPERM : 0;
}

/* Puts the request of the task to the tables: fills its decision. */
static __noinline int enforce_decide(struct bw_task *task)
{
	const struct bw_request *request = &task->request;
	struct bw_decision *decision = &task->decision;
	struct bw_question question = {
		.operation = request->operation,
		.views = request->place.views,
		.label = { request->place.label[0], request->place.label[1] },
		.mark = request->place.mark,
		.no_default = request->no_default,
		.any = &task->subject.any,
		.all = &task->subject.all,
	};

	decision->verdict = BW_VERDICT_ALLOW;
	decision->n = 0;
	decision->error = 0;
	bw_decide(request->now.active & 1, &question, decision);
	return 0;
}

/* Carries out what was decided. */
static inline int enforce_verdict(struct bw_task *task)
{
	const struct bw_decision *decision = &task->decision;

	if (decision->n)
		report_decision(task);
	if (decision->verdict == BW_VERDICT_KILL)
		bpf_send_signal(BW_SIGKILL);
	if (decision->verdict >= BW_VERDICT_DENY)
		return -BW_EPERM;
	if (decision->error || task->request.place.unknown)
		return enforce_undecided(task, task->request.now.active & 1, 1 << task->request.operation);
	return 0;
}

/* Asks for the current thread. `endpoint` of a request of kind BW_OBJECT_INET, else NULL. */
static inline int enforce_ask(const struct bw_request *request, const struct bw_event_object *endpoint)
{
	struct bw_task *task;

	if (!enforce_concerned(request))
		return 0;
	task = subject_current(&request->now);
	if (!task)
		return enforce_undecided(NULL, request->now.active & 1, 1 << request->operation);
	task->request = *request;
	if (endpoint)
		task->endpoint = *endpoint;
	enforce_decide(task);
	return enforce_verdict(task);
}

/* The same, for requests about files and unix sockets. */
static __noinline int enforce_request(const struct bw_request *request)
{
	return enforce_ask(request, NULL);
}

#endif
