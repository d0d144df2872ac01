/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kubelet.c, helper.c and bulwark-pods: a list from a file, and from a unix socket and a TLS server at whose other end
 * the test sits.
 */
#include "kubelet.h"
#include <check.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <test/doubles/tls.h>
#include <test/harness.h>
#include <time.h>
#include "log.h"
#include "when.h"

#define OK   "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"items\":[]}"
#define DAY  86400
#define SAID "said"

static char folder[] = "/tmp/kubelet_test.XXXXXX";
static char file[128], from[128], path[6][128];
static struct kubelet_source source;
static struct loop *loop;
static struct kubelet *kubelet;
static int listening, on_unix, old_stderr;
static unsigned int lists, port;
static struct tls_identity authority, server, other, client;
static char request[2048];

static void on_list(void *context)
{
	(void)context;
	lists++;
}

static const char *place(const char *name)
{
	static char full[160];

	snprintf(full, sizeof(full), "%s/%s", folder, name);
	return full;
}

/* What the agent logs is how a failure's reason is seen. */
static void listen_to_log(void)
{
	fflush(stderr);
	old_stderr = dup(STDERR_FILENO);
	ck_assert_ptr_nonnull(freopen(place(SAID), "w+", stderr));
	log_set_maximum(LOG_LEVEL_INFO);
}

static char *said(void)
{
	fflush(stderr);
	return harness_file(place(SAID), NULL);
}

static bool is_said(const char *text)
{
	_free_ char *all = said();

	return strstr(all, text);
}

static void listen_on_unix(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/sock", folder);
	on_unix = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(on_unix, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(on_unix, 4), 0);
	snprintf(from, sizeof(from), "unix:%s", address.sun_path);
	source.from = from;
}

static void set_up(void)
{
	signal(SIGPIPE, SIG_IGN);
	lists = 0;
	source = (struct kubelet_source){ 0 };
	strcpy(folder, "/tmp/kubelet_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/pods.json", folder);
	listen_on_unix();
	listen_to_log();
	ck_assert_int_eq(loop_new(&loop), 0);
}

static void tear_down(void)
{
	char command[128];

	kubelet = kubelet_free(kubelet);
	loop = loop_free(loop);
	close(on_unix);
	fflush(stderr);
	dup2(old_stderr, STDERR_FILENO);
	close(old_stderr);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void begin(void)
{
	ck_assert_int_eq(kubelet_new(loop, &source, &kubelet), 0);
	kubelet_on_list(kubelet, on_list, NULL);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	FILE *to = fopen(name, "we");

	ck_assert_ptr_nonnull(to);
	ck_assert_int_eq(fchmod(fileno(to), mode), 0);
	fputs(text, to);
	ck_assert_int_eq(fclose(to), 0);
}

/* Until there is a list more than before, or something more is said. */
static void await(unsigned int before, size_t heard)
{
	__u64 end = when_steady() + 20 * 1000000000ull;
	bool more = false;

	while (lists == before && !more && when_steady() < end) {
		_free_ char *all = NULL;

		ck_assert_int_eq(loop_turn(loop, 20), 0);
		all = said();
		more = strlen(all) > heard;
	}
	ck_assert_msg(lists > before || more, "nothing has come of it");
}

static size_t heard_so_far(void)
{
	_free_ char *all = said();

	return strlen(all);
}

/* --- sources ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *from;
	bool good;
} sources[] = {
	{ "/pods.json", true },
	{ "unix:/run/kubelet.sock", true },
	{ "https://127.0.0.1:10250/pods", true },
	{ "https://127.0.0.1:10250", true },
	{ "https://node-1.example", true },
	{ "https://[::1]:10250/pods?x=1", true },
	{ "pods.json", false },
	{ "unix:kubelet.sock", false },
	{ "http://127.0.0.1:10255/pods", false },
	{ "https://", false },
	{ "https:///pods", false },
	{ "https://127.0.0.1:/pods", false },
	{ "https://127.0.0.1:0/pods", false },
	{ "https://127.0.0.1:65536", false },
	{ "https://127.0.0.1:1x", false },
	{ "https://user@127.0.0.1", false },
	{ "https://[::1", false },
	{ "https://[]:1", false },
	{ "https://a b", false },
	{ "https://a/b c", false },
	{ "https://a/b#c", false },
	{ "https://a/\xff", false },
};

START_TEST(what_is_a_source)
{
	ck_assert_msg(kubelet_is_source(sources[_i].from) == sources[_i].good, "%s", sources[_i].from);
}
END_TEST

START_TEST(a_path_too_long_for_a_socket)
{
	char text[256];

	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "unix:/", 6);
	text[sizeof(text) - 1] = '\0';
	ck_assert(!kubelet_is_source(text));
}
END_TEST

/* --- a file ----------------------------------------------------------------------------------------------- */

START_TEST(a_file)
{
	struct timespec then[2] = { { .tv_sec = time(NULL) - 10 }, { .tv_sec = time(NULL) - 10 } };

	source.from = file;
	begin();
	kubelet_refresh(kubelet);
	ck_assert(is_said("': No such file or directory, ignoring"));
	ck_assert_ptr_null(kubelet_list(kubelet));
	ck_assert_uint_eq(kubelet_list_time(kubelet), 0);
	write_file(file, "{\"items\":[]}\n", 0600);
	kubelet_refresh(kubelet);
	ck_assert_ptr_nonnull(kubelet_list(kubelet));
	ck_assert_uint_eq(lists, 1);
	ck_assert_int_eq(utimensat(AT_FDCWD, file, then, 0), 0);
	kubelet_refresh(kubelet);
	ck_assert_uint_lt(kubelet_list_time(kubelet), when_steady() - 9 * 1000000000ull); /* as old as it is */
	write_file(file, "{\"items\":", 0600);
	kubelet_refresh(kubelet);
	ck_assert_ptr_nonnull(kubelet_list(kubelet)); /* the old one */
	ck_assert_uint_eq(lists, 2);
}
END_TEST

/* --- a unix socket ---------------------------------------------------------------------------------------- */

/* The helper's one connection. */
static int accept_unix(void)
{
	int fd = tls_accept(on_unix);
	ssize_t n;

	ck_assert_int_ge(fd, 0);
	n = recv(fd, request, sizeof(request) - 1, 0);
	ck_assert_int_gt(n, 0);
	request[n] = '\0';
	ck_assert_msg(strncmp(request, "GET /pods HTTP/1.1\r\n", 20) == 0, "%s", request);
	return fd;
}

static void answer_unix(const char *reply)
{
	unsigned int before = lists;
	size_t heard = heard_so_far();
	int fd;

	kubelet_refresh(kubelet);
	fd = accept_unix();
	ck_assert_int_eq(send(fd, reply, strlen(reply), MSG_NOSIGNAL), strlen(reply));
	close(fd);
	await(before, heard);
}

static void nobody_asks(int fd)
{
	struct pollfd poll_of = { .fd = fd, .events = POLLIN };

	ck_assert_int_eq(poll(&poll_of, 1, 100), 0);
}

START_TEST(a_socket)
{
	unsigned int before = lists;
	int fd;

	begin();
	kubelet_refresh(kubelet);
	kubelet_refresh(kubelet); /* while it is asked */
	fd = accept_unix();
	nobody_asks(on_unix);
	dprintf(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n{\"items\":[]}\r\n0\r\n\r\n");
	await(before, 0);
	close(fd);
	ck_assert_ptr_nonnull(kubelet_list(kubelet));
	ck_assert_uint_eq(lists, 1);
	answer_unix("HTTP/1.1 200 OK\r\n\r\n{}");
	ck_assert_uint_eq(lists, 2);
	ck_assert_uint_eq(heard_so_far(), 0);
}
END_TEST

static const struct {
	const char *reply;
	const char *said;
} refused[] = {
	{ "HTTP/1.1 401 Unauthorized\r\n\r\n", "status 401: it wants a certificate or token" },
	{ "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "status 403: " },
	{ "HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\n{}", "status 500" },
	{ "HTTP/1.1 302 X\r\nLocation: http://localhost/pods\r\nContent-Length: 0\r\n\r\n", "status 302" },
	{ "HTTP/1.1 200 OK\r\n\r\nno json", "the reply is no JSON text" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}", ": transfer closed with " },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n{\"it", "Cannot read the kubelet's pods" },
	{ "\x01\x02\x03garbage\r\n\r\n", "HTTP/0.9 when not allowed" },
	{ "", "Empty reply from server" },
};

START_TEST(a_socket_that_says_no)
{
	begin();
	answer_unix(refused[_i].reply);
	ck_assert_ptr_null(kubelet_list(kubelet));
	ck_assert_uint_eq(lists, 0);
	ck_assert_msg(is_said(refused[_i].said), "%s", said());
	nobody_asks(on_unix);
}
END_TEST

START_TEST(a_reason_is_said_once)
{
	static const char no[] = "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n";
	size_t heard;
	int fd, i;

	begin();
	answer_unix(no);
	heard = heard_so_far();
	kubelet_refresh(kubelet);
	fd = accept_unix();
	ck_assert_int_eq(send(fd, no, strlen(no), MSG_NOSIGNAL), strlen(no));
	close(fd);
	for (i = 0; i < 50; i++)
		ck_assert_int_eq(loop_turn(loop, 20), 0);
	ck_assert_uint_eq(heard_so_far(), heard);
	answer_unix("HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n"); /* that is another one; and the helper had ended */
	ck_assert(is_said("status 401"));
	answer_unix(OK);
	ck_assert(is_said("can be read from"));
}
END_TEST

START_TEST(a_socket_without_end)
{
	static char zeros[65536];
	int fd;

	begin();
	kubelet_refresh(kubelet);
	fd = accept_unix();
	dprintf(fd, "HTTP/1.1 200 OK\r\n\r\n");
	while (send(fd, zeros, sizeof(zeros), MSG_NOSIGNAL) > 0)
		continue;
	close(fd);
	await(0, 0);
	ck_assert_msg(is_said("the reply is larger than 16 MiB"), "%s", said());
}
END_TEST

START_TEST(nobody_listens)
{
	close(on_unix);
	begin();
	kubelet_refresh(kubelet);
	await(0, 0);
	ck_assert_ptr_null(kubelet_list(kubelet));
	ck_assert_msg(is_said("nobody listens there"), "%s", said());
	on_unix = -1;
}
END_TEST

START_TEST(freed_while_it_asks)
{
	begin();
	kubelet_refresh(kubelet);
}
END_TEST

/* --- https ------------------------------------------------------------------------------------------------ */

static char *at(int i, const char *name)
{
	snprintf(path[i], sizeof(path[i]), "%s/%s", folder, name);
	return path[i];
}

static void set_up_https(void)
{
	set_up();
	tls_issue(&authority, NULL, NULL, DAY);
	tls_issue(&other, NULL, NULL, DAY);
	tls_issue(&server, &authority, "IP:127.0.0.1", DAY);
	tls_issue(&client, &authority, "DNS:agent", DAY);
	tls_write(&authority, 'c', at(0, "ca.crt"), 0644);
	tls_write(&client, 'c', at(1, "client.crt"), 0644);
	tls_write(&client, 'k', at(2, "client.key"), 0600);
	tls_write(&client, 'b', at(3, "client.pem"), 0600);
	write_file(at(4, "token"), "one.two-three\n", 0644);
	port = 0;
	listening = tls_listen(&port);
	snprintf(from, sizeof(from), "https://127.0.0.1:%u", port);
	source = (struct kubelet_source){ .from = from, .ca = path[0] };
	setenv("https_proxy", "http://127.0.0.1:1", 1); /* which is not to be believed */
	setenv("SSLKEYLOGFILE", at(5, "keys"), 1);
}

static void tear_down_https(void)
{
	ck_assert_int_lt(access(path[5], F_OK), 0);
	unsetenv("https_proxy");
	unsetenv("SSLKEYLOGFILE");
	close(listening);
	tls_identity_done(&authority);
	tls_identity_done(&other);
	tls_identity_done(&server);
	tls_identity_done(&client);
	tear_down();
}

static bool read_request(SSL *tls)
{
	int n, size = 0;

	while ((n = SSL_read(tls, request + size, (int)sizeof(request) - 1 - size)) > 0) {
		size += n;
		request[size] = '\0';
		if (strstr(request, "\r\n\r\n"))
			return true;
	}
	return false;
}

/* Asks, and answers whoever comes, if he agrees to that server. */
static void answer_https(const struct tls_identity *clients, const char *reply)
{
	unsigned int before = lists;
	size_t heard = heard_so_far();
	SSL *tls;
	int fd;

	request[0] = '\0';
	kubelet_refresh(kubelet);
	fd = tls_accept(listening);
	ck_assert_msg(fd >= 0, "nobody asks: %s", said());
	tls = tls_begin(fd, &server, clients);
	if (tls && read_request(tls))
		(void)SSL_write(tls, reply, (int)strlen(reply));
	tls_end(tls, fd);
	await(before, heard);
}

static void is_refused(const char *reason)
{
	ck_assert_uint_eq(lists, 0);
	ck_assert_ptr_null(kubelet_list(kubelet));
	ck_assert_msg(is_said(reason), "'%s' is not said, but: %s", reason, said());
	nobody_asks(listening);
}

static void replace_server(const struct tls_identity *issuer, const char *names, long seconds)
{
	tls_identity_done(&server);
	tls_issue(&server, issuer, names, seconds);
}

START_TEST(the_right_authority)
{
	begin();
	answer_https(NULL, OK);
	ck_assert_msg(lists == 1, "%s", said());
	ck_assert_ptr_nonnull(kubelet_list(kubelet));
	ck_assert_msg(strncmp(request, "GET /pods HTTP/1.1\r\n", 20) == 0, "%s", request);
	ck_assert_ptr_null(strstr(request, "Authorization"));
	snprintf(from, sizeof(from), "https://127.0.0.1:%u/elsewhere?x=1", port);
	answer_https(NULL, OK);
	ck_assert_msg(strncmp(request, "GET /elsewhere?x=1 HTTP/1.1\r\n", 29) == 0, "%s", request);
	ck_assert_uint_eq(heard_so_far(), 0);
}
END_TEST

START_TEST(the_wrong_authority)
{
	replace_server(&other, "IP:127.0.0.1", DAY);
	begin();
	answer_https(NULL, OK);
	ck_assert_str_eq(request, "");
	is_refused("its certificate is not believed: ");
}
END_TEST

START_TEST(signed_by_itself)
{
	replace_server(NULL, "IP:127.0.0.1", DAY);
	begin();
	answer_https(NULL, OK);
	ck_assert_str_eq(request, "");
	is_refused("its certificate is not believed: ");
	tls_write(&server, 'c', path[0], 0644); /* a kubelet without an authority is its own */
	answer_https(NULL, OK);
	ck_assert_uint_eq(lists, 1);
}
END_TEST

START_TEST(the_wrong_name)
{
	replace_server(&authority, "DNS:node-1", DAY);
	begin();
	answer_https(NULL, OK);
	ck_assert_str_eq(request, "");
	is_refused("its certificate is not believed: ");
}
END_TEST

START_TEST(another_name_that_is_expected)
{
	char host[64];

	replace_server(&authority, "DNS:node-1", DAY);
	source.name = (char *)"node-1";
	begin();
	answer_https(NULL, OK);
	ck_assert_msg(lists == 1, "%s", said());
	snprintf(host, sizeof(host), "\r\nHost: node-1:%u\r\n", port);
	ck_assert_msg(strstr(request, host), "%s", request);
	source.name = (char *)"node-2";
	answer_https(NULL, OK);
	ck_assert_str_eq(request, "");
	ck_assert(is_said("its certificate is not believed: "));
}
END_TEST

START_TEST(an_expired_certificate)
{
	replace_server(&authority, "IP:127.0.0.1", -60);
	begin();
	answer_https(NULL, OK);
	ck_assert_str_eq(request, "");
	is_refused("certificate has expired");
}
END_TEST

START_TEST(a_client_certificate_is_wanted)
{
	begin();
	answer_https(&authority, OK);
	is_refused("Cannot read the kubelet's pods");
	source.certificate = path[1];
	source.key = path[2];
	answer_https(&authority, OK);
	ck_assert_msg(lists == 1, "%s", said());
	source.certificate = path[3]; /* with the key inside */
	source.key = NULL;
	answer_https(&authority, OK);
	ck_assert_msg(lists == 2, "%s", said());
	answer_https(&other, OK);
	ck_assert_uint_eq(lists, 2);
}
END_TEST

static void fails_alone(const char *reason)
{
	size_t heard = heard_so_far();

	kubelet_refresh(kubelet);
	await(lists, heard);
	is_refused(reason);
}

START_TEST(files_that_are_no_good)
{
	source.certificate = path[1];
	source.key = path[2];
	source.token = path[4];
	begin();
	ck_assert_int_eq(chmod(path[2], 0604), 0);
	fails_alone("client.key': chmod o= it");
	ck_assert_int_eq(chmod(path[2], 0600), 0);
	write_file(path[4], "two words\n", 0600);
	fails_alone("token' is no token: ");
	write_file(path[4], "", 0600);
	fails_alone("token' is empty");
	write_file(path[4], "two\r\nX-Lines: 1", 0600);
	fails_alone("token' is no token: ");
	ck_assert_int_eq(unlink(path[4]), 0);
	fails_alone("token': No such file or directory");
	source.token = folder;
	fails_alone("' is no regular file");
	source.token = NULL;
	write_file(path[0], "no certificate\n", 0644);
	answer_https(NULL, OK);
	ck_assert_str_eq(request, "");
	ck_assert_uint_eq(lists, 0);
}
END_TEST

START_TEST(a_token_that_changes)
{
	source.token = path[4];
	begin();
	answer_https(NULL, OK);
	ck_assert_msg(strstr(request, "\r\nAuthorization: Bearer one.two-three\r\n"), "%s", request);
	write_file(path[4], "four", 0600);
	answer_https(NULL, OK);
	ck_assert_msg(strstr(request, "\r\nAuthorization: Bearer four\r\n"), "%s", request);
	ck_assert_uint_eq(lists, 2);
}
END_TEST

START_TEST(a_redirect)
{
	char reply[256];

	source.token = path[4];
	snprintf(reply, sizeof(reply),
		 "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:%u/pods\r\nContent-Length: 0\r\n\r\n", port);
	begin();
	answer_https(NULL, reply);
	is_refused("it answers with status 302");
}
END_TEST

START_TEST(a_reply_without_end)
{
	static char zeros[16384];
	SSL *tls;
	int fd;

	begin();
	kubelet_refresh(kubelet);
	fd = tls_accept(listening);
	tls = tls_begin(fd, &server, NULL);
	ck_assert(tls && read_request(tls));
	(void)SSL_write(tls, "HTTP/1.1 200 OK\r\n\r\n", 19);
	while (SSL_write(tls, zeros, sizeof(zeros)) > 0)
		continue;
	tls_end(tls, fd);
	await(0, 0);
	is_refused("the reply is larger than 16 MiB");
}
END_TEST

/* It agrees, takes the request, and says a byte now and then. */
START_TEST(a_slow_server)
{
	__u64 began = when_steady();
	size_t heard = 0;
	SSL *tls;
	int fd;

	begin();
	kubelet_refresh(kubelet);
	fd = tls_accept(listening);
	tls = tls_begin(fd, &server, NULL);
	ck_assert(tls && read_request(tls));
	(void)SSL_write(tls, "HTTP/1.1 200 OK\r\n\r\n", 19);
	while (!heard && when_steady() < began + 15 * 1000000000ull) {
		(void)SSL_write(tls, " ", 1);
		ck_assert_int_eq(loop_turn(loop, 200), 0);
		heard = heard_so_far();
	}
	tls_end(tls, fd);
	is_refused("there was no whole reply within 5 s");
	ck_assert_uint_lt(when_steady() - began, 8 * 1000000000ull);
}
END_TEST

/* The connection stands and nothing is said on it, ever. */
START_TEST(a_server_without_tls)
{
	__u64 began = when_steady();
	int fd;

	begin();
	kubelet_refresh(kubelet);
	fd = tls_accept(listening);
	await(0, 0);
	close(fd);
	is_refused("there was no whole reply within 5 s");
	ck_assert_uint_lt(when_steady() - began, 6 * 1000000000ull);
}
END_TEST

START_TEST(garbage)
{
	int fd;

	begin();
	kubelet_refresh(kubelet);
	fd = tls_accept(listening);
	dprintf(fd, "HTTP/1.1 200 OK\r\n\r\n{}"); /* in the clear */
	await(0, 0);
	close(fd);
	is_refused("no TLS with it: ");
	answer_https(NULL, "\x01\x02garbage\r\n\r\n");
	is_refused("HTTP/0.9 when not allowed");
	answer_https(NULL, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{\"a\"");
	is_refused("the reply is no JSON text");
}
END_TEST

START_TEST(gone_and_back)
{
	begin();
	answer_https(NULL, OK);
	ck_assert_uint_eq(lists, 1);
	close(listening);
	kubelet_refresh(kubelet);
	await(1, 0);
	ck_assert_msg(is_said("nobody listens there"), "%s", said());
	ck_assert_ptr_nonnull(kubelet_list(kubelet)); /* the old one */
	listening = tls_listen(&port);
	answer_https(NULL, OK);
	ck_assert_uint_eq(lists, 2);
	ck_assert(is_said("can be read from"));
}
END_TEST

/* The value of a line of /proc/PID/status of the one child. */
static void status_of_child(const char *key, char *ret, size_t size)
{
	char name[64], *start;
	_free_ char *text = NULL;
	int pid = 0;

	snprintf(name, sizeof(name), "/proc/self/task/%d/children", (int)getpid());
	text = harness_file(name, NULL);
	ck_assert_msg(text && sscanf(text, "%d", &pid) == 1, "no child");
	free(TAKE_PTR(text));
	snprintf(name, sizeof(name), "/proc/%d/status", pid);
	text = harness_file(name, NULL);
	start = text ? strstr(text, key) : NULL;
	ck_assert_ptr_nonnull(start);
	start += strlen(key);
	snprintf(ret, size, "%.*s", (int)strcspn(start, "\n"), start);
}

START_TEST(it_reads_without_privileges)
{
	char value[64];
	SSL *tls;
	int fd;

	begin();
	kubelet_refresh(kubelet);
	fd = tls_accept(listening);
	tls = tls_begin(fd, &server, NULL);
	ck_assert(tls && read_request(tls));
	status_of_child("\nCapEff:\t", value, sizeof(value));
	ck_assert_str_eq(value, "0000000000000000");
	status_of_child("\nCapPrm:\t", value, sizeof(value));
	ck_assert_str_eq(value, "0000000000000000");
	status_of_child("\nNoNewPrivs:\t", value, sizeof(value));
	ck_assert_str_eq(value, "1");
	status_of_child("\nUid:\t", value, sizeof(value));
	if (geteuid() == 0)
		ck_assert_str_eq(value, "65534\t65534\t65534\t65534");
	status_of_child("\nGroups:\t", value, sizeof(value));
	if (geteuid() == 0)
		ck_assert_msg(strspn(value, " \t") == strlen(value), "%s", value);
	tls_end(tls, fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kubelet");
	TCase *near = tcase_create("near"), *https = tcase_create("https");

	tcase_add_checked_fixture(near, set_up, tear_down);
	tcase_set_timeout(near, 60);
	tcase_add_loop_test(near, what_is_a_source, 0, ARRAY_SIZE(sources));
	tcase_add_test(near, a_path_too_long_for_a_socket);
	tcase_add_test(near, a_file);
	tcase_add_test(near, a_socket);
	tcase_add_loop_test(near, a_socket_that_says_no, 0, ARRAY_SIZE(refused));
	tcase_add_test(near, a_reason_is_said_once);
	tcase_add_test(near, a_socket_without_end);
	tcase_add_test(near, nobody_listens);
	tcase_add_test(near, freed_while_it_asks);
	tcase_add_checked_fixture(https, set_up_https, tear_down_https);
	tcase_set_timeout(https, 60);
	tcase_add_test(https, the_right_authority);
	tcase_add_test(https, the_wrong_authority);
	tcase_add_test(https, signed_by_itself);
	tcase_add_test(https, the_wrong_name);
	tcase_add_test(https, another_name_that_is_expected);
	tcase_add_test(https, an_expired_certificate);
	tcase_add_test(https, a_client_certificate_is_wanted);
	tcase_add_test(https, files_that_are_no_good);
	tcase_add_test(https, a_token_that_changes);
	tcase_add_test(https, a_redirect);
	tcase_add_test(https, a_reply_without_end);
	tcase_add_test(https, a_slow_server);
	tcase_add_test(https, a_server_without_tls);
	tcase_add_test(https, garbage);
	tcase_add_test(https, gone_and_back);
	tcase_add_test(https, it_reads_without_privileges);
	suite_add_tcase(suite, near);
	suite_add_tcase(suite, https);
	return harness_run(suite);
}
