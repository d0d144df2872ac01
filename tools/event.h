/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An event (docs/man/bulwark-events.5) as a line for people:
 *
 *	2026-01-02 03:04:05.678  would deny  exec     /usr/sbin/nginx[4321] -> /usr/bin/dash -c id  web/no-shell MESSAGE
 *
 * Behind a process in a container stands "@" and where: /usr/sbin/nginx[4321]@production/web-7d9/web
 */
#ifndef TOOLS_EVENT_H
#define TOOLS_EVENT_H

#include <stdio.h>

struct json_object;

void event_print(struct json_object *event, FILE *to);

#endif
