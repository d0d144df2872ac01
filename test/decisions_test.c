/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables of test/cases/decisions at a desk: every question is answered by the decision code over compiled
 * tables. The same rows are asked of a real kernel by test/vm/scenarios/60-decisions.sh.
 */
#include <arpa/inet.h>
#include "harness.h"
#include "policy/compile.h"
#include "policy/known.h"
#include "policy/names.h"
#include "policy/simulate.h"

#define BINARIES "/srv/t/bin/"

enum column { OPERATION, UID, GID, PROGRAM, OBJECT, VERDICT, EVENTS, _COLUMN_MAX };

static enum bw_operation operation_of(const char *name)
{
	for (unsigned int i = 0; operation_name(i); i++)
		if (strcmp(operation_name(i), name) == 0)
			return i;
	ck_abort_msg("no operation '%s'", name);
}

/* "KIND ADDRESS PORT". An IPv4-mapped address is its IPv4 address, as the kernel side has it. */
static void read_endpoint(char *text, struct simulate_object *object)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	char *rest = NULL;
	const char *kind = strtok_r(text, " ", &rest), *address = strtok_r(NULL, " ", &rest);

	object->protocol = strcmp(kind, "tcp") == 0 ? BW_PROTOCOL_TCP : BW_PROTOCOL_UDP;
	object->port = (unsigned int)strtoul(rest, NULL, 10);
	object->family = strchr(address, ':') ? 6 : 4;
	ck_assert_int_eq(inet_pton(object->family == 6 ? AF_INET6 : AF_INET, address, object->address), 1);
	if (object->family == 6 && memcmp(object->address, mapped, sizeof(mapped)) == 0) {
		object->family = 4;
		memmove(object->address, object->address + 12, 4);
	}
}

/* "FAMILY TYPE PROTOCOL", the arguments of socket(2). */
static void read_socket(char *text, struct simulate_object *object)
{
	object->socket.family = (__u16)strtoul(text, &text, 0);
	object->socket.type = (__u16)strtoul(text, &text, 0);
	object->socket.protocol = (__u32)strtoul(text, &text, 0);
}

static void read_facility(const char *text, struct simulate_object *object)
{
	while (known_facilities[object->facility] && strcmp(known_facilities[object->facility], text) != 0)
		object->facility++;
	ck_assert_msg(known_facilities[object->facility], "no facility '%s'", text);
}

static void read_object(enum bw_operation operation, char *text, struct simulate_object *object)
{
	if (operation == BW_OP_SOCKET)
		read_socket(text, object);
	else if (operation == BW_OP_USE)
		read_facility(text, object);
	else if (operation <= BW_OP_WRITE)
		object->path = text;
	else if (strncmp(text, "unix @", 6) == 0)
		object->abstract = text + 6;
	else if (strncmp(text, "unix ", 5) == 0)
		object->path = text + 5;
	else
		read_endpoint(text, object);
}

/* Every outcome as "POLICY/RULE=VERDICT", in the order of the policies; "-" when there is none. */
static void print_events(const struct tables *tables, const struct simulate_verdict *verdict, char *text, size_t size)
{
	size_t used = 0;

	snprintf(text, size, "-");
	for (__u32 policy = 0; policy < tables->n_policies; policy++)
		for (__u32 i = 0; i < verdict->n; i++)
			if (verdict->outcome[i].policy == policy)
				used += (size_t)snprintf(text + used, size - used, "%s%s/%s=%s", used ? "," : "",
							 tables->policy_name[policy].name,
							 tables->rule_name[verdict->outcome[i].rule].name,
							 verdict_name(verdict->outcome[i].verdict));
}

static void judge_row(const struct tables *tables, char *line)
{
	struct simulate_process process = { 0 };
	struct simulate_object object = { 0 };
	struct simulate_verdict verdict;
	char *column[_COLUMN_MAX], *rest = line;
	char binary[256], events[1024], shown[512];
	enum bw_operation operation;

	snprintf(shown, sizeof(shown), "%s", line);
	for (int i = 0; i < _COLUMN_MAX; i++) {
		column[i] = strsep(&rest, "\t");
		ck_assert_msg(column[i], "too few columns: %s", shown);
	}
	snprintf(binary, sizeof(binary), BINARIES "%s", column[PROGRAM]);
	process.binary = binary;
	process.uid = (__u32)strtoul(column[UID], NULL, 10);
	process.gid = (__u32)strtoul(column[GID], NULL, 10);
	operation = operation_of(column[OPERATION]);
	read_object(operation, column[OBJECT], &object);
	object.owner = process.uid == 0; /* the objects are root's */
	ck_assert_int_eq(simulate_decide(tables, operation, &process, &object, &verdict), 0);
	ck_assert_msg(strcmp(verdict_name(verdict.verdict), column[VERDICT]) == 0, "%s, not %s: %s",
		      verdict_name(verdict.verdict), column[VERDICT], shown);
	print_events(tables, &verdict, events, sizeof(events));
	ck_assert_msg(strcmp(events, column[EVENTS]) == 0, "%s, not %s: %s", events, column[EVENTS], shown);
}

static struct tables *compile(const struct policy_list *list)
{
	const struct compile_options options = { .hash_key = { 1, 2 } };
	struct diag diag = { 0 };
	struct tables *tables = NULL;
	int r = compile_tables((const struct policy *const *)list->policy, list->n, &options, &tables, &diag);

	ck_assert_int_eq(r, 0);
	diag_done(&diag);
	return tables;
}

static void judge_table(const char *name)
{
	char path[512], *text, *line, *rest = NULL;
	struct policy_list list;
	struct tables *tables;
	unsigned int rows = 0;

	snprintf(path, sizeof(path), TEST_SOURCE_DIR "/test/cases/decisions/%s.yaml", name);
	text = harness_file(path, NULL);
	ck_assert_ptr_nonnull(text);
	list = harness_good(text);
	free(text);
	tables = compile(&list);
	snprintf(path, sizeof(path), TEST_SOURCE_DIR "/test/cases/decisions/%s.tsv", name);
	text = harness_file(path, NULL);
	ck_assert_ptr_nonnull(text);
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (*line == '#')
			continue;
		judge_row(tables, line);
		rows++;
	}
	ck_assert_uint_gt(rows, 20);
	free(text);
	tables_free(tables);
	policy_list_done(&list);
}

START_TEST(files)
{
	judge_table("files");
}
END_TEST

START_TEST(sockets)
{
	judge_table("sockets");
}
END_TEST

START_TEST(kinds)
{
	judge_table("kinds");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decisions");
	TCase *cases = tcase_create("tables");

	tcase_add_test(cases, files);
	tcase_add_test(cases, sockets);
	tcase_add_test(cases, kinds);
	suite_add_tcase(suite, cases);
	return harness_run(suite);
}
