/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is exposed of an agent that does not answer, in either form but for the last line of OpenMetrics: the counts of
 * a moment ago would be taken for those of now.
 */
#ifndef TOOLS_METRICS_H
#define TOOLS_METRICS_H

#define METRICS_DOWN "# HELP bulwark_up 1 if the agent answers.\n# TYPE bulwark_up gauge\nbulwark_up 0\n"

#endif
