/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rules where a literal path of theirs leads elsewhere. For each such place the rule is copied: with the place as its
 * object, or as the program that it asks of its subject, and with more that it asks for:
 *
 *	in a container's root	that the container is one where the path leads there (CONTAINER_ALIAS)
 *	to a box		that it is called by the applet's name (OBJECT_APPLET)
 *
 * On the node a path that leads to no box needs no copy: it is another path of the rule itself (paths.c).
 */
#ifndef POLICY_COPIES_H
#define POLICY_COPIES_H

#include "rules.h"
#include "tables.h"
#include "traits.h"

/* A link that a rule's path goes through: the literal beginning `alias.from`, and what follows it. */
struct copies_link {
	uint32_t use; /* a rule, or a trait with LABELS_TRAIT */
	bool exec;    /* a rule is about running what is there */
	bool node;    /* in the node's root, not in a container's */
	struct path_alias alias;
	const struct component *rest; /* borrowed of the policy */
	size_t n_rest;
	const struct path_value *value;
};

/* What a copy is about if it is about one place: links that lead there. */
struct copy {
	const struct copies_link *link;
	size_t n; /* more than one: of one box of the node */
	bool node;
	bool applet;
	struct condition names;	  /* OBJECT_APPLET */
	struct condition aliases; /* CONTAINER_ALIAS */
};

/* Who runs what a link leads to, as a trait. */
struct copies_subject {
	uint32_t trait;
	struct copies_link link; /* the first of those that lead there */
};

struct copies {
	struct arena *arena; /* for what is to live as long as the tables are made */
	const struct alias_set *aliases;
	struct copies_link *link;
	size_t n, capacity;
	struct copies_subject *subject;
	size_t n_subjects, subjects_capacity;
	struct intern asked; /* paths, that containers' roots are to be looked at for */
	bool too_many_asked;
};

/*
 * A path of a rule or a trait begins literally with `from`, which leads to `node` on the node (NULL: to itself, or it
 * is not known). Notes where containers lead it. `link` comes with use, exec, rest, n_rest and value.
 */
int copies_ask(struct copies *copies, const struct copies_link *link, const char *from, const char *node);

/* On the node it leads to an applet of a box. */
int copies_note(struct copies *copies, const struct copies_link *link, const struct path_alias *alias);

/*
 * Makes the copies of what was noted of traits, with further traits, and forgets what was noted. A link of a subject to
 * an applet is left out: which applet a process is, nothing tells. -EINVAL with diagnostics, -ENOMEM.
 */
int copies_make_subjects(struct copies *copies, struct rules *rules, struct traits *traits);

/* Makes the copies of what was noted of rules. -EINVAL with diagnostics, -ENOMEM. */
int copies_make(struct copies *copies, struct rules *rules, struct traits *traits);

/* Warns of a rule that has too many conditions for one more: it does not follow this link. */
int copies_warn(const struct rule_entry *entry, const struct copies_link *link, struct diag *diag);

/* Fills tables->asked_path. */
int copies_finish(const struct copies *copies, struct tables *tables);

void copies_done(struct copies *copies);

#endif
