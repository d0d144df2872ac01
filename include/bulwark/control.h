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
 * METHOD    | parameters                                             | reply
 * ----------|--------------------------------------------------------|--------------------------------------------
 * load    C | documents: [{name, text}], mode?: "audit"|"enforce"    | loaded: [{name, mode, rules, replaced}]
 * unload  C | names: [NAME] or all: true                             | unloaded: [NAME]
 * list    R |                                                        | policies: [POLICY]
 * show    R | name                                                   | policy: POLICY, text
 * mode    C | name, mode                                             | name, mode, was
 * status  R |                                                        | STATUS
 * events  R | follow?, policy?, verdict?, operation?, since?         | {"event": EVENT} lines, then the reply {}
 *           |  (since: RFC 3339 time)                                |  (with follow: never, until the peer closes)
 * reload  C |                                                        | policies, failed: [{file, message}]
 * stop    C |                                                        | {} and then the agent ends
 *
 * load: `documents` are policy files as text with the name that diagnostics show; all of them or nothing. `mode`
 * overrides the mode of each. A policy of the same name is replaced in the same step.
 *
 * POLICY: {name, mode, rolled_out, rules, hits, denials, last_hit?, source, hash, loaded, description?, tags}
 *	`mode` is in force now; `rolled_out` false: the text says enforce, but this node is outside its rollout.
 *	`source`: the file, or "socket". Times are RFC 3339.
 * STATUS: {healthy, reasons: [TEXT], version, abi, pid, node, kernel, since, programs: [{name, hook, attached}],
 *	policies, rules, enforcing, events: {decided, sent, lost, undecided, suppressed}, tables: {states, edges,
 *	labels, entries, traits, prefixes}, active, failed: [{file, message}], sinks: [{destination, written, failed}]}
 * DIAGNOSTIC: {file, line, column, length, severity, id, message, hint?, text}: `text` is the whole rendering
 *	with the line and the caret.
 * CODE: "bad-request" (malformed, unknown method), "not-permitted", "invalid-policy" (with diagnostics), "not-found",
 *	"too-large", "failed" (the kernel or the system refused: message says what and the remedy).
 */
#ifndef BULWARK_CONTROL_H
#define BULWARK_CONTROL_H

#define BW_CONTROL_SOCKET   "/run/bulwark/control.sock"
#define BW_CONTROL_LINE_MAX (16u << 20) /* a load of 10,000 rules is about 1 MiB; escapes may triple it */

#endif
