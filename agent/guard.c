/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: where this agent has what it needs. Out: a policy about these places, as text (JSON is YAML), so that it goes
 * through all that any policy goes through.
 *
 * The folder of policies is left out, for it is how policies are changed.
 */
#include "guard.h"
#include <base/cleanup.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "log.h"
#include "policy/glob.h"
#include "render.h"
#include "writer.h"

#define UNITS "bulwark{,-exporter,-metrics}.{service,timer}"

/* A path as a pattern that means it and nothing else. */
static void put_path(struct writer *writer, const char *path, const char *behind)
{
	char pattern[2 * PATH_MAX + 2];
	size_t n = glob_escape(path, strnlen(path, PATH_MAX), pattern);

	snprintf(pattern + n, sizeof(pattern) - n, "%s", behind);
	writer_text(writer, NULL, pattern);
}

/* A folder itself, and all that is below it. */
static void put_folder(struct writer *writer, const char *path)
{
	put_path(writer, path, "");
	put_path(writer, path, "/");
}

static void open_rule(struct writer *writer, const char *name)
{
	writer_open(writer, NULL, '{');
	writer_text(writer, "name", name);
	writer_open(writer, "write", '[');
}

/* Between the files of a rule and the programs that it spares. */
static void open_spared(struct writer *writer)
{
	writer_close(writer, ']');
	writer_open(writer, "except", '{');
	writer_open(writer, "binary", '[');
}

static void close_rule(struct writer *writer, const char *message)
{
	writer_close(writer, ']');
	writer_close(writer, '}');
	writer_text(writer, "message", message);
	writer_close(writer, '}');
}

static void put_managers(struct writer *writer, const struct config *config)
{
	for (size_t i = 0; i < config->package_managers.n; i++)
		put_path(writer, config->package_managers.text[i], "");
}

/* --- the rules -------------------------------------------------------------------------------------------- */

/* To remove what is there ends enforcement. */
static void put_pinned(struct writer *writer, const struct config *config, const char *agent)
{
	open_rule(writer, "pinned");
	put_folder(writer, config->pins);
	open_spared(writer);
	put_path(writer, agent, "");
	close_rule(writer, "What bulwark has pinned in the kernel was changed by another program");
}

/*
 * The folders above it: a mount over one of them, for instance. The first is left out: who makes a network namespace
 * mounts another /sys for what is in there.
 */
static void put_place(struct writer *writer, const struct config *config, const char *agent)
{
	char path[PATH_MAX];
	char *slash;

	snprintf(path, sizeof(path), "%s", config->pins);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (!strchr(path + (*path == '/'), '/'))
		return; /* nothing is between */
	open_rule(writer, "place");
	do {
		put_path(writer, path, "");
		slash = strrchr(path, '/');
		*slash = '\0';
	} while (strchr(path + 1, '/'));
	open_spared(writer);
	writer_text(writer, NULL, "/usr/lib/systemd/{systemd,systemd-executor}");
	put_path(writer, agent, "");
	close_rule(writer, "Something was done to the place of what bulwark has pinned");
}

/* What the dynamic loader puts into every program, the next agent too, it takes from a file of its own. */
static void put_programs(struct writer *writer, const struct config *config, const char *agent)
{
	open_rule(writer, "programs");
	put_path(writer, agent, "");
	writer_text(writer, NULL, "/usr/sbin/{bulwarkd,bulwark-exporter}");
	writer_text(writer, NULL, "/usr/bin/bulwark");
	writer_text(writer, NULL, "/usr/libexec/bulwark/");
	writer_text(writer, NULL, "/etc/ld.so.preload");
	open_spared(writer);
	put_managers(writer, config);
	close_rule(writer, "A program of bulwark was changed, or what is loaded into it");
}

static void put_settings(struct writer *writer, const struct config *config)
{
	open_rule(writer, "settings");
	put_path(writer, config->file ? config->file : CONFIG_FILE, "");
	writer_text(writer, NULL, "/usr/lib/systemd/system/" UNITS);
	writer_text(writer, NULL, "/etc/systemd/system/" UNITS);
	writer_text(writer, NULL, "/etc/systemd/system/bulwark.service.d/");
	writer_text(writer, NULL, "/run/systemd/system/bulwark.service.d/");
	open_spared(writer);
	writer_text(writer, NULL, "/usr/bin/systemctl");
	put_managers(writer, config);
	close_rule(writer, "How bulwark is started was changed");
}

static void put_kept(struct writer *writer, const struct config *config, const char *agent)
{
	open_rule(writer, "kept");
	put_folder(writer, config->state_dir);
	open_spared(writer);
	put_path(writer, agent, "");
	put_managers(writer, config);
	close_rule(writer, "What bulwark keeps for its next start was changed");
}

static void put_policy(struct writer *writer, const struct config *config, const char *agent)
{
	writer_open(writer, NULL, '{');
	writer_text(writer, "apiVersion", "bulwark/v1");
	writer_text(writer, "kind", "Policy");
	writer_open(writer, "metadata", '{');
	writer_text(writer, "name", GUARD_POLICY);
	writer_text(writer, "description", "The agent's own: what keeps policies in force is changed by it alone.");
	writer_open(writer, "tags", '{');
	writer_text(writer, "attack", "T1562.001, T1489");
	writer_text(writer, "severity", "critical");
	writer_close(writer, '}');
	writer_close(writer, '}');
	writer_open(writer, "spec", '{');
	writer_text(writer, "mode", "enforce");
	writer_open(writer, "rules", '[');
	put_pinned(writer, config, agent);
	put_place(writer, config, agent);
	put_programs(writer, config, agent);
	put_settings(writer, config);
	put_kept(writer, config, agent);
	writer_close(writer, ']');
	writer_close(writer, '}');
	writer_close(writer, '}');
}

/* --- text -> policy --------------------------------------------------------------------------------------- */

static int read_policy(const struct writer *text, struct policy_list *list, struct diag *diag)
{
	struct source *source;
	int r = source_new(GUARD_POLICY, text->text, text->size, &source);

	if (r < 0)
		return r;
	r = policy_read(source, list, diag);
	source_unref(source);
	return r;
}

static void log_mistakes(const struct diag *diag)
{
	_free_ char *text = render_diag(diag, NULL);

	log_error("The guard has no policy for the paths of this configuration: change them, or set guard: false");
	if (text)
		log_lines(LOG_LEVEL_ERROR, text);
}

int guard_policy(const struct config *config, struct policy **ret)
{
	_cleanup_(writer_done) struct writer text = { 0 };
	_free_ char *agent = realpath("/proc/self/exe", NULL);
	struct policy_list list = { 0 };
	struct diag diag = { 0 };
	int r = -ENOMEM;

	if (agent)
		put_policy(&text, config, agent);
	if (agent && !writer_failed(&text))
		r = read_policy(&text, &list, &diag);
	if (diag.n_errors)
		log_mistakes(&diag);
	if (r >= 0) {
		*ret = list.policy[0];
		list.policy[0] = NULL;
	}
	policy_list_done(&list);
	diag_done(&diag);
	return r;
}
