/* What the commands share: the parsed command line, where to print, how to end.  Thread: loop. */
#ifndef STYX_CLI_CLI_H
#define STYX_CLI_CLI_H

#include "compiler/base/buf.h"
#include "compiler/styx.h"
#include "runtime/apply/engine.h"
#include "runtime/cli/args.h"
#include "runtime/cli/reading.h"

enum { CLI_DONE = 0, CLI_ERROR = 1, CLI_CHANGES = 2, CLI_INTERRUPTED = 3 };

typedef struct Cli {
	Arena *arena;
	Args args;
	Loop *loop;
	bool has_colour;      /* on standard output */
	bool has_colour_err;  /* on standard error */
	StyxFormat format;    /* of diagnostics */
	Buf out;              /* flushed to standard output at the end, or by cli_flush() */
	bool has_lost_output; /* standard output is closed or full, and that was said */
	int64_t started_ms;
	ReadingStatus *reading; /* of the running command; NULL: nobody watches */
} Cli;

/* One function per command; returns the exit status. */
typedef int (*CliCommand)(Cli *c);

/* Prints what is gathered in c->out; false when standard output is closed or full, which is said on
 * standard error once. */
bool cli_flush(Cli *c);

/* Prints diagnostics: for people to standard error, for machines to standard output. */
void cli_print_diags(const Cli *c, Str text);

/* Prints a diagnostic in the chosen format, ends it, and returns CLI_ERROR. */
int cli_fail(Cli *c, Diag *err);

/* Prints all that went wrong in an engine (warnings, too); CLI_ERROR, or CLI_INTERRUPTED when the
 * user stopped it. */
int cli_fail_engine(Cli *c, Engine *e);

/* Runs `fn` in a fiber of a fresh loop and returns its result.  Signals end the process as usual
 * until a command asks for them: what only looks can stop anywhere. */
int cli_in_loop(Cli *c, CliCommand fn);

/* Makes the engine for the spec in `dir` with the command's params and options.
 * err  DIAG_USAGE. */
MUST_CHECK bool cli_engine(Cli *c, Str dir, Engine **ret, Diag *err);

/* The single optional positional argument, or `otherwise`; more are DIAG_USAGE. */
MUST_CHECK bool cli_argument(Cli *c, Str otherwise, Str *ret, Diag *err);

/* Gathers params from -p, -P and the environment into the arena.
 * err  DIAG_USAGE: a -p without `=`. */
MUST_CHECK bool cli_params(Cli *c, StyxParam **ret, uint32_t *ret_count, Diag *err);

/* Prints a question to the terminal and says whether the answer was `expected`; without a terminal
 * to ask on: DIAG_NOT_CONFIRMED. */
MUST_CHECK bool cli_confirm(Cli *c, Str question, Str expected, Diag *err);

/* The commands, by their names. */
int cmd_plan(Cli *c);
int cmd_apply(Cli *c);
int cmd_destroy(Cli *c);
int cmd_drift(Cli *c);
int cmd_show(Cli *c);
int cmd_output(Cli *c);
int cmd_graph(Cli *c);
int cmd_state_list(Cli *c);
int cmd_state_show(Cli *c);
int cmd_state_rm(Cli *c);
int cmd_state_mv(Cli *c);
int cmd_validate(Cli *c);
int cmd_fmt(Cli *c);
int cmd_doc(Cli *c);
int cmd_explain(Cli *c);
int cmd_dump(Cli *c);
int cmd_schema_check(Cli *c);
int cmd_completion(Cli *c);
int cmd_version(Cli *c);
int cmd_help(Cli *c);

#endif
