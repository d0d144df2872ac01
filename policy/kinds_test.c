/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Facilities and kinds of sockets: what a text says against what the tables answer; and random kinds against an obvious
 * comparison of each with each.
 */
#include "sample.h"
#include "kinds.h"
#include "simulate.h"
#include <bulwark/socket.h>

#define HEAD "apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: kinds}\nspec:\n  mode: enforce\n"

struct fixture {
	struct policy_list list;
	struct tables *tables;
};

static struct fixture begin(const char *spec)
{
	struct fixture fixture;
	char text[2048];

	snprintf(text, sizeof(text), HEAD "%s", spec);
	fixture.list = harness_good(text);
	fixture.tables = sample_compile(fixture.list.policy, fixture.list.n);
	return fixture;
}

static void end(struct fixture *fixture)
{
	tables_free(fixture->tables);
	policy_list_done(&fixture->list);
}

static __u32 ask(const struct tables *tables, enum bw_operation operation, const struct simulate_object *object)
{
	const struct simulate_process process = { .binary = "/bin/x" };
	struct simulate_verdict verdict;

	ck_assert_int_eq(simulate_decide(tables, operation, &process, object, &verdict), 0);
	return verdict.verdict;
}

/* As the kernel's hook is called. */
static __u32 make_socket(const struct fixture *fixture, unsigned int family, unsigned int type, unsigned int protocol)
{
	const struct simulate_object object = { .socket = { (__u16)family, (__u16)type, protocol } };

	return ask(fixture->tables, BW_OP_SOCKET, &object);
}

static __u32 use(const struct fixture *fixture, enum bw_facility facility)
{
	const struct simulate_object object = { .facility = facility };

	return ask(fixture->tables, BW_OP_USE, &object);
}

/* --- sockets ------------------------------------------------------------------------------------------- */

START_TEST(a_kind_contains_what_is_narrower)
{
	struct fixture fixture = begin("  rules:\n"
				       "    - {socket: AF_ALG, action: kill}\n"
				       "    - {socket: [AF_INET6/SOCK_RAW, 16/3/NETLINK_NETFILTER]}\n"
				       "    - {socket: AF_INET/SOCK_STREAM/IPPROTO_SCTP}\n");

	ck_assert_uint_eq(make_socket(&fixture, 38, 5, 0), BW_VERDICT_KILL);
	ck_assert_uint_eq(make_socket(&fixture, 38, 2, 7), BW_VERDICT_KILL);
	ck_assert_uint_eq(make_socket(&fixture, 10, 3, 58), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 10, 2, 58), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(make_socket(&fixture, 16, 3, 12), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 16, 3, 0), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(make_socket(&fixture, 2, 1, 132), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 2, 1, 0), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(make_socket(&fixture, 1, 1, 0), BW_VERDICT_ALLOW);
	end(&fixture);
}
END_TEST

/* What the kernel takes for the same socket is the same for a rule. */
START_TEST(spellings_of_one_socket)
{
	struct fixture fixture =
		begin("  rules:\n"
		      "    - {socket: [AF_INET/SOCK_STREAM/IPPROTO_TCP, AF_INET6/SOCK_DGRAM/0]}\n"
		      "    - {socket: [AF_NETLINK/SOCK_RAW/NETLINK_ROUTE, AF_UNIX/SOCK_DGRAM/0]}\n"
		      "    - {socket: [AF_PACKET/SOCK_RAW/ETH_P_IP, AF_INET/SOCK_PACKET/ETH_P_ALL]}\n");

	ck_assert_uint_eq(make_socket(&fixture, 2, 1, 6), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 2, 1, 0), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 2, 1, 262), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(make_socket(&fixture, 10, 2, 17), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 10, 2, 0), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 16, 2, 0), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 16, 3, 0), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 1, 3, 0), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 1, 2, 1), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 1, 1, 0), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(make_socket(&fixture, 17, 3, 0x0008), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 17, 3, 0x10008), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 17, 3, 0x0800), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(make_socket(&fixture, 17, 10, 0x0300), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 2, 10, 0x0300), BW_VERDICT_DENY);
	end(&fixture);
}
END_TEST

START_TEST(an_allow_list_of_sockets)
{
	struct fixture fixture = begin("  default: {socket: deny}\n  rules:\n"
				       "    - {socket: [AF_UNIX, AF_INET/SOCK_STREAM], action: allow}\n"
				       "    - {socket: AF_INET/SOCK_STREAM/IPPROTO_MPTCP, action: kill}\n");

	ck_assert_uint_eq(make_socket(&fixture, 1, 5, 0), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(make_socket(&fixture, 2, 1, 6), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(make_socket(&fixture, 2, 1, 262), BW_VERDICT_KILL);
	ck_assert_uint_eq(make_socket(&fixture, 2, 2, 0), BW_VERDICT_DENY);
	ck_assert_uint_eq(make_socket(&fixture, 10, 1, 0), BW_VERDICT_DENY);
	end(&fixture);
}
END_TEST

static bool contains(const struct bw_socket *kind, const struct bw_socket *socket)
{
	return kind->family == socket->family && (kind->type == BW_SOCKET_ANY || kind->type == socket->type) &&
	       (kind->protocol == BW_SOCKET_ANY_PROTOCOL || kind->protocol == socket->protocol);
}

static struct bw_socket random_kind(struct sample_random *random)
{
	struct bw_socket kind = { (__u16)(30 + sample_below(random, 3)), BW_SOCKET_ANY, BW_SOCKET_ANY_PROTOCOL };

	if (sample_chance(random, 70))
		kind.type = (__u16)(1 + sample_below(random, 3));
	if (kind.type != BW_SOCKET_ANY && sample_chance(random, 60))
		kind.protocol = sample_below(random, 3);
	return kind;
}

static struct policy *random_policy(struct sample_random *random)
{
	struct policy *policy = sample_policy("random", 8);

	for (unsigned int i = 0; i < 8; i++) {
		struct rule *rule = sample_rule(policy, BW_OP_SOCKET, BW_VERDICT_DENY);

		for (uint32_t n = sample_below(random, 4); n > 0; n--) {
			struct socket_kind kind = { .text = "kind", .key = random_kind(random) };

			rule->socket = sample_more(&policy->arena, rule->socket, rule->n_sockets, sizeof(kind));
			rule->socket[rule->n_sockets++] = kind;
		}
	}
	return policy;
}

static void compare(const struct policy *policy, const struct tables *tables, const struct bw_socket *socket)
{
	__u32 label = kinds_label(tables, *socket);

	for (size_t i = 0; i < policy->n_rules; i++) {
		bool found = false;

		for (size_t k = 0; k < policy->rule[i].n_sockets; k++)
			found |= contains(&policy->rule[i].socket[k].key, socket);
		ck_assert_int_eq(sample_has_rule(tables, label, BW_OP_SOCKET, (__u32)i), found);
	}
}

START_TEST(random_kinds)
{
	struct sample_random random = { 4711 };

	for (unsigned int round = 0; round < 300; round++) {
		struct policy *policy = random_policy(&random);
		struct tables *tables = sample_compile(&policy, 1);

		for (__u16 family = 29; family < 34; family++)
			for (__u16 type = 0; type < 5; type++)
				for (__u32 protocol = 0; protocol < 4; protocol++)
					compare(policy, tables, &(struct bw_socket){ family, type, protocol });
		tables_free(tables);
		sample_free(policy);
	}
}
END_TEST

/* --- facilities ---------------------------------------------------------------------------------------- */

START_TEST(each_facility_is_its_own)
{
	struct fixture fixture = begin("  rules:\n"
				       "    - {use: [ptrace, kexec]}\n"
				       "    - {use: kexec, action: kill}\n"
				       "    - {use: bpf, action: audit}\n");

	for (unsigned int i = 0; i < _BW_FACILITY_MAX; i++) {
		__u32 verdict = BW_VERDICT_ALLOW;

		verdict = i == BW_FACILITY_PTRACE  ? BW_VERDICT_DENY
			  : i == BW_FACILITY_KEXEC ? BW_VERDICT_KILL
						   : verdict;
		ck_assert_uint_eq(use(&fixture, i), verdict);
	}
	end(&fixture);
}
END_TEST

START_TEST(an_allow_list_of_facilities)
{
	struct fixture fixture = begin("  default: {use: deny}\n  rules:\n"
				       "    - {use: [mount, signal], action: allow}\n");

	for (unsigned int i = 0; i < _BW_FACILITY_MAX; i++)
		ck_assert_uint_eq(use(&fixture, i), i == BW_FACILITY_MOUNT || i == BW_FACILITY_SIGNAL
							    ? BW_VERDICT_ALLOW
							    : BW_VERDICT_DENY);
	end(&fixture);
}
END_TEST

/* --- moves --------------------------------------------------------------------------------------------- */

/* Whoever has an allow-list of files may not move what a path means; other facilities are as they were. */
START_TEST(defaults_of_files_hold_for_moves)
{
	static const char *const defaults[] = { "exec: deny", "read: deny", "write: deny", "exec: audit, write: deny" };

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		struct fixture fixture;
		char spec[128];

		snprintf(spec, sizeof(spec), "  default: {%s}\n", defaults[i]);
		fixture = begin(spec);
		ck_assert_uint_eq(use(&fixture, BW_FACILITY_MOUNT), BW_VERDICT_DENY);
		ck_assert_uint_eq(use(&fixture, BW_FACILITY_USERNS), BW_VERDICT_DENY);
		ck_assert_uint_eq(use(&fixture, BW_FACILITY_PTRACE), BW_VERDICT_ALLOW);
		ck_assert_uint_ne(fixture.tables->header.judged & 1u << BW_OP_USE, 0);
		ck_assert_uint_ne(fixture.tables->header.enforced & 1u << BW_OP_USE, 0);
		end(&fixture);
	}
}
END_TEST

START_TEST(moves_that_are_allowed)
{
	struct fixture fixture = begin("  default: {exec: kill}\n  rules:\n    - {use: mount, action: allow}\n");

	ck_assert_uint_eq(use(&fixture, BW_FACILITY_MOUNT), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(use(&fixture, BW_FACILITY_USERNS), BW_VERDICT_KILL);
	end(&fixture);
}
END_TEST

/* What the author says of `use` is meant for moves, even if it is milder. */
START_TEST(the_default_of_use_goes_first)
{
	struct fixture fixture = begin("  default: {exec: deny, use: audit}\n");

	ck_assert_uint_eq(use(&fixture, BW_FACILITY_MOUNT), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(fixture.tables->header.enforced & 1u << BW_OP_USE, 0);
	end(&fixture);
	fixture = begin("  default: {connect: deny}\n");
	ck_assert_uint_eq(use(&fixture, BW_FACILITY_MOUNT), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(fixture.tables->header.judged & 1u << BW_OP_USE, 0);
	end(&fixture);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_kind_contains_what_is_narrower, spellings_of_one_socket,
		an_allow_list_of_sockets,	  random_kinds,
		each_facility_is_its_own,	  an_allow_list_of_facilities,
		defaults_of_files_hold_for_moves, moves_that_are_allowed,
		the_default_of_use_goes_first,
	};

	return sample_main("kinds", tests, sizeof(tests) / sizeof(tests[0]));
}
