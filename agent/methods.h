/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The methods of the control socket, as include/bulwark/control.h describes them. `context` is the agent.
 */
#ifndef AGENT_METHODS_H
#define AGENT_METHODS_H

#include "control.h"
#include "reload.h"
#include "writer.h"

int methods_load(void *context, struct request *request);
int methods_unload(void *context, struct request *request);
int methods_mode(void *context, struct request *request);
int methods_confirm(void *context, struct request *request);
int methods_reload(void *context, struct request *request);
int methods_stop(void *context, struct request *request);
int methods_container_add(void *context, struct request *request);

int methods_list(void *context, struct request *request);
int methods_show(void *context, struct request *request);
int methods_status(void *context, struct request *request);
int methods_events(void *context, struct request *request);
int methods_metrics(void *context, struct request *request);
int methods_subject(void *context, struct request *request);

void methods_put_failed(struct writer *writer, const struct reload *reload); /* "failed": [{file, message}] */

#endif
