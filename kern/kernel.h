/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's types as far as bulwark reads them: hand-picked, so that what we depend on can be seen at a
 * glance. Offsets are corrected at load time (CO-RE); order and gaps mean nothing here. A type that changed
 * its form between kernels has a flavour (___suffix), which compat code in the rooms chooses by existence.
 */
#ifndef KERN_KERNEL_H
#define KERN_KERNEL_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>

typedef __u8 bool;
#define true 1
#define false 0
#define NULL ((void *)0)

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

struct super_block {
	__u32 s_dev;
	unsigned long s_flags;
	unsigned long s_magic;
	struct dentry *s_root;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct inode {
	__u16 i_mode;
	kuid_t i_uid;
	unsigned int __i_nlink;
	struct super_block *i_sb;
	unsigned long i_ino;
	unsigned int i_nlink;
	__u32 i_generation;
	struct hlist_head i_dentry;
};

struct qstr {
	__u32 hash;
	__u32 len;
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
	union {
		struct hlist_node d_alias;
	} d_u;
};

/* From 7.0 on the union has no name. */
struct dentry___70 {
	struct hlist_node d_alias;
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
};

struct mnt_namespace;

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	unsigned int f_flags;
	unsigned int f_mode;
};

struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
};

struct renamedata {
	struct dentry *old_dentry;
	struct dentry *new_dentry;
};

struct iattr {
	unsigned int ia_valid;
};

/* Before 6.3 two words of 32 bits, the lower one first: on x86 the same. */
typedef struct {
	__u64 val;
} kernel_cap_t;

struct ns_common {
	unsigned int inum;
};

struct user_namespace {
	struct ns_common ns;
};

struct cred {
	struct user_namespace *user_ns;
	kuid_t uid;
	kgid_t gid;
	kuid_t euid;
	kgid_t egid;
	kuid_t fsuid;
	kernel_cap_t cap_effective;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct pid_namespace {
	struct ns_common ns;
};

struct cgroup_namespace {
	struct ns_common ns;
};

struct ipc_namespace {
	struct ns_common ns;
};

struct net {
	struct ns_common ns;
};

struct time_namespace {
	struct ns_common ns;
};

struct uts_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct time_namespace *time_ns;
	struct cgroup_namespace *cgroup_ns;
};

struct upid {
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct kernfs_node {
	__u64 id;
	const char *name;
	struct kernfs_node *parent;
};

/* From 6.15 on. */
struct kernfs_node___615 {
	struct kernfs_node *__parent;
};

struct cgroup_root {
	int hierarchy_id;
};

struct cgroup {
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct linux_binprm {
	struct file *file;
	struct cred *cred;
	unsigned long p;
	int argc;
	const char *filename;
	const char *interp;
};

/* What a file or data is read for; the numbers are the running kernel's. */
enum kernel_read_file_id {
	READING_MODULE,
	READING_MODULE_COMPRESSED,
	READING_KEXEC_IMAGE,
	READING_KEXEC_INITRAMFS,
};

enum kernel_load_data_id {
	LOADING_MODULE,
	LOADING_KEXEC_IMAGE,
};

struct mm_struct {
	struct file *exe_file;
	unsigned long arg_start;
	unsigned long arg_end;
};

struct fs_struct {
	struct path pwd;
};

/* What programs keep for an object of the kernel: bpf_task_storage_get() without the lock. */
struct bpf_map {
	__u32 id;
};

struct bpf_local_storage_map {
	struct bpf_map map;
};

struct bpf_local_storage_data {
	struct bpf_local_storage_map *smap;
	__u8 data[0];
};

struct bpf_local_storage_elem {
	struct hlist_node snode;
	struct bpf_local_storage_data sdata;
};

struct bpf_local_storage {
	struct hlist_head list;
};

struct task_struct {
	int pid;
	int tgid;
	unsigned int flags;
	unsigned int ptrace;
	unsigned int in_execve : 1;
	__u64 start_boottime;
	__u64 self_exec_id;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct mm_struct *mm;
	const struct cred *cred;
	struct fs_struct *fs;
	struct nsproxy *nsproxy;
	kuid_t loginuid;
	struct bpf_local_storage *bpf_storage;
	char comm[16];
};

struct bpf_prog_aux {
	__u32 id;
};

struct bpf_prog {
	struct bpf_prog_aux *aux;
};

/* Of the system call that a thread is in (x86-64). */
struct pt_regs {
	unsigned long si;
	unsigned long dx;
	unsigned long orig_ax;
};

struct sockaddr {
	__u16 sa_family;
};

struct in6_addr {
	union {
		__be32 u6_addr32[4];
	} in6_u;
};

struct sock_common {
	__be32 skc_daddr;
	__be16 skc_dport;
	unsigned short skc_family;
	__u16 skc_num;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
};

struct ip_options {
	unsigned char srr;
};

struct ip_options_rcu {
	struct ip_options opt;
};

struct ipv6_txoptions {
	void *srcrt;
};

struct ipv6_pinfo {
	struct ipv6_txoptions *opt;
};

struct inet_sock {
	struct ipv6_pinfo *pinet6;
	__be32 inet_saddr;
	struct ip_options_rcu *inet_opt;
};

struct socket {
	struct sock *sk;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
	void *msg_control;
	unsigned long msg_controllen;
};

struct sockaddr_un {
	__u16 sun_family;
};

struct unix_address {
	int len;
	struct sockaddr_un name[];
};

struct unix_sock {
	struct unix_address *addr;
	struct path path;
};

#pragma clang attribute pop

/*
 * Inline means inline: a void function that the compiler leaves out of line returns whatever is in R0, which
 * the verifier refuses when that is a pointer to the stack. What is to stand by itself says __noinline and
 * returns a number.
 */
#define inline inline __attribute__((always_inline))

/*
 * Bounds a 64-bit number by a mask where the verifier must see it: behind a barrier, since the compiler would
 * move or drop a bound that it can prove itself.
 */
#define bw_bound(number, mask)                                       \
	({                                                           \
		asm volatile("%0 &= %1" : "+r"(number) : "i"(mask)); \
		(number);                                            \
	})

/*
 * A number as it is, but with nothing that the verifier knows of it, which would follow each value to the end by
 * itself. `anything`: what it knows nothing of.
 */
#define bw_blur(number, anything)                                                   \
	({                                                                          \
		__u64 blurred = (number);                                           \
		asm volatile("%0 ^= %1; %0 ^= %1" : "+r"(blurred) : "r"(anything)); \
		blurred;                                                            \
	})

/*
 * Is a hook's file NULL, as of memory without one? By number: kernels whose verifier takes the argument for never NULL
 * (6.12) drop a comparison with NULL when all that follows is for NULL only, and the program reads address 0. Those
 * that know better (7.x) want to see such a comparison as well, which the compiler must not think done.
 */
static inline int bw_no_file(const struct file *file)
{
	return (unsigned long)file < 4096;
}

#define bw_forget_that(file) asm volatile("" : "+r"(file))

/* Numbers of the kernel that its headers for user space do not have. */
enum {
	BW_FMODE_READ = 0x1,  /* linux/fs.h FMODE_READ */
	BW_FMODE_WRITE = 0x2, /* linux/fs.h FMODE_WRITE */
	BW_FMODE_EXEC = 0x20, /* linux/fs.h __FMODE_EXEC, in f_flags */
	BW_O_TRUNC = 01000,   /* asm-generic/fcntl.h */
	BW_PROT_EXEC = 0x4,   /* asm-generic/mman-common.h */
	BW_VM_EXEC = 0x4,     /* linux/mm.h */
	BW_MAP_TYPE = 0x0f,   /* linux/mman.h */
	BW_MAP_PRIVATE = 0x02,
	BW_RENAME_EXCHANGE = 1 << 1, /* linux/fs.h */
	BW_S_IFMT = 0170000,
	BW_S_IFIFO = 0010000,
	BW_S_IFDIR = 0040000,
	BW_S_IFREG = 0100000,
	BW_S_IFSOCK = 0140000,
	BW_MAY_WRITE = 0x2, /* linux/fs.h MAY_WRITE */
	BW_MAY_READ = 0x4,
	BW_MAP_SHARED = 0x1, /* asm-generic/mman-common.h */
	BW_PROT_WRITE = 0x2,
	BW_VM_WRITE = 0x2, /* linux/mm.h VM_WRITE */
	BW_VM_SHARED = 0x8,
	BW_ATTR_MODE = 1 << 0, /* linux/fs.h ATTR_* */
	BW_ATTR_UID = 1 << 1,
	BW_ATTR_GID = 1 << 2,
	BW_ATTR_SIZE = 1 << 3,
	BW_ATTR_ATIME = 1 << 4,
	BW_ATTR_MTIME = 1 << 5,
	BW_ATTR_FORCE = 1 << 9,
	BW_MS_REMOUNT = 32, /* linux/mount.h MS_* */
	BW_MS_PROPAGATION = 1 << 17 | 1 << 18 | 1 << 19 | 1 << 20,
	BW_CLONE_THREAD = 0x00010000, /* linux/sched.h */
	BW_CLONE_NEWNS = 0x00020000,
	BW_PF_KTHREAD = 0x00200000, /* linux/sched.h */
	BW_AF_UNSPEC = 0,
	BW_AF_UNIX = 1,
	BW_AF_INET = 2,
	BW_AF_INET6 = 10,
	BW_AF_SMC = 43,
	BW_SOL_IP = 0, /* linux/in.h, linux/in6.h: levels, their options and control messages */
	BW_IP_RETOPTS = 7,
	BW_SOL_IPV6 = 41,
	BW_IPV6_2292RTHDR = 5,
	BW_IPV6_RTHDR = 57,
	BW_SCTP_PRIMARY_ADDR = 6, /* linux/sctp.h */
	BW_SCTP_BINDX_ADD = 100,
	BW_SCTP_CONNECTX = 110,
	BW_IPPROTO_TCP = 6,
	BW_IPPROTO_UDP = 17,
	BW_IPPROTO_SCTP = 132,
	BW_IPPROTO_UDPLITE = 136,
	BW_IPPROTO_MPTCP = 262,
	BW_PROC_MAGIC = 0x9fa0, /* linux/magic.h PROC_SUPER_MAGIC */
	BW_NR_EXECVE = 59,	/* asm/unistd_64.h */
	BW_NR_EXECVEAT = 322,
	BW_NR_FSCONFIG = 431,	      /* of 32-bit programs too */
	BW_NR_X32 = 0x40000000,	      /* asm/unistd.h __X32_SYSCALL_BIT */
	BW_PTRACE_MODE_ATTACH = 0x02, /* linux/ptrace.h */
	BW_PF_EXITING = 0x4,	      /* linux/sched.h */
	BW_SIGHUP = 1,
	BW_EPERM = 1,
	BW_EEXIST = 17,
	BW_SIGKILL = 9,
};

#endif
