// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Leaves the reading to another program, which a child runs, or an orphan.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];

	steal_by_child(SCOPE "/descends/secret", strcmp(how, "orphan") == 0);
}
