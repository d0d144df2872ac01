/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The text that metrics are exposed in: families of samples, one line each. It knows the form and no metric.
 *
 * Two forms, by what reads them: OpenMetrics 1.0 (Prometheus and others over http), and the older text format 0.0.4,
 * which the textfile collector of node_exporter takes. They differ in what a counter's family is called, and in the
 * last line.
 *
 * Source: github.com/OpenObservability/OpenMetrics, specification/OpenMetrics.md.
 */
#ifndef AGENT_EXPOSITION_H
#define AGENT_EXPOSITION_H

#include <linux/types.h>
#include "writer.h"

enum exposition_form {
	EXPOSITION_OPENMETRICS,
	EXPOSITION_PROMETHEUS,
};

enum exposition_type {
	EXPOSITION_COUNTER, /* samples end in _total */
	EXPOSITION_GAUGE,
	EXPOSITION_INFO, /* samples end in _info */
};

struct exposition {
	struct writer *out; /* the caller's; running out of memory shows there */
	enum exposition_form form;
	const char *family; /* the one that samples belong to now */
	enum exposition_type type;
};

/* Begins a family; `name` without any suffix, static. All its samples follow before the next one begins. */
void exposition_family(struct exposition *exposition, const char *name, enum exposition_type type, const char *help);

/* What stands in the braces of a sample: names of labels and their values in turn. */
#define LABELS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* `labels` NULL: none. No value is NULL; they are escaped. */
void exposition_number(struct exposition *exposition, __u64 value, const char *const *labels);
void exposition_seconds(struct exposition *exposition, __u64 nanoseconds, const char *const *labels);

void exposition_end(struct exposition *exposition);

#endif
