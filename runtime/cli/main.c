/* The styx program: reads the command line, runs the command, flushes, ends. */
#include "runtime/cli/cli.h"
#include "runtime/cli/help.h"
#include "runtime/host/clock.h"
#include "runtime/host/env.h"
#include "runtime/host/terminal.h"
#include "runtime/host/usage.h"

#include <stddef.h>

static const CliCommand command_fns[] = {
	[COMMAND_PLAN] = cmd_plan,
	[COMMAND_APPLY] = cmd_apply,
	[COMMAND_DESTROY] = cmd_destroy,
	[COMMAND_DRIFT] = cmd_drift,
	[COMMAND_SHOW] = cmd_show,
	[COMMAND_OUTPUT] = cmd_output,
	[COMMAND_GRAPH] = cmd_graph,
	[COMMAND_STATE_LIST] = cmd_state_list,
	[COMMAND_STATE_SHOW] = cmd_state_show,
	[COMMAND_STATE_RM] = cmd_state_rm,
	[COMMAND_STATE_MV] = cmd_state_mv,
	[COMMAND_VALIDATE] = cmd_validate,
	[COMMAND_FMT] = cmd_fmt,
	[COMMAND_DOC] = cmd_doc,
	[COMMAND_EXPLAIN] = cmd_explain,
	[COMMAND_DUMP] = cmd_dump,
	[COMMAND_SCHEMA_CHECK] = cmd_schema_check,
	[COMMAND_COMPLETION] = cmd_completion,
	[COMMAND_VERSION] = cmd_version,
	[COMMAND_HELP] = cmd_help,
};

_Static_assert(sizeof(command_fns) / sizeof(command_fns[0]) == COMMAND_COUNT,
	"every command has a function");

/* Decides about colour: --color, then NO_COLOR, then whether it is a terminal. */
static bool colours(Cli *c, Diag *err)
{
	Str when = args_text(&c->args, OPTION_COLOR, STR("auto"));
	Str ignored;
	bool is_plain = env_get(STR("NO_COLOR"), &ignored) && ignored.len > 0;

	if (str_eq(when, STR("always"))) {
		c->has_colour = c->has_colour_err = true;
	} else if (str_eq(when, STR("auto"))) {
		c->has_colour = !is_plain && terminal_is(1);
		c->has_colour_err = !is_plain && terminal_is(2);
	} else if (!str_eq(when, STR("never"))) {
		diag_fail(err, DIAG_USAGE, NULL, "`--color` is auto, always or never, not `%.*s`",
			STR_ARG(when));
		return false;
	}
	return true;
}

static bool choose_format(Cli *c, Diag *err)
{
	static const Str names[] = {
		STR_INIT("text"), STR_INIT("json"), STR_INIT("sarif"), STR_INIT("github")};
	Str name = args_text(&c->args, OPTION_FORMAT, names[STYX_TEXT]);

	for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(name, names[i])) {
			c->format = (StyxFormat)i;
			return true;
		}
	return diag_fail(err, DIAG_USAGE, NULL,
		"`--format` is text, json, sarif or github, not `%.*s`", STR_ARG(name));
}

static int run(Cli *c, int argc, char **argv)
{
	Diag err = {0};

	if (!args_parse(c->arena, argc, argv, &c->args, &err))
		return cli_fail(c, &err);
	if (!colours(c, &err) || !choose_format(c, &err) || !args_check(&c->args, &err))
		return cli_fail(c, &err);
	if (!c->args.command) {
		help_first_page(&c->out);
		return CLI_DONE;
	}
	if (args_is_on(&c->args, OPTION_HELP, false) && c->args.command->id != COMMAND_HELP) {
		if (!help_command_page(&c->out, str_from(c->args.command->name), &err))
			return cli_fail(c, &err);
		return CLI_DONE;
	}
	return command_fns[c->args.command->id](c);
}

/* --stats: how long it took and how much memory, for people and the benchmarks. */
static void print_stats(const Cli *c)
{
	Arena *a = arena_new("stats");

	(void)terminal_write(2, str_print(a, "time %lld ms, peak memory %lld KiB\n",
					(long long)(clock_mono_ms() - c->started_ms),
					(long long)(usage_peak_bytes() >> 10)));
	arena_free(a);
}

int main(int argc, char **argv)
{
	Cli c = {.arena = arena_new("cli"), .started_ms = clock_mono_ms()};

	terminal_open_streams();
	usage_return_freed();
	buf_init(&c.out, SIZE_MAX);
	int status = run(&c, argc, argv);
	(void)cli_flush(&c);
	if (c.has_lost_output && status == CLI_DONE)
		status = CLI_ERROR;
	if (args_is_on(&c.args, OPTION_STATS, false))
		print_stats(&c);
	buf_fini(&c.out);
	arena_free(c.arena);
	return status;
}
