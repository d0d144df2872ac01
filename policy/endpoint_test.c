/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Endpoints of a policy: which texts are one and what they mean; what each mistake is called.
 */
#include "endpoint.h"
#include <base/cleanup.h>
#include <test/harness.h>

static int parse(const char *text, struct arena *arena, struct endpoint *ret, struct endpoint_error *error)
{
	return endpoint_parse(text, strlen(text), arena, ret, error);
}

/* Texts and their canonical form; NULL: the same. */
static const struct {
	const char *text;
	const char *canonical;
	int family, length, from, to, protocol;
} good[] = {
	{ "*", NULL, 0, 0, 0, 65535, -1 },
	{ "*:53/udp", NULL, 0, 0, 53, 53, BW_PROTOCOL_UDP },
	{ "*/tcp", NULL, 0, 0, 0, 65535, BW_PROTOCOL_TCP },
	{ "*:0", NULL, 0, 0, 0, 0, -1 },
	{ "*:0-65535", "*", 0, 0, 0, 65535, -1 },
	{ "10.0.0.0/8", NULL, 4, 8, 0, 65535, -1 },
	{ "10.0.0.0/8:443", NULL, 4, 8, 443, 443, -1 },
	{ "10.0.0.0/8:443/tcp", NULL, 4, 8, 443, 443, BW_PROTOCOL_TCP },
	{ "10.0.0.0/8/udp", NULL, 4, 8, 0, 65535, BW_PROTOCOL_UDP },
	{ "10.1.2.3", NULL, 4, 32, 0, 65535, -1 },
	{ "10.1.2.3:80", NULL, 4, 32, 80, 80, -1 },
	{ "10.1.2.3/32:80", "10.1.2.3:80", 4, 32, 80, 80, -1 },
	{ "10.1.2.3:8000-8100/sctp", NULL, 4, 32, 8000, 8100, BW_PROTOCOL_SCTP },
	{ "0.0.0.0/0", NULL, 4, 0, 0, 65535, -1 },
	{ "255.255.255.255", NULL, 4, 32, 0, 65535, -1 },
	{ "::1", NULL, 6, 128, 0, 65535, -1 },
	{ "::", NULL, 6, 128, 0, 65535, -1 },
	{ "::/0", NULL, 6, 0, 0, 65535, -1 },
	{ "2001:db8::/32", NULL, 6, 32, 0, 65535, -1 },
	{ "2001:DB8:0::/32/udp", "2001:db8::/32/udp", 6, 32, 0, 65535, BW_PROTOCOL_UDP },
	{ "[2001:db8::/32]:8000-8100", NULL, 6, 32, 8000, 8100, -1 },
	{ "[2001:db8::/32]", "2001:db8::/32", 6, 32, 0, 65535, -1 },
	{ "[::1]:443/tcp", NULL, 6, 128, 443, 443, BW_PROTOCOL_TCP },
	{ "[::1]/tcp", "::1/tcp", 6, 128, 0, 65535, BW_PROTOCOL_TCP },
	{ "::ffff:10.1.2.3", "10.1.2.3", 4, 32, 0, 65535, -1 },
	{ "::ffff:10.0.0.0/104", "10.0.0.0/8", 4, 8, 0, 65535, -1 },
	{ "[::ffff:a01:203]:80", "10.1.2.3:80", 4, 32, 80, 80, -1 },
	{ "::ffff:0:0/96", "0.0.0.0/0", 4, 0, 0, 65535, -1 },
	{ "64:ff9b::/96", NULL, 6, 96, 0, 65535, -1 },
};

START_TEST(inet)
{
	struct arena arena = { 0 };
	struct endpoint_error error;
	struct endpoint endpoint;
	char canonical[80] = "";
	FILE *to;

	ck_assert_msg(parse(good[_i].text, &arena, &endpoint, &error) == 0, "%s: %s", good[_i].text, error.message);
	ck_assert_int_eq(endpoint.kind, ENDPOINT_INET);
	ck_assert_str_eq(endpoint.text, good[_i].text);
	ck_assert_int_eq(endpoint.family, good[_i].family);
	ck_assert_int_eq(endpoint.length, good[_i].length);
	ck_assert_int_eq(endpoint.port_from, good[_i].from);
	ck_assert_int_eq(endpoint.port_to, good[_i].to);
	ck_assert_int_eq(endpoint.protocol, good[_i].protocol);
	to = fmemopen(canonical, sizeof(canonical), "w");
	endpoint_print(&endpoint, to);
	fclose(to);
	ck_assert_str_eq(canonical, good[_i].canonical ?: good[_i].text);
	arena_done(&arena);
}
END_TEST

static const struct {
	const char *text;
	const char *id;
	size_t offset;
	const char *hint; /* part of it; NULL: not looked at */
} bad[] = {
	{ "", "address", 0, "10.0.0.0/8" },
	{ "/tcp", "address", 0, NULL },
	{ "10.1.2.3/8", "host-bits", 0, "10.0.0.0/8" },
	{ "10.1.2.3/0", "host-bits", 0, "0.0.0.0/0" },
	{ "2001:db8::1/32", "host-bits", 0, "2001:db8::/32" },
	{ "[2001:db8::1/64]:1", "host-bits", 1, "2001:db8::/64" },
	{ "::ffff:10.0.0.0/95", "host-bits", 0, NULL },
	{ "::ffff:10.1.0.0/104", "host-bits", 0, NULL },
	{ "10.0.0.0/33", "prefix", 0, NULL },
	{ "10.0.0.0/08", "prefix", 0, NULL },
	{ "10.0.0.0/", "prefix", 0, NULL },
	{ "10.0.0.0/-1", "prefix", 0, NULL },
	{ "::/129", "prefix", 0, NULL },
	{ "10.0.0", "address", 0, NULL },
	{ "10", "address", 0, NULL },
	{ "0x0a000001", "address", 0, NULL },
	{ "010.0.0.1", "address", 0, NULL },
	{ "10.0.0.1.", "address", 0, NULL },
	{ " 10.0.0.1", "address", 0, NULL },
	{ "10.0.0.1 ", "address", 0, NULL },
	{ "256.0.0.1", "address", 0, NULL },
	{ "localhost", "address", 0, NULL },
	{ "example.com:443", "address", 0, NULL },
	{ "fe80::1%eth0", "address", 0, NULL },
	{ "1::2::3", "address", 0, NULL },
	{ "[10.0.0.1]:80", "address", 1, NULL },
	{ "[::1", "address", 0, NULL },
	{ "[::1]/64:80", "address", 5, "within the brackets" },
	{ "[::1]80", "address", 5, NULL },
	{ "[]:80", "address", 1, NULL },
	{ "1.2.3.4:443:444", "address", 0, NULL },
	{ "**", "address", 0, NULL },
	{ "*.example", "address", 0, NULL },
	{ "*:", "port", 2, NULL },
	{ "*:65536", "port", 2, NULL },
	{ "*:080", "port", 2, NULL },
	{ "*:+80", "port", 2, NULL },
	{ "*: 80", "port", 2, NULL },
	{ "*:-80", "port", 2, NULL },
	{ "*:80-", "port", 2, NULL },
	{ "*:80-70", "port", 2, "smaller port first" },
	{ "*:1-2-3", "port", 2, NULL },
	{ "*:http", "port", 2, NULL },
	{ "*:4294967376", "port", 2, NULL },
	{ "*:53/icmp", "protocol", 5, "tcp, udp, sctp" },
	{ "*/TCP", "protocol", 2, NULL },
	{ "*/averyveryverylongprotocolname", "protocol", 2, NULL },
	{ "*/tcp/udp", "prefix", 0, NULL },
	{ "unix:", "address", 5, NULL },
	{ "unix:relative", "address", 5, "unix:/run/x.sock" },
	{ "unix:/a//b", "pattern", 8, NULL },
	{ "unix:@", "pattern", 6, NULL },
	{ "unix:@a[", "pattern", 7, NULL },
	{ "UNIX:/a", "protocol", 6, NULL },
};

START_TEST(refusing)
{
	struct arena arena = { 0 };
	struct endpoint_error error = { 0 };
	struct endpoint endpoint;

	ck_assert_msg(parse(bad[_i].text, &arena, &endpoint, &error) == -EINVAL, "'%s' was accepted", bad[_i].text);
	ck_assert_msg(strcmp(error.id, bad[_i].id) == 0, "'%s': %s: %s", bad[_i].text, error.id, error.message);
	ck_assert_msg(error.offset == bad[_i].offset, "'%s': at %zu: %s", bad[_i].text, error.offset, error.message);
	if (bad[_i].hint)
		ck_assert_msg(strstr(error.hint, bad[_i].hint), "'%s': %s", bad[_i].text, error.hint);
	arena_done(&arena);
}
END_TEST

START_TEST(unix_sockets)
{
	struct arena arena = { 0 };
	struct endpoint_error error;
	struct endpoint endpoint;

	ck_assert_int_eq(parse("unix:/run/{a,b}/*.sock", &arena, &endpoint, &error), 0);
	ck_assert_int_eq(endpoint.kind, ENDPOINT_UNIX);
	ck_assert_uint_eq(endpoint.path.n, 2);
	ck_assert_str_eq(endpoint.path.text, "/run/{a,b}/*.sock");
	ck_assert(!endpoint.path.pattern[0].abstract);
	ck_assert(pattern_matches(&endpoint.path.pattern[1], "/run/b/x.sock"));
	ck_assert_int_eq(parse("unix:@/tmp/.X11-unix/*", &arena, &endpoint, &error), 0);
	ck_assert_int_eq(endpoint.kind, ENDPOINT_UNIX);
	ck_assert_str_eq(endpoint.path.text, "/tmp/.X11-unix/*");
	ck_assert(endpoint.path.pattern[0].abstract);
	ck_assert(pattern_matches(&endpoint.path.pattern[0], "/tmp/.X11-unix/X0"));
	ck_assert_int_eq(parse("unix:/run/", &arena, &endpoint, &error), 0);
	ck_assert_uint_eq(endpoint.path.n, 2);
	arena_done(&arena);
}
END_TEST

START_TEST(mapped_bytes)
{
	static const uint8_t expected[16] = { 10, 1, 2, 3 };
	struct arena arena = { 0 };
	struct endpoint_error error;
	struct endpoint endpoint;

	ck_assert_int_eq(parse("::ffff:10.1.2.3", &arena, &endpoint, &error), 0);
	ck_assert_mem_eq(endpoint.address, expected, sizeof(expected));
	ck_assert_int_eq(parse("10.1.2.3", &arena, &endpoint, &error), 0);
	ck_assert_mem_eq(endpoint.address, expected, sizeof(expected));
	arena_done(&arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("endpoint");
	TCase *cases = tcase_create("endpoint");

	suite_add_tcase(suite, cases);
	tcase_add_loop_test(cases, inet, 0, ARRAY_SIZE(good));
	tcase_add_loop_test(cases, refusing, 0, ARRAY_SIZE(bad));
	tcase_add_test(cases, unix_sockets);
	tcase_add_test(cases, mapped_bytes);
	return harness_run(suite);
}
