/* The memory of the process: what it has used, what it gives back.  Thread: any. */
#ifndef STYX_HOST_USAGE_H
#define STYX_HOST_USAGE_H

#include <stdint.h>

/* The most memory that was resident at once, in bytes. */
int64_t usage_peak_bytes(void);

/* Has big blocks that are freed go back to the system at once: what one stage used and gave up is
 * then no part of the peak of the next.  For the start of the program. */
void usage_return_freed(void);

#endif
