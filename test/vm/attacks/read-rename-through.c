// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Renames the secret through a place that another rule denies something else about, so that it may keep that rule
 * instead.
 */
#include "attack.h"

int main(void)
{
	make_folder(OUT "/noexec");
	step(rename(SECRET, OUT "/noexec/secret"), "rename");
	step(rename(OUT "/noexec/secret", OUT "/name"), "rename");
	steal(OUT "/name");
}
