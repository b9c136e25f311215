/* The kernel's generator. */
#define _GNU_SOURCE
#include "runtime/host/random.h"

#include "compiler/base/check.h"

#include <errno.h>
#include <sys/random.h>

void random_bytes(void *ret, size_t n)
{
	unsigned char *at = ret;

	while (n) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		CHECK(got > 0);
		at += got;
		n -= (size_t)got;
	}
}

uint64_t random_u64(void)
{
	uint64_t bits;

	random_bytes(&bits, sizeof(bits));
	return bits;
}

uint64_t random_below(uint64_t n)
{
	CHECK(n);
	uint64_t reject = (0 - n) % n; /* 2^64 mod n: so many would make the first ones likelier */
	uint64_t bits;

	do {
		bits = random_u64();
	} while (bits < reject);
	return bits % n;
}

Str random_uuid(Arena *a)
{
	uint64_t high = (random_u64() & ~(uint64_t)0xf000) | 0x4000;         /* version 4 */
	uint64_t low = (random_u64() & UINT64_MAX >> 2) | (uint64_t)1 << 63; /* its variant */

	return str_print(a, "%08llx-%04llx-%04llx-%04llx-%012llx", (unsigned long long)(high >> 32),
		(unsigned long long)(high >> 16 & 0xffff), (unsigned long long)(high & 0xffff),
		(unsigned long long)(low >> 48), (unsigned long long)(low & 0xffffffffffff));
}
