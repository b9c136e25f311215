/* What the process has used, for --stats and the benchmarks.  Thread: any. */
#ifndef STYX_HOST_USAGE_H
#define STYX_HOST_USAGE_H

#include <stdint.h>

/* The most memory that was resident at once, in bytes. */
int64_t usage_peak_bytes(void);

#endif
