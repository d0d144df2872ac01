/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the agent can be asked for, and which right it takes.
 */
#include "methods.h"
#include <base/cleanup.h>
#include "agent.h"

const struct control_method agent_methods[] = {
	{ "load", CONTROL_CHANGE, methods_load },	{ "unload", CONTROL_CHANGE, methods_unload },
	{ "list", CONTROL_READ, methods_list },		{ "show", CONTROL_READ, methods_show },
	{ "mode", CONTROL_CHANGE, methods_mode },	{ "status", CONTROL_READ, methods_status },
	{ "events", CONTROL_READ, methods_events },	{ "reload", CONTROL_CHANGE, methods_reload },
	{ "stop", CONTROL_CHANGE, methods_stop },	{ "container-add", CONTROL_CHANGE, methods_container_add },
	{ "metrics", CONTROL_READ, methods_metrics },	{ "subject", CONTROL_READ, methods_subject },
	{ "confirm", CONTROL_CHANGE, methods_confirm },
};

const size_t agent_n_methods = ARRAY_SIZE(agent_methods);
