// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Receives a descriptor of the secret over a unix socket from a process that may open it.
 */
#include "attack.h"
#include <sys/socket.h>
#include <sys/un.h>

int main(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = HOLDER_SOCKET };
	int over = (int)need(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	step(connect(over, (struct sockaddr *)&address, sizeof(address)), "connect");
	take(receive_fd(over));
}
