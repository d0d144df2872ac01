// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Makes a map and finds in it what it put there (map), loads a program and runs it (prog).
 */
#include "attack.h"
#include <linux/bpf.h>

static long bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static void __attribute__((noreturn)) use_map(void)
{
	union bpf_attr make = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1 };
	uint32_t key = 0, value = 4711, found = 0;
	union bpf_attr element = { .key = (uintptr_t)&key, .value = (uintptr_t)&value };

	element.map_fd = (uint32_t)step(bpf(BPF_MAP_CREATE, &make), "BPF_MAP_CREATE");
	step(bpf(BPF_MAP_UPDATE_ELEM, &element), "BPF_MAP_UPDATE_ELEM");
	element.value = (uintptr_t)&found;
	element.flags = 0;
	step(bpf(BPF_MAP_LOOKUP_ELEM, &element), "BPF_MAP_LOOKUP_ELEM");
	effect(found == value, "the map");
}

static void __attribute__((noreturn)) use_program(void)
{
	static const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 42 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	static char packet[64];
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_SCHED_CLS,
		.insns = (uintptr_t)code,
		.insn_cnt = ARRAY_SIZE(code),
		.license = (uintptr_t) "GPL",
	};
	union bpf_attr test = { .test = { .data_in = (uintptr_t)packet, .data_size_in = sizeof(packet) } };

	test.test.prog_fd = (uint32_t)step(bpf(BPF_PROG_LOAD, &load), "BPF_PROG_LOAD");
	step(bpf(BPF_PROG_TEST_RUN, &test), "BPF_PROG_TEST_RUN");
	effect(test.test.retval == 42, "the program");
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "map") == 0)
		use_map();
	use_program();
}
