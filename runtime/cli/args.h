/* The command line: commands and options as two tables (command.def, option.def), and parsing by
 * them.  Thread: loop. */
#ifndef STYX_CLI_ARGS_H
#define STYX_CLI_ARGS_H

#include "compiler/base/diag.h"
#include "compiler/base/file.h"

typedef enum OptionId {
#define X(id, short_name, long_name, argument, kind, help) OPTION_##id,
#include "runtime/cli/option.def"
#undef X
	OPTION_COUNT
} OptionId;

typedef enum OptionKind {
	OPTION_KIND_SWITCH,
	OPTION_KIND_TEXT,
	OPTION_KIND_LIST,
	OPTION_KIND_FLAG
} OptionKind;

typedef struct Option {
	char short_name;
	const char *long_name;
	const char *argument;
	OptionKind kind;
	const char *help;
} Option;

typedef enum CommandId {
#define X(id, name, arguments, group, summary, text, options) COMMAND_##id,
#include "runtime/cli/command.def"
#undef X
	COMMAND_COUNT
} CommandId;

typedef struct Command {
	CommandId id;
	const char *name;
	const char *arguments;
	const char *group;
	const char *summary;
	const char *text;
	uint64_t options; /* bits of OptionId */
} Command;

typedef struct Args {
	const Command *command; /* NULL: none was given */
	StrVec rest;            /* positional arguments */
	bool is_set[OPTION_COUNT];
	StrVec values[OPTION_COUNT]; /* of options with an argument */
} Args;

/* The rows of the tables. */
const Command *args_command(CommandId id);
const Option *args_option(OptionId id);

/* Parses the words after the program's name, into `a`.  --help of a command is an option like
 * others; options may stand anywhere; `--` ends them.
 * err  DIAG_USAGE: with the near miss. */
MUST_CHECK bool args_parse(Arena *a, int argc, char **argv, Args *ret, Diag *err);

/* Checks what holds for all commands: no options that exclude each other, no arguments that nobody
 * reads, no empty ones, as an unset variable gives: `styx destroy "$DIR"` must not mean this
 * folder. err  DIAG_USAGE. */
MUST_CHECK bool args_check(const Args *args, Diag *err);

/* The last value of an option, or `otherwise`; whether a FLAG or SWITCH is on. */
Str args_text(const Args *args, OptionId id, Str otherwise);
bool args_is_on(const Args *args, OptionId id, bool otherwise);

/* The value of a numeric option; DIAG_USAGE when it is not a number of at least `min`. */
MUST_CHECK bool args_int(
	const Args *args, OptionId id, int64_t min, int64_t otherwise, int64_t *ret, Diag *err);

/* Finds a command by its words ("state list"); NULL: none. */
const Command *args_find_command(Str name);

#endif
