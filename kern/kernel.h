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

struct super_block {
	__u32 s_dev;
	unsigned long s_flags;
	struct dentry *s_root;
};

struct inode {
	__u16 i_mode;
	struct super_block *i_sb;
	unsigned long i_ino;
	__u32 i_generation;
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

struct renamedata {
	struct dentry *old_dentry;
	struct dentry *new_dentry;
};

struct iattr {
	unsigned int ia_valid;
};

struct linux_binprm {
	struct file *file;
};

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

struct cred {
	kuid_t uid;
	kgid_t gid;
	kuid_t euid;
	kgid_t egid;
};

struct mm_struct {
	struct file *exe_file;
	unsigned long arg_start;
	unsigned long arg_end;
};

struct fs_struct {
	struct path pwd;
};

struct task_struct {
	int pid;
	int tgid;
	unsigned int flags;
	__u64 start_boottime;
	__u64 self_exec_id;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct mm_struct *mm;
	const struct cred *cred;
	struct fs_struct *fs;
	kuid_t loginuid;
	char comm[16];
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

struct sock_common {
	unsigned short skc_family;
	__u16 skc_num;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
};

struct socket {
	struct sock *sk;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
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

/* Numbers of the kernel that its headers for user space do not have. */
enum {
	BW_FMODE_READ = 0x1,	     /* linux/fs.h FMODE_READ */
	BW_FMODE_WRITE = 0x2,	     /* linux/fs.h FMODE_WRITE */
	BW_FMODE_EXEC = 0x20,	     /* linux/fs.h __FMODE_EXEC, in f_flags */
	BW_O_TRUNC = 01000,	     /* asm-generic/fcntl.h */
	BW_RENAME_EXCHANGE = 1 << 1, /* linux/fs.h */
	BW_S_IFMT = 0170000,
	BW_S_IFDIR = 0040000,
	BW_S_IFSOCK = 0140000,
	BW_ATTR_MODE = 1 << 0, /* linux/fs.h ATTR_* */
	BW_ATTR_UID = 1 << 1,
	BW_ATTR_GID = 1 << 2,
	BW_ATTR_SIZE = 1 << 3,
	BW_ATTR_ATIME = 1 << 4,
	BW_ATTR_MTIME = 1 << 5,
	BW_AF_UNSPEC = 0,
	BW_AF_UNIX = 1,
	BW_AF_INET = 2,
	BW_AF_INET6 = 10,
	BW_IPPROTO_TCP = 6,
	BW_IPPROTO_UDP = 17,
	BW_IPPROTO_SCTP = 132,
	BW_IPPROTO_UDPLITE = 136,
	BW_IPPROTO_MPTCP = 262,
	BW_NR_EXECVE = 59, /* asm/unistd_64.h */
	BW_NR_EXECVEAT = 322,
	BW_EPERM = 1,
	BW_SIGKILL = 9,
};

#endif
