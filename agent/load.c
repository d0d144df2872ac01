/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the skeleton, and what an agent before this one has pinned. Out: programs and maps, by their descriptors.
 *
 * The programs that are pinned are taken as they are if this agent would load the same: that is known by a digest of
 * all that goes into them. Else they go on deciding until others stand beside them.
 */
#include "load.h" /* the skeleton needs the types of the ABI before it */
#include <assert.h>
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bulwark/hash.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "bulwark.skel.h"
#include "load_inner.h"
#include "log.h"
#include "probe.h"
#include "procfs.h"

/* libbpf's own words are for who debugs bulwark; the operator gets one line from us. */
static int print_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	_free_ char *text = NULL;

	if (level == LIBBPF_DEBUG)
		return 0;
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	if (text)
		log_lines(LOG_LEVEL_DEBUG, text); /* what the verifier says has many */
	return 0;
}

/* --- objects ---------------------------------------------------------------------------------------------- */

static int find_object(const struct load_object *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return (int)i;
	return -ENOENT;
}

const struct load_object *load_find_program(const struct loader *loader, const char *name)
{
	int i = find_object(loader->program, loader->n, name);

	if (i >= 0)
		return &loader->program[i];
	i = find_object(loader->own, loader->n_own, name);
	return i < 0 ? NULL : &loader->own[i];
}

int load_map(const struct loader *loader, const char *name)
{
	int i = find_object(loader->map, loader->n_maps, name);

	return i < 0 ? i : loader->map[i].fd;
}

int load_inner_of(int table, __u32 set)
{
	__u32 id = 0;
	int fd;

	if (bpf_map_lookup_elem(table, &set, &id))
		return -errno;
	fd = bpf_map_get_fd_by_id(id);
	return fd < 0 ? -errno : fd;
}

int load_inner(const struct loader *loader, const char *table, __u32 set)
{
	return load_inner_of(load_map(loader, table), set);
}

int load_replaced(const struct loader *loader, const char *name)
{
	return loader->origin == LOAD_REPLACES ? pins_get(loader->pins, loader->replaced, PINS_MAPS, name) : -ENOENT;
}

volatile struct bw_control *load_control(const struct loader *loader)
{
	assert(loader->control);
	return loader->control;
}

size_t load_programs(const struct loader *loader, const struct load_program **ret)
{
	*ret = loader->shown;
	return loader->n;
}

enum load_origin load_origin(const struct loader *loader)
{
	return loader->origin;
}

/* Takes both descriptors; link -1: it is not attached. */
static void add_program(struct loader *loader, const struct bulwark_bpf *skeleton, const struct bpf_program *program,
			int fd, int link)
{
	unsigned int need = programs_need(skeleton, program);
	struct load_object *object;

	assert(loader->n < LOAD_PROGRAMS_MAX && loader->n_own < LOAD_OWN_MAX);
	object = need == PROGRAMS_AGENT ? &loader->own[loader->n_own++] : &loader->program[loader->n];
	*object = (struct load_object){
		.need = need,
		.turn = programs_turn(skeleton, program),
		.fd = fd,
		.link = link,
	};
	snprintf(object->name, sizeof(object->name), "%s", bpf_program__name(program));
	snprintf(object->hook, sizeof(object->hook), "%s", programs_hook(program));
	if (need == PROGRAMS_AGENT)
		return;
	loader->shown[loader->n++] = (struct load_program){
		.name = object->name,
		.hook = object->hook,
		.attached = link >= 0,
		.waits = link < 0 && need != PROGRAMS_ALWAYS,
	};
}

/* The control map is a section, whose name in the kernel is not for bpffs. NULL: a map of no interest. */
static const char *name_of_map(const struct bulwark_bpf *skeleton, const struct bpf_map *map)
{
	if (map == skeleton->maps.data_control)
		return LOAD_CONTROL;
	return bpf_map__is_internal(map) ? NULL : bpf_map__name(map);
}

static void add_map(struct loader *loader, const char *name, int fd)
{
	struct load_object *object = &loader->map[loader->n_maps++];

	assert(loader->n_maps <= LOAD_MAPS_MAX);
	*object = (struct load_object){ .fd = fd, .link = -1 };
	snprintf(object->name, sizeof(object->name), "%s", name);
}

static volatile struct bw_control *map_control(int fd, size_t size)
{
	void *control = fd < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return control == MAP_FAILED ? NULL : control;
}

/* Closes what was opened; what is pinned or attached by a link that is pinned stays. */
static void close_objects(struct loader *loader)
{
	for (size_t i = 0; i < loader->n; i++) {
		if (loader->program[i].link >= 0)
			close(loader->program[i].link);
		close(loader->program[i].fd);
	}
	for (size_t i = 0; i < loader->n_own; i++)
		close(loader->own[i].fd);
	for (size_t i = 0; i < loader->n_maps; i++)
		close(loader->map[i].fd);
	if (loader->control)
		munmap((void *)loader->control, sizeof(*loader->control));
	loader->control = NULL;
	loader->n = loader->n_own = loader->n_maps = 0;
}

/* --- fresh programs --------------------------------------------------------------------------------------- */

static int duplicate(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	return copy < 0 ? -errno : copy;
}

static int take_fresh(struct loader *loader, const struct bulwark_bpf *skeleton)
{
	struct bpf_program *program;
	struct bpf_map *map;
	int fd;

	bpf_object__for_each_program(program, skeleton->obj)
	{
		if (!bpf_program__autoload(program))
			continue;
		fd = duplicate(bpf_program__fd(program));
		if (fd < 0)
			return fd;
		add_program(loader, skeleton, program, fd, -1);
	}
	bpf_object__for_each_map(map, skeleton->obj)
	{
		if (!name_of_map(skeleton, map))
			continue;
		fd = duplicate(bpf_map__fd(map));
		if (fd < 0)
			return fd;
		add_map(loader, name_of_map(skeleton, map), fd);
	}
	return 0;
}

static int load_fresh(struct loader *loader, struct bulwark_bpf *skeleton, bool open_files)
{
	int r = programs_choose(skeleton, open_files);

	if (r < 0)
		return r;
	r = bulwark_bpf__load(skeleton);
	if (r < 0)
		return log_error_errno(r, "The kernel refused the programs; --debug shows its verifier's words: %m");
	r = take_fresh(loader, skeleton);
	return r < 0 ? log_error_errno(r, "Cannot keep the kernel programs: %m") : 0;
}

/* --- programs that are there ------------------------------------------------------------------------------ */

/* What goes into the programs: the object, which of them are taken, and how this kernel is to be read. */
static void digest(bool open_files, char ret[PINS_GENERATION_ROOM])
{
	size_t size;
	const void *bytes = bulwark_bpf__elf_bytes(&size);
	const __u64 key[2] = { BW_ABI_VERSION, open_files };
	__u64 parts[2] = {
		bw_hash(key, bytes, (__u32)size),
		bw_hash(key, probe_release(), (__u32)strlen(probe_release())),
	};

	snprintf(ret, PINS_GENERATION_ROOM, "%016llx", (unsigned long long)bw_hash(key, parts, sizeof(parts)));
}

static int adopt_programs(struct loader *loader, const struct bulwark_bpf *skeleton)
{
	struct bpf_program *program;
	const char *name;
	int fd, link;

	bpf_object__for_each_program(program, skeleton->obj)
	{
		name = bpf_program__name(program);
		fd = pins_get(loader->pins, loader->generation, PINS_PROGRAMS, name);
		if (fd == -ENOENT)
			continue;
		if (fd < 0)
			return fd;
		link = pins_get(loader->pins, loader->generation, PINS_LINKS, name);
		add_program(loader, skeleton, program, fd, link < 0 ? -1 : link);
		if (link < 0 && (link != -ENOENT || programs_need(skeleton, program) == PROGRAMS_ALWAYS))
			return link;
	}
	return 0;
}

static int adopt_maps(struct loader *loader, const struct bulwark_bpf *skeleton)
{
	struct bpf_map *map;
	const char *name;
	int fd;

	bpf_object__for_each_map(map, skeleton->obj)
	{
		name = name_of_map(skeleton, map);
		if (!name)
			continue;
		fd = pins_get(loader->pins, loader->generation, PINS_MAPS, name);
		if (fd < 0)
			return fd;
		add_map(loader, name, fd);
	}
	return 0;
}

/*
 * What is pinned has programs that decide about bpf(2) as well, and knows its agent by this: the head of `control` is
 * the same in every ABI. The agent before has told it what file this one runs.
 */
static void introduce(volatile struct bw_control *control)
{
	struct procfs_status self;

	control->agent = (__u32)getpid();
	control->agent_start = procfs_status((__u32)getpid(), &self) < 0 ? 0 : self.start;
}

static int introduce_to(struct loader *loader, const char *generation)
{
	_close_ int fd = pins_get(loader->pins, generation, PINS_MAPS, LOAD_CONTROL);
	volatile struct bw_control *control = map_control(fd, sizeof(*control));

	if (!control)
		return fd < 0 ? fd : -errno;
	introduce(control);
	loader->sealed = control->guard & BW_GUARD_SEALED;
	munmap((void *)control, sizeof(*control));
	return 0;
}

static int adopt(struct loader *loader, const struct bulwark_bpf *skeleton)
{
	int r = adopt_programs(loader, skeleton);

	r = r < 0 ? r : adopt_maps(loader, skeleton);
	if (r < 0) {
		close_objects(loader);
		return r;
	}
	loader->origin = LOAD_ADOPTED;
	loader->kept = true;
	loader->attached = true; /* all but what the tables to come may need: load_need() */
	return 0;
}

/* --- both ------------------------------------------------------------------------------------------------- */

static int load_objects(struct loader *loader, struct bulwark_bpf *skeleton, bool open_files)
{
	char current[PINS_GENERATION_ROOM];
	int r = pins_current(loader->pins, current);

	digest(open_files, loader->generation);
	if (r == -ENOENT)
		return load_fresh(loader, skeleton, open_files);
	r = r < 0 ? r : introduce_to(loader, current);
	if (r == -EPERM)
		return log_error_errno(r, "The policies in force do not let this program use bpf(2), for it is not the "
					  "file that the agent before ran: bulwarkd --stop takes them down: %m");
	if (r < 0)
		log_warning_errno(r, "Cannot read what the agent before has left: %m; loading anew");
	else if (strcmp(current, loader->generation) == 0 && adopt(loader, skeleton) >= 0)
		return 0;
	loader->origin = LOAD_REPLACES;
	memcpy(loader->replaced, current, sizeof(current));
	if (strcmp(current, loader->generation) == 0) /* the same, and broken: it needs a name of its own */
		loader->generation[0] = loader->generation[0] == 'f' ? '0' : 'f';
	return load_fresh(loader, skeleton, open_files);
}

/* The number of the namespace that pid 1 is in; 0, which none has: not known. */
static __u32 namespace_of_node(const char *kind)
{
	char path[64];
	struct stat found;

	snprintf(path, sizeof(path), "/proc/1/ns/%s", kind);
	return stat(path, &found) ? 0 : (__u32)found.st_ino;
}

/* The kernel can be told to for all programs of the node only. */
static void start_measuring(struct loader *loader)
{
	loader->measuring = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (loader->measuring < 0)
		log_warning_errno(loader->measuring,
				  "Cannot have the kernel measure its programs (measure_programs): %m, ignoring");
}

/* A file system, as the kernel numbers it. */
static __u32 device_at(const char *path)
{
	struct stat found;

	return stat(path, &found) ? 0 : (__u32)(major(found.st_dev) << 20 | minor(found.st_dev));
}

/* What is sealed stays so, and does not become more lenient. */
static void fill_guard(const struct loader *loader, const struct load_options *options)
{
	volatile struct bw_control *control = loader->control;

	control->guard = (options->guard ? BW_GUARD_ON : 0) | (loader->sealed ? BW_GUARD_SEALED : 0);
	control->pins_device = device_at(options->pins);
	if (loader->sealed && loader->origin == LOAD_ADOPTED)
		return;
	control->on_error = options->on_error;
	control->unnamed = options->unknown_container;
}

/* An agent that was killed may have been about to put a set in force, or to mark. */
static void fill_control(volatile struct bw_control *control, const struct load_options *options)
{
	control->abi = BW_ABI_VERSION;
	introduce(control);
	control->fold_after = options->fold_after;
	control->mount_namespace = namespace_of_node("mnt");
	control->pid_namespace = namespace_of_node("pid");
	control->marker = 0;
	control->marking = 0;
}

static int open_control(struct loader *loader, const struct load_options *options)
{
	loader->control = map_control(load_map(loader, LOAD_CONTROL), sizeof(*loader->control));
	if (!loader->control)
		return log_error_errno(-errno, "Cannot reach the kernel programs' control: %m");
	fill_control(loader->control, options);
	fill_guard(loader, options);
	loader->binary = realpath("/proc/self/exe", NULL);
	load_know_binary(loader);
	if (options->measure)
		start_measuring(loader);
	return 0;
}

int load_open(const struct load_options *options, struct loader **ret)
{
	struct loader *loader = calloc(1, sizeof(*loader));
	struct bulwark_bpf *skeleton = NULL;
	int r;

	if (!loader)
		return -ENOMEM;
	loader->mark = loader->measuring = -1;
	libbpf_set_print(print_libbpf);
	r = pins_open(options->pins, &loader->pins);
	if (r >= 0) {
		skeleton = bulwark_bpf__open();
		r = skeleton ? load_objects(loader, skeleton, options->judge_open_files)
			     : log_error_errno(-errno, "Cannot open the kernel programs: %m");
	}
	bulwark_bpf__destroy(skeleton);
	r = r < 0 ? r : open_control(loader, options);
	if (r < 0) {
		load_free(loader);
		return r;
	}
	*ret = loader;
	return 0;
}

bool load_is_sealed(const struct loader *loader)
{
	return loader->control->guard & BW_GUARD_SEALED;
}

void load_seal(struct loader *loader)
{
	loader->control->guard |= BW_GUARD_SEALED;
}

bool load_left_sealed(const char *pins)
{
	char path[PATH_MAX];
	volatile struct bw_control *control;
	_close_ int fd = -1;
	bool sealed;

	if (snprintf(path, sizeof(path), "%s/current/maps/" LOAD_CONTROL, pins) >= (int)sizeof(path))
		return false;
	fd = bpf_obj_get(path);
	control = map_control(fd, sizeof(*control));
	if (!control)
		return false;
	sealed = control->guard & BW_GUARD_SEALED;
	munmap((void *)control, sizeof(*control));
	return sealed;
}

/* --- after the agent -------------------------------------------------------------------------------------- */

static int keep_program(const struct loader *loader, const struct load_object *program)
{
	int r = pins_put(loader->pins, loader->generation, PINS_PROGRAMS, program->name, program->fd);

	if (r < 0 || program->link < 0)
		return r;
	return pins_put(loader->pins, loader->generation, PINS_LINKS, program->name, program->link);
}

static int keep_objects(const struct loader *loader)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < loader->n_maps; i++)
		r = pins_put(loader->pins, loader->generation, PINS_MAPS, loader->map[i].name, loader->map[i].fd);
	for (size_t i = 0; r >= 0 && i < loader->n; i++)
		r = keep_program(loader, &loader->program[i]);
	for (size_t i = 0; r >= 0 && i < loader->n_own; i++)
		r = keep_program(loader, &loader->own[i]);
	return r;
}

int load_keep(struct loader *loader)
{
	int r;

	if (loader->kept)
		return 0;
	r = pins_begin(loader->pins, loader->generation);
	r = r < 0 ? r : keep_objects(loader);
	r = r < 0 ? r : pins_commit(loader->pins, loader->generation);
	if (r < 0)
		(void)pins_clear(loader->pins); /* else half of it would decide, and no agent be there */
	loader->kept = r >= 0;
	return r;
}

int load_take_down(struct loader *loader)
{
	int r = pins_remove(loader->pins);

	if (r < 0)
		log_error_errno(r, "Cannot take down what is pinned: %m; bulwarkd --stop tries again");
	loader->kept = false;
	return r < 0 ? r : 0;
}

struct loader *load_free(struct loader *loader)
{
	if (!loader)
		return NULL;
	load_detach_mark(loader);
	if (loader->measuring >= 0)
		close(loader->measuring);
	close_objects(loader);
	pins_close(loader->pins);
	free(loader->binary);
	free(loader);
	return NULL;
}
