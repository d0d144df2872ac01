// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Makes or removes a message queue by its own calls, below a mount of queues where nothing may change.
 */
#include "attack.h"
#include <mqueue.h>

/* The rule is about /dev/mqueue/attacks*. */
int main(int argc, char **argv)
{
	struct mq_attr attributes = { .mq_maxmsg = 1, .mq_msgsize = 16 };
	mqd_t queue;

	if (strcmp(argv[argc - 1], "create") == 0) {
		mq_unlink("/attacks-new");
		queue = mq_open("/attacks-new", O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
		step(queue, "mq_open");
		errno = 0;
		effect(exists("/dev/mqueue/attacks-new"), "nothing new is there");
	}
	/* Made where no rule is, and renamed: queues cannot be. So it must be there. */
	if (!exists("/dev/mqueue/attacks-kept"))
		unavailable("no queue is there");
	step(mq_unlink("/attacks-kept"), "mq_unlink");
	errno = 0;
	effect(!exists("/dev/mqueue/attacks-kept"), "it is still there");
}
