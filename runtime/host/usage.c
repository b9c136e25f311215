/* Resource usage by getrusage(2), which counts in KiB on Linux. */
#include "runtime/host/usage.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <sys/resource.h>
#include <sys/time.h>

enum { BIG_BLOCK_BYTES = 128 << 10 };

int64_t usage_peak_bytes(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		return 0;
	return (int64_t)u.ru_maxrss * 1024;
}

void usage_return_freed(void)
{
#if defined(__GLIBC__)
	/* Once set, it no longer grows with the blocks that are freed. */
	(void)mallopt(M_MMAP_THRESHOLD, BIG_BLOCK_BYTES);
#endif
}
