/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel programs: opened from the skeleton, fitted to this kernel, loaded, attached, and seen to run.
 *
 * A program whose hook this kernel does not have is left out: the kernel's own BTF decides, never a version
 * number. Where a hook changed its arguments there are two programs, and the one that fits is taken.
 */
#include <assert.h>
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "load.h" /* the skeleton needs the types of the ABI before it */
#include "bulwark.skel.h"
#include "log.h"

#define PROGRAMS_MAX 64

struct loader {
	struct bulwark_bpf *skeleton;
	struct btf *kernel;
	struct bpf_program *program[PROGRAMS_MAX];
	struct bpf_link *link[PROGRAMS_MAX];
	struct load_program shown[PROGRAMS_MAX];
	size_t n;
	struct bpf_link *mark;
};

/* libbpf's own words are for who debugs bulwark; the operator gets one line from us. */
static int print_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	char line[1024];

	if (level == LIBBPF_DEBUG)
		return 0;
	vsnprintf(line, sizeof(line), format, arguments);
	line[strcspn(line, "\n")] = 0;
	log_debug("%s", line);
	return 0;
}

static const char *hook_of(const struct bpf_program *program)
{
	const char *slash = strchr(bpf_program__section_name(program), '/');

	return slash ? slash + 1 : "";
}

/* The kernel function that a program attaches to, as BTF knows it; negative when there is none. */
static int hook_btf(const struct loader *loader, const struct bpf_program *program)
{
	char name[128];
	bool lsm = !strncmp(bpf_program__section_name(program), "lsm/", 4);

	snprintf(name, sizeof(name), "%s%s", lsm ? "bpf_lsm_" : "", hook_of(program));
	return btf__find_by_name_kind(loader->kernel, name, BTF_KIND_FUNC);
}

static int hook_arguments(const struct loader *loader, const struct bpf_program *program)
{
	int id = hook_btf(loader, program);
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(loader->kernel, (__u32)id);

	type = type ? btf__type_by_id(loader->kernel, type->type) : NULL;
	return type && btf_is_func_proto(type) ? btf_vlen(type) : -ENOENT;
}

/* inode_setattr takes the mount's id map as a first of three arguments from 6.3 on. */
static bool fits(const struct loader *loader, const struct bpf_program *program)
{
	const char *name = bpf_program__name(program);
	int arguments = hook_arguments(loader, program);

	if (!strcmp(name, "bw_may_set_times"))
		return arguments == 2;
	if (!strcmp(name, "bw_may_set_times_idmap"))
		return arguments == 3;
	return arguments >= 0;
}

static void choose_programs(struct loader *loader)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, loader->skeleton->obj)
	{
		bool fit = fits(loader, program);

		bpf_program__set_autoload(program, fit);
		if (!fit || program == loader->skeleton->progs.bw_mark || loader->n == PROGRAMS_MAX)
			continue;
		loader->shown[loader->n] = (struct load_program){
			.name = bpf_program__name(program),
			.hook = hook_of(program),
		};
		loader->program[loader->n++] = program;
	}
}

static int load_skeleton(struct loader *loader)
{
	int r;

	loader->kernel = btf__load_vmlinux_btf();
	if (!loader->kernel) {
		r = -errno;
		return log_error_errno(r,
				       "Cannot read the kernel's type information (/sys/kernel/btf/vmlinux): a kernel "
				       "with CONFIG_DEBUG_INFO_BTF is needed: %m");
	}
	loader->skeleton = bulwark_bpf__open();
	if (!loader->skeleton)
		return log_error_errno(-errno, "Cannot open the kernel programs: %m");
	choose_programs(loader);
	r = bulwark_bpf__load(loader->skeleton);
	if (r < 0)
		return log_error_errno(r, "The kernel refused the programs; --debug shows its verifier's words: %m");
	return 0;
}

int load_open(const struct load_options *options, struct loader **ret)
{
	struct loader *loader = calloc(1, sizeof(*loader));
	int r;

	if (!loader)
		return -ENOMEM;
	libbpf_set_print(print_libbpf);
	r = load_skeleton(loader);
	if (r < 0) {
		load_free(loader);
		return r;
	}
	load_control(loader)->on_error = options->on_error;
	*ret = loader;
	return 0;
}

static int attach_programs(struct loader *loader)
{
	for (size_t i = 0; i < loader->n; i++) {
		loader->link[i] = bpf_program__attach(loader->program[i]);
		if (!loader->link[i])
			return log_error_errno(-errno, "Cannot attach program '%s' to hook '%s': %m",
					       loader->shown[i].name, loader->shown[i].hook);
		loader->shown[i].attached = true;
	}
	return 0;
}

static int count_runs(const struct bpf_program *program, __u64 *ret)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int r = bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size);

	*ret = info.run_cnt;
	return r < 0 ? -errno : 0;
}

/* An attach that succeeds proves nothing: open a file and see the kernel's own count of runs move. */
static int see_it_run(const struct loader *loader)
{
	const struct bpf_program *program = loader->skeleton->progs.bw_may_open;
	_close_ int counting = bpf_enable_stats(BPF_STATS_RUN_TIME);
	__u64 before = 0, after = 0;
	int r;

	if (counting < 0)
		return log_error_errno(-errno, "Cannot count program runs for the self-test: %m");
	r = count_runs(program, &before);
	if (r >= 0) {
		_close_ int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

		(void)file;
		r = count_runs(program, &after);
	}
	if (r < 0)
		return log_error_errno(r, "Cannot read how often program '%s' ran: %m", bpf_program__name(program));
	if (after == before)
		return log_error_errno(
			-ENOTSUP, "The programs are attached but the kernel does not run them: see `bulwark doctor`");
	return 0;
}

int load_attach(struct loader *loader)
{
	int r = attach_programs(loader);

	return r < 0 ? r : see_it_run(loader);
}

size_t load_programs(const struct loader *loader, const struct load_program **ret)
{
	*ret = loader->shown;
	return loader->n;
}

int load_map(const struct loader *loader, const char *name)
{
	return bpf_object__find_map_fd_by_name(loader->skeleton->obj, name);
}

volatile struct bw_control *load_control(const struct loader *loader)
{
	assert(loader->skeleton);
	return (volatile struct bw_control *)loader->skeleton->data_control;
}

int load_attach_mark(struct loader *loader)
{
	loader->mark = bpf_program__attach(loader->skeleton->progs.bw_mark);
	return loader->mark ? 0 : -errno;
}

void load_detach_mark(struct loader *loader)
{
	bpf_link__destroy(loader->mark);
	loader->mark = NULL;
}

struct loader *load_free(struct loader *loader)
{
	if (!loader)
		return NULL;
	load_detach_mark(loader);
	for (size_t i = 0; i < loader->n; i++)
		bpf_link__destroy(loader->link[i]);
	bulwark_bpf__destroy(loader->skeleton);
	btf__free(loader->kernel);
	free(loader);
	return NULL;
}
