/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: glob components. Out: rows of a deterministic automaton over classes of bytes, by subset construction
 * over positions in the globs, then made minimal. Which state a row accepts with is its caller's business.
 */
#include "globs.h"
#include "grow.h"
#include <assert.h>

#define GLOBS_STAR UINT32_MAX	    /* any bytes, or none */
#define GLOBS_END  (UINT32_MAX - 1) /* the glob has matched */

/* Bytes of the position sets of one construction: bounds its memory and, times the classes, its time. */
#define SETS_BYTES_MAX (16u << 20)

static int add_positions(struct globs *globs, const struct words *tokens, uint32_t glob)
{
	int r = words_push(&globs->first, (uint32_t)globs->position.n);

	r = r ?: words_append(&globs->position, tokens->word, tokens->n);
	r = r ?: words_push(&globs->position, GLOBS_END);
	for (size_t i = 0; !r && i <= tokens->n; i++)
		r = words_push(&globs->glob_of, glob);
	return r;
}

/* A literal and a star by itself have no tokens of their own. */
static size_t count_tokens(const struct component *component)
{
	if (component->kind == COMPONENT_GLOB)
		return component->n_tokens;
	return component->kind == COMPONENT_LITERAL ? component->size : 1;
}

static struct glob_token token_at(const struct component *component, size_t i)
{
	struct glob_token token = { .kind = GLOB_STAR };
	unsigned char byte;

	if (component->kind == COMPONENT_GLOB)
		return component->token[i];
	if (component->kind == COMPONENT_LITERAL) {
		byte = (unsigned char)component->text[i];
		token.kind = GLOB_SET;
		token.set[byte / 64] = 1ull << byte % 64;
	}
	return token;
}

int globs_add(struct globs *globs, const struct component *component, uint32_t *ret)
{
	struct words tokens = { 0 };
	uint32_t token;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < count_tokens(component); i++) {
		const struct glob_token from = token_at(component, i);

		token = GLOBS_STAR;
		if (from.kind == GLOB_SET)
			r = intern_add(&globs->sets, from.set, sizeof(from.set), &token);
		else if (tokens.n && tokens.word[tokens.n - 1] == GLOBS_STAR)
			continue; /* two stars are one */
		if (r >= 0)
			r = words_push(&tokens, token);
	}
	if (r >= 0)
		r = intern_add_words(&globs->globs, tokens.word, tokens.n, ret);
	if (r > 0)
		r = add_positions(globs, &tokens, *ret);
	words_done(&tokens);
	return r;
}

static bool set_has(const struct globs *globs, uint32_t set, unsigned int byte)
{
	size_t size;
	const uint64_t *word = intern_at(&globs->sets, set, &size);

	return word[byte / 64] >> (byte % 64) & 1;
}

/* Two bytes stay in one class as long as every set holds both or neither. */
static void split_classes(struct globs *globs, uint32_t set)
{
	int split[2][256];
	unsigned int n = 0;

	memset(split, -1, sizeof(split));
	for (unsigned int b = 0; b < 256; b++) {
		int *class = &split[set_has(globs, set, b)][globs->class[b]];

		if (*class < 0) {
			globs->byte[n] = (__u8)b;
			*class = (int)n++;
		}
		globs->class[b] = (__u8) * class;
	}
	globs->n_classes = n;
}

int globs_finish(struct globs *globs)
{
	int r = words_push(&globs->rows, 0);

	globs->n_classes = 1;
	for (uint32_t i = 0; i < globs->sets.n && globs->n_classes < 256; i++)
		split_classes(globs, i);
	for (unsigned int i = 0; !r && i < globs->n_classes; i++)
		r = words_push(&globs->cells, 0);
	return r;
}

/* --- the subset construction --------------------------------------------------------------------------- */

struct product {
	const struct globs *globs;
	struct intern sets;   /* of positions: the number is the row; 0 is empty */
	struct words cells;   /* of the rows */
	struct words accept;  /* by row: a state, or 0 */
	struct words current; /* scratch */
	struct words next;
};

static int push_position(struct product *product, uint32_t position)
{
	int r = words_push(&product->next, position);

	/* A star may stand for nothing, so what follows it is reached with it. */
	if (!r && product->globs->position.word[position] == GLOBS_STAR)
		r = words_push(&product->next, position + 1);
	return r;
}

static int intern_next(struct product *product, uint32_t *ret)
{
	int r;

	words_sort(&product->next);
	r = intern_add_words(&product->sets, product->next.word, product->next.n, ret);
	if (r < 0)
		return r;
	if (product->sets.n > BW_GLOB_ROWS_MAX || product->sets.n_bytes > SETS_BYTES_MAX)
		return -E2BIG;
	return product->sets.n * product->globs->n_classes > BW_GLOB_CELLS_MAX ? -E2BIG : 0;
}

static int step(struct product *product, unsigned int byte, uint32_t *ret)
{
	int r = 0;

	product->next.n = 0;
	for (size_t i = 0; !r && i < product->current.n; i++) {
		uint32_t position = product->current.word[i];
		uint32_t token = product->globs->position.word[position];

		if (token == GLOBS_STAR)
			r = push_position(product, position);
		else if (token != GLOBS_END && set_has(product->globs, token, byte))
			r = push_position(product, position + 1);
	}
	return r ?: intern_next(product, ret);
}

static int expand(struct product *product, uint32_t row, globs_accept_fn *accept, void *context)
{
	const struct globs *globs = product->globs;
	const uint32_t *position;
	uint32_t state = 0, to;
	size_t n;
	int r;

	position = intern_words_at(&product->sets, row, &n);
	product->current.n = 0;
	r = words_append(&product->current, position, n);
	for (unsigned int class = 0; !r && class < globs->n_classes; class ++) {
		r = step(product, globs->byte[class], &to);
		r = r ?: words_push(&product->cells, to);
	}
	product->next.n = 0;
	for (size_t i = 0; !r && i < product->current.n; i++)
		if (globs->position.word[product->current.word[i]] == GLOBS_END)
			r = words_push(&product->next, globs->glob_of.word[product->current.word[i]]);
	if (!r && product->next.n)
		r = accept(context, product->next.word, product->next.n, &state);
	return r ?: words_push(&product->accept, state);
}

/* --- minimisation: rows that no byte string tells apart become one -------------------------------------- */

/* One round: divides the rows by the blocks that they lead to. Returns the number of blocks, or an error. */
static int refine(const struct product *product, struct words *block, struct words *refined, struct words *signature)
{
	size_t width = product->globs->n_classes;
	struct intern signatures = { 0 };
	size_t n;
	int r = 0;

	refined->n = 0;
	for (size_t row = 0; r >= 0 && row < product->accept.n; row++) {
		uint32_t number = 0;

		signature->n = 0;
		r = words_push(signature, block->word[row]);
		for (size_t i = 0; !r && i < width; i++)
			r = words_push(signature, block->word[product->cells.word[row * width + i]]);
		r = r ?: intern_add_words(&signatures, signature->word, signature->n, &number);
		if (r >= 0)
			r = words_push(refined, number);
	}
	n = signatures.n;
	intern_done(&signatures);
	return r < 0 ? r : (int)n;
}

/* Gives each row its block; the dead row's is 0. */
static int divide(const struct product *product, struct words *block)
{
	struct words refined = { 0 }, signature = { 0 };
	int n, r = words_append(block, product->accept.word, product->accept.n);

	/* At first rows differ by what they accept with; a round that divides nothing is the last. */
	for (n = 0; r >= 0; n = r) {
		struct words before = *block;

		r = refine(product, block, &refined, &signature);
		if (r < 0)
			break;
		*block = refined;
		refined = before;
		if (r == n)
			break;
	}
	words_done(&refined);
	words_done(&signature);
	return r < 0 ? r : 0;
}

/* Appends one row for each block but the dead one, in the order of their first rows. */
static int emit(struct globs *globs, const struct product *product, const struct words *block)
{
	uint32_t base = (uint32_t)globs->rows.n - 1, n = 1;
	int r = 0;

	for (size_t row = 0; !r && row < block->n; row++) {
		const uint32_t *cell = product->cells.word + row * globs->n_classes;

		if (block->word[row] != n)
			continue; /* dead, or its block has its row */
		n++;
		r = words_push(&globs->rows, product->accept.word[row]);
		for (unsigned int i = 0; !r && i < globs->n_classes; i++) {
			uint32_t to = block->word[cell[i]];

			r = words_push(&globs->cells, to ? base + to : 0);
		}
	}
	if (r)
		return r;
	return globs->rows.n > BW_GLOB_ROWS_MAX || globs->cells.n > BW_GLOB_CELLS_MAX ? -E2BIG : 0;
}

int globs_rows(struct globs *globs, const uint32_t *glob, size_t n, globs_accept_fn *accept, void *context,
	       uint32_t *ret)
{
	struct product product = { .globs = globs };
	struct words block = { 0 };
	uint32_t start = 0;
	int r = intern_next(&product, &start);

	product.next.n = 0;
	for (size_t i = 0; !r && i < n; i++)
		r = push_position(&product, globs->first.word[glob[i]]);
	r = r ?: intern_next(&product, &start);
	for (uint32_t row = 0; !r && row < product.sets.n; row++)
		r = expand(&product, row, accept, context);
	assert(r || product.accept.n > start);
	r = r ?: divide(&product, &block);
	if (!r) {
		assert(block.word && block.n > start);
		*ret = block.word[start] ? (uint32_t)globs->rows.n - 1 + block.word[start] : 0;
		r = emit(globs, &product, &block);
	}
	intern_done(&product.sets);
	words_done(&product.cells);
	words_done(&product.accept);
	words_done(&product.current);
	words_done(&product.next);
	words_done(&block);
	return r;
}

uint32_t globs_match(const struct globs *globs, uint32_t row, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; row && i < size; i++)
		row = globs->cells.word[row * globs->n_classes + globs->class[byte[i]]];
	return globs->rows.word[row];
}

int globs_keep(const struct globs *globs, struct tables *tables)
{
	tables->header.glob_classes = globs->n_classes;
	memcpy(tables->header.glob_class, globs->class, sizeof(globs->class));
	tables->n_glob_rows = globs->rows.n;
	tables->glob_row = tables_keep(tables, globs->rows.word, globs->rows.n, sizeof(*tables->glob_row));
	tables->n_glob_cells = globs->cells.n;
	tables->glob_cell = tables_keep(tables, globs->cells.word, globs->cells.n, sizeof(*tables->glob_cell));
	return tables->glob_row && tables->glob_cell ? 0 : -ENOMEM;
}

void globs_done(struct globs *globs)
{
	intern_done(&globs->sets);
	intern_done(&globs->globs);
	words_done(&globs->first);
	words_done(&globs->position);
	words_done(&globs->glob_of);
	words_done(&globs->cells);
	words_done(&globs->rows);
	*globs = (struct globs){ 0 };
}
