/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests about running a file's code: by starting it, or by a mapping that is or becomes executable.
 *
 * The program's own file is not asked about again when it is mapped: that it may run was decided when it was started.
 * What else is mapped while the kernel loads a program, its ELF interpreter, is judged by rules, since who makes a
 * program may name any file there, and not by defaults, so that an allow-list need not name the loader for that.
 *
 * What rules ask beyond the place of the file becomes traits of the object here: that it has no name, its digest, the
 * arguments of the attempt, the applet of a box. Whether they ask is noted at the labels, so that nothing is read in
 * vain.
 */
#ifndef KERN_EXEC_H
#define KERN_EXEC_H

#include "arguments.h"
#include "file.h"

/* --- what is asked --------------------------------------------------------------------------------------- */

#define EXEC_ARGUMENTS (BW_LABEL_ARGUMENTS | BW_LABEL_APPLET) /* what the arguments are read for */

static inline __u32 exec_label_flags(bw_set_t set, __u32 number)
{
	const struct bw_label *label = number ? bw_label_at(set, number) : NULL;

	return label ? label->flags : 0;
}

/* BW_LABEL_*: what the rules that may be about a file at this place ask for. */
static inline __u32 exec_asked(bw_set_t set, const struct bw_place *place)
{
	__u32 asked = bw_header_of(set)->exec_anywhere | exec_label_flags(set, place->label[0]), i;

	if (place->label[1] != place->label[0])
		asked |= exec_label_flags(set, place->label[1]);
	if (!place->n_kept)
		return asked;
#pragma clang loop unroll(disable)
	for (i = 0; i < BW_KEPT_MAX; i++)
		asked |= exec_label_flags(set, place->kept[i]);
	return asked;
}

/* May a rule that names no place be about it? Most of these are about memory. */
static inline int exec_anywhere(bw_set_t set, __u32 memory)
{
	const struct bw_header *header = bw_header_of(set);

	return header->anywhere[BW_OP_EXEC].count && (memory || header->exec_anywhere & BW_LABEL_NAMED);
}

/* --- memory ---------------------------------------------------------------------------------------------- */

/* A file that has no name, or none any more: a memfd, shared memory, one deleted or never linked. */
static inline int exec_is_memory(const struct inode *inode)
{
	return !inode->__i_nlink || inode->i_sb->s_flags & PLACE_SB_NOUSER;
}

/* --- digest ---------------------------------------------------------------------------------------------- */

#define EXEC_HASH_SHA256 4 /* include/uapi/linux/hash_info.h */

/* Does a rule ask? By the label that is remembered of the file; a file of which none is, is one that may be asked. */
static inline int exec_digest_asked(const struct bw_generation *now, struct file *file)
{
	const struct bw_inode_cache *cache;
	bw_set_t set = now->active & 1;
	struct bw_place place = {};
	__u64 value;

	if (!(bw_header_of(set)->exec_anywhere & BW_LABEL_DIGESTS))
		return 0;
	if (bw_header_of(set)->exec_anywhere & BW_LABEL_DIGEST)
		return 1;
	cache = bpf_inode_storage_get(&inodes, file->f_inode, NULL, 0);
	value = cache ? label_recall(now, file, cache) : LABEL_MISS;
	if (value == LABEL_MISS || label_has_more(value))
		return 1;
	label_unpack(value, &place);
	return (exec_asked(set, &place) & BW_LABEL_DIGEST) != 0;
}

/*
 * Computes the digest of a file that is about to be run and leaves it with the thread. For programs that may sleep,
 * which come before the one that decides.
 */
static inline void exec_compute_digest(struct file *file)
{
	struct bw_generation now;
	struct bw_task *task;

	if (!enforce_open(&now, 1 << BW_OP_EXEC) || !exec_digest_asked(&now, file))
		return;
	task = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!task)
		return;
	task->exec.digested = 0;
	place_key(file->f_inode, &task->exec.file);
	if (bpf_ima_file_hash(file, &task->exec.digest, sizeof(task->exec.digest)) == EXEC_HASH_SHA256)
		task->exec.digested = 1;
}

/* Takes the digest that was left: once, since the file may be another the next time. */
static inline void exec_take_digest(struct bw_task *task, bw_set_t set)
{
	struct bw_request *request = &task->request;
	struct super_block *sb = NULL;
	struct bw_inode_key key = {};
	__u32 digested = task->exec.digested;
	const __u32 *traits;
	unsigned long ino = 0;

	task->exec.digested = 0;
	bw_read(ino, struct inode, request->inode, i_ino);
	bw_read(sb, struct inode, request->inode, i_sb);
	bw_read(key.generation, struct inode, request->inode, i_generation);
	bw_read(key.dev, struct super_block, sb, s_dev);
	if (!digested || ino != task->exec.file.ino || key.dev != task->exec.file.dev ||
	    key.generation != task->exec.file.generation) {
		request->place.unknown = 1;
		return;
	}
	traits = bw_table_at(digests, set, &task->exec.digest);
	request->digest = traits ? *traits : 0;
}

/* --- arguments ------------------------------------------------------------------------------------------- */

/* Remembers the question, to be asked again with what nobody can change. Returns NULL when there is no room. */
static inline struct bw_stage *exec_remember(struct bw_task *task)
{
	__u64 n = task->exec.n;
	struct bw_stage *stage;

	if (n >= BW_STAGES_MAX)
		return NULL;
	stage = &task->exec.stage[bw_bound(n, 7)];
	stage->request = task->request;
	stage->n = 0;
	task->exec.n = n + 1;
	return stage;
}

/*
 * What cannot be seen yet, such as the arguments that the kernel makes for the interpreter of a script, is left to
 * the second look; till then no default is weighed, from which arguments may except.
 */
static inline void exec_take_arguments(struct bw_task *task, __u32 first)
{
	int r = first ? arguments_of_caller(task) : ARGUMENTS_UNREADABLE;

	if (r == ARGUMENTS_UNREADABLE)
		task->request.no_default = 1;
	if (r == ARGUMENTS_TOO_LONG)
		task->request.place.unknown = 1;
}

/* --- the questions --------------------------------------------------------------------------------------- */

/*
 * By which applets is a box mapped? Who maps it executable runs it too, the dynamic loader say, and by which name is
 * not told: by all. But for the file below an overlay, where the overlay's own is asked about.
 */
static inline int exec_is_any_applet(__u32 hook)
{
	return hook == BW_HOOK_MMAP_FILE || hook == BW_HOOK_FILE_MPROTECT;
}

/* Fills the traits of the object but for arguments. */
static inline void exec_add_object(struct bw_task *task, bw_set_t set)
{
	if (task->request.memory)
		enforce_add_traits(task, bw_header_of(set)->memory);
	enforce_add_traits(task, task->request.digest);
	enforce_add_traits(task, task->request.owner);
}

/* What this decision says, to be compared when it is taken again. */
static inline void exec_note(struct bw_stage *stage, const struct bw_decision *decision)
{
	stage->n = decision->n;
	__builtin_memcpy(stage->outcome, decision->outcome, sizeof(stage->outcome));
}

/* `first`: of an exec, the file that the caller named. */
static __noinline int exec_decide(struct bw_task *task, __u32 first)
{
	bw_set_t set = task->request.now.active & 1;
	__u32 asked = exec_asked(set, &task->request.place);
	struct bw_stage *stage = NULL;

	/* Of a file below another one, the content is that of the other, which has its own hook. */
	if (asked & BW_LABEL_DIGEST && task->request.inode && task->request.hook != BW_HOOK_FILE_OPEN &&
	    task->request.hook != BW_HOOK_MMAP_BACKING_FILE)
		exec_take_digest(task, set);
	exec_add_object(task, set);
	if (asked & EXEC_ARGUMENTS && task->request.hook == BW_HOOK_BPRM_CHECK) {
		task->exec.arguments.asked = asked;
		stage = exec_remember(task);
		if (!stage)
			task->request.place.unknown = 1;
		exec_take_arguments(task, first);
	}
	if (asked & BW_LABEL_APPLET && exec_is_any_applet(task->request.hook))
		enforce_add_traits(task, bw_header_of(set)->any_applet);
	enforce_decide(task);
	if (stage)
		exec_note(stage, &task->decision);
	return 0;
}

static __noinline int exec_request(const struct bw_request *request, __u32 first)
{
	struct bw_task *task;

	if (!exec_anywhere(request->now.active & 1, request->memory) && !enforce_placed(request))
		return 0;
	task = subject_task();
	if (!task)
		return enforce_undecided(request->now.active & 1, 1 << BW_OP_EXEC);
	task->request = *request;
	enforce_find_owner(&task->request);
	subject_refresh(task, &task->request.now);
	exec_decide(task, first);
	return enforce_verdict(task);
}

/* Is the thread within execve(2)? Then the kernel maps, not the program. */
static inline int exec_is_loading(void)
{
	const struct task_struct *thread = bpf_get_current_task_btf();

	return BPF_CORE_READ_BITFIELD_PROBED(thread, in_execve) != 0;
}

/* By what was seen at the exec: /proc/PID/exe can be exchanged. */
static inline int exec_is_own(const struct inode *inode)
{
	const struct bw_task *task = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, 0);
	struct bw_inode_key key;

	if (!task)
		return 0;
	place_key(inode, &key);
	return key.ino == task->subject.program.ino && key.dev == task->subject.program.dev &&
	       key.generation == task->subject.program.generation;
}

/* A mapping of a file that is or becomes executable. `own`: whose being the program itself makes it no question. */
static inline int exec_judge_mapping(__u32 hook, struct file *file, const struct inode *own)
{
	struct bw_request request = { .operation = BW_OP_EXEC, .hook = hook };
	__u64 value;

	if (!enforce_open(&request.now, 1 << BW_OP_EXEC))
		return 0;
	value = label_file(&request.now, file);
	request.memory = exec_is_memory(file->f_inode);
	if (!label_matters(value) && !enforce_defaulted(&request.now, 1 << BW_OP_EXEC) &&
	    !exec_anywhere(request.now.active & 1, request.memory))
		return 0;
	if (exec_is_own(own))
		return 0;
	file_about(&request, file, value);
	if (exec_is_loading())
		request.no_default = 1;
	return exec_request(&request, 0) ? -BW_EPERM : 0;
}

/* --- the second look -------------------------------------------------------------------------------------- */

/* The program that is about to begin: where its arguments stand. */
struct exec_settling {
	struct bw_task *task;
	__u64 active;
	__u64 at;
	__u32 count;
	__u32 denied;
};

/* Is the decision that of the first look? Then it has been reported. */
static inline int exec_same(const struct bw_stage *stage, const struct bw_decision *decision)
{
	__u32 i;

	if (stage->n != decision->n)
		return 0;
	for (i = 0; i < BW_OUTCOMES_MAX; i++) {
		if (i >= decision->n)
			break;
		if (stage->outcome[i].rule != decision->outcome[i].rule)
			return 0;
	}
	return 1;
}

static long exec_settle_stage(__u32 i, void *context)
{
	struct exec_settling *settling = context;
	struct bw_task *task = settling->task;
	__u64 at = i;
	const struct bw_stage *stage = &task->exec.stage[bw_bound(at, 7)];
	struct bw_request *request = &task->request;
	bw_set_t set = settling->active & 1;

	*request = stage->request;
	request->hook = BW_HOOK_BPRM_COMMITTED;
	request->place.unknown = 0;
	/* What was asked by other tables cannot be asked again. */
	if (request->now.active != settling->active || task->subject.active != settling->active) {
		request->place.unknown = 1;
		task->decision.n = 0;
		task->decision.error = 0;
		task->decision.verdict = BW_VERDICT_ALLOW;
	} else {
		exec_add_object(task, set);
		task->exec.arguments.asked = exec_asked(set, &request->place);
		if (arguments_of_program(task, settling->at, settling->count) != ARGUMENTS_READ)
			request->place.unknown = 1;
		enforce_decide(task);
		if (exec_same(stage, &task->decision))
			task->decision.n = 0;
	}
	if (enforce_verdict(task))
		settling->denied = 1;
	return 0;
}

/*
 * Asks again about an exec that cannot fail any more, as whom the thread was before: with the arguments that the
 * program is about to get. Returns 1 when it must not begin.
 */
static __noinline int exec_settle(struct bw_task *task, const struct bw_generation *now, __u64 at, __u32 count)
{
	struct exec_settling settling = { .task = task, .active = now->active, .at = at, .count = count };
	__u32 n = task->exec.n;

	task->exec.n = 0;
	task->exec.start = at;
	bpf_loop(n < BW_STAGES_MAX ? n : BW_STAGES_MAX, exec_settle_stage, &settling, 0);
	return settling.denied;
}

#endif
