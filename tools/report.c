/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the results of cases. Out: TAP, JUnit's XML, JSON. Names come from files that anybody may have written: no form
 * lets them end its line, its attribute or its string.
 */
#include "report.h"
#include "policy/names.h"
#include "policy/utf8.h"
#include "print.h"
#include "reply.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>

/* --- collecting ------------------------------------------------------------------------------------------ */

/* A line more, with its file; NULL: no memory. */
static struct report_line *append(struct report *report, const char *file)
{
	struct report_line *grown = reallocarray(report->list, report->n + 1, sizeof(*grown));
	const char *copy = arena_text(&report->arena, file, strlen(file));

	if (grown)
		report->list = grown;
	if (!grown || !copy)
		return NULL;
	grown[report->n] = (struct report_line){ .file = copy };
	return &grown[report->n++];
}

static const char *join(struct report *report, const char *policy, const char *rule)
{
	char *text = arena_array(&report->arena, strlen(policy) + strlen(rule) + 2, 1);

	if (text)
		stpcpy(stpcpy(stpcpy(text, policy), "/"), rule);
	return text;
}

int report_add(struct report *report, const struct policytest *test, const struct policytest_case *from,
	       const struct policytest_result *result)
{
	struct report_line *line = append(report, test->source->name);

	if (!line)
		return -ENOMEM;
	line->line = from->span.line;
	line->passed = result->passed;
	line->expected = from->expect;
	line->decided = result->verdict;
	line->name = arena_text(&report->arena, from->name, strlen(from->name));
	if (from->rule)
		line->expected_rule = arena_text(&report->arena, from->rule, strlen(from->rule));
	if (result->rule)
		line->rule = join(report, result->policy, result->rule);
	report->n_failed += !result->passed;
	if (!line->name || (from->rule && !line->expected_rule) || (result->rule && !line->rule))
		return -ENOMEM;
	return 0;
}

int report_add_invalid(struct report *report, const char *file)
{
	if (!append(report, file))
		return -ENOMEM;
	report->n_failed++;
	return 0;
}

void report_done(struct report *report)
{
	arena_done(&report->arena);
	free(report->list);
	*report = (struct report){ 0 };
}

/* "expected deny by web/no-shell, decided allow by no rule" */
static int explain(const struct report_line *line, char **ret)
{
	int size;

	if (!line->name)
		size = asprintf(ret, "the file or its policies are not valid");
	else
		size = asprintf(ret, "expected %s%s%s, decided %s by %s", verdict_name(line->expected),
				line->expected_rule ? " by " : "", line->expected_rule ?: "",
				verdict_name(line->decided), line->rule ?: "no rule");
	if (size < 0)
		*ret = NULL;
	return size < 0 ? -ENOMEM : 0;
}

/* --- TAP ------------------------------------------------------------------------------------------------- */

/* A '#' would begin a directive of TAP: "ok 1 - name # skip". */
static void print_description(FILE *to, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "#");
		_free_ char *part = strndup(text, size);

		print_text(to, part ?: "?");
		text += size;
		if (*text == '#')
			text += fputs("\\#", to) >= 0;
	}
}

static void print_tap_line(const struct report_line *line, size_t number, FILE *to)
{
	_free_ char *reason = NULL;

	fprintf(to, "%sok %zu - ", line->passed ? "" : "not ", number);
	print_description(to, line->file);
	fputs(": ", to);
	print_description(to, line->name ?: "not valid");
	putc('\n', to);
	if (line->passed || explain(line, &reason) < 0)
		return;
	fputs("# ", to);
	print_text(to, line->file);
	if (line->line)
		fprintf(to, ":%u", line->line);
	fputs(": ", to);
	print_text(to, reason);
	putc('\n', to);
}

void report_print_tap(const struct report *report, FILE *to)
{
	fprintf(to, "TAP version 13\n1..%zu\n", report->n);
	for (size_t i = 0; i < report->n; i++)
		print_tap_line(&report->list[i], i + 1, to);
	fprintf(to, "# %zu passed, %zu failed\n", report->n - report->n_failed, report->n_failed);
}

/* --- JUnit ------------------------------------------------------------------------------------------------ */

/* Is it a character that XML 1.0 can hold, and a terminal? */
static bool is_xml(uint32_t code)
{
	return code >= 0x20 && !(code >= 0x7f && code <= 0x9f) && code != 0xfffe && code != 0xffff;
}

static void print_xml(FILE *to, const char *text)
{
	size_t left = strlen(text), size;

	for (; left; text += size, left -= size) {
		uint32_t code = 0;

		size = utf8_decode(text, left, &code);
		if (!size || !is_xml(code)) {
			size = size ?: 1;
			putc('?', to);
		} else if (strchr("&<>\"", *text)) {
			fprintf(to, "&#%u;", (unsigned int)code);
		} else {
			fwrite(text, 1, size, to);
		}
	}
}

static void print_attribute(FILE *to, const char *name, const char *value)
{
	fprintf(to, " %s=\"", name);
	print_xml(to, value);
	putc('"', to);
}

static void print_junit_case(const struct report_line *line, FILE *to)
{
	_free_ char *reason = NULL;

	fputs("    <testcase", to);
	print_attribute(to, "classname", line->file);
	print_attribute(to, "name", line->name ?: "not valid");
	if (line->line)
		fprintf(to, " line=\"%u\"", line->line);
	if (line->passed || explain(line, &reason) < 0) {
		fputs("/>\n", to);
		return;
	}
	fprintf(to, ">\n      <%s", line->name ? "failure" : "error");
	print_attribute(to, "message", reason);
	fputs("/>\n    </testcase>\n", to);
}

/* The lines from `from` on that are of one file; how many. */
static size_t count_file(const struct report *report, size_t from)
{
	size_t n = 1;

	while (from + n < report->n && strcmp(report->list[from].file, report->list[from + n].file) == 0)
		n++;
	return n;
}

static void print_counts(const struct report_line *line, size_t n, FILE *to)
{
	size_t failures = 0, errors = 0;

	for (size_t i = 0; i < n; i++) {
		failures += line[i].name && !line[i].passed;
		errors += !line[i].name;
	}
	fprintf(to, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n", n, failures, errors);
}

void report_print_junit(const struct report *report, FILE *to)
{
	size_t from, n;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", to);
	print_counts(report->list, report->n, to);
	for (from = 0; from < report->n; from += n) {
		n = count_file(report, from);
		fputs("  <testsuite", to);
		print_attribute(to, "name", report->list[from].file);
		print_counts(&report->list[from], n, to);
		for (size_t i = 0; i < n; i++)
			print_junit_case(&report->list[from + i], to);
		fputs("  </testsuite>\n", to);
	}
	fputs("</testsuites>\n", to);
}

/* --- JSON ------------------------------------------------------------------------------------------------- */

static int fill_case(const struct report_line *line, struct json_object *object)
{
	int r;

	r = reply_add(object, "file", line->file);
	r = r ?: reply_add(object, "name", line->name);
	r = r ?: json_object_object_add(object, "passed", json_object_new_boolean(line->passed));
	if (!line->name)
		return r;
	r = r ?: json_object_object_add(object, "line", json_object_new_int64(line->line));
	r = r ?: reply_add(object, "expected", verdict_name(line->expected));
	r = r ?: reply_add(object, "expected_rule", line->expected_rule);
	r = r ?: reply_add(object, "decided", verdict_name(line->decided));
	return r ?: reply_add(object, "rule", line->rule);
}

int report_add_json(const struct report *report, struct json_object *document)
{
	struct json_object *cases = json_object_new_array();
	int r;

	if (!cases || json_object_object_add(document, "cases", cases) < 0) {
		json_object_put(cases);
		return -ENOMEM;
	}
	r = json_object_object_add(document, "tests", json_object_new_uint64(report->n));
	r = r ?: json_object_object_add(document, "failed", json_object_new_uint64(report->n_failed));
	for (size_t i = 0; r == 0 && i < report->n; i++) {
		struct json_object *object = json_object_new_object();

		if (!object || json_object_array_add(cases, object) < 0) {
			json_object_put(object);
			return -ENOMEM;
		}
		r = fill_case(&report->list[i], object);
	}
	return r < 0 ? -ENOMEM : 0;
}
