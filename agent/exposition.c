/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: families and samples. Out: their lines.
 */
#include "exposition.h"
#include <stdio.h>
#include <string.h>

static const struct {
	const char *word[2]; /* by form: the older one has no info */
	const char *suffix;
} types[] = {
	[EXPOSITION_COUNTER] = { { "counter", "counter" }, "_total" },
	[EXPOSITION_GAUGE] = { { "gauge", "gauge" }, "" },
	[EXPOSITION_INFO] = { { "info", "gauge" }, "_info" },
};

static void put(struct exposition *exposition, const char *text)
{
	writer_plain(exposition->out, text, strlen(text));
}

/* The older form knows no families: there the name is that of the samples. */
static void put_comment(struct exposition *exposition, const char *kind, const char *text)
{
	bool old = exposition->form == EXPOSITION_PROMETHEUS;

	put(exposition, kind);
	put(exposition, exposition->family);
	put(exposition, old ? types[exposition->type].suffix : "");
	put(exposition, " ");
	put(exposition, text);
	put(exposition, "\n");
}

void exposition_family(struct exposition *exposition, const char *name, enum exposition_type type, const char *help)
{
	exposition->family = name;
	exposition->type = type;
	put_comment(exposition, "# HELP ", help);
	put_comment(exposition, "# TYPE ", types[type].word[exposition->form]);
}

static void put_escaped(struct exposition *exposition, const char *value)
{
	size_t plain;

	for (; *value; value++) {
		plain = strcspn(value, "\\\"\n");
		writer_plain(exposition->out, value, plain);
		value += plain;
		if (!*value)
			break;
		put(exposition, *value == '\n' ? "\\n" : *value == '"' ? "\\\"" : "\\\\");
	}
}

static void put_labels(struct exposition *exposition, const char *const *label)
{
	const char *before = "{";

	if (!label)
		return;
	for (; *label; label += 2, before = ",") {
		put(exposition, before);
		put(exposition, label[0]);
		put(exposition, "=\"");
		put_escaped(exposition, label[1]);
		put(exposition, "\"");
	}
	put(exposition, "}");
}

static void put_sample(struct exposition *exposition, const char *value, const char *const *labels)
{
	put(exposition, exposition->family);
	put(exposition, types[exposition->type].suffix);
	put_labels(exposition, labels);
	put(exposition, " ");
	put(exposition, value);
	put(exposition, "\n");
}

void exposition_number(struct exposition *exposition, __u64 value, const char *const *labels)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	put_sample(exposition, text, labels);
}

void exposition_seconds(struct exposition *exposition, __u64 nanoseconds, const char *const *labels)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu.%09llu", (unsigned long long)nanoseconds / 1000000000,
		 (unsigned long long)nanoseconds % 1000000000);
	put_sample(exposition, text, labels);
}

void exposition_end(struct exposition *exposition)
{
	if (exposition->form == EXPOSITION_OPENMETRICS)
		put(exposition, "# EOF\n");
}
