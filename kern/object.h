/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Request -> what an event says of its object in numbers.
 */
#ifndef KERN_OBJECT_H
#define KERN_OBJECT_H

#include "maps.h"

static inline void object_describe(struct bw_event_object *object, const struct bw_task *task)
{
	const struct bw_request *request = &task->request;
	struct super_block *sb = NULL;

	if (request->kind == BW_OBJECT_INET || request->kind >= BW_OBJECT_SOCKET) {
		*object = task->endpoint;
		return;
	}
	__builtin_memset(object, 0, sizeof(*object));
	object->kind = request->kind;
	if (request->kind != BW_OBJECT_FILE || !request->inode)
		return;
	bw_read(object->ino, struct inode, request->inode, i_ino);
	bw_read(sb, struct inode, request->inode, i_sb);
	bw_read(object->dev, struct super_block, sb, s_dev);
}

#endif
