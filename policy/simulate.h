/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's decision at a desk: decide.h over tables in memory.
 */
#ifndef POLICY_SIMULATE_H
#define POLICY_SIMULATE_H

#include <linux/types.h>
#include <stdbool.h>
#include "cgroup.h"
#include "tables.h"
#include <bulwark/abi.h>

/* The label of an address, port (host order) and enum bw_protocol; `address` in network order, 4 or 16 bytes. */
__u32 simulate_endpoint(const struct tables *tables, unsigned int family, const __u8 *address, unsigned int port,
			unsigned int protocol);

struct simulate_process {
	const char *binary;	   /* path as mounted; NULL: no program (a kernel thread) */
	const char *binary_stored; /* path as stored; NULL: the same */
	__u32 uid;
	__u32 gid;
	__u64 capabilities;	    /* the effective set */
	const char *parent;	    /* the program of its parent, as mounted; NULL: none */
	const char *const *lineage; /* NULL-terminated: programs that it or its ancestors ran before; NULL: none */
	bool container;
	const char *cgroup;		     /* NULL: "/" */
	const struct container_names *names; /* of its container; NULL: none */
};

struct simulate_object {
	const char *path;	 /* of a file operation or a unix socket; NULL for an endpoint, or a file without one */
	const char *path_stored; /* NULL: the same */
	bool owner;		 /* of a file operation: the process's fsuid owns the file */
	const char *path_kept;	 /* that the file had; NULL: none */
	const char *abstract;	 /* name of an abstract socket, without '@' */
	unsigned int family;	 /* 4 or 6, of an endpoint */
	__u8 address[16];
	unsigned int port;
	unsigned int protocol;
	struct bw_socket socket; /* as socket(2) is called, of `socket` */
	unsigned int facility;	 /* enum bw_facility, of `use` */
	/* Of an exec. */
	bool memory;			/* the file has no name, or none any more */
	const struct bw_digest *digest; /* NULL: no rule's */
	const char *const *argument;	/* NULL-terminated; NULL: none */
};

struct simulate_verdict {
	__u32 verdict; /* enum bw_verdict that would be carried out */
	__u32 n;
	struct {
		__u32 rule; /* of tables->rule_name */
		__u32 policy;
		__u32 verdict;
		__u32 mode;
	} outcome[BW_OUTCOMES_MAX];
};

/* What is not known of a question: a recorded event does not tell it. */
enum simulate_untold {
	SIMULATE_CAPABILITIES = 1 << 0,
	SIMULATE_GROUP = 1 << 1,
	SIMULATE_OWNER = 1 << 2,
	SIMULATE_DIGEST = 1 << 3,
	SIMULATE_LINEAGE = 1 << 4, /* there may be more before it than `lineage` has */
};

/* One attempt: who does what to which object. */
struct simulate_question {
	enum bw_operation operation;
	struct simulate_process process;
	struct simulate_object object;
	unsigned int untold; /* SIMULATE_*: the members above that say so mean nothing */
};

/* How what is not known is read: so that most is denied, or so that least is. */
enum simulate_reading {
	SIMULATE_STRICTEST,
	SIMULATE_MILDEST,
};

/* What a process holds, which is the same for all that it attempts: for who asks much about few processes. */
struct simulate_traits {
	struct bw_traits any; /* in some view of its program */
	struct bw_traits all; /* in all of them */
};

void simulate_traits(const struct tables *tables, const struct simulate_question *question,
		     struct simulate_traits *ret);

/* 0; -EINVAL when it is no object of the operation, or the tables are broken. */
int simulate_ask_with(const struct tables *tables, const struct simulate_question *question,
		      const struct simulate_traits *traits, enum simulate_reading reading,
		      struct simulate_verdict *ret);

/* The same with the traits of the question's process. */
int simulate_ask(const struct tables *tables, const struct simulate_question *question, enum simulate_reading reading,
		 struct simulate_verdict *ret);

/*
 * Sets reached[n] for each rule n that matches and for each default that holds, whether or not another one decides:
 * for who asks which rules a question is about. As simulate_ask().
 */
int simulate_reach(const struct tables *tables, const struct simulate_question *question, bool *reached);

/* simulate_ask() where all is known. */
int simulate_decide(const struct tables *tables, enum bw_operation operation, const struct simulate_process *process,
		    const struct simulate_object *object, struct simulate_verdict *ret);

#endif
