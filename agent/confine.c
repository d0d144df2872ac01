/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a process of root. Out: the same in its confinement. The order: who stays outside of the domain is started while
 * there is none; then capabilities, with which no_new_privs comes, that the others need; then files; and the filter
 * last, which refuses what made the rest.
 */
#include "confine.h"
#include <base/cleanup.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include "config.h"
#include "domain.h"
#include "filter.h"
#include "log.h"
#include "privileges.h"
#include "scout.h"

/* Names of users and groups are asked for later, when no library can be mapped any more: whoever may be asked is now.
 */
static void load_databases(void)
{
	struct passwd user, *found_user = NULL;
	struct group group, *found_group = NULL;
	char buffer[4096];

	(void)getpwuid_r((uid_t)-2, &user, buffer, sizeof(buffer), &found_user);
	(void)getgrgid_r((gid_t)-2, &group, buffer, sizeof(buffer), &found_group);
}

static int drop_capabilities(const char *helper, struct confinement *ret)
{
	int r = privileges_drop(PRIVILEGES_AGENT | (helper ? PRIVILEGES_HELPER : 0));

	ret->capabilities = r >= 0;
	return r;
}

static int limit_files(const struct config *config, const char *helper, struct confinement *ret)
{
	int r = domain_enter(config, helper);

	ret->files = r < 0 ? 0 : r;
	if (r == -EOPNOTSUPP)
		log_warning("Landlock is not among the active security modules (lsm=landlock,...): the agent may use "
			    "all files that root may, ignoring");
	else if (r < 0)
		return log_error_errno(r, "Cannot give up the files that are not needed any more (confine: false "
					  "leaves them, for debugging): %m");
	return 0;
}

static int limit_calls(const struct config *config, const char *helper, struct confinement *ret)
{
	int r = filter_install(helper ? FILTER_HELPER : FILTER_AGENT, config->confine == CONFINE_TOLD);

	ret->calls = r >= 0;
	if (r == -EOPNOTSUPP)
		log_warning("System calls cannot be filtered here (CONFIG_SECCOMP_FILTER, or a build with a "
			    "sanitizer): the agent may make all, ignoring");
	else if (r < 0)
		return log_error_errno(r, "Cannot give up the system calls that are not needed any more (confine: "
					  "false leaves them, for debugging): %m");
	return 0;
}

int confine_agent(const struct config *config, const char *helper, struct confinement *ret)
{
	int r;

	*ret = (struct confinement){ 0 };
	if (config->confine == CONFINE_OFF) {
		log_warning(
			"The agent keeps all that root may do (confine: false): whoever takes it over has that too");
		return 0;
	}
	load_databases();
	r = scout_start(config->confine == CONFINE_TOLD);
	r = r < 0 ? r : drop_capabilities(helper, ret);
	r = r < 0 ? r : limit_files(config, helper, ret);
	return r < 0 ? r : limit_calls(config, helper, ret);
}
