/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Methods that change what is in force. Each is one store transaction: done as a whole, or refused with the reason
 * and nothing changed.
 */
#include <assert.h>
#include <base/cleanup.h>
#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include "agent.h"
#include "methods.h"
#include "policy/names.h"
#include "request.h"

static struct requester requester_of(const struct request *request)
{
	return (struct requester){ .known = true, .uid = request->peer.uid, .pid = request->peer.pid };
}

/* What a commit or a reading refused, for who asked. */
static int refuse_change(struct request *request, int r)
{
	if (request->diag.n_errors)
		return request_refuse(request, "invalid-policy", "%zu mistakes in the policy; nothing was changed",
				      request->diag.n_errors);
	if (r == -EKEYREJECTED)
		return request_refuse(request, "sealed",
				      "the node is sealed: what enforces stays as it is until the node starts again; "
				      "nothing was changed, the agent's log names the policy");
	if (r == -EFBIG || r == -E2BIG || r == -ENOSPC)
		return request_refuse(request, "too-large", "%s; nothing was changed", strerror(-r));
	return request_refuse(request, "failed", "%s; nothing was changed, the agent's log says more", strerror(-r));
}

/* --- load ------------------------------------------------------------------------------------------------- */

static int read_document(struct request *request, struct json_object *document, struct policy_list *list)
{
	struct json_object *name, *text;
	struct source *source;
	int r;

	if (json_object_get_type(document) != json_type_object || !json_object_object_get_ex(document, "name", &name) ||
	    json_object_get_type(name) != json_type_string || !json_object_object_get_ex(document, "text", &text) ||
	    json_object_get_type(text) != json_type_string)
		return request_refuse(request, "bad-request", "a document is {\"name\": ..., \"text\": ...}");
	r = source_new(json_object_get_string(name), json_object_get_string(text), json_object_get_string_len(text),
		       &source);
	if (r < 0)
		return refuse_change(request, r);
	r = policy_read(source, list, &request->diag);
	source_unref(source);
	if (r < 0 && !request->diag.n_errors)
		return refuse_change(request, r);
	return 0; /* mistakes of the author are collected: the next document may have some too */
}

static int read_documents(struct request *request, struct policy_list *list)
{
	struct json_object *documents;
	size_t i;
	int r = 0;

	if (!json_object_object_get_ex(request->parameters, "documents", &documents) ||
	    json_object_get_type(documents) != json_type_array || !json_object_array_length(documents))
		return request_refuse(request, "bad-request", "\"documents\" is a list with at least one document");
	for (i = 0; i < json_object_array_length(documents) && r >= 0; i++)
		r = read_document(request, json_object_array_get_idx(documents, i), list);
	if (r >= 0 && request->diag.n_errors)
		return refuse_change(request, -EINVAL);
	return r;
}

/* The reply has to be written from policies that the store owns by then: it keeps them, so pointers stay good. */
static int put_all(struct store_change *change, struct policy_list *list, const struct policy **loaded, bool *replaced)
{
	size_t i;
	int r = 0;

	for (i = 0; i < list->n && r >= 0; i++) {
		loaded[i] = list->policy[i];
		replaced[i] = store_find(change->store, loaded[i]->name);
		r = store_put(change, list->policy[i], NULL);
		if (r >= 0)
			list->policy[i] = NULL;
	}
	return r;
}

static int refuse_to_keep(const struct agent *agent, struct request *request, int r, const char *outcome)
{
	if (r == -E2BIG)
		return request_refuse(request, "too-large",
				      "all policies in force and on trial are more than can be kept; %s", outcome);
	return request_refuse(request, "failed", "cannot keep what is in force in '%s' (state_dir): %s; %s",
			      agent->config->state_dir, strerror(-r), outcome);
}

/* --- on trial --------------------------------------------------------------------------------------------- */

static int refuse_during_trial(const struct agent *agent, struct request *request)
{
	if (!trial_is_on(&agent->trial))
		return 0;
	return request_refuse(request, "busy",
			      "a change is on trial for %llu more seconds: `bulwark confirm` keeps it, "
			      "`bulwark confirm --undo` takes it back",
			      (unsigned long long)trial_left(&agent->trial));
}

/* A change may come: none is on trial, and if `try` says so, this one is. */
static int begin_change(struct agent *agent, struct request *request, unsigned int *ret_seconds)
{
	int r = refuse_during_trial(agent, request);

	r = r < 0 ? r : request_number(request, "try", TRIAL_SECONDS_MAX, ret_seconds);
	if (r < 0 || !*ret_seconds)
		return r;
	if (agent->store.seal)
		return request_refuse(request, "sealed",
				      "the node is sealed: what comes in force could not be taken back; nothing was "
				      "changed");
	r = trial_begin(&agent->trial, *ret_seconds);
	return r < 0 ? refuse_change(request, r) : 0;
}

/* It is in force (r >= 0), or it is not. */
static void end_change(struct agent *agent, struct request *request, unsigned int seconds, int r)
{
	if (!seconds)
		return;
	if (r < 0) {
		trial_drop(&agent->trial);
		return;
	}
	trial_run(&agent->trial);
	writer_number(request->reply, "trial", seconds);
}

int methods_confirm(void *context, struct request *request)
{
	struct agent *agent = context;
	const struct requester requester = requester_of(request);
	bool undo;
	int r = request_flag(request, "undo", &undo);

	if (r < 0)
		return r;
	r = undo ? trial_take_back(&agent->trial, &requester) : trial_confirm(&agent->trial);
	if (r == -ENOENT)
		return request_refuse(request, "not-found", "no change is on trial: it was confirmed, or taken back");
	if (r < 0 && !undo)
		return refuse_to_keep(agent, request, r, "it is still on trial: make room, and confirm again");
	return r < 0 ? refuse_change(request, r) : 0;
}

/* --- load, the change ------------------------------------------------------------------------------------- */

static int put_in_force(struct agent *agent, struct request *request, struct policy_list *list,
			const struct policy **loaded, bool *replaced)
{
	_cleanup_(store_abort) struct store_change change = { 0 };
	const struct requester requester = requester_of(request);
	int r;

	r = store_begin(&agent->store, &change);
	r = r < 0 ? r : put_all(&change, list, loaded, replaced);
	if (r >= 0) {
		r = keep_before(&agent->keep, &change);
		if (r < 0)
			return refuse_to_keep(agent, request, r, "nothing was changed");
	}
	r = r < 0 ? r : store_commit(&change, &requester, &request->diag);
	return r < 0 ? refuse_change(request, r) : 0;
}

static void write_loaded(struct agent *agent, struct writer *reply, const struct policy *const *loaded,
			 const bool *replaced, size_t n)
{
	size_t i, k;

	writer_open(reply, "loaded", '[');
	for (i = 0; i < n; i++) {
		assert(loaded[i]); /* put_all() named each */
		for (k = 0; agent->store.entry[k]->policy != loaded[i];)
			k++;
		writer_open(reply, NULL, '{');
		writer_text(reply, "name", loaded[i]->name);
		writer_text(reply, "mode", mode_name(store_mode_of(&agent->store, k)));
		writer_number(reply, "rules", loaded[i]->n_rules);
		writer_boolean(reply, "replaced", replaced[i]);
		writer_close(reply, '}');
	}
	writer_close(reply, ']');
}

static int load_list(struct agent *agent, struct request *request, struct policy_list *list)
{
	_free_ const struct policy **loaded = calloc(list->n + 1, sizeof(*loaded));
	_free_ bool *replaced = calloc(list->n + 1, sizeof(*replaced));
	int r;

	if (!loaded || !replaced)
		return refuse_change(request, -ENOMEM);
	r = put_in_force(agent, request, list, loaded, replaced);
	if (r >= 0) {
		write_loaded(agent, request->reply, loaded, replaced, list->n);
		request_put_warnings(request, "lockout");
	}
	return r;
}

int methods_load(void *context, struct request *request)
{
	struct agent *agent = context;
	struct policy_list list = { 0 };
	unsigned int seconds = 0;
	const char *word;
	size_t i;
	int mode = -1;
	int r;

	r = request_text_or_null(request, "mode", &word);
	if (r < 0)
		return r;
	if (word)
		mode = mode_from(word);
	if (word && mode < 0)
		return request_refuse(request, "bad-request", "\"mode\" is \"audit\" or \"enforce\"");
	r = read_documents(request, &list);
	for (i = 0; i < list.n && mode >= 0; i++)
		list.policy[i]->mode = mode;
	r = r < 0 ? r : begin_change(agent, request, &seconds);
	if (r >= 0) {
		r = load_list(agent, request, &list);
		end_change(agent, request, seconds, r);
	}
	policy_list_done(&list);
	return r;
}

/* --- unload ----------------------------------------------------------------------------------------------- */

static int drop_named(struct request *request, struct store_change *change, struct writer *names)
{
	struct json_object *list, *item;
	const char *name;
	size_t i;

	if (!json_object_object_get_ex(request->parameters, "names", &list) ||
	    json_object_get_type(list) != json_type_array || !json_object_array_length(list))
		return request_refuse(request, "bad-request", "\"names\" is a list of names, or \"all\" is true");
	for (i = 0; i < json_object_array_length(list); i++) {
		item = json_object_array_get_idx(list, i);
		name = json_object_get_type(item) == json_type_string ? json_object_get_string(item) : "";
		if (!store_drop(change, name))
			return request_refuse(request, "not-found", "no policy '%s' is in force; nothing was changed",
					      name);
		writer_text(names, NULL, name);
	}
	return 0;
}

static int drop_all(struct store_change *change, struct writer *names)
{
	while (change->n) {
		const char *name = change->entry[0]->policy->name;

		writer_text(names, NULL, name);
		(void)store_drop(change, name);
	}
	return 0;
}

int methods_unload(void *context, struct request *request)
{
	struct agent *agent = context;
	_cleanup_(store_abort) struct store_change change = { 0 };
	_cleanup_(writer_done) struct writer names = { 0 };
	const struct requester requester = requester_of(request);
	bool all;
	int r;

	r = request_flag(request, "all", &all);
	r = r < 0 ? r : refuse_during_trial(agent, request);
	if (r < 0)
		return r;
	r = store_begin(&agent->store, &change);
	if (r < 0)
		return refuse_change(request, r);
	writer_open(&names, NULL, '[');
	r = all ? drop_all(&change, &names) : drop_named(request, &change, &names);
	if (r < 0)
		return r;
	writer_close(&names, ']');
	r = writer_failed(&names) ? -ENOMEM : store_commit(&change, &requester, &request->diag);
	if (r < 0)
		return refuse_change(request, r);
	writer_json(request->reply, "unloaded", names.text, names.size);
	return 0;
}

/* --- mode, reload, stop ----------------------------------------------------------------------------------- */

int methods_mode(void *context, struct request *request)
{
	struct agent *agent = context;
	const struct requester requester = requester_of(request);
	const struct store_entry *entry;
	const char *name, *word;
	unsigned int seconds;
	int mode, was, r;

	r = request_text(request, "name", &name);
	r = r < 0 ? r : request_text(request, "mode", &word);
	if (r < 0)
		return r;
	mode = mode_from(word);
	if (mode < 0)
		return request_refuse(request, "bad-request", "\"mode\" is \"audit\" or \"enforce\"");
	entry = store_find(&agent->store, name);
	if (!entry)
		return request_refuse(request, "not-found", "no policy '%s' is in force", name);
	was = store_mode_of(&agent->store, store_index(&agent->store, entry));
	r = begin_change(agent, request, &seconds);
	if (r < 0)
		return r;
	r = store_mode(&agent->store, name, mode, &requester, &request->diag);
	if (r >= 0) {
		writer_text(request->reply, "name", entry->policy->name);
		writer_text(request->reply, "mode", mode_name(mode));
		writer_text(request->reply, "was", mode_name(was));
	}
	end_change(agent, request, seconds, r);
	if (r < 0)
		return refuse_change(request, r);
	return 0;
}

int methods_reload(void *context, struct request *request)
{
	struct agent *agent = context;
	const struct requester requester = requester_of(request);
	int r = refuse_during_trial(agent, request);

	if (r < 0)
		return r;
	r = reload_folders(&agent->reload, true, &requester);
	if (r < 0)
		return refuse_change(request, r);
	writer_number(request->reply, "policies", agent->store.n);
	methods_put_failed(request->reply, &agent->reload);
	return 0;
}

/* The answer goes out now; the end of the connection says that nothing is enforced any more. */
int methods_stop(void *context, struct request *request)
{
	struct agent *agent = context;

	if (agent->store.seal)
		return request_refuse(request, "sealed",
				      "the node is sealed: what enforces stays until the node starts again");
	agent->take_down = true;
	loop_stop(agent->loop);
	return 0;
}
