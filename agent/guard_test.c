/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guard's policy among those of the node, and a node that is sealed: with a kernel in memory. Attacks on a real one
 * are in test/vm/scenarios.
 */
#include "guard.h"
#include "agent_fixture.h"

#define UNLOAD_WEB "{\"method\":\"unload\",\"parameters\":{\"names\":[\"web\"]}}"
#define AUDIT_WEB  "{\"method\":\"mode\",\"parameters\":{\"name\":\"web\",\"mode\":\"audit\"}}"

static void set_up(void)
{
	fixture_set_up();
	config.guard = true;
}

START_TEST(enforces_while_another_does)
{
	fixture_start();
	ck_assert_uint_eq(fake_kernel.n_policies, 0);
	fixture_load_expect(POLICY("web"), "parameters.loaded.0.name", "web");
	ck_assert_uint_eq(fake_kernel.n_policies, 2);
	ck_assert_uint_eq(fake_kernel.mode[1], BW_MODE_ENFORCE);
	ck_assert(agent.store.tables->header.enforced & 1u << BW_OP_WRITE);
	fixture_expect(AUDIT_WEB, "parameters.mode", "audit");
	ck_assert_uint_eq(fake_kernel.mode[1], BW_MODE_AUDIT);
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"web\",\"mode\":\"enforce\"}}",
		       "parameters.mode", "enforce");
	ck_assert_uint_eq(fake_kernel.mode[1], BW_MODE_ENFORCE);
	fixture_expect(UNLOAD_WEB, "parameters.unloaded.0", "web");
	ck_assert_uint_eq(fake_kernel.n_policies, 0);
}
END_TEST

START_TEST(is_nobodys_but_the_agents)
{
	fixture_start();
	fixture_load_expect(POLICY("web"), "parameters.loaded.0.name", "web");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.1.name", "");
	fixture_expect("{\"method\":\"status\"}", "parameters.guard", "on");
	fixture_expect("{\"method\":\"status\"}", "parameters.policies", "1");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"names\":[\"" GUARD_POLICY "\"]}}", "error.code",
		       "not-found");
	fixture_load_expect(POLICY(GUARD_POLICY), "error.code", "invalid-policy");
	fixture_expect("{\"method\":\"metrics\"}", "error", "");
}
END_TEST

/* Paths are no patterns, whatever is in them. */
START_TEST(names_any_path)
{
	struct policy *policy = NULL;

	free(config.state_dir);
	config.state_dir = strdup("/var/lib/a*b?[c]{d,e}\\f \"g\"");
	free(config.pins);
	config.pins = strdup("/pins");
	ck_assert_int_eq(guard_policy(&config, &policy), 0);
	ck_assert_str_eq(policy->name, GUARD_POLICY);
	ck_assert_uint_eq(policy->n_rules, 4); /* above the pins there is but the root */
	policy_free(policy);
	free(config.pins);
	config.pins = strdup("/sys/fs/bpf/bulwark");
	ck_assert_int_eq(guard_policy(&config, &policy), 0);
	ck_assert_uint_eq(policy->n_rules, 5);
	policy_free(policy);
}
END_TEST

START_TEST(off_it_is_not_there)
{
	config.guard = false;
	fixture_start();
	fixture_load_expect(POLICY("web"), "parameters.loaded.0.name", "web");
	ck_assert_uint_eq(fake_kernel.n_policies, 1);
	fixture_expect("{\"method\":\"status\"}", "parameters.guard", "off");
}
END_TEST

/* --- sealed ----------------------------------------------------------------------------------------------- */

static void start_sealed(void)
{
	config.seal = true;
	fixture_start();
	fixture_load_expect(POLICY("web"), "parameters.loaded.0.name", "web");
	ck_assert(fake_kernel.control.guard & BW_GUARD_SEALED);
}

START_TEST(what_enforces_stays)
{
	start_sealed();
	fixture_expect("{\"method\":\"status\"}", "parameters.guard", "sealed");
	fixture_expect(UNLOAD_WEB, "error.code", "sealed");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"all\":true}}", "error.code", "sealed");
	fixture_expect(AUDIT_WEB, "error.code", "sealed");
	fixture_expect("{\"method\":\"stop\"}", "error.code", "sealed");
	fixture_load_expect(POLICY_HEAD("web") "spec: {mode: enforce, rules: [{read: /x}]}\n", "error.code", "sealed");
	fixture_load_expect(POLICY("web"), "parameters.loaded.0.replaced", "true");
	ck_assert_uint_eq(fake_kernel.mode[0], BW_MODE_ENFORCE);
}
END_TEST

START_TEST(others_come_and_only_what_tells_goes)
{
	const char *text = POLICY("told");
	char *request = fixture_load(&text, 1, "audit");

	start_sealed();
	fixture_expect(request, "parameters.loaded.0.name", "told");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"names\":[\"told\"]}}", "parameters.unloaded.0",
		       "told");
	fixture_expect(request, "parameters.loaded.0.name", "told");
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"told\",\"mode\":\"enforce\"}}",
		       "parameters.mode", "enforce");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"names\":[\"told\"]}}", "error.code", "sealed");
	free(request);
}
END_TEST

START_TEST(nothing_is_on_trial)
{
	start_sealed();
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"web\",\"mode\":\"enforce\",\"try\":10}}",
		       "error.code", "sealed");
}
END_TEST

/* An agent that has less than what is in force does not take over. */
START_TEST(the_next_agent_has_no_less)
{
	fake_kernel.control.guard = BW_GUARD_SEALED;
	fake_kernel.origin = LOAD_ADOPTED;
	fake_kernel.sealed = "web";
	fake_kernel.sealed_hash = "0123456789abcdef";
	ck_assert_int_eq(agent_start(&agent, &config, -1), -EKEYREJECTED);
}
END_TEST

/* Nor one whose state has it, and whose own settings are others: its guard would be another. */
START_TEST(the_next_agent_has_no_other_guard)
{
	start_sealed();
	agent_stop(&agent);
	fake_kernel.origin = LOAD_ADOPTED;
	fake_kernel.sealed = GUARD_POLICY;
	fake_kernel.sealed_hash = "0123456789abcdef";
	ck_assert_int_eq(agent_start(&agent, &config, -1), -EKEYREJECTED);
}
END_TEST

/* What another version has sealed cannot be compared: an upgrade goes through, and seals what it has. */
START_TEST(the_next_agent_is_of_another_version)
{
	fake_kernel.control.guard = BW_GUARD_SEALED;
	fake_kernel.origin = LOAD_REPLACES;
	fake_kernel.seal_error = -EPROTO;
	fixture_start();
	fixture_load_expect(POLICY("web"), "parameters.loaded.0.name", "web");
	fixture_expect(UNLOAD_WEB, "error.code", "sealed");
}
END_TEST

/* What this version has and cannot read is no reason to go on without. */
START_TEST(what_is_sealed_cannot_be_read)
{
	fake_kernel.control.guard = BW_GUARD_SEALED;
	fake_kernel.origin = LOAD_ADOPTED;
	fake_kernel.seal_error = -EIO;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -EIO);
}
END_TEST

START_TEST(the_next_agent_goes_on)
{
	static char hash[17];

	start_sealed();
	strcpy(hash, agent.store.tables->policy_name[0].hash);
	agent_stop(&agent);
	fake_kernel.origin = LOAD_ADOPTED;
	fake_kernel.sealed = "web";
	fake_kernel.sealed_hash = hash;
	config.seal = false;
	fixture_start();
	fixture_expect(UNLOAD_WEB, "error.code", "sealed");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("guard");
	TCase *guard = tcase_create("guard"), *sealed = tcase_create("sealed");

	tcase_set_timeout(guard, 60);
	tcase_add_checked_fixture(guard, set_up, fixture_tear_down);
	tcase_add_test(guard, enforces_while_another_does);
	tcase_add_test(guard, is_nobodys_but_the_agents);
	tcase_add_test(guard, names_any_path);
	tcase_add_test(guard, off_it_is_not_there);
	suite_add_tcase(suite, guard);
	tcase_set_timeout(sealed, 60);
	tcase_add_checked_fixture(sealed, set_up, fixture_tear_down);
	tcase_add_test(sealed, what_enforces_stays);
	tcase_add_test(sealed, others_come_and_only_what_tells_goes);
	tcase_add_test(sealed, nothing_is_on_trial);
	tcase_add_test(sealed, the_next_agent_has_no_less);
	tcase_add_test(sealed, the_next_agent_has_no_other_guard);
	tcase_add_test(sealed, the_next_agent_is_of_another_version);
	tcase_add_test(sealed, what_is_sealed_cannot_be_read);
	tcase_add_test(sealed, the_next_agent_goes_on);
	suite_add_tcase(suite, sealed);
	return harness_run(suite);
}
