/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes as a kubelet's reply. All that may become of them: no JSON text, or a list in which a container is found or
 * not; what is found is whole.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "agent/json_read.h"
#include "agent/pods.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void look_for(struct json_object *list, const char *id, const char *uid)
{
	struct container container;
	size_t i;

	container_begin(&container, id);
	(void)pods_name(list, uid, &container);
	if (container.names.n_labels > CONTAINER_LABELS_MAX)
		abort();
	for (i = 0; i < container.names.n_labels; i++)
		if (strlen(container.names.label[i].key) > CONTAINER_TEXT_MAX || !container.names.label[i].value)
			abort();
	container_done(&container);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct json_object *list = json_read_bytes((const char *)bytes, size);

	look_for(list, "a", "");
	look_for(list, "none", "u");
	json_object_put(list);
	return 0;
}
