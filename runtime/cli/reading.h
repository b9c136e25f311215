/* What a person watches while the world is read for a plan: one line that says what is being read,
 * how far it is and for how long, and that is gone when all is read.  Thread: loop. */
#ifndef STYX_CLI_READING_H
#define STYX_CLI_READING_H

#include "runtime/host/loop.h"

typedef struct ReadingStatus ReadingStatus;

/* Makes the watcher; it draws on standard output, which must be a terminal.  Ended with
 * reading_free(), before the loop. */
ReadingStatus *reading_new(Loop *l);
ReadingStatus *reading_free(ReadingStatus *r);

/* EngineOptions.on_read, with the watcher as `ctx`. */
void reading_note(void *ctx, Str type, uint32_t count, bool is_done);

#endif
