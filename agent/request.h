/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One request of the control socket: a line in, the line of the reply out.
 */
#ifndef AGENT_REQUEST_H
#define AGENT_REQUEST_H

#include "control.h"
#include "policy/diag.h"
#include "stream.h"
#include "writer.h"

struct json_object;

/* What a method gets. It writes the members of the reply's parameters to `reply`, or refuses, or begins `stream`. */
struct request {
	struct control_peer peer;
	struct json_object *parameters; /* an object, empty when left out */
	struct writer *reply;
	struct stream *stream;
	const char *code; /* of the refusal */
	char message[512];
	struct diag diag;
};

/*
 * Answers `line` (a NUL follows its `size` bytes) of `peer` with one line in `out`; with none when the method began
 * `stream`, for that has the answer.
 */
void request_answer(const struct control_options *options, const struct control_peer *peer, char *line, size_t size,
		    struct stream *stream, struct writer *out);

/* The line of a refusal that no method made. */
void request_refuse_line(struct writer *out, const char *code, const char *message);

/* --- for methods ------------------------------------------------------------------------------------------ */

/* Returns a negative number for the method to return. Diagnostics in request->diag go out with it. */
int request_refuse(struct request *request, const char *code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "warnings" of the reply: the diagnostics of this kind. Nothing where there are none. */
void request_put_warnings(struct request *request, const char *id);

/* Members of the parameters. All refuse what has another type, `request_text` what is missing too. */
int request_text(struct request *request, const char *name, const char **ret);
int request_text_or_null(struct request *request, const char *name, const char **ret);
int request_number(struct request *request, const char *name, unsigned int max, unsigned int *ret); /* missing: 0 */
int request_flag(struct request *request, const char *name, bool *ret);				    /* missing: false */

#endif
