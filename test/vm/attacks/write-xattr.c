// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Sets or removes an extended attribute, an ACL, or capabilities of the file, by each call there is.
 */
#include "attack.h"
#include <sys/xattr.h>

/* Version 2, u::rw-, u:1000:rw-, g::r--, m::rw-, o::r--. */
static const uint8_t acl[] = {
	2, 0, 0,   0,	1,   0,	  6,  0, 255, 255, 255, 255, 2,	  0,   6,  0, 0xe8, 3, 0,   0,	 4,   0,
	4, 0, 255, 255, 255, 255, 16, 0, 6,   0,   255, 255, 255, 255, 32, 0, 4,    0, 255, 255, 255, 255,
};
/* Version 2, effective, CAP_SYS_ADMIN and all else of the first word. */
static const uint32_t capabilities[] = { 0x02000001, 0xffffffff, 0, 0, 0 };

static const char *name = "user.evil";

static void by_uring(bool descriptor)
{
	struct uring ring;
	struct io_uring_sqe sqe = {
		.opcode = descriptor ? IORING_OP_FSETXATTR : IORING_OP_SETXATTR,
		.fd = descriptor ? INHERITED_FILE_R : 0,
		.addr = (uint64_t)(uintptr_t)name,
		.addr2 = (uint64_t)(uintptr_t) "x",
		.len = 1,
		.addr3 = (uint64_t)(uintptr_t)FILE_W,
	};

	uring_open(&ring, 0);
	uring_needs(&ring, sqe.opcode, "IORING_OP_SETXATTR");
	step(uring_do(&ring, &sqe), "io_uring");
}

static void by_newest(void)
{
	struct {
		uint64_t value;
		uint32_t size, flags;
	} arguments = { .value = (uint64_t)(uintptr_t) "x", .size = 1 };
	long r = syscall(SYS_setxattrat, AT_FDCWD, FILE_W, 0, name, &arguments, sizeof(arguments));

	if (r < 0 && errno == ENOSYS)
		unavailable("setxattrat");
	step(r, "setxattrat");
}

static void change(const char *how)
{
	if (strcmp(how, "path") == 0)
		step(setxattr(FILE_W, name, "x", 1, 0), "setxattr");
	if (strcmp(how, "descriptor") == 0)
		step(fsetxattr(INHERITED_FILE_R, name, "x", 1, 0), "fsetxattr");
	if (strcmp(how, "trusted") == 0)
		step(lsetxattr(FILE_W, name = "trusted.evil", "x", 1, 0), "lsetxattr");
	if (strcmp(how, "capability") == 0)
		step(setxattr(FILE_W, name = "security.capability", capabilities, sizeof(capabilities), 0), "setxattr");
	if (strcmp(how, "acl") == 0)
		step(setxattr(FILE_W, name = "system.posix_acl_access", acl, sizeof(acl), 0), "setxattr");
	if (strcmp(how, "uring") == 0)
		by_uring(false);
	if (strcmp(how, "uring-descriptor") == 0)
		by_uring(true);
	if (strcmp(how, "newest") == 0)
		by_newest();
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];

	if (strcmp(how, "remove") == 0 || strcmp(how, "remove-descriptor") == 0) {
		step(strcmp(how, "remove") ? fremovexattr(INHERITED_FILE_R, "user.kept")
					   : removexattr(FILE_W, "user.kept"),
		     "removexattr");
		effect(getxattr(FILE_W, "user.kept", NULL, 0) < 0, "it is still there");
	}
	change(how);
	effect(getxattr(FILE_W, name, NULL, 0) > 0, "it is not there");
}
