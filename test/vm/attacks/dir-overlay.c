// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Mounts an overlay whose upper layer, or whose working folder, is the folder, and so has the kernel make things in it.
 */
#include "attack.h"

/* upper|work|whiteout [user]: `user` in a user namespace, without any rights. */
int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	const char *options = "lowerdir=" OUT "/lower,upperdir=" DIR_W ",workdir=" OUT "/work";

	if (strcmp(how, "work") == 0)
		options = "lowerdir=" OUT "/lower,upperdir=" OUT "/upper,workdir=" DIR_W "/empty";
	if (argc > 2)
		own_namespaces();
	else
		private_mounts();
	make_folder(OUT "/lower");
	make_folder(OUT "/upper");
	make_folder(OUT "/work");
	make_folder(OUT "/m");
	make_file(OUT "/lower/below", CHANGED);
	step(mount("overlay", OUT "/m", "overlay", 0, options), "mount the overlay");
	errno = 0;
	if (strcmp(how, "work") == 0)
		effect(exists(DIR_W "/empty/work"), "nothing new is there");
	if (strcmp(how, "whiteout") == 0) {
		step(unlink(OUT "/m/below"), "unlink");
		effect(exists(DIR_W "/below"), "nothing new is there");
	}
	if (strcmp(how, "copy-up") == 0) {
		step(chmod(OUT "/m/below", 0600), "chmod");
		effect(exists(DIR_W "/below"), "nothing new is there");
	}
	if (strcmp(how, "remove") == 0) {
		step(rmdir(OUT "/m/empty"), "rmdir");
		effect(!exists(DIR_W "/empty"), "it is still there");
	}
	step(mkdir(OUT "/m/new", 0755), "mkdir");
	effect(exists(DIR_W "/new"), "nothing new is there");
}
