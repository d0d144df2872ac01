/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests about files: the object from an open file, from a path, or from a dentry alone.
 */
#ifndef KERN_FILE_H
#define KERN_FILE_H

#include "enforce.h"

static inline void file_about(struct bw_request *request, const struct inode *inode, const void *dentry,
			      const void *mount)
{
	request->about.kind = BW_OBJECT_FILE;
	if (inode) {
		request->about.ino = inode->i_ino;
		request->about.dev = inode->i_sb->s_dev;
	}
	request->dentry = (__u64)dentry;
	request->mount = (__u64)mount;
}

/* Labels of an open file, from the cache where possible, and the request's object. */
static inline void file_place(struct bw_request *request, struct file *file)
{
	label_file(&request->now, file, file->f_inode, &request->place);
	request->no_default = request->place.internal;
}

static inline int file_judge(struct bw_request *request, struct file *file)
{
	file_place(request, file);
	if (!enforce_concerned(request))
		return 0;
	file_about(request, file->f_inode, file->f_path.dentry, file->f_path.mnt);
	return enforce_ask(request);
}

/* A dentry by its path; it need not exist yet. Walks, since a change of the tree costs much more anyway. */
static inline int file_judge_dentry(struct bw_request *request, struct dentry *dentry, struct vfsmount *mount)
{
	struct inode *inode = dentry->d_inode;

	label_walk(&request->now, dentry, mount, inode, &request->place);
	request->no_default = request->place.internal;
	if (!enforce_concerned(request))
		return 0;
	file_about(request, inode, dentry, mount);
	return enforce_ask(request);
}

#endif
