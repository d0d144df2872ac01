// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ends another process by a signal: kill(2), to its group, tgkill(2), rt_sigqueueinfo(2), rt_tgsigqueueinfo(2),
 * pidfd_send_signal(2); or has the kernel send it, because of a pipe (sigio).
 */
#include "attack.h"

static void by_pipe(pid_t pid)
{
	int ends[2];

	need(pipe(ends), "pipe");
	need(fcntl(ends[0], F_SETOWN, pid), "F_SETOWN");
	need(fcntl(ends[0], F_SETSIG, SIGKILL), "F_SETSIG");
	need(fcntl(ends[0], F_SETFL, O_ASYNC), "O_ASYNC");
	step(write(ends[1], "x", 1), "write");
}

static void queue(pid_t pid, bool thread)
{
	siginfo_t info = { .si_signo = SIGKILL, .si_code = SI_QUEUE, .si_pid = getpid() };

	if (thread)
		step(syscall(SYS_rt_tgsigqueueinfo, pid, pid, SIGKILL, &info), "rt_tgsigqueueinfo");
	else
		step(syscall(SYS_rt_sigqueueinfo, pid, SIGKILL, &info), "rt_sigqueueinfo");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	pid_t pid = (pid_t)need(fork(), "fork");

	if (pid == 0) {
		for (int i = 0; i < 100; i++)
			doze();
		_exit(0);
	}
	need(setpgid(pid, pid), "setpgid");
	if (strcmp(how, "kill") == 0)
		step(kill(pid, SIGKILL), "kill");
	if (strcmp(how, "group") == 0)
		step(kill(-pid, SIGKILL), "kill");
	if (strcmp(how, "tgkill") == 0)
		step(syscall(SYS_tgkill, pid, pid, SIGKILL), "tgkill");
	if (strcmp(how, "queue") == 0 || strcmp(how, "tgqueue") == 0)
		queue(pid, strcmp(how, "tgqueue") == 0);
	if (strcmp(how, "pidfd") == 0)
		step(syscall(SYS_pidfd_send_signal, need(syscall(SYS_pidfd_open, pid, 0), "pidfd_open"), SIGKILL, NULL,
			     0),
		     "pidfd_send_signal");
	if (strcmp(how, "sigio") == 0)
		by_pipe(pid);
	effect(wait_for(pid) == 128 + SIGKILL, "the process is ended");
}
