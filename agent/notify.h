/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the service manager is told: sd_notify(3)'s protocol, which is one datagram of KEY=VALUE lines to
 * $NOTIFY_SOCKET. Without that variable everything here does nothing.
 */
#ifndef AGENT_NOTIFY_H
#define AGENT_NOTIFY_H

void notify_ready(void);
void notify_reloading(void); /* to be followed by notify_ready() */
void notify_stopping(void);
void notify_watchdog(void);

/* How often notify_watchdog() is due, in milliseconds; 0: never. Half of what $WATCHDOG_USEC allows. */
unsigned int notify_watchdog_interval(void);

#endif
