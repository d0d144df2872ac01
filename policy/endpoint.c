/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the text of one endpoint. Out: its address range, ports and protocol, or its socket's pattern.
 *
 * The text is taken apart from its end: first the protocol, which is letters after the last '/', then the ports,
 * then the address. So "10.0.0.0/8/udp" has one reading. Addresses are what inet_pton(3) takes and nothing more:
 * no names, no leading zeros, no shortened IPv4.
 */
#include "endpoint.h"
#include "names.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PORT_MAX 65535
#define MAPPED	 96 /* bits of the prefix of IPv4-mapped addresses, ::ffff:0:0/96 */

static const char examples[] =
	"for example 10.0.0.0/8, 10.0.0.0/8:443, [2001:db8::/32]:443, *:53/udp, unix:/run/x.sock";

/* What is left to read of the text. */
struct rest {
	const char *text; /* the whole */
	size_t from;
	size_t to;
	struct endpoint_error *error;
};

static int fail(const struct rest *rest, const char *id, const char *hint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int fail(const struct rest *rest, const char *id, const char *hint, const char *format, ...)
{
	va_list values;

	rest->error->id = id;
	rest->error->offset = rest->from;
	snprintf(rest->error->hint, sizeof(rest->error->hint), "%s", hint);
	va_start(values, format);
	vsnprintf(rest->error->message, sizeof(rest->error->message), format, values);
	va_end(values);
	return -EINVAL;
}

static const char *begin(const struct rest *rest)
{
	return rest->text + rest->from;
}

static int left(const struct rest *rest)
{
	return (int)(rest->to - rest->from);
}

/* The last `c` in what is left, or NULL. */
static const char *last(const struct rest *rest, char c)
{
	return memrchr(begin(rest), c, rest->to - rest->from);
}

/* --- protocol and ports ------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Takes "/tcp" off the end. */
static int read_protocol(struct rest *rest, struct endpoint *endpoint)
{
	const char *slash = last(rest, '/');
	struct rest word = *rest;
	char name[16];

	endpoint->protocol = -1;
	if (!slash || slash + 1 == rest->text + rest->to || !is_letter(slash[1]))
		return 0;
	word.from = (size_t)(slash + 1 - rest->text);
	snprintf(name, sizeof(name), "%.*s", left(&word), begin(&word));
	endpoint->protocol = left(&word) < (int)sizeof(name) ? protocol_from(name) : -1;
	if (endpoint->protocol < 0)
		return fail(&word, "protocol", "one of tcp, udp, sctp; without a protocol every one is meant",
			    "unknown protocol '%.*s'", left(&word), begin(&word));
	rest->to = word.from - 1;
	return 0;
}

/* A number of decimal digits without leading zeros, at most `max`. */
static bool read_number(const char *digits, size_t size, unsigned int max, unsigned int *ret)
{
	unsigned int number = 0;
	size_t i;

	if (size == 0 || size > 5 || (size > 1 && digits[0] == '0'))
		return false;
	for (i = 0; i < size; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		number = number * 10 + (unsigned int)(digits[i] - '0');
	}
	*ret = number;
	return number <= max;
}

/* What is left is "443" or "8000-8100". */
static int read_ports(const struct rest *rest, struct endpoint *endpoint)
{
	const char *dash = memchr(begin(rest), '-', rest->to - rest->from);
	size_t size = dash ? (size_t)(dash - begin(rest)) : rest->to - rest->from;
	unsigned int from, to;

	if (!read_number(begin(rest), size, PORT_MAX, &from))
		return fail(rest, "port", "a port is 0 to 65535; a range is 8000-8100; without ':' every port is meant",
			    "'%.*s' is no port", left(rest), begin(rest));
	to = from;
	if (dash && !read_number(dash + 1, (size_t)(left(rest)) - size - 1, PORT_MAX, &to))
		return fail(rest, "port", "a port is 0 to 65535; a range is 8000-8100; without ':' every port is meant",
			    "'%.*s' is no range of ports", left(rest), begin(rest));
	if (from > to)
		return fail(rest, "port", "write the smaller port first", "the range %u-%u is backwards", from, to);
	endpoint->port_from = (uint16_t)from;
	endpoint->port_to = (uint16_t)to;
	return 0;
}

/* --- addresses ---------------------------------------------------------------------------------------- */

static void mask(uint8_t *address, size_t size, unsigned int length)
{
	size_t i;

	for (i = 0; i<size; i++, length = length> 8 ? length - 8 : 0)
		if (length < 8)
			address[i] &= (uint8_t)(0xff00 >> length);
}

/* 10.1.2.3/8 might mean 10.0.0.0/8 or 10.1.2.3: the author has to say. */
static int check_host_bits(const struct rest *rest, const struct endpoint *endpoint, int family)
{
	char masked[INET6_ADDRSTRLEN] = "", hint[80];
	uint8_t address[16];

	memcpy(address, endpoint->address, sizeof(address));
	mask(address, sizeof(address), endpoint->length);
	if (memcmp(address, endpoint->address, sizeof(address)) == 0)
		return 0;
	inet_ntop(family, address, masked, sizeof(masked));
	snprintf(hint, sizeof(hint), "the network is %s/%u", masked, endpoint->length);
	return fail(rest, "host-bits", hint, "'%.*s' has bits set below its prefix", left(rest), begin(rest));
}

static bool is_mapped(const struct endpoint *endpoint)
{
	static const uint8_t prefix[MAPPED / 8] = { [10] = 0xff, [11] = 0xff };

	return endpoint->family == 6 && endpoint->length >= MAPPED &&
	       memcmp(endpoint->address, prefix, sizeof(prefix)) == 0;
}

/* What is left is "ADDRESS" or "ADDRESS/LENGTH". */
static int read_address(const struct rest *rest, int family, struct endpoint *endpoint)
{
	unsigned int most = family == AF_INET ? 32 : 128, length = most;
	const char *slash = memchr(begin(rest), '/', rest->to - rest->from);
	size_t size = slash ? (size_t)(slash - begin(rest)) : rest->to - rest->from;
	char address[INET6_ADDRSTRLEN + 1];
	int r;

	if (slash && !read_number(slash + 1, rest->to - rest->from - size - 1, most, &length))
		return fail(rest, "prefix", "", "'%.*s': a prefix of IPv%d is /0 to /%u", left(rest), begin(rest),
			    family == AF_INET ? 4 : 6, most);
	snprintf(address, sizeof(address), "%.*s", (int)(size < sizeof(address) ? size : 0), begin(rest));
	if (inet_pton(family, address, endpoint->address) != 1)
		return fail(rest, "address", examples, "'%.*s' is no %s", left(rest), begin(rest),
			    family == AF_INET ? "address; names are not looked up" : "IPv6 address");
	endpoint->family = family == AF_INET ? 4 : 6;
	endpoint->length = (uint8_t)length;
	r = check_host_bits(rest, endpoint, family);
	if (r < 0)
		return r;
	if (is_mapped(endpoint)) {
		endpoint->family = 4;
		endpoint->length -= MAPPED;
		memmove(endpoint->address, endpoint->address + MAPPED / 8, 4);
		memset(endpoint->address + 4, 0, 12);
	}
	return 0;
}

/* "[ADDRESS]" with ":PORTS" or nothing after it. */
static int read_brackets(const struct rest *rest, struct endpoint *endpoint)
{
	const char *close = memchr(begin(rest), ']', rest->to - rest->from);
	struct rest address = *rest, ports = *rest;
	int r;

	if (!close)
		return fail(rest, "address", examples, "'[' without its ']'");
	address.from++;
	address.to = (size_t)(close - rest->text);
	ports.from = address.to + 1;
	r = read_address(&address, AF_INET6, endpoint);
	if (r < 0 || ports.from == ports.to)
		return r;
	if (*begin(&ports) != ':')
		return fail(&ports, "address", "the prefix stands within the brackets: [2001:db8::/32]:443",
			    "'%.*s' after ']'", left(&ports), begin(&ports));
	ports.from++;
	return read_ports(&ports, endpoint);
}

/* "*" or an IPv4 address, with ":PORTS" or nothing after it. */
static int read_plain(const struct rest *rest, struct endpoint *endpoint)
{
	const char *colon = last(rest, ':');
	struct rest address = *rest, ports = *rest;
	int r = 0;

	if (colon) {
		address.to = (size_t)(colon - rest->text);
		ports.from = address.to + 1;
	}
	if (left(&address) != 1 || *begin(&address) != '*')
		r = read_address(&address, AF_INET, endpoint);
	return r == 0 && colon ? read_ports(&ports, endpoint) : r;
}

static int read_inet(struct rest *rest, struct endpoint *endpoint)
{
	const char *colon;
	int r;

	endpoint->kind = ENDPOINT_INET;
	endpoint->port_to = PORT_MAX;
	if (left(rest) > 0 && *begin(rest) == '/')
		return fail(rest, "address", "a unix socket is unix:/run/x.sock", "a path is no IP endpoint");
	r = read_protocol(rest, endpoint);
	if (r < 0)
		return r;
	if (rest->from == rest->to)
		return fail(rest, "address", examples, "no address");
	if (*begin(rest) == '[')
		return read_brackets(rest, endpoint);
	colon = last(rest, ':');
	if (colon && memchr(begin(rest), ':', (size_t)(colon - begin(rest))))
		return read_address(rest, AF_INET6, endpoint);
	return read_plain(rest, endpoint);
}

/* --- unix sockets ------------------------------------------------------------------------------------- */

static int read_unix(const struct rest *rest, struct arena *arena, struct endpoint *endpoint)
{
	struct path_value *path = &endpoint->path;
	struct pattern_error error;
	bool abstract = left(rest) > 0 && *begin(rest) == '@';
	int r;

	endpoint->kind = ENDPOINT_UNIX;
	endpoint->protocol = -1;
	if (!abstract && (left(rest) == 0 || *begin(rest) != '/'))
		return fail(rest, "address", "write unix:/run/x.sock, or unix:@name for an abstract name",
			    "neither a path nor a name after 'unix:'");
	if (abstract)
		r = pattern_parse_abstract(begin(rest) + 1, rest->to - rest->from - 1, arena, &path->pattern, &path->n,
					   &error);
	else
		r = pattern_parse(begin(rest), rest->to - rest->from, arena, &path->pattern, &path->n, &error);
	if (r == -EINVAL) {
		fail(rest, "pattern", error.hint ?: "", "%s", error.message);
		rest->error->offset += error.offset + abstract;
	}
	if (r == 0)
		path->text = path->pattern[0].text;
	return r;
}

int endpoint_parse(const char *text, size_t size, struct arena *arena, struct endpoint *ret,
		   struct endpoint_error *error)
{
	struct rest rest = { .text = text, .to = size, .error = error };
	struct endpoint endpoint = { 0 };
	int r;

	if (strncmp(text, "unix:", 5) == 0) {
		rest.from = 5;
		r = read_unix(&rest, arena, &endpoint);
	} else {
		r = read_inet(&rest, &endpoint);
	}
	if (r < 0)
		return r;
	endpoint.text = arena_text(arena, text, size);
	if (!endpoint.text)
		return -ENOMEM;
	*ret = endpoint;
	return 0;
}

/* --- writing ------------------------------------------------------------------------------------------ */

static void write_address(const struct endpoint *endpoint, bool ports, FILE *to)
{
	char address[INET6_ADDRSTRLEN] = "";
	bool v6 = endpoint->family == 6;

	if (!endpoint->family) {
		fputc('*', to);
		return;
	}
	inet_ntop(v6 ? AF_INET6 : AF_INET, endpoint->address, address, sizeof(address));
	fprintf(to, "%s%s", v6 && ports ? "[" : "", address);
	if (endpoint->length != (v6 ? 128 : 32))
		fprintf(to, "/%u", endpoint->length);
	fputs(v6 && ports ? "]" : "", to);
}

void endpoint_print(const struct endpoint *endpoint, FILE *to)
{
	bool ports = endpoint->port_from > 0 || endpoint->port_to < PORT_MAX;

	write_address(endpoint, ports, to);
	if (ports)
		fprintf(to, ":%u", endpoint->port_from);
	if (ports && endpoint->port_from != endpoint->port_to)
		fprintf(to, "-%u", endpoint->port_to);
	if (endpoint->protocol >= 0)
		fprintf(to, "/%s", protocol_name((unsigned int)endpoint->protocol));
}
