// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Mounts an overlay made of the secret's folder, as its lower or upper layer, and opens the secret on the overlay.
 */
#include "attack.h"

/* LAYER [user]: `user` in a user namespace. */
int main(int argc, char **argv)
{
	const char *options = "lowerdir=" READ ":" OUT "/empty";

	if (argc > 2)
		own_namespaces();
	else
		private_mounts();
	make_folder(OUT "/empty");
	make_folder(OUT "/work");
	make_folder(OUT "/upper");
	make_folder(OUT "/merged");
	if (argc > 1 && strcmp(argv[1], "upper") == 0)
		options = "lowerdir=" OUT "/empty,upperdir=" READ ",workdir=" OUT "/work";
	else if (argc > 1 && strcmp(argv[1], "copied") == 0)
		options = "lowerdir=" READ ",upperdir=" OUT "/upper,workdir=" OUT "/work";
	step(mount("overlay", OUT "/merged", "overlay", 0, options), "mount the overlay");
	if (argc > 1 && strcmp(argv[1], "copied") == 0) {
		/* What is changed is copied up: the kernel reads, we read the copy. */
		step(chmod(OUT "/merged/secret", 0600), "chmod");
		steal(OUT "/upper/secret");
	}
	steal(OUT "/merged/secret");
}
