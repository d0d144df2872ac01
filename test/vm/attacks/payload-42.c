// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A program that a policy does not allow; it exits with 42.
 */
int main(void)
{
	return 42;
}
