/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Events and the lines that people see.
 */
#include "event.h"
#include <base/cleanup.h>
#include <check.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <time.h>

#define TIME  "\"time\":\"2026-01-02T03:04:05.678901234Z\",\"node\":\"n\","
#define SHOWN "2026-01-02 03:04:05.678  "
#define NGINX "\"process\":{\"pid\":7,\"binary\":\"/usr/sbin/nginx\"},"
#define BY    "\"policy\":\"web\",\"rule\":\"r\","
#define INSIDE(container) \
	TIME "\"type\":\"decision\",\"process\":{\"pid\":7,\"binary\":\"/x\",\"container\":" container "}," BY
#define DECIDE TIME "\"type\":\"decision\"," NGINX BY

static const struct {
	const char *event;
	const char *shown;
} events[] = {
	{ "{" DECIDE "\"verdict\":\"kill\",\"enforced\":true,\"operation\":\"exec\",\"message\":\"No shell\","
	  "\"object\":{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"id\"]},\"suppressed\":2}",
	  SHOWN "kill        exec     /usr/sbin/nginx[7] -> /bin/sh -c id  web/r  No shell  (and 2 more like it)\n" },
	/* the same decision of an audited policy */
	{ "{" DECIDE
	  "\"verdict\":\"deny\",\"enforced\":false,\"operation\":\"read\",\"object\":{\"path\":\"/etc/shadow\"}}",
	  SHOWN "would deny  read     /usr/sbin/nginx[7] -> /etc/shadow  web/r\n" },
	{ "{" DECIDE "\"verdict\":\"audit\",\"enforced\":false,\"operation\":\"bind\","
	  "\"object\":{\"address\":\"0.0.0.0\",\"port\":80,\"protocol\":\"tcp\"}}",
	  SHOWN "audit       bind     /usr/sbin/nginx[7] -> 0.0.0.0:80/tcp  web/r\n" },
	{ "{" DECIDE "\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"connect\","
	  "\"object\":{\"address\":\"::1\",\"port\":443}}",
	  SHOWN "deny        connect  /usr/sbin/nginx[7] -> [::1]:443  web/r\n" },
	{ "{" DECIDE "\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"connect\",\"object\":{\"unix\":\"@x\"}}",
	  SHOWN "deny        connect  /usr/sbin/nginx[7] -> @x  web/r\n" },
	{ "{" DECIDE "\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"use\","
	  "\"object\":{\"facility\":\"module-load\",\"name\":\"evil\"}}",
	  SHOWN "deny        use      /usr/sbin/nginx[7] -> module-load evil  web/r\n" },
	/* an attacker names files, arguments and, through them, everything else */
	{ "{" DECIDE "\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"exec\","
	  "\"object\":{\"path\":\"/tmp/\\u001b[2J\\n2026 allow\",\"args\":[\"x\",\"\\u009b\\u202e\"]}}",
	  SHOWN
	  "deny        exec     /usr/sbin/nginx[7] -> /tmp/\\x1b[2J\\n2026 allow \\xc2\\x9b\\xe2\\x80\\xae  web/r\n" },
	/* what did not fit into the event */
	{ "{" DECIDE "\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"exec\","
	  "\"object\":{\"path\":\"c/d\",\"args\":[\"x\",\"y\"],\"cut\":[\"path\",\"args\"]}}",
	  SHOWN "deny        exec     /usr/sbin/nginx[7] -> ...c/d y...  web/r\n" },
	{ "{" TIME "\"type\":\"undecided\",\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"read\"," NGINX
	  "\"object\":{\"path\":\"/x\"}}",
	  SHOWN "deny        read     /usr/sbin/nginx[7] -> /x  (no rule)\n" },
	{ "{" TIME "\"type\":\"agent\",\"state\":\"started\",\"pid\":12}",
	  SHOWN "agent       state started  pid 12\n" },
	{ "{" TIME "\"type\":\"policy\",\"change\":\"loaded\",\"requester\":{\"uid\":0}}",
	  SHOWN "policy      change loaded  requester {\"uid\":0}\n" },
	{ "{" TIME "\"type\":\"lost\",\"count\":3}", SHOWN "lost        count 3\n" },
	{ "{" INSIDE(
		  "{\"id\":\"0123456789abcdef\",\"name\":\"web\",\"pod\":\"web-0\",\"namespace\":\"prod\"}") "\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"read\",\"object\":{\"path\":\"/y\"}}",
	  SHOWN "deny        read     /x[7]@prod/web-0/web -> /y  web/r\n" },
	{ "{" INSIDE(
		  "{\"id\":\"0123456789abcdef\",\"name\":\"a\\u001bb\"}") "\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"read\",\"object\":{\"path\":\"/y\"}}",
	  SHOWN "deny        read     /x[7]@a\\x1bb -> /y  web/r\n" },
	{ "{" INSIDE(
		  "{\"id\":\"0123456789abcdef\"}") "\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"read\",\"object\":{\"path\":\"/y\"}}",
	  SHOWN "deny        read     /x[7]@0123456789ab -> /y  web/r\n" },
	/* shapes that no agent writes */
	{ "{" INSIDE(
		  "[]") "\"verdict\":\"deny\",\"enforced\":true,\"operation\":\"read\",\"object\":{\"path\":\"/y\"}}",
	  SHOWN "deny        read     /x[7] -> /y  web/r\n" },
	{ "{}", "-                        -           -        ?[0] -> ?  (no rule)\n" },
	{ "{\"time\":\"soon\",\"type\":7,\"verdict\":1,\"process\":[],\"object\":\"x\",\"policy\":{}}",
	  "soon                     -           -        ?[0] -> ?  (no rule)\n" },
	{ "{\"type\":\"\\u001b[31m\",\"\\u001b\":null}", "-                        \\x1b[31m    \\x1b null\n" },
};

START_TEST(line)
{
	struct json_object *event = json_tokener_parse(events[_i].event);
	char shown[512];
	FILE *to = fmemopen(shown, sizeof(shown), "w");

	setenv("TZ", "UTC", 1);
	tzset();
	ck_assert_ptr_nonnull(event);
	event_print(event, to);
	fclose(to);
	ck_assert_str_eq(shown, events[_i].shown);
	json_object_put(event);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("event");
	TCase *cases = tcase_create("event");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, cases);
	tcase_add_loop_test(cases, line, 0, ARRAY_SIZE(events));
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
