// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Waits until somebody who may open the secret does; the event brings a descriptor that the kernel has opened.
 */
#include "attack.h"
#include <poll.h>
#include <sys/fanotify.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The holder opens the secret for everybody who connects. */
static void make_holder_open(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = HOLDER_SOCKET };
	int over = (int)need(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	need(connect(over, (struct sockaddr *)&address, sizeof(address)), "connect");
	receive_fd(over);
	close(over);
}

int main(void)
{
	int group = (int)need(fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK, O_RDONLY), "fanotify_init");
	struct pollfd wait = { .fd = group, .events = POLLIN };
	struct fanotify_event_metadata event[8];

	step(fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, SECRET), "fanotify_mark");
	make_holder_open();
	errno = 0;
	if (poll(&wait, 1, 5000) != 1)
		stopped("no event");
	step(read(group, event, sizeof(event)), "read the event");
	errno = 0;
	if (event[0].fd < 0)
		stopped("the event has no descriptor");
	take(event[0].fd);
}
