// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * exec: running a program.
 *
 *	bprm_check_security    once for each stage: a script, then its interpreter
 */
#include "file.h"

SEC("lsm/bprm_check_security")
int BPF_PROG(bw_may_exec, struct linux_binprm *bprm, int ret)
{
	struct bw_request request = { .operation = BW_OP_EXEC, .hook = BW_HOOK_BPRM_CHECK };
	struct file *file = bprm->file;

	if (ret || !enforce_open(&request.now, 1 << BW_OP_EXEC))
		return ret;
	file_about(&request, file, label_file(&request.now, file));
	return enforce_request(&request);
}
