/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Prefixes, networks and port ranges against a plain scan over the endpoints of the policy.
 */
#include "networks.h"
#include "sample.h"
#include "simulate.h"

#define RULES_MAX 8

/* Addresses that differ in few bits, so that prefixes nest and queries hit them. */
static void random_address(struct sample_random *random, __u8 address[16])
{
	static const __u8 byte[] = { 0, 1, 0x0a, 0x80, 0xff };

	memset(address, 0, 16);
	for (unsigned int i = 0; i < 16; i++)
		if (i < 4 || sample_chance(random, 10))
			address[i] = byte[sample_below(random, i < 2 ? 3 : ARRAY_SIZE(byte))];
}

static void random_ports(struct sample_random *random, struct endpoint *endpoint)
{
	static const uint16_t port[] = { 0, 22, 53, 80, 443, 8000, 65535 };
	uint16_t a = port[sample_below(random, ARRAY_SIZE(port))], b = port[sample_below(random, ARRAY_SIZE(port))];

	if (sample_chance(random, 60))
		endpoint->protocol = (int)sample_below(random, _BW_PROTOCOL_MAX);
	if (sample_chance(random, 30))
		return;
	endpoint->port_from = a < b ? a : b;
	endpoint->port_to = sample_chance(random, 50) ? endpoint->port_from : a < b ? b : a;
}

static void random_endpoint(struct sample_random *random, struct policy *policy, struct rule *rule)
{
	static const uint8_t family[] = { 0, 4, 4, 4, 6, 6 };
	struct endpoint *endpoint = sample_endpoint(policy, rule, "endpoint");

	endpoint->family = family[sample_below(random, ARRAY_SIZE(family))];
	if (endpoint->family) {
		endpoint->length = (uint8_t)sample_below(random, endpoint->family == 4 ? 33 : 129);
		random_address(random, endpoint->address);
	}
	random_ports(random, endpoint);
}

static bool address_in(const struct endpoint *endpoint, unsigned int family, const __u8 *address)
{
	if (!endpoint->family)
		return true;
	if (endpoint->family != family)
		return false;
	for (unsigned int bit = 0; bit < endpoint->length; bit++)
		if ((endpoint->address[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

struct query {
	unsigned int family;
	__u8 address[16];
	unsigned int port;
	unsigned int protocol;
};

static bool rule_covers(const struct rule *rule, const struct query *query)
{
	for (size_t i = 0; i < rule->n_endpoints; i++) {
		const struct endpoint *endpoint = &rule->endpoint[i];

		if (address_in(endpoint, query->family, query->address) && query->port >= endpoint->port_from &&
		    query->port <= endpoint->port_to &&
		    (endpoint->protocol < 0 || (unsigned int)endpoint->protocol == query->protocol))
			return true;
	}
	return false;
}

static size_t check_query(const struct tables *tables, const struct policy *policy, const struct query *query)
{
	__u32 label = simulate_endpoint(tables, query->family, query->address, query->port, query->protocol);
	size_t n_covered = 0;

	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rule[i];
		bool covers = rule_covers(rule, query);

		n_covered += covers;
		ck_assert_int_eq(sample_has_rule(tables, label, rule->operation, (__u32)i), covers);
	}
	return n_covered;
}

START_TEST(covers_as_a_plain_scan)
{
	static const unsigned int port[] = { 0, 1, 22, 23, 53, 80, 100, 443, 8000, 65534, 65535 };
	struct sample_random random = { 5 };
	size_t covered = 0;

	for (unsigned int round = 0; round < 500; round++) {
		struct policy *policy = sample_policy("random", RULES_MAX);
		struct tables *tables;

		for (uint32_t n = 1 + sample_below(&random, RULES_MAX); n > 0; n--) {
			struct rule *rule = sample_rule(policy, BW_OP_CONNECT + sample_below(&random, 2),
							sample_below(&random, _BW_VERDICT_MAX));

			for (uint32_t endpoints = 1 + sample_below(&random, 4); endpoints > 0; endpoints--)
				random_endpoint(&random, policy, rule);
		}
		tables = sample_compile(&policy, 1);
		for (unsigned int i = 0; i < 60; i++) {
			struct query query = {
				.family = sample_chance(&random, 50) ? 4 : 6,
				.port = port[sample_below(&random, ARRAY_SIZE(port))],
				.protocol = sample_below(&random, _BW_PROTOCOL_MAX),
			};

			random_address(&random, query.address);
			covered += check_query(tables, policy, &query);
		}
		tables_free(tables);
		sample_free(policy);
	}
	ck_assert_uint_gt(covered, 6000);
}
END_TEST

START_TEST(mapped_addresses_are_ipv4)
{
	static const __u8 mapped[16] = { [10] = 0xff, 0xff, 10, 0, 0, 7 };
	struct policy *policy = sample_policy("mapped", 2);
	struct rule *four = sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY);
	struct rule *six = sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY);
	struct endpoint *endpoint;
	struct tables *tables;
	__u32 label;

	sample_prefix4(policy, four, 0x0a000000, 8);
	endpoint = sample_endpoint(policy, six, "[::ffff:10.0.0.0]/120");
	endpoint->family = 6;
	endpoint->length = 120;
	memcpy(endpoint->address, mapped, sizeof(mapped));
	tables = sample_compile(&policy, 1);
	label = simulate_endpoint(tables, 6, mapped, 1, BW_PROTOCOL_TCP);
	ck_assert_uint_eq(tables->label[label].rules[BW_OP_CONNECT].count, 2);
	ck_assert_uint_eq(simulate_endpoint(tables, 4, mapped + 12, 1, BW_PROTOCOL_TCP), label);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(what_adds_nothing_is_left_out)
{
	struct policy *policy = sample_policy("nested", 1);
	struct rule *rule = sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY);
	struct tables *tables;

	sample_prefix4(policy, rule, 0x0a000000, 8);
	sample_prefix4(policy, rule, 0x0a010000, 16);
	sample_prefix4(policy, rule, 0x0b000000, 8);
	sample_prefix4(policy, rule, 0x0b000001, 8);
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(tables->n_prefixes, 2);
	ck_assert_uint_eq(tables->n_networks, 2);
	ck_assert_uint_eq(tables->n_port_ranges, 1);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(ten_thousand_prefixes)
{
	struct policy *policy = sample_policy("many", 10000);
	struct query query = { .family = 4, .port = 443, .protocol = BW_PROTOCOL_TCP };
	struct sample_random random = { 6 };
	struct tables *tables;

	for (uint32_t i = 0; i < 10000; i++)
		sample_prefix4(policy, sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY),
			       0x0a000000 + sample_below(&random, 1u << 24), (uint8_t)(16 + sample_below(&random, 17)));
	tables = sample_compile(&policy, 1);
	for (unsigned int i = 0; i < 20; i++) {
		memcpy(query.address, policy->rule[sample_below(&random, 10000)].endpoint->address, 4);
		ck_assert_uint_gt(check_query(tables, policy, &query), 0);
	}
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* The endpoint array of a rule with a great many of them. */
static struct endpoint *many_endpoints(struct policy *policy, struct rule *rule, size_t n)
{
	rule->endpoint = arena_array(&policy->arena, n, sizeof(*rule->endpoint));
	ck_assert_ptr_nonnull(rule->endpoint);
	rule->n_endpoints = n;
	for (size_t i = 0; i < n; i++)
		rule->endpoint[i] = (struct endpoint){
			.text = "endpoint",
			.family = 4,
			.port_to = 65535,
			.protocol = -1,
		};
	return rule->endpoint;
}

START_TEST(too_many_prefixes_are_refused)
{
	struct policy *policy = sample_policy("wide", 1);
	struct endpoint *endpoint =
		many_endpoints(policy, sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY), BW_PREFIXES_MAX + 1);

	for (uint32_t i = 0; i <= BW_PREFIXES_MAX; i++) {
		endpoint[i].length = 24;
		endpoint[i].address[0] = (uint8_t)(i >> 16);
		endpoint[i].address[1] = (uint8_t)(i >> 8);
		endpoint[i].address[2] = (uint8_t)i;
	}
	sample_refused(&policy, 1, "too-many-prefixes", "'wide'");
	sample_free(policy);
}
END_TEST

/* Prefix in prefix, each with ports of its own besides all those around it. */
START_TEST(too_many_ports_are_refused)
{
	const size_t n_ports = 32768, n_nested = 32;
	struct policy *policy = sample_policy("ports", 1 + n_nested);
	struct endpoint *endpoint =
		many_endpoints(policy, sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY), n_ports);

	for (size_t i = 0; i < n_ports; i++)
		endpoint[i].port_from = endpoint[i].port_to = (uint16_t)(2 * i);
	for (size_t i = 0; i < n_nested; i++) {
		endpoint = sample_prefix4(policy, sample_rule(policy, BW_OP_BIND, BW_VERDICT_DENY), 0x0a000000,
					  (uint8_t)(i + 1));
		endpoint->port_from = endpoint->port_to = (uint16_t)i;
	}
	sample_refused(&policy, 1, "too-many-ports", "'ports'");
	sample_free(policy);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		covers_as_a_plain_scan, mapped_addresses_are_ipv4,     what_adds_nothing_is_left_out,
		ten_thousand_prefixes,	too_many_prefixes_are_refused, too_many_ports_are_refused,
	};

	return sample_main("networks", tests, ARRAY_SIZE(tests));
}
