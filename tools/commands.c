/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The subcommands. One table for the program, which runs them, and for tools/manual, which writes of them; what a
 * subcommand does is in the file of its name.
 */
#include "command.h"
#include <assert.h>
#include <base/cleanup.h>

const struct command commands[] = {
	{ "load", "Put policies in force, all or nothing", cmd_load, &cmd_load_argp },
	{ "unload", "Take policies out of force", cmd_unload, &cmd_unload_argp },
	{ "list", "List the policies in force", cmd_list, &cmd_list_argp },
	{ "show", "Print a policy as it was loaded", cmd_show, &cmd_show_argp },
	{ "mode", "Switch a policy between audit and enforce", cmd_mode, &cmd_mode_argp },
	{ "confirm", "Keep a change that is on trial", cmd_confirm, &cmd_confirm_argp },
	{ "reload", "Have the agent read its policy folders again", cmd_reload, &cmd_reload_argp },
	{ "status", "Tell how the agent is; exit status 0 means healthy", cmd_status, &cmd_status_argp },
	{ "events", "Print the decisions", cmd_events, &cmd_events_argp },
	{ "metrics", "Print what was counted, as OpenMetrics text", cmd_metrics, &cmd_metrics_argp },
	{ "check", "Validate policies without an agent", cmd_check, &cmd_check_argp },
	{ "test", "Run the tests of policies, without an agent", cmd_test, &cmd_test_argp },
	{ "explain", "Tell what policies decide of an attempt, and why", cmd_explain, &cmd_explain_argp },
	{ "diff", "Tell what two sets of policies decide differently", cmd_diff, &cmd_diff_argp },
	{ "replay", "Tell what recorded events would come to with other policies", cmd_replay, &cmd_replay_argp },
	{ "impact", "Tell what enforcing a policy would have refused", cmd_impact, &cmd_impact_argp },
	{ "learn", "Write a policy that allows what was seen", cmd_learn, &cmd_learn_argp },
	{ "import", "Convert policies of Tetragon or KubeArmor", cmd_import, &cmd_import_argp },
	{ "schema", "Print a JSON Schema of policies and tests, for editors", cmd_schema, &cmd_schema_argp },
	{ "doctor", "Tell what this kernel offers and what to do about the rest", cmd_doctor, &cmd_doctor_argp },
	{ "stop", "Take enforcement down and end the agent", cmd_stop, &cmd_stop_argp },
	{ "oci-hook", "Tell the agent of a container: for hooks of runtimes", cmd_oci_hook, &cmd_oci_hook_argp },
	{ 0 },
};

static_assert(ARRAY_SIZE(commands) <= COMMANDS_MAX + 1, "COMMANDS_MAX is too small");
