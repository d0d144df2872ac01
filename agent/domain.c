/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a configuration. Out: a Landlock domain.
 *
 * Folders, not files: a file that is replaced by rename, as editors and packages do, would be another one. A folder
 * that may not be there yet, such as a container engine's, is covered by the one above it.
 */
#include "domain.h"
#include <base/cleanup.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include "landlock.h"

static const struct {
	const char *path;
	unsigned int may;
} always[] = {
	{ "/", LANDLOCK_LIST }, /* hard links are searched for below wildcards of policies */
	{ "/proc", LANDLOCK_READ },
	{ "/sys", LANDLOCK_READ },     /* cgroups */
	{ "/etc", LANDLOCK_READ },     /* users and groups; policies; for the helper: names of hosts */
	{ "/usr", LANDLOCK_READ },     /* libraries that know users */
	{ "/run", LANDLOCK_READ },     /* what container engines write down */
	{ "/var/lib", LANDLOCK_READ }, /* the same */
	{ "/dev/null", LANDLOCK_READ | LANDLOCK_WRITE },
};

/* What a program needs besides its file: the loader that is named in it. */
#define LOADER "/lib64/ld-linux-x86-64.so.2"

/* The folder of a path, once with the links in it followed. */
static int allow_folder_of(struct landlock *landlock, const char *path, unsigned int may)
{
	char folder[PATH_MAX];
	char *slash;

	if (!path || path[0] != '/' || strlen(path) >= sizeof(folder))
		return 0;
	memcpy(folder, path, strlen(path) + 1);
	slash = strrchr(folder, '/');
	slash[slash == folder] = '\0';
	return landlock_allow(landlock, folder, may);
}

static int allow_place_of(struct landlock *landlock, const char *path, unsigned int may)
{
	_free_ char *real = path ? realpath(path, NULL) : NULL;
	int r = allow_folder_of(landlock, path, may);

	return r < 0 || !real ? r : allow_folder_of(landlock, real, may);
}

/* A log is opened again, and rotated; a device or a pipe only the former. */
static int allow_log(struct landlock *landlock, const char *destination)
{
	struct stat found;

	if (destination[0] != '/')
		return 0;
	if (stat(destination, &found) == 0 && !S_ISREG(found.st_mode))
		return landlock_allow(landlock, destination, LANDLOCK_WRITE);
	return allow_place_of(landlock, destination, LANDLOCK_WRITE);
}

static int allow_outputs(struct landlock *landlock, const struct config *config)
{
	size_t i;
	int r = 0;

	for (i = 0; r >= 0 && i < config->log.n; i++)
		r = allow_log(landlock, config->log.text[i]);
	r = r < 0 ? r : landlock_allow(landlock, config->state_dir, LANDLOCK_READ | LANDLOCK_WRITE);
	r = r < 0 ? r : landlock_allow(landlock, config->pins, LANDLOCK_READ | LANDLOCK_WRITE | LANDLOCK_TREE);
	return r < 0 ? r : allow_folder_of(landlock, config->socket, LANDLOCK_REMOVE);
}

static int allow_inputs(struct landlock *landlock, const struct config *config)
{
	const struct kubelet_source *kubelet = &config->kubelet;
	const char *const file[] = { kubelet->from, kubelet->ca, kubelet->certificate, kubelet->key, kubelet->token };
	size_t i;
	int r = 0;

	for (i = 0; r >= 0 && i < ARRAY_SIZE(always); i++)
		r = landlock_allow(landlock, always[i].path, always[i].may);
	for (i = 0; r >= 0 && i < config->policy_dirs.n; i++)
		r = landlock_allow(landlock, config->policy_dirs.text[i], LANDLOCK_READ);
	for (i = 0; r >= 0 && i < ARRAY_SIZE(file); i++)
		r = allow_place_of(landlock, file[i], LANDLOCK_READ);
	return r;
}

static int allow_helper(struct landlock *landlock, const char *helper)
{
	int r = allow_place_of(landlock, helper, LANDLOCK_RUN);

	return r < 0 ? r : allow_place_of(landlock, LOADER, LANDLOCK_RUN);
}

int domain_enter(const struct config *config, const char *helper)
{
	struct landlock *landlock = NULL;
	int version = landlock_new(&landlock), r = version;

	r = r < 0 ? r : allow_inputs(landlock, config);
	r = r < 0 ? r : allow_outputs(landlock, config);
	if (r >= 0 && helper)
		r = allow_helper(landlock, helper);
	r = r < 0 ? r : landlock_enter(landlock);
	landlock_free(landlock);
	return r < 0 ? r : version;
}
