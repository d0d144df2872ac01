/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which files the agent may still use once it has started. The table in domain.c, and what the configuration names, is
 * the whole list: what the agent comes to need is entered there.
 */
#ifndef AGENT_DOMAIN_H
#define AGENT_DOMAIN_H

#include "config.h"

/*
 * helper: the program that fetches pods; NULL: none. Returns the version of Landlock in this kernel; -EOPNOTSUPP where
 * there is none, and other errnos.
 */
int domain_enter(const struct config *config, const char *helper);

#endif
