/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which of the kernel programs a node takes, and what each is for.
 *
 * A program whose hook this kernel does not have is left out: the kernel's own BTF decides, never a version number.
 * Where a hook changed its arguments there are two programs, and the one that fits is taken.
 */
#ifndef AGENT_PROGRAMS_H
#define AGENT_PROGRAMS_H

#include <stdbool.h>

struct bpf_program;
struct bulwark_bpf;

/* Who needs a program: one of these, or several. */
enum programs_need {
	PROGRAMS_ALWAYS = 1,
	PROGRAMS_FACILITIES = 2, /* rules of `use` and `socket` */
	PROGRAMS_DIGESTS = 4,	 /* exec rules that ask for them */
	PROGRAMS_GUARD = 8,	 /* the guard */
	PROGRAMS_AGENT = 16,	 /* the agent, for a moment: it is attached when it asks for what they do */
};

/*
 * The order in which programs are attached. First what follows threads and cgroups, so that nothing is decided before
 * it is known what each thread descends from. Last those that compute digests: of programs on one hook the kernel runs
 * the one that was attached last first.
 */
enum programs_turn {
	PROGRAMS_FOLLOW,
	PROGRAMS_DECIDE,
	PROGRAMS_PREPARE,
};

/* Has those loaded that this kernel has hooks for. Logs; -errno when the kernel does not tell its types. */
int programs_choose(struct bulwark_bpf *skeleton, bool open_files);

const char *programs_hook(const struct bpf_program *program);
unsigned int programs_need(const struct bulwark_bpf *skeleton, const struct bpf_program *program); /* a mask */
enum programs_turn programs_turn(const struct bulwark_bpf *skeleton, const struct bpf_program *program);

#endif
