/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables of policy/schema.h as a JSON Schema.
 */
#ifndef TOOLS_SCHEMA_H
#define TOOLS_SCHEMA_H

#include <json-c/json.h>

/* The caller's. NULL: no memory. */
struct json_object *schema_new(void);

#endif
