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

/* Has one of the operations (or BW_DEFAULT_*) a default? Then a place without any label matters too. */
static inline __u32 enforce_defaulted(const struct bw_generation *now, __u32 slots)
{
	return bw_header_of(now->active & 1)->defaulted & slots;
}

static inline int enforce_label_rules(bw_set_t set, __u32 number, __u32 operation)
{
	const struct bw_label *label = number ? bw_label_at(set, number) : NULL;

	return label && label->rules[operation % BW_OP_SLOTS].count;
}

/* Is there any rule of its place to weigh, or a default? */
static inline int enforce_placed(const struct bw_request *request)
{
	const struct bw_place *place = &request->place;
	bw_set_t set = request->now.active & 1;
	__u32 operation = request->operation;

	if (place->unknown)
		return 1;
	if (!request->no_default && enforce_defaulted(&request->now, 1 << (request->default_slot ?: operation)))
		return 1;
	return place->n_kept || enforce_label_rules(set, place->label[0], operation) ||
	       (place->label[1] != place->label[0] && enforce_label_rules(set, place->label[1], operation));
}

/* Is there any rule to weigh? */
static inline int enforce_concerned(const struct bw_request *request)
{
	return bw_header_of(request->now.active & 1)->anywhere[request->operation % BW_OP_SLOTS].count ||
	       enforce_placed(request);
}

/* on_error, for a request that is about these operations (a mask): does it deny? Only what some policy can. */
static inline int enforce_on_error(bw_set_t set, __u32 operations)
{
	return control.on_error != BW_ON_ERROR_ALLOW && bw_header_of(set)->enforced & operations;
}

/* The same where there is no task to report it of. */
static inline int enforce_undecided(bw_set_t set, __u32 operations)
{
	report_unseen();
	return enforce_on_error(set, operations) ? -BW_EPERM : 0;
}

/*
 * Adds the trait of who owns the file, or does not: by the ids of the file system itself, whatever the mount maps
 * them to. What does not exist yet will be the process's own.
 */
static inline void enforce_find_owner(struct bw_request *request)
{
	const struct bw_header *header = bw_header_of(request->now.active & 1);
	__u32 owner, fsuid;

	request->owner = 0;
	if (!(header->owner[0] | header->owner[1]) || request->kind != BW_OBJECT_FILE ||
	    request->operation > BW_OP_WRITE)
		return;
	owner = fsuid = bpf_get_current_task_btf()->cred->fsuid.val;
	if (request->inode)
		bw_read(owner, struct inode, request->inode, i_uid.val);
	request->owner = owner == fsuid ? header->owner[1] : header->owner[0];
}

/* Adds a trait set to what holds for the object, by its number; 0: none. A set that is not there leaves it undecided.
 */
static inline void enforce_add_traits(struct bw_task *task, __u32 number)
{
	const struct bw_traits *traits;

	if (!number)
		return;
	traits = bw_table_at(trait_sets, task->request.now.active & 1, &number);
	if (traits)
		subject_add(&task->object, traits);
	else
		task->request.place.unknown = 1;
	task->request.has_traits = 1;
}

static __noinline int enforce_add_owner(struct bw_task *task)
{
	enforce_find_owner(&task->request);
	enforce_add_traits(task, task->request.owner);
	return 0;
}

/* Puts the request of the task to the tables: fills its decision. */
static __noinline int enforce_decide(struct bw_task *task)
{
	const struct bw_request *request = &task->request;
	struct bw_decision *decision = &task->decision;
	struct bw_question question = {
		.operation = request->operation,
		.default_slot = request->default_slot ?: request->operation,
		.views = request->place.views,
		.label = { request->place.label[0], request->place.label[1] },
		.kept = { request->place.kept[0], request->place.kept[1], request->place.kept[2],
			  request->place.kept[3] },
		.no_default = request->no_default,
		.any = &task->subject.held.any,
		.all = &task->subject.held.all,
		.object = &task->object,
	};

	decision->verdict = BW_VERDICT_ALLOW;
	decision->n = 0;
	decision->error = 0;
	bw_decide(request->now.active & 1, &question, decision);
	if (request->has_traits)
		__builtin_memset(&task->object, 0, sizeof(task->object));
	return 0;
}

/* Answers for a decision that could not be taken. Returns 1 when the operation is denied. */
static inline int enforce_answer(struct bw_task *task)
{
	const struct bw_request *request = &task->request;
	int deny = enforce_on_error(request->now.active & 1, 1 << request->operation);

	task->ruleless = BW_RECORD_UNDECIDED;
	task->ruleless_verdict = deny ? BW_VERDICT_DENY : BW_VERDICT_ALLOW;
	return deny;
}

/* Carries out what was decided. */
static inline int enforce_verdict(struct bw_task *task)
{
	const struct bw_decision *decision = &task->decision;
	int denied = decision->verdict >= BW_VERDICT_DENY;

	task->ruleless = 0;
	if (!denied && (decision->error || task->request.place.unknown))
		denied = enforce_answer(task);
	if (decision->n || task->ruleless)
		report_task(task);
	if (decision->verdict == BW_VERDICT_KILL)
		bpf_send_signal(BW_SIGKILL);
	return denied ? -BW_EPERM : 0;
}

/* Carries out a denial where the operation cannot fail any more. */
static inline void enforce_too_late(void)
{
	bpf_send_signal(BW_SIGKILL);
}

/*
 * Asks for the current thread. `endpoint` of a request whose object is told by numbers (maps.h), else NULL. Both are
 * copied before anything else is done: of what stands in the task's memory the verifier follows no values, of the
 * caller's stack it would follow each.
 */
static inline int enforce_ask(const struct bw_request *request, const struct bw_event_object *endpoint)
{
	struct bw_task *task;

	if (!enforce_concerned(request))
		return 0;
	task = subject_task();
	if (!task)
		return enforce_undecided(request->now.active & 1, 1 << request->operation);
	task->request = *request;
	if (endpoint)
		task->endpoint = *endpoint;
	else
		enforce_add_owner(task);
	subject_refresh(task, &task->request.now);
	enforce_decide(task);
	return enforce_verdict(task);
}

/* The same, for requests about files and unix sockets. */
static __noinline int enforce_request(const struct bw_request *request)
{
	return enforce_ask(request, NULL);
}

#endif
