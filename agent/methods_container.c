/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What hooks of container runtimes tell: a container is about to begin. When the reply is out the kernel side knows its
 * names, so its first program is judged by them.
 */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include "agent.h"
#include "methods.h"
#include "request.h"

int methods_container_add(void *context, struct request *request)
{
	struct agent *agent = context;
	struct json_object *annotations = NULL, *root = NULL;
	const char *id, *cgroup;
	int r;

	r = request_text(request, "id", &id);
	r = r < 0 ? r : request_text(request, "cgroup", &cgroup);
	if (r < 0)
		return r;
	if (json_object_object_get_ex(request->parameters, "annotations", &annotations) &&
	    json_object_get_type(annotations) != json_type_object)
		return request_refuse(request, "bad-request", "\"annotations\" is an object");
	if (json_object_object_get_ex(request->parameters, "root", &root) &&
	    json_object_get_type(root) == json_type_string)
		r = cgroups_add_root(agent->cgroups, id, json_object_get_string(root));
	r = r < 0 ? r : cgroups_add_container(agent->cgroups, id, cgroup, annotations);
	if (r == -EINVAL)
		return request_refuse(request, "bad-request",
				      "\"id\" is a container's id, \"cgroup\" and \"root\" are absolute paths");
	if (r < 0)
		return request_refuse(request, "failed", "%s", strerror(-r));
	given_add(agent->given, agent->cgroups, id, cgroup, annotations);
	agent_follow_roots(agent); /* before the container begins */
	writer_text(request->reply, "id", id);
	return 0;
}
