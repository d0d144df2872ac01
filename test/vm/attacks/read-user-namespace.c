// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Without any rights, makes a user namespace, mounts the folder elsewhere in it, and opens.
 */
#include "attack.h"

int main(void)
{
	own_namespaces();
	make_folder(OUT "/mnt");
	step(mount(READ, OUT "/mnt", NULL, MS_BIND | MS_REC, NULL), "bind");
	steal(OUT "/mnt/secret");
}
