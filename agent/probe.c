/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What this kernel offers: a table of features, each with the probe that tries it.
 */
#include <base/cleanup.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include "cgroup_tree.h"
#include "landlock.h"
#include "probe.h"

/* What the probes share. */
struct probing {
	struct btf *kernel; /* NULL: not readable */
};

/* A probe writes what it saw, or the remedy, into `detail` and says whether the feature is there. */
typedef bool (*probe_fn)(const struct probing *probing, char *detail, size_t size);

struct feature {
	const char *name;
	const char *description;
	bool optional;
	const char *consequence;
	probe_fn probe;
};

/* The first line of a small file of the kernel's, without its end. False when it cannot be read. */
static bool read_line(const char *path, char *line, size_t size)
{
	_fclose_ FILE *file = fopen(path, "re");

	if (!file || !fgets(line, (int)size, file))
		return false;
	line[strcspn(line, "\n")] = 0;
	return true;
}

static bool has_word(const char *list, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += size)
		if ((at == list || at[-1] == ',') && (at[size] == ',' || !at[size]))
			return true;
	return false;
}

static bool has_function(const struct probing *probing, const char *name)
{
	return probing->kernel && btf__find_by_name_kind(probing->kernel, name, BTF_KIND_FUNC) >= 0;
}

static bool probe_privilege(const struct probing *probing, char *detail, size_t size)
{
	(void)probing;
	if (geteuid() == 0) {
		snprintf(detail, size, "running as root");
		return true;
	}
	snprintf(detail, size, "run as root: sudo bulwark doctor");
	return false;
}

static bool probe_btf(const struct probing *probing, char *detail, size_t size)
{
	if (probing->kernel) {
		snprintf(detail, size, "/sys/kernel/btf/vmlinux");
		return true;
	}
	snprintf(detail, size,
		 "no /sys/kernel/btf/vmlinux: use a kernel built with CONFIG_DEBUG_INFO_BTF=y (Debian's since 11 are)");
	return false;
}

static bool probe_hooks(const struct probing *probing, char *detail, size_t size)
{
	if (has_function(probing, "bpf_lsm_file_open")) {
		snprintf(detail, size, "CONFIG_BPF_LSM=y");
		return true;
	}
	snprintf(detail, size, "use a kernel built with CONFIG_BPF_LSM=y (Debian's since 11 are)");
	return false;
}

static void write_remedy(const char *active, char *detail, size_t size)
{
	snprintf(detail, size,
		 "active are: %s. Boot with lsm=%s,bpf - on Debian add that word to GRUB_CMDLINE_LINUX in "
		 "/etc/default/grub, then: update-grub && reboot",
		 active, active);
}

static bool probe_active(const struct probing *probing, char *detail, size_t size)
{
	char active[256];

	(void)probing;
	if (!read_line("/sys/kernel/security/lsm", active, sizeof(active))) {
		snprintf(detail, size,
			 "cannot read /sys/kernel/security/lsm: mount -t securityfs securityfs /sys/kernel/security");
		return false;
	}
	if (!has_word(active, "bpf")) {
		write_remedy(active, detail, size);
		return false;
	}
	snprintf(detail, size, "%s", active);
	return true;
}

static bool probe_ftrace(const struct probing *probing, char *detail, size_t size)
{
	char enabled[16];

	(void)probing;
	if (read_line("/proc/sys/kernel/ftrace_enabled", enabled, sizeof(enabled)) && strcmp(enabled, "1") != 0) {
		snprintf(detail, size,
			 "the kernel runs no BPF LSM program while it is off: sysctl kernel.ftrace_enabled=1");
		return false;
	}
	snprintf(detail, size, "kernel.ftrace_enabled=1");
	return true;
}

static bool probe_lockdown(const struct probing *probing, char *detail, size_t size)
{
	char mode[128];

	(void)probing;
	if (read_line("/sys/kernel/security/lockdown", mode, sizeof(mode)) && strstr(mode, "[confidentiality]")) {
		snprintf(
			detail, size,
			"lockdown=confidentiality forbids BPF programs to read the kernel: boot with lockdown=integrity");
		return false;
	}
	snprintf(detail, size, "not in confidentiality mode");
	return true;
}

static bool probe_maps(const struct probing *probing, char *detail, size_t size)
{
	static const struct {
		enum bpf_map_type type;
		const char *name;
	} needed[] = {
		{ BPF_MAP_TYPE_INODE_STORAGE, "inode storage" }, { BPF_MAP_TYPE_TASK_STORAGE, "task storage" },
		{ BPF_MAP_TYPE_RINGBUF, "ring buffer" },	 { BPF_MAP_TYPE_LPM_TRIE, "LPM trie" },
		{ BPF_MAP_TYPE_ARRAY_OF_MAPS, "array of maps" },
	};

	(void)probing;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (libbpf_probe_bpf_map_type(needed[i].type, NULL) > 0)
			continue;
		snprintf(detail, size, "the kernel makes no %s: it is too old (6.1 or newer is needed), or %s",
			 needed[i].name, "it forbids bpf(2) to this user");
		return false;
	}
	snprintf(detail, size, "inode and task storage, ring buffer, LPM trie, array of maps");
	return true;
}

static bool probe_loop(const struct probing *probing, char *detail, size_t size)
{
	if (has_function(probing, "bpf_loop")) {
		snprintf(detail, size, "bpf_loop");
		return true;
	}
	snprintf(detail, size, "the kernel has no bpf_loop: use 6.1 or newer");
	return false;
}

static bool probe_paths(const struct probing *probing, char *detail, size_t size)
{
	if (has_function(probing, "bpf_lsm_path_unlink")) {
		snprintf(detail, size, "CONFIG_SECURITY_PATH=y");
		return true;
	}
	snprintf(detail, size, "use a kernel built with CONFIG_SECURITY_PATH=y");
	return false;
}

static bool probe_network(const struct probing *probing, char *detail, size_t size)
{
	if (has_function(probing, "bpf_lsm_socket_connect")) {
		snprintf(detail, size, "CONFIG_SECURITY_NETWORK=y");
		return true;
	}
	snprintf(detail, size, "use a kernel built with CONFIG_SECURITY_NETWORK=y");
	return false;
}

static bool probe_acl(const struct probing *probing, char *detail, size_t size)
{
	bool there = has_function(probing, "bpf_lsm_inode_set_acl");

	snprintf(detail, size, "%s", there ? "inode_set_acl" : "kernels before 6.2 have no such hook");
	return there;
}

static bool probe_digests(const struct probing *probing, char *detail, size_t size)
{
	bool there = has_function(probing, "ima_file_hash");

	snprintf(detail, size, "%s", there ? "ima_file_hash" : "use a kernel built with CONFIG_IMA=y");
	return there;
}

static bool probe_rename_exit(const struct probing *probing, char *detail, size_t size)
{
	bool there = has_function(probing, "vfs_rename");

	snprintf(detail, size, "%s", there ? "vfs_rename" : "the kernel cannot trace the end of vfs_rename");
	return there;
}

static bool probe_landlock(const struct probing *probing, char *detail, size_t size)
{
	struct landlock *landlock = NULL;
	int version = landlock_new(&landlock);
	char active[256] = "";

	(void)probing;
	landlock_free(landlock);
	if (version > 0) {
		snprintf(detail, size, "version %d", version);
		return true;
	}
	(void)read_line("/sys/kernel/security/lsm", active, sizeof(active));
	snprintf(detail, size, "boot with lsm=landlock,%s, on a kernel built with CONFIG_SECURITY_LANDLOCK=y", active);
	return false;
}

static bool probe_seccomp(const struct probing *probing, char *detail, size_t size)
{
	const __u32 action = SECCOMP_RET_KILL_PROCESS;
	bool there = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;

	(void)probing;
	snprintf(detail, size, "%s",
		 there ? "CONFIG_SECCOMP_FILTER=y" : "use a kernel built with CONFIG_SECCOMP_FILTER=y");
	return there;
}

static bool probe_cgroups(const struct probing *probing, char *detail, size_t size)
{
	const char *root = cgroup_tree_root();

	(void)probing;
	if (cgroup_tree_is_only(root)) {
		snprintf(detail, size, "%s", root);
		return true;
	}
	snprintf(detail, size, "%s: boot with systemd.unified_cgroup_hierarchy=1",
		 root ? "cgroup v1 is mounted beside it" : "no cgroup-v2 tree is mounted");
	return false;
}

static const struct feature features[] = {
	{ "privilege", "the right to load BPF programs", false, "nothing can be loaded", probe_privilege },
	{ "btf", "the kernel's type information", false, "the programs cannot be fitted to this kernel", probe_btf },
	{ "bpf-lsm", "security hooks for BPF programs", false, "nothing can be enforced", probe_hooks },
	{ "lsm-list", "bpf among the active security modules", false,
	  "programs attach without an error and are never run", probe_active },
	{ "ftrace", "the trampolines that programs hang on", false, "programs are attached and not run", probe_ftrace },
	{ "lockdown", "programs may read kernel memory", false, "the programs are refused", probe_lockdown },
	{ "maps", "the kinds of maps that tables need", false, "the programs are refused", probe_maps },
	{ "loops", "bounded loops by helper", false, "the programs are refused", probe_loop },
	{ "path-hooks", "hooks on changes of the tree", false, "`write` cannot be enforced", probe_paths },
	{ "network-hooks", "hooks on sockets", false, "`connect` and `bind` cannot be enforced", probe_network },
	{ "acl-hooks", "hooks on POSIX ACLs", true, "`write` sees ACLs as the xattrs that they are stored in",
	  probe_acl },
	{ PROBE_DIGESTS, "digests of files that are run", true, "policies with `sha256` are refused", probe_digests },
	{ "rename-exit", "the end of a rename", true,
	  "an open that races with the rename of a folder above it may be judged by the old name", probe_rename_exit },
	{ "cgroup-v2", "one tree of cgroups", true,
	  "rules about containers see those alone whose runtime makes a cgroup in the v2 tree", probe_cgroups },
	{ "landlock", "domains of files, for the agent itself", true, "the agent may use all files that root may",
	  probe_landlock },
	{ "seccomp", "filters of system calls, for the agent itself", true, "the agent may make all system calls",
	  probe_seccomp },
};

size_t probe_kernel(struct probe_result *results, size_t max, bool *ret_usable)
{
	struct probing probing = { .kernel = btf__load_vmlinux_btf() };
	libbpf_print_fn_t print = libbpf_set_print(NULL); /* a probe that fails is no error */
	size_t n = 0;

	*ret_usable = true;
	for (; n < ARRAY_SIZE(features) && n < max; n++) {
		const struct feature *feature = &features[n];
		struct probe_result *result = &results[n];

		*result = (struct probe_result){
			.name = feature->name,
			.description = feature->description,
			.consequence = feature->consequence,
		};
		if (feature->probe(&probing, result->detail, sizeof(result->detail)))
			result->state = PROBE_OK;
		else
			result->state = feature->optional ? PROBE_MISSING_OPTIONAL : PROBE_MISSING;
		if (result->state == PROBE_MISSING)
			*ret_usable = false;
	}
	btf__free(probing.kernel);
	libbpf_set_print(print);
	return n;
}

const char *probe_release(void)
{
	static struct utsname name;

	return uname(&name) ? "unknown" : name.release;
}
