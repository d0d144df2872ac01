/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the programs of the skeleton and the kernel's types. Out: those that fit.
 */
#include "programs.h"
#include <base/cleanup.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <bulwark/abi.h> /* the skeleton needs its types before it */
#include <errno.h>
#include <string.h>
#include "bulwark.skel.h"
#include "log.h"

const char *programs_hook(const struct bpf_program *program)
{
	const char *slash = strchr(bpf_program__section_name(program), '/');

	return slash ? slash + 1 : "";
}

/* The kernel function that a program attaches to, as BTF knows it; negative when there is none. */
static int hook_btf(const struct btf *kernel, const struct bpf_program *program)
{
	char name[128];
	bool lsm = !strncmp(bpf_program__section_name(program), "lsm", 3);

	snprintf(name, sizeof(name), "%s%s", lsm ? "bpf_lsm_" : "", programs_hook(program));
	return btf__find_by_name_kind(kernel, name, BTF_KIND_FUNC);
}

static bool has_tracepoint(const struct btf *kernel, const struct bpf_program *program)
{
	char name[128];

	snprintf(name, sizeof(name), "btf_trace_%s", programs_hook(program));
	return btf__find_by_name_kind(kernel, name, BTF_KIND_TYPEDEF) >= 0;
}

static int hook_arguments(const struct btf *kernel, const struct bpf_program *program)
{
	int id = hook_btf(kernel, program);
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(kernel, (__u32)id);

	type = type ? btf__type_by_id(kernel, type->type) : NULL;
	return type && btf_is_func_proto(type) ? btf_vlen(type) : -ENOENT;
}

/* inode_setattr takes the mount's id map as a first of three arguments from 6.3 on. */
static bool fits(const struct btf *kernel, const struct bpf_program *program)
{
	const char *name = bpf_program__name(program), *section = bpf_program__section_name(program);
	int arguments = hook_arguments(kernel, program);

	if (!strncmp(section, "tp_btf/", 7))
		return has_tracepoint(kernel, program);
	if (!strncmp(section, "iter/", 5))
		return true;
	if (!strcmp(name, "bw_may_set_times"))
		return arguments == 2;
	if (!strcmp(name, "bw_may_set_times_idmap"))
		return arguments == 3;
	/* bpf takes `kernel` as a last of four from 6.15 on. */
	if (!strcmp(name, "bw_may_bpf"))
		return arguments == 3;
	if (!strcmp(name, "bw_may_bpf_kernel"))
		return arguments == 4;
	return arguments >= 0;
}

/* Those that see each use of an open file cost each read and write: only for who asks for them. */
static bool is_about_open_files(const struct bulwark_bpf *skeleton, const struct bpf_program *program)
{
	return program == skeleton->progs.bw_may_use_file || program == skeleton->progs.bw_may_map_held ||
	       program == skeleton->progs.bw_may_protect_held;
}

static bool is_among(const struct bpf_program *program, const struct bpf_program *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (program == list[i])
			return true;
	return false;
}

static bool is_about_facilities(const struct bulwark_bpf *skeleton, const struct bpf_program *program)
{
	const struct bpf_program *const about[] = {
		skeleton->progs.bw_may_read_code,
		skeleton->progs.bw_may_load_code,
		skeleton->progs.bw_may_request_module,
		skeleton->progs.bw_may_start_as_root,
		skeleton->progs.bw_may_become_root,
		skeleton->progs.bw_may_make_userns,
		skeleton->progs.bw_may_bpf,
		skeleton->progs.bw_may_bpf_kernel,
		skeleton->progs.bw_may_make_ring,
		skeleton->progs.bw_may_mount,
		skeleton->progs.bw_may_move_mount,
		skeleton->progs.bw_may_make_mount,
		skeleton->progs.bw_may_remount,
		skeleton->progs.bw_may_unmount,
		skeleton->progs.bw_may_pivot,
		skeleton->progs.bw_may_chroot,
		skeleton->progs.bw_may_ptrace,
		skeleton->progs.bw_may_be_traced,
		skeleton->progs.bw_may_signal,
		skeleton->progs.bw_may_make_socket,
		skeleton->progs.bw_may_make_raw_socket,
	};

	return is_among(program, about, ARRAY_SIZE(about));
}

static bool is_about_agent(const struct bulwark_bpf *skeleton, const struct bpf_program *program)
{
	const struct bpf_program *const about[] = {
		skeleton->progs.bw_may_reach_map,  skeleton->progs.bw_may_reach_program, skeleton->progs.bw_may_limit,
		skeleton->progs.bw_may_bpf,	   skeleton->progs.bw_may_bpf_kernel,	 skeleton->progs.bw_may_mount,
		skeleton->progs.bw_may_move_mount, skeleton->progs.bw_may_remount,	 skeleton->progs.bw_may_unmount,
		skeleton->progs.bw_may_ptrace,	   skeleton->progs.bw_may_signal,
	};

	return is_among(program, about, ARRAY_SIZE(about));
}

/* Those on hooks that each connection or start of a program passes wait for who asks: see load_need(). */
unsigned int programs_need(const struct bulwark_bpf *skeleton, const struct bpf_program *program)
{
	unsigned int need = 0;

	if (program == skeleton->progs.bw_mark || program == skeleton->progs.bw_threads_before ||
	    program == skeleton->progs.bw_know_agent)
		return PROGRAMS_AGENT;
	if (program == skeleton->progs.bw_digest_program || program == skeleton->progs.bw_digest_mapping)
		return PROGRAMS_DIGESTS;
	if (is_about_facilities(skeleton, program))
		need |= PROGRAMS_FACILITIES;
	if (is_about_agent(skeleton, program))
		need |= PROGRAMS_GUARD;
	return need ? need : PROGRAMS_ALWAYS;
}

enum programs_turn programs_turn(const struct bulwark_bpf *skeleton, const struct bpf_program *program)
{
	const struct bpf_program *const follows[] = {
		skeleton->progs.bw_program_left, skeleton->progs.bw_program_started, skeleton->progs.bw_thread_born,
		skeleton->progs.bw_thread_gone,	 skeleton->progs.bw_cgroup_made,     skeleton->progs.bw_cgroup_gone,
	};

	if (is_among(program, follows, ARRAY_SIZE(follows)))
		return PROGRAMS_FOLLOW;
	return !strncmp(bpf_program__section_name(program), "lsm.s/", 6) ? PROGRAMS_PREPARE : PROGRAMS_DECIDE;
}

int programs_choose(struct bulwark_bpf *skeleton, bool open_files)
{
	struct btf *kernel = btf__load_vmlinux_btf();
	struct bpf_program *program;

	if (!kernel)
		return log_error_errno(-errno,
				       "Cannot read the kernel's type information (/sys/kernel/btf/vmlinux): a kernel "
				       "with CONFIG_DEBUG_INFO_BTF is needed: %m");
	bpf_object__for_each_program(program, skeleton->obj)
	{
		bpf_program__set_autoload(program, fits(kernel, program) &&
							   (open_files || !is_about_open_files(skeleton, program)));
	}
	btf__free(kernel); /* it takes megabytes */
	return 0;
}
