/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which maps, programs and links of the kernel the guard keeps from others: bw_guarded in abi.h.
 */
#ifndef AGENT_GUARDED_H
#define AGENT_GUARDED_H

#include "load.h"

/*
 * Enters all that the agent has there now, and takes out what is gone; where there is a guard. The kernel side enters
 * maps and programs by itself when the agent makes them; links, and what was made before it ran, it does not see. Logs
 * what failed.
 */
void guarded_settle(const struct loader *loader);

#endif
