/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A kernel in memory: probe, load, apply, counters and ring (agent/) without BPF. Tests drive it by these.
 */
#ifndef DOUBLES_FAKE_KERNEL_H
#define DOUBLES_FAKE_KERNEL_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <bulwark/abi.h>

/* What the double does and what was done to it; reset by memset. One for the process, as there is one kernel. */
struct fake_kernel {
	bool unusable;	/* probe_kernel() finds the BPF LSM missing */
	int open_error; /* what load_open() returns, and so on */
	int attach_error;
	int apply_error;
	int mode_error;
	bool opened;
	bool attached;
	bool kept; /* outlives the agent */
	int keep_error;
	int origin;	    /* enum load_origin */
	const char *sealed; /* name of a policy that heritage_seal() finds; NULL: none */
	const char *sealed_hash;
	int seal_error; /* what heritage_seal() returns */
	int origins_error;
	unsigned int origins; /* calls of heritage_origins() */
	__u64 rest_decided;   /* what heritage_keep() tells */
	__u64 rest_untold;
	struct bw_control control;
	__u64 active;	   /* sets applied so far */
	size_t n_policies; /* of the set in force */
	size_t n_rules;
	__u32 mode[64];	     /* of its first policies */
	unsigned int mounts; /* calls of apply_mounts() */
	unsigned int marks;  /* calls of apply_marks() */
	__u64 cgroup;	     /* the last one of apply_cgroup() */
	__u64 cgroup_gone;
	struct bw_stats stats;	     /* what counters_stats() returns */
	struct bw_standing standing; /* of every process */
	int standing_error;
	struct bw_fold fold; /* the only one */
	bool fold_is_young;  /* its second is not over */
	struct bw_counter rule[256];
	__u64 runs[2]; /* of its programs, 250 ns each */
	int run_time_error;
};

extern struct fake_kernel fake_kernel;

/* Puts bytes into the ring as the kernel would; false: there is no room. The ring is there with or without a reader. */
bool fake_kernel_send(const void *record, size_t size);

/* Fills `buffer` with a record of a denied exec by rule 0 of the set in force, and returns its size. */
size_t fake_kernel_decision(void *buffer, size_t room, const char *path);

#endif
