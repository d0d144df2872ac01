/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Text -> documents, one after the other. Only here is YAML a word: parse.c alone knows the library.
 *
 * Of YAML we take maps, lists and scalars in all their spellings (so JSON loads) and refuse what makes a text mean
 * something else than it seems to: anchors and aliases, tags, directives, duplicate keys, keys that are no scalar.
 */
#ifndef POLICY_PARSE_H
#define POLICY_PARSE_H

#include "diag.h"
#include "document.h"

struct parser;

/* Reads `source` and reports to `diag`; both must outlive the parser. 0 or -ENOMEM. */
int parse_new(struct source *source, struct diag *diag, struct parser **ret);

/*
 * The same for policies of other projects: a text of theirs may end in NUL bytes, which are cut off, and a key that
 * stands twice with the same text is a warning.
 */
int parse_new_foreign(struct source *source, struct diag *diag, struct parser **ret);

/*
 * The next document, which the caller releases with document_done(). Returns 1 for a document, 0 at the end of the
 * text, -EINVAL when the text cannot be read on (reported), -ENOMEM. A document with mistakes that can be stepped
 * over is given too: the mistakes are reported and counted in `diag`.
 */
int parse_document(struct parser *parser, struct document *ret);

struct parser *parse_free(struct parser *parser); /* returns NULL; accepts NULL */

#endif
