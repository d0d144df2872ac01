/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the rooms of the importer for Tetragon share: functions of the kernel as operations of ours, and one selector on
 * its way to rules.
 */
#ifndef POLICY_TETRAGON_H
#define POLICY_TETRAGON_H

#include "draft.h"

/* What an argument of a function is to us. */
enum hook_role {
	ROLE_NONE,     /* nothing that a rule can ask for */
	ROLE_PATH,     /* the file */
	ROLE_MASK,     /* MAY_READ and its relatives */
	ROLE_PROT,     /* PROT_READ and its relatives, of a mapping */
	ROLE_SHARED,   /* MAP_SHARED: what is written reaches the file */
	ROLE_OPEN,     /* O_* */
	ROLE_PACKET,   /* what is sent, to whom ever: told by its port from what answers others */
	ROLE_SOCK,     /* a socket with both of its ends */
	ROLE_SOCKADDR, /* the address of the call */
	ROLE_FAMILY,
	ROLE_TYPE,
	ROLE_PROTOCOL,
	ROLE_ID,       /* the user id to be: 0 is meant */
	ROLE_LOAD,     /* what kernel_read_file is for: modules are meant */
	ROLE_CLONE,    /* CLONE_NEWUSER is meant */
	ROLE_WHATEVER, /* a number that a rule can do without, if it is any */
};

#define HOOK_ARGUMENTS 6

#define HOOK_OP(operation) (1u << BW_OP_##operation)

/* A function of the kernel, or a hook of its security modules. */
struct tetragon_hook {
	const char *name;
	const char *differs;	 /* how the operation differs from the function; NULL: it is what it is about */
	unsigned int operations; /* HOOK_OP() */
	int facility;		 /* enum bw_facility of USE; else -1 */
	int protocol;		 /* enum bw_protocol that it is about; -1: any */
	int family;		 /* 4 or 6: IP addresses of this family alone; 0: any */
	unsigned char role[HOOK_ARGUMENTS];
	bool part;    /* the operation is about much more: it is put in place of it to report, not to refuse */
	bool follows; /* it is about descriptors that FollowFD has named */
	bool ours;    /* its addresses are those of this side */
};

/* tetragon_hooks.c: by the name of a function, a system call or an LSM hook; NULL: none of ours. */
const struct tetragon_hook *tetragon_hook_find(const char *name);

/* Why there is none, where something can be said; never NULL. */
const char *tetragon_hook_hint(const char *name);

/* Conditions on addresses, as they come. */
struct tetragon_net {
	struct draft_list addresses;
	struct draft_list ports; /* "53", "1000-2000" */
	struct draft_list protocols;
	bool not_addresses; /* all but these */
	bool asked;	    /* for addresses, ports or protocols */
	bool families;	    /* `inet4`, `inet6` and `local` are the author's */
	bool inet4, inet6, local;
};

/* One selector of one hook. */
struct tetragon_selector {
	struct import *import;
	const struct tetragon_hook *hook;
	const struct node *entry; /* of the hook in the policy */
	const struct node *node;  /* NULL: the hook has no selectors */
	const char *origin;
	const char *message;
	struct draft_selector subject;
	struct draft_selector except;
	struct draft_list also_ancestors; /* a second rule for what these started */
	struct draft_list paths;
	struct draft_list minus;		  /* endpoints that an earlier selector decides about */
	struct draft_list family, type, protocol; /* of sockets, numbers */
	struct tetragon_net net;
	unsigned int operations;
	enum bw_verdict action;
	unsigned int required; /* bit n: the argument of role n has been asked for as it must be */
	bool reports;	       /* it reports or refuses */
	bool follows_fd;       /* it has FollowFD */
	bool has_paths;
};

/* Each adds to the selector what the text says; false: it cannot be said, which is reported. */
bool tetragon_actions(struct tetragon_selector *selector);   /* tetragon_actions.c */
bool tetragon_subject(struct tetragon_selector *selector);   /* tetragon_subject.c */
bool tetragon_arguments(struct tetragon_selector *selector); /* tetragon_args.c */

/* tetragon_net.c: one condition on an address; and all of them as endpoints. */
bool tetragon_net_condition(struct tetragon_selector *selector, enum hook_role role, const struct node *argument,
			    const char *relation);
bool tetragon_net_endpoints(struct tetragon_selector *selector, struct draft_list *ret);

/* tetragon_minus.c: takes the selector's `minus` out of the endpoints. */
bool tetragon_minus(struct tetragon_selector *selector, struct draft_list *endpoints);

/* tetragon_order.c: has the later of two selectors of a hook leave to the earlier what is the earlier's. */
bool tetragon_yield(struct tetragon_selector *later, const struct tetragon_selector *earlier);

/* What FollowFD has named: paths, and whether only for some processes. */
struct tetragon_followed {
	struct draft_list paths;
	bool conditional;
};

/* tetragon_rules.c: a hook with all its selectors. */
void tetragon_entry(struct import *import, const struct node *entry, const char *kind, const char *call, bool late,
		    struct tetragon_followed *followed);

/* The message for what a selector cannot have: it is left out as a whole. */
bool tetragon_refuse(struct tetragon_selector *selector, const struct node *at, const char *id, const char *hint,
		     const char *what);

#endif
