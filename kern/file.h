/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests about files: the object from an open file, or from a dentry and its mount.
 */
#ifndef KERN_FILE_H
#define KERN_FILE_H

#include "enforce.h"

/* The operations whose rules are about files by any name; `connect` is about the nodes of unix sockets. */
#define BW_FILE_OPERATIONS (1 << BW_OP_EXEC | 1 << BW_OP_READ | 1 << BW_OP_WRITE | 1 << BW_OP_CONNECT)

/* Completes the request with an open file, whose packed place is known. */
static inline void file_about(struct bw_request *request, struct file *file, __u64 value)
{
	label_place(&request->now, file, value, &request->place);
	request->kind = BW_OBJECT_FILE;
	request->no_default = request->place.internal;
	request->dentry = (__u64)file->f_path.dentry;
	request->mount = (__u64)file->f_path.mnt;
	request->inode = (__u64)file->f_inode;
}

/* A dentry by its path; it need not exist yet. Walks, since a change of the tree costs much more anyway. */
static inline int file_judge_dentry(struct bw_request *request, struct dentry *dentry, struct vfsmount *mount)
{
	struct inode *inode = dentry->d_inode;

	label_walk(&request->now, dentry, mount, inode, &request->place);
	request->kind = BW_OBJECT_FILE;
	request->no_default |= request->place.internal;
	request->dentry = (__u64)dentry;
	request->mount = (__u64)mount;
	request->inode = (__u64)inode;
	return enforce_request(request);
}

#endif
