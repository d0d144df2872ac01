/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The configuration file, bulwark.yaml:
 *
 *	node: web-1                            # name of this node in events; default: the host name
 *	policy_dirs: [/etc/bulwark/policy.d]
 *	socket: /run/bulwark/control.sock
 *	log: ["-", /var/log/bulwark.jsonl]     # where decisions go; default: nowhere but `bulwark events`
 *	on_error: deny                         # deny | allow: what a hook that cannot decide does
 *	admin_group: bulwark                   # who may change, besides root
 *	reader_group: bulwark-readers          # who may only read
 */
#ifndef AGENT_CONFIG_H
#define AGENT_CONFIG_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>
#include <bulwark/abi.h>
#include "policy/diag.h"

#define CONFIG_FILE	  "/etc/bulwark/bulwark.yaml"
#define CONFIG_POLICY_DIR "/etc/bulwark/policy.d"

#define CONFIG_NO_GROUP ((gid_t)-1)

struct config_list {
	char **text;
	size_t n;
};

struct config {
	char *node;
	char *socket;
	struct config_list policy_dirs;
	bool policy_dirs_named; /* somebody asked for these: one that is missing is a mistake */
	struct config_list log;
	enum bw_on_error on_error;
	gid_t admin_group; /* CONFIG_NO_GROUP: none */
	gid_t reader_group;
};

int config_default(struct config *ret); /* 0 or -ENOMEM */

/*
 * Puts what the file says over what `config` holds. Returns 0; -EINVAL with everything that is wrong in `diag`, and
 * `config` in between old and new; -ENOENT and other errnos of reading.
 */
int config_read(const char *path, struct config *config, struct diag *diag);

int config_list_add(struct config_list *list, const char *text);
void config_list_clear(struct config_list *list);
void config_done(struct config *config);

#endif
