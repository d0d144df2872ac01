/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs as bytes: the smallest ELF file that exits with 42, one that names another file as its interpreter, and a
 * function that returns 42. What attacks on `exec` run; world.c puts the forbidden ones below EXEC.
 */
#ifndef BULWARK_TEST_CODE_H
#define BULWARK_TEST_CODE_H

#include "attack.h"
#include <elf.h>
#include <sys/mman.h>

#define EXEC	   WORLD "/exec"	/* nobody may run what is below */
#define DENIED	   EXEC "/denied"	/* exits with 42 */
#define SHELL	   EXEC "/shell"	/* a dynamic program */
#define CODE	   EXEC "/code"		/* a page that begins with a function that returns 42 */
#define ARGS_SHELL WORLD "/args/shell"	/* not to be run with EXIT_42 as an argument */
#define BOX	   WORLD "/box/busybox" /* not to be run as BOX_SH, a link to it */
#define BOX_SH	   WORLD "/box/sh"
#define EXIT_42	   "exit 42"
#define EXIT_0	   "exit 00" /* as long */

enum { CODE_PAGE = 4096, CODE_AT = 0x10000000 };

struct code_program {
	Elf64_Ehdr head;
	Elf64_Phdr part[2];
	unsigned char code[16];
	char interpreter[128];
};

/* `interpreter`: NULL for a program of its own. `at`: where it is loaded. */
static inline struct code_program code_program(const char *interpreter, unsigned long at)
{
	/* mov edi, 42; mov eax, 60 (exit); syscall */
	static const unsigned char code[] = { 0xbf, 42, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05 };
	struct code_program program = {
		.head = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_entry = at + offsetof(struct code_program, code),
			.e_phoff = offsetof(struct code_program, part),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = interpreter ? 2 : 1,
		},
		.part[0] = { .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = at, .p_paddr = at,
			     .p_filesz = sizeof(program), .p_memsz = sizeof(program), .p_align = CODE_PAGE },
	};

	memcpy(program.code, code, sizeof(code));
	if (!interpreter)
		return program;
	snprintf(program.interpreter, sizeof(program.interpreter), "%s", interpreter);
	program.part[1] = program.part[0];
	program.part[0] = (Elf64_Phdr){ .p_type = PT_INTERP,
					.p_offset = offsetof(struct code_program, interpreter),
					.p_filesz = strlen(interpreter) + 1,
					.p_memsz = strlen(interpreter) + 1 };
	return program;
}

static inline void code_write_program(int fd, const char *interpreter, unsigned long at)
{
	struct code_program program = code_program(interpreter, at);

	need(write(fd, &program, sizeof(program)), "write");
}

/* mov eax, 42; ret */
static inline void code_write_function(int fd)
{
	static const unsigned char function[CODE_PAGE] = { 0xb8, 42, 0, 0, 0, 0xc3 };

	need(write(fd, function, sizeof(function)), "write");
}

/* Calls what is mapped there, and ends. */
static inline void __attribute__((noreturn)) code_call(void *at)
{
	int (*function)(void);

	if (at == MAP_FAILED)
		stopped("mmap");
	memcpy(&function, &at, sizeof(function));
	effect(function() == 42, "the code ran");
}

#endif
