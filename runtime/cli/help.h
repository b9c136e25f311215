/* Help pages and completion scripts, made from the tables.  Thread: loop. */
#ifndef STYX_CLI_HELP_H
#define STYX_CLI_HELP_H

#include "compiler/base/buf.h"
#include "runtime/cli/args.h"

/* Appends the first page: what Styx is, the commands by group, where to go on. */
void help_first_page(Buf *b);

/* Appends the page of one command, or of a group of commands ("state").
 * err  DIAG_USAGE: no such command, with the near miss. */
MUST_CHECK bool help_command_page(Buf *b, Str name, Diag *err);

/* Appends the completion script for a shell.
 * err  DIAG_USAGE: a shell that is not known. */
MUST_CHECK bool help_completion(Buf *b, Str shell, Diag *err);

#endif
