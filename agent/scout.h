/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A process of the agent's that stays outside of its Landlock domain: from within, the kernel lets nobody see which
 * file a process outside runs and where its root is, whatever capabilities he has. The scout can do that, and open one
 * kind of file that may be anywhere, and nothing else. As long as none is started, the caller does it himself.
 */
#ifndef AGENT_SCOUT_H
#define AGENT_SCOUT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* Starts it, with its own privileges and filter; it ends with this process. One for each process. Logs; -errno. */
int scout_start(bool told);

bool scout_is_lost(void); /* it was started and has ended */
int scout_fd(void);	  /* for a child that asks as well and closes all else; -1: none */

/* readlink(2) of /proc/PID/exe: how many bytes, or -errno. */
long scout_binary(__u32 pid, char *buffer, size_t room);

/*
 * Opens the folder of a process in /proc and its root, both O_PATH and the caller's to close. Returns the root or
 * -errno. May wait as long as the root's file system makes it: the caller is one who can be ended.
 */
int scout_root(const char *folder, int *ret_process);

/* Opens the configuration of an OCI bundle, to read; the caller's to close. It is called config.json, or -EINVAL. */
int scout_config(const char *path);

#endif
