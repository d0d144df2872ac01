// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens the secret and reads it. Where this is not stopped, nothing else means anything.
 */
#include "attack.h"

int main(void)
{
	steal(SECRET);
}
