/* Standard streams and the terminal.  Thread: loop. */
#ifndef STYX_HOST_TERMINAL_H
#define STYX_HOST_TERMINAL_H

#include "compiler/base/diag.h"

/* Opens those standard streams that were closed at the start, on nothing: else the next file that
 * is opened would take their place. */
void terminal_open_streams(void);

/* Says whether a standard stream (0, 1, 2) is a terminal; its width in columns (80 if unknown). */
bool terminal_is(int fd);
uint32_t terminal_columns(int fd);

/* Writes all bytes to a standard stream; false when it is closed or full. */
bool terminal_write(int fd, Str text);

/* Writes all bytes to standard output.
 * ret_is_gone  whether its reader went away, as `head` does: then there is nobody to tell
 * err          DIAG_FILE_IO */
MUST_CHECK bool terminal_print(Str text, bool *ret_is_gone, Diag *err);

/* Reads one line (without its end) from standard input; false at its end. */
bool terminal_read_line(Arena *a, Str *ret);

/* Reads all of standard input, up to `bytes_max`; false past it. */
bool terminal_read_all(Arena *a, size_t bytes_max, Str *ret);

#endif
