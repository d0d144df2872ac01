/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The hash of components: known answers of SipHash-1-3 from two other implementations, and that feeding it by
 * words, as the kernel side does, gives what feeding it bytes gives.
 */
#include "sample.h"
#include <bulwark/hash.h>

START_TEST(known_answers_with_zero_key)
{
	/* CPython 3.11: PYTHONHASHSEED=0, hash(b"...") */
	static const struct {
		const char *text;
		__u64 hash;
	} answers[] = {
		{ "a", 0x407448d2b89b1813ull },
		{ "bin", 0x0f03e751d9cddb7aull },
		{ "12345678", 0x3489982430560a87ull },
		{ "/usr/bin/nginx", 0x78bb61635ddf90c8ull },
		{ "0123456789abcdef0", 0xf738bb4f30801228ull },
	};
	static const __u64 key[2];

	for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
		ck_assert_uint_eq(bw_hash(key, answers[i].text, (__u32)strlen(answers[i].text)), answers[i].hash);
}
END_TEST

START_TEST(known_answer_of_nothing)
{
	/* The first vector of Rust's core library: key bytes 00..0f, no input. */
	static const __u64 key[2] = { 0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull };

	ck_assert_uint_eq(bw_hash(key, "", 0), 0xabac0158050fc4dcull);
}
END_TEST

/* As the kernel side does it: whole words from a zeroed buffer. */
static __u64 hash_words(const __u64 key[2], const unsigned char *bytes, __u32 size)
{
	unsigned char buffer[256 + 8] = { 0 };
	struct bw_hash_state state;
	__u64 word;
	__u32 at;

	memcpy(buffer, bytes, size);
	bw_hash_start(&state, key[0], key[1]);
	for (at = 0; at + 8 <= size; at += 8) {
		memcpy(&word, buffer + at, 8);
		bw_hash_word(&state, word);
	}
	memcpy(&word, buffer + at, 8);
	return bw_hash_end(&state, word, size);
}

START_TEST(words_and_bytes_agree)
{
	static const __u64 key[2] = { 0x0123456789abcdefull, 0xfedcba9876543210ull };
	struct sample_random random = { 1 };
	unsigned char bytes[BW_COMPONENT_MAX + 1];

	for (__u32 size = 0; size <= BW_COMPONENT_MAX; size++) {
		for (__u32 i = 0; i < size; i++)
			bytes[i] = (unsigned char)sample_below(&random, 256);
		ck_assert_uint_eq(bw_hash(key, bytes, size), hash_words(key, bytes, size));
		ck_assert_uint_eq(bw_hash(key, bytes, size), bw_hash(key, bytes, size));
	}
}
END_TEST

START_TEST(every_bit_of_key_and_input_counts)
{
	const __u64 key[2] = { 7, 11 };
	unsigned char bytes[24] = { 0 };
	__u64 hash = bw_hash(key, bytes, sizeof(bytes));

	for (unsigned int bit = 0; bit < 128; bit++) {
		__u64 other[2] = { key[0], key[1] };

		other[bit / 64] ^= 1ull << bit % 64;
		ck_assert_uint_ne(bw_hash(other, bytes, sizeof(bytes)), hash);
	}
	for (unsigned int bit = 0; bit < 8 * sizeof(bytes); bit++) {
		bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
		ck_assert_uint_ne(bw_hash(key, bytes, sizeof(bytes)), hash);
		bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	for (__u32 size = 0; size < sizeof(bytes); size++)
		ck_assert_uint_ne(bw_hash(key, bytes, size), hash);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		known_answers_with_zero_key,
		known_answer_of_nothing,
		words_and_bytes_agree,
		every_bit_of_key_and_input_counts,
	};

	return sample_main("hash", tests, ARRAY_SIZE(tests));
}
