/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: KubeArmor's network, capabilities and presets. Out: rules for kinds of sockets, for facilities, and for what has
 * no name.
 */
#include "armor.h"
#include "import_path.h"
#include <base/cleanup.h>
#include <string.h>
#include <strings.h>

/* --- network ---------------------------------------------------------------------------------------------------- */

/* Sockets by the protocol that they are for: MPTCP is TCP to whom it connects to. */
static const struct {
	const char *theirs;
	const char *ours[6];
} protocols[] = {
	{ "tcp",
	  { "AF_INET/SOCK_STREAM/IPPROTO_TCP", "AF_INET6/SOCK_STREAM/IPPROTO_TCP", "AF_INET/SOCK_STREAM/IPPROTO_MPTCP",
	    "AF_INET6/SOCK_STREAM/IPPROTO_MPTCP" } },
	{ "udp", { "AF_INET/SOCK_DGRAM/IPPROTO_UDP", "AF_INET6/SOCK_DGRAM/IPPROTO_UDP" } },
	{ "icmp", { "AF_INET/SOCK_DGRAM/IPPROTO_ICMP", "AF_INET/SOCK_RAW/IPPROTO_ICMP" } },
	{ "icmpv6", { "AF_INET6/SOCK_DGRAM/IPPROTO_ICMPV6", "AF_INET6/SOCK_RAW/IPPROTO_ICMPV6" } },
	{ "raw", { "AF_INET/SOCK_RAW", "AF_INET6/SOCK_RAW", "AF_PACKET/SOCK_RAW" } },
	{ "sctp",
	  { "AF_INET/SOCK_STREAM/IPPROTO_SCTP", "AF_INET6/SOCK_STREAM/IPPROTO_SCTP",
	    "AF_INET/SOCK_SEQPACKET/IPPROTO_SCTP", "AF_INET6/SOCK_SEQPACKET/IPPROTO_SCTP" } },
};

static bool read_protocol(struct import *import, struct armor_entry *entry)
{
	const struct node *at = document_member(entry->node, "protocol");
	const char *word = import_text(import, entry->node, "protocol");

	if (!word) {
		import_left_out(import, entry->node, "import-form", NULL, "a rule without 'protocol'");
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
		if (strcasecmp(protocols[i].theirs, word) != 0)
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(protocols[i].ours) && protocols[i].ours[j]; j++)
			draft_add(import, &entry->objects, protocols[i].ours[j], at);
		return true;
	}
	import_left_out(import, at, "import-object", "TCP, UDP, ICMP, ICMPv6, SCTP and RAW are converted",
			"the protocol '%.80s'", word);
	return false;
}

/* An allow-list for sockets is about unix sockets here, and they are in nobody's list there. */
static void allow_local(struct import *import, const struct node *at)
{
	struct draft_rule rule = { .name = "local-sockets", .operation = BW_OP_SOCKET, .action = BW_VERDICT_ALLOW };

	rule.comment = "A default for 'socket' is about unix sockets too.";
	draft_add(import, &rule.objects, "AF_UNIX", NULL);
	draft_put(import, &rule);
	import_note(import, at, "import-differs", NULL,
		    "sockets are judged when they are made; those of AF_UNIX are let through");
}

void armor_network(struct import *import, const struct node *section, const struct node *spec, int posture)
{
	static const char *const known[] = { "matchProtocols", "action", "severity", "tags", "message", NULL };
	static const char *const inner[] = { "protocol", "fromSource", "action", "severity", "tags", "message", NULL };
	const struct node *node = import_items(import, document_member(section, "matchProtocols"));

	import_keys(import, section, "'network'", known);
	for (; node; node = node->next) {
		struct armor_entry entry = { .node = node, .section = section, .spec = spec };
		struct draft_rule rule;

		entry.origin = "network.matchProtocols";
		import_keys(import, node, "a protocol", inner);
		if (!armor_entry_read(import, &entry) || !read_protocol(import, &entry))
			continue;
		if (entry.action == BW_VERDICT_ALLOW) {
			import->draft.fallback[BW_OP_SOCKET] = posture;
			allow_local(import, node);
		}
		rule = armor_rule(import, &entry, "network", BW_OP_SOCKET);
		draft_put(import, &rule);
	}
}

/* --- capabilities ----------------------------------------------------------------------------------------------- */

/* Where one capability guards one facility, and nothing else that a program would need. */
static const struct {
	const char *theirs;
	const char *ours;
} capabilities[] = {
	{ "net_raw", "raw-socket" },
	{ "sys_module", "module-load" },
	{ "bpf", "bpf" },
};

static const char *facility_of(const char *word)
{
	if (strncasecmp(word, "CAP_", 4) == 0)
		word += 4;
	for (size_t i = 0; i < ARRAY_SIZE(capabilities); i++)
		if (strcasecmp(capabilities[i].theirs, word) == 0)
			return capabilities[i].ours;
	return NULL;
}

static void put_capability(struct import *import, struct armor_entry *entry)
{
	const struct node *at = document_member(entry->node, "capability");
	const char *word = import_text(import, entry->node, "capability");
	const char *facility = word ? facility_of(word) : NULL;
	struct draft_rule rule;

	if (!facility || entry->action == BW_VERDICT_ALLOW) {
		import_left_out(import, at ?: entry->node, "import-object",
				"take the capability away in the pod's securityContext; bulwark matches who has it",
				"the %scapability '%.80s'", entry->action == BW_VERDICT_ALLOW ? "allowed " : "",
				word ?: "");
		return;
	}
	import_note(import, at, "import-differs", NULL,
		    "'%.80s' is taken as the use of '%s', which it guards, and not as anything else", word, facility);
	draft_add(import, &entry->objects, facility, at);
	rule = armor_rule(import, entry, "capability", BW_OP_USE);
	draft_put(import, &rule);
}

void armor_capabilities(struct import *import, const struct node *section, const struct node *spec)
{
	static const char *const known[] = { "matchCapabilities", "action", "severity", "tags", "message", NULL };
	static const char *const inner[] = {
		"capability", "fromSource", "action", "severity", "tags", "message", NULL
	};
	const struct node *node = import_items(import, document_member(section, "matchCapabilities"));

	import_keys(import, section, "'capabilities'", known);
	for (; node; node = node->next) {
		struct armor_entry entry = { .node = node, .section = section, .spec = spec };

		entry.origin = "capabilities.matchCapabilities";
		import_keys(import, node, "a capability", inner);
		if (armor_entry_read(import, &entry))
			put_capability(import, &entry);
	}
}

/* --- presets ------------------------------------------------------------------------------------------------------ */

static void put_fileless(struct import *import, struct armor_entry *entry)
{
	struct draft_rule rule = armor_rule(import, entry, "fileless", BW_OP_EXEC);

	rule.memory = true;
	draft_put(import, &rule);
	rule.memory = false;
	import_path_prefix(import, "/dev/shm/", entry->node, &rule.objects);
	import_path_prefix(import, "/run/shm/", entry->node, &rule.objects);
	draft_put(import, &rule);
}

void armor_presets(struct import *import, const struct node *list, const struct node *spec)
{
	const struct node *node = import_items(import, list);

	for (; node; node = node->next) {
		struct armor_entry entry = { .node = node, .spec = spec, .origin = "presets" };
		const char *name = node->kind == NODE_MAP ? import_text(import, node, "name") : NULL;

		if (!name || strcmp(name, "filelessExec") != 0)
			import_left_out(import, node, "import-section", "filelessExec is converted",
					"the preset '%.80s'", name ?: "");
		else if (armor_entry_read(import, &entry) && entry.action != BW_VERDICT_ALLOW)
			put_fileless(import, &entry);
	}
}
