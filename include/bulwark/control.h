/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The control socket: what agent and command line say to each other.
 *
 * A unix stream socket; one JSON object a line both ways, at most BW_CONTROL_LINE_MAX bytes.
 *
 *	request   {"method": METHOD, "parameters": {...}}        "parameters" may be left out
 *	reply     {"parameters": {...}}                          done
 *	          {"error": {"code": CODE, "message": TEXT, "diagnostics": [...]}}   nothing was changed
 *
 * A connection may carry several requests, one after another; the agent answers in order. The peer is known by
 * SO_PEERCRED. Methods marked R need the right to read, C the right to change (root has both).
 *
 * METHOD          | parameters                                             | reply
 * ----------------|--------------------------------------------------------|-------------------------------------------
 * load          C | documents: [{name, text}], mode?: "audit"|"enforce",   | loaded: [{name, mode, rules, replaced}],
 *                 | try?: SECONDS                                          | trial?, warnings?: [DIAGNOSTIC]
 * unload        C | names: [NAME] or all: true                             | unloaded: [NAME]
 * list          R |                                                        | policies: [POLICY]
 * show          R | name                                                   | policy: POLICY, text
 * mode          C | name, mode, try?: SECONDS                              | name, mode, was, trial?
 * confirm       C | undo?                                                  |
 * status        R |                                                        | STATUS
 * events        R | follow?, policy?, verdict?, operation?, since?         | {"event": EVENT} lines, then the reply {}
 *                 | (since: RFC 3339 time)                                 | (follow: never, until the peer closes)
 * subject       R | pid                                                    | process, computed, policies?: [ABOUT]
 * metrics       R | format?: "openmetrics"|"prometheus"                    | text (docs/metrics.md)
 * reload        C |                                                        | policies, failed: [{file, message}]
 * stop          C |                                                        | {} and then the agent ends
 * container-add C | id, cgroup, annotations?: {KEY: TEXT}, root?           | id
 *
 * load: `documents` are policy files as text with the name that diagnostics show; all of them or nothing. `mode`
 * overrides the mode of each. A policy of the same name is replaced in the same step.
 *
 * warnings: what would be refused, in the form of diagnostics, if its policy enforced.
 *
 * try: the change is taken back after so many seconds if nobody confirms it; until then it is the only one, and others
 * are refused as "busy". confirm: it stays, or with `undo` is taken back at once.
 *
 * container-add: for hooks of container runtimes. `cgroup` is the container's path in the cgroup-v2 tree ("/": it has
 * none of its own), `annotations` those of its OCI configuration, `root` the folder that will be its root; the
 * container has its names, and rules follow the links in its root, when the reply comes.
 *
 * subject: a live process of this node. `process` is it as a case of a PolicyTest has it (docs/policy-language.md), by
 * /proc and its cgroup. `computed`: the kernel side has looked at it by the policies that are in force; then `policies`
 * tells what it holds.
 *
 * ABOUT: {name, mode, subject: [CONDITION], rules: [{name, operation, action, about, subject, except}]}
 *	`about`: the rule is about the process, whatever the object is. A default is a rule "default".
 * CONDITION: {key, values: [TEXT], holds: "yes"|"no"|"denials" (it cannot be told: for denials it holds, for allows it
 *	does not)|"object" (the file or the attempt is asked)}
 *
 * POLICY: {name, mode, rolled_out, rules, hits, denials, last_hit?, source, hash, loaded, description?, tags}
 *	`mode` is in force now; `rolled_out` false: the text says enforce, but this node is outside its rollout.
 *	`source`: the file, or "socket". Times are RFC 3339.
 * STATUS: {healthy, reasons: [TEXT], version, abi, pid, node, kernel, since, guard: "on"|"off"|"sealed",
 *	confined: {capabilities, files, calls}, programs: [{name, hook, attached}],
 *	policies, rules, enforcing, events: {decided, sent, lost, undecided, suppressed}, tables: {states, edges,
 *	labels, entries, traits, prefixes}, containers: {cgroups, known, unnamed}, active, trial?,
 *	failed: [{file, message}], sinks: [{destination, written, failed}]}
 * DIAGNOSTIC: {file, line, column, length, severity, id, message, hint?, text}: `text` is the whole rendering
 *	with the line and the caret.
 * CODE: "bad-request" (malformed, unknown method), "not-permitted", "invalid-policy" (with diagnostics), "not-found",
 *	"too-large", "busy" (a change is on trial), "sealed" (what enforces stays until the node starts again), "failed"
 *	(the kernel or the system refused: message says what and the remedy).
 */
#ifndef BULWARK_CONTROL_H
#define BULWARK_CONTROL_H

#define BW_CONTROL_SOCKET   "/run/bulwark/control.sock"
#define BW_CONTROL_LINE_MAX (16u << 20) /* a load of 10,000 rules is about 1 MiB; escapes may triple it */

#endif
