/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What container runtimes have written down about a container: files that lie on the node anyway, so no daemon has to
 * be asked. Their content was partly chosen by who made image and container.
 */
#ifndef AGENT_OCI_H
#define AGENT_OCI_H

#include "container.h"

struct json_object;

/*
 * Adds to `container` what is written about container->id below `root` ("": the node's own files). Returns whether any
 * runtime knows the container.
 */
bool oci_read(const char *root, struct container *container);

/*
 * Adds the labels of the pod where its runtime has written them down: CRI-O and cri-dockerd do, with the sandbox that
 * `container` names. Returns whether they are known by that.
 */
bool oci_read_pod(const char *root, struct container *container);

/* What a map of annotations says: that of an OCI configuration, or of the labels of an engine that puts them there. */
void oci_annotations(struct container *container, struct json_object *annotations);

/* What is left to say when everything was read: an id that somebody chose is a name. */
void oci_finish(struct container *container);

#endif
