// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * use: code for the kernel itself: module-load, kexec.
 *
 *	kernel_read_file        a module or a kernel from a file: finit_module(2), kexec_file_load(2)
 *	kernel_load_data        the same from memory: init_module(2), kexec_load(2)
 *	kernel_module_request   the kernel is about to have a module loaded because of what this process does
 *
 * What modprobe(8) then loads for the kernel is asked about again, as a load by modprobe.
 */
#include "use.h"

#define USE_MODULE_NAME 56 /* linux/moduleparam.h MODULE_NAME_LEN */

#define use_is(id, type, name) \
	(bpf_core_enum_value_exists(enum type, name) && (id) == (__u32)bpf_core_enum_value(enum type, name))

/* The facility that a file is read for; _BW_FACILITY_MAX: none. */
static inline __u32 use_reading(__u32 id)
{
	if (use_is(id, kernel_read_file_id, READING_MODULE) ||
	    use_is(id, kernel_read_file_id, READING_MODULE_COMPRESSED))
		return BW_FACILITY_MODULE_LOAD;
	if (use_is(id, kernel_read_file_id, READING_KEXEC_IMAGE) ||
	    use_is(id, kernel_read_file_id, READING_KEXEC_INITRAMFS))
		return BW_FACILITY_KEXEC;
	return _BW_FACILITY_MAX;
}

SEC("lsm/kernel_read_file")
int BPF_PROG(bw_may_read_code, struct file *file, __u32 id, bool contents, int ret)
{
	__u32 facility = use_reading(id);

	if (ret || facility == _BW_FACILITY_MAX)
		return ret;
	return use_on_path(facility, BW_HOOK_KERNEL_READ_FILE, (__u64)file->f_path.dentry, (__u64)file->f_path.mnt);
}

SEC("lsm/kernel_load_data")
int BPF_PROG(bw_may_load_code, __u32 id, bool contents, int ret)
{
	__u32 facility;

	if (use_is(id, kernel_load_data_id, LOADING_MODULE))
		facility = BW_FACILITY_MODULE_LOAD;
	else if (use_is(id, kernel_load_data_id, LOADING_KEXEC_IMAGE))
		facility = BW_FACILITY_KEXEC;
	else
		return ret;
	return ret ?: use_plain(facility, BW_HOOK_KERNEL_LOAD_DATA);
}

SEC("lsm/kernel_module_request")
int BPF_PROG(bw_may_request_module, __u64 name, int ret)
{
	struct bw_event_object object = use_object(BW_FACILITY_MODULE_LOAD);
	struct bw_request request = use_request(BW_HOOK_KERNEL_MODULE_REQUEST);

	if (ret || !enforce_open(&request.now, 1 << BW_OP_USE))
		return ret;
	request.name = name;
	request.name_size = USE_MODULE_NAME;
	return use_ask(&request, &object);
}
