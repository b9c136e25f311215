/* styx fmt: files and directories in the one canonical form. */
#include "compiler/base/limits.h"
#include "compiler/tools/fmt.h"
#include "runtime/cli/cli.h"
#include "runtime/host/terminal.h"

typedef struct FmtRun {
	Cli *cli;
	bool is_check;
	bool is_diff;
	bool has_failed; /* a file could not be read, written or parsed */
	uint32_t changed;
} FmtRun;

static void fail(FmtRun *r, Diag *err)
{
	(void)cli_fail(r->cli, err);
	r->has_failed = true;
}

/* Deals with one text; `is_stdin`: the result goes to standard output, changed or not. */
static void format_one(FmtRun *r, Str path, Str text, bool is_stdin)
{
	Diag err = {0};
	Buf after, mistakes;

	buf_init(&after, SIZE_MAX);
	buf_init(&mistakes, SIZE_MAX);
	if (!fmt_text(path, text, r->cli->has_colour_err, &after, &mistakes)) {
		(void)cli_flush(r->cli);
		(void)terminal_write(2, buf_str(&mistakes));
		r->has_failed = true;
	}
	bool is_changed = !str_eq(text, buf_str(&after));
	if (is_changed && r->is_diff)
		fmt_diff(&r->cli->out, path, text, buf_str(&after));
	if (is_stdin && !r->is_check && !r->is_diff)
		buf_add(&r->cli->out, buf_str(&after));
	if (is_changed && !is_stdin) {
		if (!r->is_diff)
			buf_print(&r->cli->out, "%.*s\n", STR_ARG(path));
		if (!r->is_check && !r->is_diff && !file_write(path, buf_str(&after), 0, &err))
			fail(r, &err);
	}
	r->changed += is_changed;
	buf_fini(&after);
	buf_fini(&mistakes);
}

static void format_file(FmtRun *r, Str path)
{
	Arena *a = arena_new("fmt file");
	Diag err = {0};
	Str text;

	if (file_read(a, path, SOURCE_BYTES_MAX, &text, &err))
		format_one(r, path, text, false);
	else
		fail(r, &err);
	arena_free(a);
}

static void fail_unreadable(FmtRun *r, Str path)
{
	Diag err = {0};

	diag_fail(&err, DIAG_FILE_IO, "it is no regular file", "cannot read `%.*s`", STR_ARG(path));
	fail(r, &err);
}

/* Formats the .styx files of a directory and of those below it, but hidden ones. */
static void format_dir(FmtRun *r, Str dir, uint32_t depth)
{
	Arena *a = arena_new("fmt dir");
	Diag err = {0};
	StrVec names = {0};

	if (!file_list(a, dir, &names, &err))
		fail(r, &err);
	for (uint32_t i = 0; i < names.len; i++) {
		Str path = file_path_join(a, dir, names.ptr[i]);

		if (names.ptr[i].ptr[0] == '.')
			continue;
		if (str_ends(names.ptr[i], STR(".styx")) && file_kind(path) == FILE_REGULAR)
			format_file(r, path);
		else if (str_ends(names.ptr[i], STR(".styx")) && file_kind(path) != FILE_DIRECTORY)
			fail_unreadable(r, path);
		else if (depth < NESTING_MAX && file_kind(path) == FILE_DIRECTORY)
			format_dir(r, path, depth + 1);
	}
	arena_free(a);
}

static void format_stdin(FmtRun *r)
{
	Diag err = {0};
	Str text;

	if (terminal_read_all(r->cli->arena, SOURCE_BYTES_MAX, &text)) {
		format_one(r, STR("<stdin>"), text, true);
		return;
	}
	diag_fail(&err, DIAG_FILE_TOO_BIG, NULL, "standard input holds more than %d MiB",
		SOURCE_BYTES_MAX >> 20);
	fail(r, &err);
}

/* A file of another kind would be rewritten as if it were a broken spec. */
static void refuse(FmtRun *r, Str path)
{
	Diag err = {0};

	diag_fail(&err, DIAG_USAGE, NULL, "`%.*s` is no .styx file", STR_ARG(path));
	diag_fix(&err, "to format it all the same: styx fmt - <%.*s", STR_ARG(path));
	fail(r, &err);
}

int cmd_fmt(Cli *c)
{
	FmtRun r = {.cli = c,
		.is_check = args_is_on(&c->args, OPTION_CHECK, false),
		.is_diff = args_is_on(&c->args, OPTION_DIFF, false)};

	if (c->args.rest.len == 0)
		vec_add(c->arena, &c->args.rest, STR("."));
	for (uint32_t i = 0; i < c->args.rest.len; i++) {
		Str path = c->args.rest.ptr[i];

		if (str_eq(path, STR("-")))
			format_stdin(&r);
		else if (file_kind(path) == FILE_DIRECTORY)
			format_dir(&r, file_path_clean(c->arena, path), 0);
		else if (file_kind(path) == FILE_MISSING || str_ends(path, STR(".styx")))
			format_file(&r, path);
		else
			refuse(&r, path);
	}
	return r.has_failed || (r.is_check && r.changed) ? CLI_ERROR : CLI_DONE;
}
