/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The hash of one path component: SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012;
 * the variant with one round for each word and three at the end).
 *
 * The path automaton knows a component by this hash alone, so whoever could make two names collide could
 * give a file another file's rules. The key is random and never leaves root's reach; 64 bits leave a blind
 * guess one chance in 2^64.
 *
 * Fed by words so that the kernel side can loop as its verifier likes: bw_hash_start(), bw_hash_word() for
 * each whole 8 bytes (little endian), bw_hash_end() with what is left. User space calls bw_hash().
 */
#ifndef BULWARK_HASH_H
#define BULWARK_HASH_H

struct bw_hash_state {
	__u64 v0, v1, v2, v3;
};

static inline __attribute__((always_inline)) __u64 bw_rotate(__u64 x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

static inline __attribute__((always_inline)) void bw_hash_round(struct bw_hash_state *s)
{
	s->v0 += s->v1;
	s->v1 = bw_rotate(s->v1, 13) ^ s->v0;
	s->v0 = bw_rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = bw_rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = bw_rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = bw_rotate(s->v1, 17) ^ s->v2;
	s->v2 = bw_rotate(s->v2, 32);
}

static inline __attribute__((always_inline)) void bw_hash_start(struct bw_hash_state *s, __u64 key0, __u64 key1)
{
	s->v0 = key0 ^ 0x736f6d6570736575ull;
	s->v1 = key1 ^ 0x646f72616e646f6dull;
	s->v2 = key0 ^ 0x6c7967656e657261ull;
	s->v3 = key1 ^ 0x7465646279746573ull;
}

static inline __attribute__((always_inline)) void bw_hash_word(struct bw_hash_state *s, __u64 word)
{
	s->v3 ^= word;
	bw_hash_round(s);
	s->v0 ^= word;
}

/* rest: the last size % 8 bytes, above them zeros. */
static inline __attribute__((always_inline)) __u64 bw_hash_end(struct bw_hash_state *s, __u64 rest, __u32 size)
{
	bw_hash_word(s, rest | (__u64)size << 56);
	s->v2 ^= 0xff;
	bw_hash_round(s);
	bw_hash_round(s);
	bw_hash_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

#ifndef __bpf__
static inline __u64 bw_hash(const __u64 key[2], const void *bytes, __u32 size)
{
	const unsigned char *p = bytes;
	struct bw_hash_state s;
	__u64 word;
	__u32 i, left = size;

	bw_hash_start(&s, key[0], key[1]);
	for (; left >= 8; left -= 8, p += 8) {
		for (word = 0, i = 0; i < 8; i++)
			/* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): numbers as bytes */
			word |= (__u64)p[i] << (8 * i);
		bw_hash_word(&s, word);
	}
	for (word = 0, i = 0; i < left; i++)
		word |= (__u64)p[i] << (8 * i);
	return bw_hash_end(&s, word, size);
}
#endif

#endif
