/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * off.c: what stands on a kernel's command line.
 */
#include <check.h>
#include <test/harness.h>
#include "off.h"

static const struct {
	const char *line;
	bool off;
} lines[] = {
	{ "", false },
	{ "\n", false },
	{ "bulwark=off", true },
	{ "quiet bulwark=off ro\n", true },
	{ "  bulwark=off\n", true },
	{ "bulwark=on", false },
	{ "bulwark=", false },
	{ "bulwark", false },
	{ "bulwark=offline", false },
	{ "xbulwark=off", false },
	{ "lsm=bulwark=off", false },
	{ "bulwark=off bulwark=on", false },
	{ "bulwark=on bulwark=off", true },
};

START_TEST(command_lines)
{
	ck_assert_msg(off_is_asked(lines[_i].line) == lines[_i].off, "'%s'", lines[_i].line);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("off");
	TCase *tests = tcase_create("off");

	tcase_add_loop_test(tests, command_lines, 0, sizeof(lines) / sizeof(lines[0]));
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}
