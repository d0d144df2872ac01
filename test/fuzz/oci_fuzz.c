/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes as the file of a container runtime; the first byte says of which. All that may become of them: names and
 * labels within their bounds, or nothing.
 */
#include <base/cleanup.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "agent/oci.h"

#define ID "web"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* One of each that is read in a way of its own. */
static const char *const files[] = {
	"run/containerd/io.containerd.runtime.v2.task/k8s.io/" ID "/config.json",
	"var/lib/containers/storage/overlay-containers/containers.json",
	"var/lib/docker/containers/" ID "/config.v2.json",
	"run/runc/" ID "/state.json",
	"run/crun/" ID "/status",
};
static char root[] = "/tmp/oci-fuzz-XXXXXX";

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	return remove(path);
}

static void remove_root(void)
{
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void make_folders(const char *file)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, file);
	for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

static void make_root(void)
{
	if (!mkdtemp(root))
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		make_folders(files[i]);
	atexit(remove_root);
}

static void write_file(const char *path, const uint8_t *bytes, size_t size)
{
	_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		abort();
}

static void check_text(const char *text)
{
	if (text && (!*text || strlen(text) > CONTAINER_TEXT_MAX))
		abort();
}

static void check(const struct container *container)
{
	const struct container_names *names = &container->names;

	check_text(names->name);
	check_text(names->image);
	check_text(names->namespace);
	check_text(names->pod);
	if (names->n_labels > CONTAINER_LABELS_MAX)
		abort();
	for (size_t i = 0; i < names->n_labels; i++)
		if (!names->label[i].key || !names->label[i].value)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static bool made;
	struct container container;
	char path[256];

	if (!size)
		return 0;
	if (!made)
		make_root();
	made = true;
	snprintf(path, sizeof(path), "%s/%s", root, files[bytes[0] % ARRAY_SIZE(files)]);
	write_file(path, bytes + 1, size - 1);
	container_begin(&container, ID);
	(void)oci_read(root, &container);
	check(&container);
	/* A file may name any container as its sandbox, itself too. */
	(void)oci_read_pod(root, &container);
	check(&container);
	container_done(&container);
	unlink(path);
	return 0;
}
