/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * THE decision: (traits of the process, labels of the object, operation) -> verdict.
 *
 * One text for two compilers: clang for the kernel programs, the C compiler for everything that answers the
 * same question at a desk. It reads tables only through what its includer supplies before including it:
 *
 *	bw_set_t                             names one set of tables (an integer or a pointer)
 *	bw_label_at(bw_set_t, __u32)         const struct bw_label *, NULL when there is no such label
 *	bw_rule_at(bw_set_t, __u32)          const struct bw_rule *, NULL when there is no such entry
 *	bw_default_at(bw_set_t, __u32 slot)  struct bw_slice: the defaults of a slot, see bw_header
 *	bw_anywhere_at(bw_set_t, __u32 op)   struct bw_slice: the rules that name no place
 *	bw_mode_of(bw_set_t, __u32 policy)   enum bw_mode
 *	bw_repeat(__u32 n, long (*fn)(__u32, void *), void *)   calls fn(0..n-1) until one returns 1
 *
 * What is decided, in the words of the language: rules have no order. A policy's outcome is kill, else deny,
 * if any such rule matches; else its default for the operation, unless one of its allow rules matches; else
 * audit; else nothing. The strictest outcome of all enforcing policies stands.
 *
 * Views: a file has up to two labels, one for each name that it has (as mounted, as stored), and perhaps some
 * that it keeps, of names that it had. A denial holds if any of them has it; an allow needs every view. The
 * same holds for the process: a denial asks for traits that it has in *any* view of its program, an allow for
 * those it has in *all* views, and `except` the other way round. What a rule asks of the object or the attempt
 * beyond its place (who owns the file, which arguments) are traits too, which hold for this one question.
 */
#ifndef BULWARK_DECIDE_H
#define BULWARK_DECIDE_H

#include "decision.h"

struct bw_question {
	__u32 operation;
	__u32 default_slot; /* whose defaults are weighed: the operation, or BW_DEFAULT_MOVES */
	__u32 views;	    /* labels known, 0 to 2 */
	__u32 label[2];
	__u32 kept[BW_KEPT_MAX]; /* labels that the file keeps beside those, first ones first; 0: none */
	__u32 no_default;	 /* 1: the object is a unix socket, which a `default` is not about */
	__u32 _pad;
	const struct bw_traits *any;
	const struct bw_traits *all;
	const struct bw_traits *object; /* of the object and the attempt */
};

/* The state of one pass over rules. */
struct bw_pass {
	bw_set_t set;
	const struct bw_question *question;
	struct bw_decision *decision;
	__u32 first;  /* entry that the pass starts at */
	__u32 policy; /* bw_find_allow: whose allow rules are looked for */
	__u32 found;
	__u32 _pad;
};

static inline int bw_holds(const struct bw_traits *traits, const struct bw_traits *object, __u32 trait)
{
	__u32 at = trait / 64 % BW_TRAIT_WORDS;

	return (traits->word[at] | object->word[at]) >> (trait % 64) & 1;
}

static inline int bw_rule_matches(const struct bw_rule *rule, const struct bw_traits *required,
				  const struct bw_traits *excepted, const struct bw_traits *object)
{
	__u32 i;

	for (i = 0; i < BW_RULE_TRAITS; i++) {
		if (i >= rule->n_required)
			break;
		if (!bw_holds(required, object, rule->required[i]))
			return 0;
	}
	if (!rule->n_excepted)
		return 1;
	for (i = 0; i < BW_RULE_TRAITS; i++) {
		if (i >= rule->n_excepted)
			break;
		if (!bw_holds(excepted, object, rule->excepted[i]))
			return 1;
	}
	return 0;
}

/*
 * Adds what a matching rule says to its policy's outcome. A default comes after all rules: it gives way to a
 * deny or kill rule of its policy and stands before audit. With more than BW_OUTCOMES_MAX policies the later
 * ones are not listed, but the verdict counts them, and what is carried out is always listed. (A default of a
 * policy that is not listed may count beside that policy's own deny rule: stricter, never laxer.)
 */
static inline void bw_add_outcome(struct bw_pass *pass, const struct bw_rule *rule)
{
	struct bw_decision *decision = pass->decision;
	__u32 mode = bw_mode_of(pass->set, rule->policy);
	struct bw_outcome outcome = {
		.rule = rule->id,
		.policy = rule->policy,
		.verdict = rule->action,
		.mode = mode,
	};
	__u32 i;

#ifdef __bpf__
#pragma unroll
#endif
	for (i = 0; i < BW_OUTCOMES_MAX; i++) {
		if (i >= decision->n) {
			decision->outcome[i] = outcome;
			decision->n = i + 1;
			break;
		}
		if (decision->outcome[i].policy != outcome.policy)
			continue;
		if (rule->flags & BW_RULE_DEFAULT) {
			if (decision->outcome[i].verdict >= BW_VERDICT_DENY)
				return;
			decision->outcome[i] = outcome;
		} else if (outcome.verdict > decision->outcome[i].verdict) {
			decision->outcome[i] = outcome;
		}
		break;
	}
	if (mode != BW_MODE_ENFORCE || outcome.verdict < BW_VERDICT_DENY || outcome.verdict <= decision->verdict)
		return;
	decision->verdict = outcome.verdict;
	if (i == BW_OUTCOMES_MAX)
		decision->outcome[BW_OUTCOMES_MAX - 1] = outcome;
}

static long bw_weigh_rule(__u32 i, void *context)
{
	struct bw_pass *pass = context;
	const struct bw_rule *rule = bw_rule_at(pass->set, pass->first + i);

	if (!rule) {
		pass->decision->error = 1;
		return 1;
	}
	if (rule->action == BW_VERDICT_ALLOW)
		return 0;
	if (bw_rule_matches(rule, pass->question->any, pass->question->all, pass->question->object))
		bw_add_outcome(pass, rule);
	return 0;
}

static long bw_find_allow(__u32 i, void *context)
{
	struct bw_pass *pass = context;
	const struct bw_rule *rule = bw_rule_at(pass->set, pass->first + i);

	if (!rule) {
		pass->decision->error = 1;
		return 1;
	}
	if (rule->action != BW_VERDICT_ALLOW || rule->policy != pass->policy)
		return 0;
	if (!bw_rule_matches(rule, pass->question->all, pass->question->any, pass->question->object))
		return 0;
	pass->found = 1;
	return 1;
}

static inline int bw_slice_allows(const struct bw_pass *outer, __u32 policy, const struct bw_slice *slice)
{
	struct bw_pass pass = *outer;

	pass.first = slice->first;
	pass.policy = policy;
	pass.found = 0;
	bw_repeat(slice->count, bw_find_allow, &pass);
	return pass.found;
}

/* Does an allow rule of `policy` cover this view of the object? */
static inline int bw_view_allowed(const struct bw_pass *outer, __u32 policy, __u32 label_number)
{
	const struct bw_label *label = bw_label_at(outer->set, label_number);

	if (!label) {
		outer->decision->error = 1;
		return 0;
	}
	return bw_slice_allows(outer, policy, &label->rules[outer->question->operation % BW_OP_SLOTS]);
}

/* Does an allow rule of `policy` cover the object: by one that names no place, or in every view? */
static inline int bw_allowed(const struct bw_pass *pass, __u32 policy)
{
	const struct bw_question *question = pass->question;
	struct bw_slice anywhere = bw_anywhere_at(pass->set, question->operation);

	if (anywhere.count && bw_slice_allows(pass, policy, &anywhere))
		return 1;
	if (!question->views || !bw_view_allowed(pass, policy, question->label[0]))
		return 0;
	return question->views < 2 || question->label[1] == question->label[0] ||
	       bw_view_allowed(pass, policy, question->label[1]);
}

static long bw_weigh_default(__u32 i, void *context)
{
	struct bw_pass *pass = context;
	const struct bw_question *question = pass->question;
	const struct bw_rule *rule = bw_rule_at(pass->set, pass->first + i);

	if (!rule) {
		pass->decision->error = 1;
		return 1;
	}
	if (bw_rule_matches(rule, question->any, question->all, question->object) && !bw_allowed(pass, rule->policy))
		bw_add_outcome(pass, rule);
	return 0;
}

static inline void bw_weigh_slice(struct bw_pass *pass, const struct bw_slice *slice)
{
	pass->first = slice->first;
	if (slice->count)
		bw_repeat(slice->count, bw_weigh_rule, pass);
}

static inline void bw_weigh_label(struct bw_pass *pass, __u32 label_number)
{
	const struct bw_label *label;

	if (!label_number)
		return;
	label = bw_label_at(pass->set, label_number);
	if (!label) {
		pass->decision->error = 1;
		return;
	}
	bw_weigh_slice(pass, &label->rules[pass->question->operation % BW_OP_SLOTS]);
}

static long bw_weigh_kept(__u32 i, void *context)
{
	struct bw_pass *pass = context;

	bw_weigh_label(pass, pass->question->kept[i % BW_KEPT_MAX]);
	return 0;
}

/*
 * Decides `question` by the tables of `set` and fills `decision`, which the caller has zeroed. Reads nothing
 * else, writes nothing else.
 */
static inline void bw_decide(bw_set_t set, const struct bw_question *question, struct bw_decision *decision)
{
	struct bw_pass pass = { .set = set, .question = question, .decision = decision };
	struct bw_slice anywhere = bw_anywhere_at(set, question->operation);
	struct bw_slice defaults = bw_default_at(set, question->default_slot);

	if (question->views > 0)
		bw_weigh_label(&pass, question->label[0]);
	if (question->views > 1 && question->label[1] != question->label[0])
		bw_weigh_label(&pass, question->label[1]);
	if (question->kept[0])
		bw_repeat(BW_KEPT_MAX, bw_weigh_kept, &pass);
	bw_weigh_slice(&pass, &anywhere);
	if (defaults.count && !question->no_default) {
		pass.first = defaults.first;
		bw_repeat(defaults.count, bw_weigh_default, &pass);
	}
}

#endif
