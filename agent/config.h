/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The configuration file, bulwark.yaml:
 *
 *	node: web-1                            # name of this node in events; default: the host name
 *	policy_dirs: [/etc/bulwark/policy.d]
 *	socket: /run/bulwark/control.sock
 *	log: ["-", /var/log/bulwark.jsonl]     # where decisions go; default: nowhere but `bulwark events`
 *	log_size: 100M                         # at this size a file becomes FILE.1; default: files grow
 *	log_files: 5                           # how many such are kept
 *	fold_after: 32                         # so many equal events a second, the rest is counted; 0: each is one
 *	on_error: deny                         # deny | allow: what a hook that cannot decide does
 *	open_files: keep                       # keep | judge: descriptors that are open before a policy
 *	measure_programs: false                # true: the kernel takes the time that its programs run (metrics)
 *	unknown_container: allow               # allow | deny: what rules about names do with a container without
 *	confine: true                          # true | log | false: whether the agent gives up what it does not need
 *	guard: true                            # false: root may do anything to the agent and to what is in force
 *	package_managers: [/usr/bin/dpkg]      # who may change the agent's files; default: those that are usual
 *	seal: false                            # true: what enforces stays until the node starts again
 *	kubelet: https://127.0.0.1:10250/pods  # where the names and labels of pods are told; default: nowhere
 *	kubelet_ca: /etc/kubernetes/pki/ca.crt # what its certificate is verified by; with https there has to be one
 *	kubelet_name: web-1                    # the name in its certificate; default: the host of the URL
 *	kubelet_certificate: /etc/x.crt        # what the agent is known by; with kubelet_key where that is another file
 *	kubelet_token: /etc/bulwark/token      # the same by a bearer token
 *	state_dir: /var/lib/bulwark            # where what is in force is kept for the next agent
 *	pins: /sys/fs/bpf/bulwark              # a folder in bpffs, for what outlives the agent
 *	admin_group: bulwark                   # who may change, besides root
 *	reader_group: bulwark-readers          # who may only read
 */
#ifndef AGENT_CONFIG_H
#define AGENT_CONFIG_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>
#include <bulwark/abi.h>
#include "confine.h"
#include "kubelet.h"
#include "policy/diag.h"

#define CONFIG_FILE	  "/etc/bulwark/bulwark.yaml"
#define CONFIG_POLICY_DIR "/etc/bulwark/policy.d"

#define CONFIG_NO_GROUP ((gid_t)-1)

struct config_list {
	char **text;
	size_t n;
};

struct config {
	char *file; /* that it was read from, without links; NULL: none */
	char *node;
	char *socket;
	char *pins;
	char *state_dir;
	struct config_list policy_dirs;
	bool policy_dirs_named; /* somebody asked for these: one that is missing is a mistake */
	struct config_list log;
	__u64 log_size; /* bytes; 0: files grow */
	unsigned int log_files;
	unsigned int fold_after; /* equal events of a second that are told; 0: all */
	enum bw_on_error on_error;
	bool judge_open_files;
	bool measure_programs;
	enum confine_mode confine;
	bool guard;
	bool seal;
	struct config_list package_managers; /* who may change the files that the guard guards */
	enum bw_on_error unknown_container;
	struct kubelet_source kubelet; /* `from` NULL: none */
	gid_t admin_group;	       /* CONFIG_NO_GROUP: none */
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
