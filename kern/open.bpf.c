// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * read, write: opening a file.
 *
 *	file_open    every open, however spelled; after creation, before truncation
 */
#include "file.h"

/* What opening the file means. Opening to run it is neither: that is `exec`, asked by its own hook. */
static inline __u32 open_operations(const struct file *file)
{
	__u32 mode = file->f_mode, flags = file->f_flags, operations = 0;

	if (flags & BW_FMODE_EXEC)
		return 0;
	if (mode & BW_FMODE_READ)
		operations |= 1 << BW_OP_READ;
	if (mode & BW_FMODE_WRITE || flags & BW_O_TRUNC)
		operations |= 1 << BW_OP_WRITE;
	return operations;
}

/* The questions that an open asks, one by one; by bpf_loop(), so that the verifier follows the asking once. */
struct open_asking {
	struct bw_request request;
	__u32 operations; /* asked for; bit n: operation n */
	int denied;
};

static long open_ask(__u32 i, void *context)
{
	struct open_asking *asking = context;

	asking->request.operation = i ? BW_OP_WRITE : BW_OP_READ;
	if (asking->operations & 1 << asking->request.operation)
		asking->denied = enforce_ask(&asking->request, NULL) != 0;
	return asking->denied ? 1 : 0;
}

static __noinline int open_judge(const struct bw_generation *now, const struct file *file, __u64 value,
				 __u32 operations)
{
	struct open_asking asking = {
		.request = { .now = *now, .hook = BW_HOOK_FILE_OPEN },
		.operations = operations,
	};

	file_about(&asking.request, file, value);
	bpf_loop(2, open_ask, &asking, 0);
	return asking.denied ? -BW_EPERM : 0;
}

/* Almost every open ends after the look at its label. */
SEC("lsm/file_open")
int BPF_PROG(bw_may_open, struct file *file, int ret)
{
	struct bw_generation now;
	__u32 operations;
	__u64 value;

	if (ret)
		return ret;
	operations = enforce_open(&now, open_operations(file));
	if (!operations)
		return 0;
	value = label_file(&now, file);
	if (!label_matters(value) && !enforce_defaulted(&now, operations))
		return 0;
	return open_judge(&now, file, value, operations);
}
