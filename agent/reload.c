/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the folders as scanned. Out: one store change with every good file in it.
 *
 * Whether a file is good shows late: it may parse, and clash with another file, or fail to compile with the rest. So
 * an attempt is made with all that look good; the files that the compiler blames are marked broken, and another
 * attempt is made without them, until one succeeds. Each attempt begins from what is in force.
 */
#include "reload.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "log.h"
#include "render.h"

void reload_done(struct reload *reload)
{
	scan_done(&reload->scan);
}

size_t reload_failures(const struct reload *reload)
{
	size_t i, n = 0;

	for (i = 0; i < reload->scan.n; i++)
		n += reload->scan.file[i].state == SCAN_BROKEN;
	return n;
}

/* --- broken files ----------------------------------------------------------------------------------------- */

static bool is_news(const struct scan *before, const struct scan_file *file)
{
	const struct scan_file *old = scan_find(before, file->path);

	return !old || old->state != SCAN_BROKEN || !old->failure || !file->failure ||
	       strcmp(old->failure, file->failure) != 0;
}

/* For what `diag` says about this file, or, if nothing, for all that it says. */
static void break_file(const struct reload *reload, struct scan_file *file, const struct diag *diag)
{
	char *failure = render_first_error(diag, file->source);
	const struct source *only = failure ? file->source : NULL;
	_free_ char *text = NULL;

	scan_break(file, failure ? failure : render_first_error(diag, NULL));
	policy_list_done(&file->list);
	if (!is_news(&reload->scan, file))
		return;
	text = render_diag(diag, only);
	log_lines(LOG_LEVEL_ERROR, text ? text : file->path);
}

/* --- one attempt ------------------------------------------------------------------------------------------ */

static int parse_files(const struct reload *reload, struct scan *scan)
{
	struct diag diag = { 0 };
	size_t i;
	int r = 0;

	for (i = 0; i < scan->n && r != -ENOMEM; i++) {
		struct scan_file *file = &scan->file[i];

		if (file->state != SCAN_CHANGED)
			continue;
		policy_list_done(&file->list); /* of the attempt before */
		file->list = (struct policy_list){ 0 };
		r = policy_read(file->source, &file->list, &diag);
		if (r < 0 && r != -ENOMEM)
			break_file(reload, file, &diag);
		else if (diag.n_warnings)
			log_debug("%s: %zu warnings; `bulwark check` shows them", file->path, diag.n_warnings);
		diag_done(&diag);
		diag = (struct diag){ 0 };
	}
	return r == -ENOMEM ? r : 0;
}

static bool declares(const struct scan_file *file, const char *name)
{
	size_t i;

	for (i = 0; i < file->list.n; i++)
		if (file->list.policy[i] && strcmp(file->list.policy[i]->name, name) == 0)
			return true;
	return false;
}

/* Does another file stand behind a policy of this name? One that is about to lose it does not. */
static const char *other_owner(const struct scan *scan, const struct store_change *change, const struct scan_file *file,
			       const char *name)
{
	size_t i;

	for (i = 0; i < change->n; i++) {
		const struct store_entry *entry = change->entry[i];
		const struct scan_file *owner;

		if (!entry->file || strcmp(entry->file, file->path) == 0 || strcmp(entry->policy->name, name) != 0)
			continue;
		owner = scan_find(scan, entry->file);
		if (!entry->in_force || (owner && (owner->state != SCAN_CHANGED || declares(owner, name))))
			return entry->file;
	}
	return NULL;
}

/* A name that two files declare breaks the second. */
static bool clashes(const struct reload *reload, const struct scan *scan, const struct store_change *change,
		    struct scan_file *file)
{
	struct diag diag = { 0 };
	size_t i;

	for (i = 0; i < file->list.n; i++) {
		const struct policy *policy = file->list.policy[i];
		const char *owner = other_owner(scan, change, file, policy->name);

		if (owner)
			diag_error(&diag, file->source, policy->span, "duplicate-policy",
				   "a policy's name is unique on a node", "policy '%s' is in '%s' already",
				   policy->name, owner);
	}
	if (diag.n_errors)
		break_file(reload, file, &diag);
	diag_done(&diag);
	return file->state == SCAN_BROKEN;
}

static bool is_in_force(const struct store *store, const struct policy *policy, const char *file)
{
	const struct store_entry *entry = store_find(store, policy->name);

	return entry && entry->file && strcmp(entry->file, file) == 0 && strcmp(entry->policy->hash, policy->hash) == 0;
}

/* What the file gave before and does not declare any more. */
static void drop_undeclared(struct store_change *change, const char *path, const struct scan_file *file)
{
	size_t i = 0;

	while (i < change->n) {
		const struct store_entry *entry = change->entry[i];

		if (!entry->in_force || !entry->file || strcmp(entry->file, path) != 0 ||
		    (file && declares(file, entry->policy->name)))
			i++;
		else
			(void)store_drop(change, entry->policy->name);
	}
}

static int put_file(struct store_change *change, struct scan_file *file)
{
	size_t i;
	int r = 0;

	drop_undeclared(change, file->path, file);
	for (i = 0; i < file->list.n && r >= 0; i++) {
		if (is_in_force(change->store, file->list.policy[i], file->path))
			continue;
		r = store_put(change, file->list.policy[i], file->path);
		if (r >= 0)
			file->list.policy[i] = NULL; /* the change owns it now */
	}
	return r;
}

/* Is the file there, or its folder one that cannot be read? */
static bool stands(const struct scan *scan, const char *path)
{
	size_t i, size;

	if (scan_find(scan, path))
		return true;
	for (i = 0; i < scan->n; i++) {
		size = strlen(scan->file[i].path);
		if (scan->file[i].state == SCAN_BROKEN && strncmp(path, scan->file[i].path, size) == 0 &&
		    path[size] == '/')
			return true;
	}
	return false;
}

static void drop_vanished(const struct scan *scan, struct store_change *change)
{
	size_t i = 0;

	while (i < change->n) {
		const struct store_entry *entry = change->entry[i];

		if (!entry->in_force || !entry->file || stands(scan, entry->file))
			i++;
		else
			(void)store_drop(change, entry->policy->name);
	}
}

static int put_files(struct reload *reload, struct scan *scan, struct store_change *change)
{
	size_t i;
	int r = 0;

	drop_vanished(scan, change);
	for (i = 0; i < scan->n && r >= 0; i++)
		if (scan->file[i].state == SCAN_CHANGED && !clashes(reload, scan, change, &scan->file[i]))
			r = put_file(change, &scan->file[i]);
	return r;
}

static bool is_unchanged(const struct store_change *change)
{
	size_t i;

	for (i = 0; i < change->n; i++)
		if (!change->entry[i]->in_force)
			return false;
	return change->n == change->store->n;
}

static int attempt(struct reload *reload, struct scan *scan, bool all, const struct requester *requester,
		   struct diag *diag)
{
	_cleanup_(store_abort) struct store_change change = { 0 };
	int r;

	r = parse_files(reload, scan);
	r = r < 0 ? r : store_begin(reload->store, &change);
	r = r < 0 ? r : put_files(reload, scan, &change);
	if (r < 0)
		return r;
	if (is_unchanged(&change) && reload->store->waiting)
		return store_put_awaited(reload->store);
	if (is_unchanged(&change) && !all)
		return 0;
	return store_commit(&change, requester, diag);
}

/* Breaks the changed files that errors of the compiler point into, or else the last one: then it is too much. */
static bool blame(const struct reload *reload, struct scan *scan, const struct diag *diag)
{
	struct scan_file *last = NULL;
	bool found = false;
	size_t i, k;

	for (i = 0; i < scan->n; i++) {
		struct scan_file *file = &scan->file[i];
		bool guilty = false;

		if (file->state != SCAN_CHANGED)
			continue;
		for (k = 0; k < diag->n; k++)
			guilty |= diag->list[k].severity == DIAG_ERROR && diag->list[k].source == file->source;
		if (guilty)
			break_file(reload, file, diag);
		else
			last = file;
		found |= guilty;
	}
	if (!found && last) {
		break_file(reload, last, diag);
		found = true;
	}
	return found;
}

/* The kernel or the memory refused: no file is to blame, none is in force, all are tried again next time. */
static void break_all(struct scan *scan, int error)
{
	char *text;
	size_t i;

	for (i = 0; i < scan->n; i++) {
		if (scan->file[i].state != SCAN_CHANGED)
			continue;
		if (asprintf(&text, "cannot be put in force: %s", strerror(-error)) < 0)
			text = NULL;
		scan_break(&scan->file[i], text);
	}
}

/* With diagnostics: what is in force does not compile any more (a link leads elsewhere), and no file is to blame. */
static void log_refusal(const struct diag *diag, int error)
{
	_free_ char *text = diag->n ? render_diag(diag, NULL) : NULL;

	if (text)
		log_lines(LOG_LEVEL_ERROR, text);
	log_error_errno(error, "Cannot put the policy folders in force: %m; what was in force before stays");
}

/* `scan` becomes what was last read; texts and policies that did not come in force are let go. */
static void finish(struct reload *reload, struct scan *scan)
{
	size_t i;

	for (i = 0; i < scan->n; i++) {
		struct scan_file *file = &scan->file[i];

		if (file->state == SCAN_CHANGED)
			file->state = SCAN_SAME;
		file->source = source_unref(file->source);
		policy_list_done(&file->list);
		file->list = (struct policy_list){ 0 };
	}
	scan_done(&reload->scan);
	reload->scan = *scan;
}

/* What compiling warns of is for authors; this is for who would switch the policy to enforce. */
static void log_warnings(const struct diag *diag)
{
	char line[512];
	size_t i;

	for (i = 0; i < diag->n; i++) {
		if (strcmp(diag->list[i].id, "lockout") != 0)
			continue;
		diag_line(&diag->list[i], line, sizeof(line));
		log_warning("%s", line);
	}
}

int reload_folders(struct reload *reload, bool all, const struct requester *requester)
{
	struct diag diag = { 0 };
	struct scan scan;
	int r;

	r = scan_folders(reload->folders, &reload->scan, all, &scan);
	if (r < 0)
		return log_error_errno(r, "Cannot read the policy folders: %m");
	do {
		diag_done(&diag);
		diag = (struct diag){ 0 };
		r = attempt(reload, &scan, all, requester, &diag);
	} while (r == -EINVAL && blame(reload, &scan, &diag));
	if (r < 0) {
		log_refusal(&diag, r);
		break_all(&scan, r);
	} else {
		log_warnings(&diag);
	}
	diag_done(&diag);
	finish(reload, &scan);
	if (reload_failures(reload))
		log_warning("Broken policy files: %zu of %zu; policies in force: %zu", reload_failures(reload),
			    reload->scan.n, reload->store->n);
	return r;
}
