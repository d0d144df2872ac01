/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the agent says about its own life, on stderr. Decisions are events and go to sinks (sink.h), never here.
 *
 * Under systemd each line carries its level as "<N>", which the journal takes off; elsewhere "bulwarkd: ".
 */
#ifndef AGENT_LOG_H
#define AGENT_LOG_H

/* The numbers are those of syslog(3). */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

void log_open(void);			    /* looks where stderr leads; before it, lines are plain */
void log_set_maximum(enum log_level level); /* what is said at all; LOG_LEVEL_INFO until then */

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a negative errno, which "%m" then means; they return it: `return log_error_errno(r, "...: %m");` */
int log_error_errno(int r, const char *format, ...) __attribute__((format(printf, 2, 3)));
int log_warning_errno(int r, const char *format, ...) __attribute__((format(printf, 2, 3)));
int log_debug_errno(int r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Lines made elsewhere (the diagnostics of a policy), each logged at `level`. */
void log_lines(enum log_level level, const char *text);

#endif
