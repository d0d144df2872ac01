/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A checked policy: names resolved, values in range, every part with its place in the text. What parse and
 * check give to compile; no behaviour lives here but creation and release.
 *
 * Owner: each `struct policy` owns its arena and all that its members point to, and one reference to its source.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "alias.h"
#include "diag.h"
#include "pattern.h"
#include "source.h"
#include <linux/types.h>
#include <stdbool.h>
#include <bulwark/abi.h>

/* Keys of a selector. */
enum subject_key {
	SUBJECT_BINARY,
	SUBJECT_USER,
	SUBJECT_GROUP,
	SUBJECT_PARENT,
	SUBJECT_ANCESTOR,
	SUBJECT_CAPABILITY,
	SUBJECT_OWNER,
	SUBJECT_CONTAINER,
	SUBJECT_CGROUP,
	SUBJECT_IMAGE,
	SUBJECT_NAME,
	SUBJECT_NAMESPACE,
	SUBJECT_POD,
	SUBJECT_LABEL,
	_SUBJECT_MAX,

	/* What the map form of `exec` asks of the file and the attempt: conditions like those of a subject. */
	OBJECT_MEMORY = _SUBJECT_MAX,
	OBJECT_DIGEST,
	OBJECT_ARGUMENTS,
	_OBJECT_MAX,

	/* What the compiler asks besides, where a path of a rule leads elsewhere: see copies.h. */
	OBJECT_APPLET = _OBJECT_MAX, /* by which name the program is called */
	CONTAINER_ALIAS,	     /* that it leads there in the container's root */
	_CONDITION_MAX,
};

/* A path pattern of the text and the patterns it stands for. */
struct path_value {
	struct span span;
	const char *text;
	struct pattern *pattern;
	size_t n;
};

struct id_range {
	uint32_t from;
	uint32_t to; /* inclusive */
};

enum endpoint_kind {
	ENDPOINT_INET,
	ENDPOINT_UNIX, /* path_value: a path, or an abstract name */
};

struct endpoint {
	struct span span;
	const char *text;
	enum endpoint_kind kind;
	uint8_t family; /* 4, 6, or 0: both ("*", every address) */
	uint8_t length; /* of the prefix, bits */
	uint8_t address[16];
	uint16_t port_from; /* 0..65535, inclusive */
	uint16_t port_to;
	int protocol; /* enum bw_protocol, or -1: every protocol */
	struct path_value path;
};

/* A kind of sockets: in the form of socket.h, with BW_SOCKET_ANY for what the text leaves out. */
struct socket_kind {
	struct span span;
	const char *text;
	struct bw_socket key;
};

/* One key of a selector with its list: or-ed values. By kind of key one of the lists, or `yes`, is used. */
struct condition {
	enum subject_key key;
	struct span span;
	/* SUBJECT_BINARY, PARENT, ANCESTOR, CGROUP; of one component: IMAGE and what follows it, OBJECT_ARGUMENTS;
	 * OBJECT_APPLET, of which the texts count */
	struct path_value *path;
	size_t n_paths;
	struct id_range *id; /* SUBJECT_USER, GROUP */
	size_t n_ids;
	__u64 capabilities;	  /* SUBJECT_CAPABILITY: bit n is capability n */
	bool yes;		  /* SUBJECT_OWNER, CONTAINER */
	struct bw_digest *digest; /* OBJECT_DIGEST */
	size_t n_digests;
	struct alias_set aliases; /* CONTAINER_ALIAS */
};

struct selector {
	struct condition *condition; /* and-ed; sorted by key; at most one for each key */
	size_t n;
	struct span span;
};

struct rule {
	const char *name;
	struct span span;
	enum bw_operation operation;
	enum bw_verdict action;
	const char *message; /* NULL: none */
	struct selector subject;
	struct selector except;
	struct path_value *path;   /* objects of EXEC, READ, WRITE */
	size_t n_paths;		   /* 0 of EXEC: any file, by `object` */
	struct selector object;	   /* of EXEC: OBJECT_*, and-ed with the paths */
	struct endpoint *endpoint; /* objects of CONNECT, BIND */
	size_t n_endpoints;
	struct socket_kind *socket; /* objects of SOCKET */
	size_t n_sockets;
	__u32 facilities; /* objects of USE: bit n is enum bw_facility n */
};

struct tag {
	const char *key;
	const char *value;
};

struct policy {
	struct arena arena;
	struct source *source;
	size_t text_from; /* the document's bytes in the source: what `show` prints */
	size_t text_size;
	char hash[17]; /* of these bytes, hexadecimal: names this very text in events and status */
	const char *name;
	struct span span;	 /* of the name */
	const char *description; /* NULL: none */
	struct tag *tag;
	size_t n_tags;
	enum bw_mode mode;
	unsigned int rollout; /* percent, 0..100 */
	struct selector subject;
	int fallback[BW_OP_SLOTS]; /* enum bw_verdict of `default` for each operation, or -1 */
	struct span fallback_span[BW_OP_SLOTS];
	struct rule *rule;
	size_t n_rules;
};

struct policy_list {
	struct policy **policy;
	size_t n;
};

/*
 * text -> parse -> check: appends the source's policies to `list` (which owns them then). On any error nothing
 * is appended and -EINVAL returned, with everything wrong in `diag`; -ENOMEM too. A source without any document
 * is an error. Documents of kind PolicyTest are refused with a hint. Users and groups by name are looked up in
 * the node's databases (getpwnam, getgrnam).
 */
int policy_read(struct source *source, struct policy_list *list, struct diag *diag);

struct policy *policy_free(struct policy *policy); /* returns NULL; accepts NULL */
void policy_list_done(struct policy_list *list);

#endif
