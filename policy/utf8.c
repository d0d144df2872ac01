/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes that may be anything. Out: what character they begin with, by the strict reading: no overlong forms, no
 * surrogates, nothing above U+10FFFF.
 */
#include "utf8.h"
#include <base/cleanup.h>

static size_t length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t utf8_decode(const char *text, size_t size, uint32_t *ret_code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)text;
	size_t length = length_of(byte[0]), i;
	uint32_t code;

	if (length == 0 || length > size)
		return 0;
	code = length == 1 ? byte[0] : byte[0] & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (byte[i] & 0x3f);
	}
	if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret_code = code;
	return length;
}

bool utf8_is_invisible(uint32_t code)
{
	static const struct {
		uint32_t from;
		uint32_t to;
	} ranges[] = {
		{ 0x0, 0x1f },	     /* C0 controls */
		{ 0x7f, 0x9f },	     /* delete, C1 controls */
		{ 0xad, 0xad },	     /* soft hyphen */
		{ 0x61c, 0x61c },    /* Arabic letter mark */
		{ 0x180e, 0x180e },  /* Mongolian vowel separator */
		{ 0x200b, 0x200f },  /* zero-width characters, direction marks */
		{ 0x2028, 0x202e },  /* line and paragraph separator, direction embeddings */
		{ 0x2060, 0x206f },  /* word joiner, direction isolates */
		{ 0xfe00, 0xfe0f },  /* variation selectors */
		{ 0xfeff, 0xfeff },  /* byte order mark */
		{ 0xfff9, 0xfffb },  /* interlinear annotations */
		{ 0xe0000, 0xe0fff } /* tags, variation selectors */
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		if (code >= ranges[i].from && code <= ranges[i].to)
			return true;
	return false;
}
