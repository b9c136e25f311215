/* Resource usage by getrusage(2), which counts in KiB on Linux. */
#include "runtime/host/usage.h"

#include <sys/resource.h>
#include <sys/time.h>

int64_t usage_peak_bytes(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) != 0)
		return 0;
	return (int64_t)u.ru_maxrss * 1024;
}
