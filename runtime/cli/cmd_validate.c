/* styx validate and styx dump: the compiler alone, offline. */
#include "compiler/tools/dump.h"
#include "runtime/cli/cli.h"
#include "runtime/host/terminal.h"

static void print_diags(Cli *c, Styx *s)
{
	Buf b;

	buf_init(&b, SIZE_MAX);
	styx_render(s, &b, c->format, c->has_colour_err, terminal_columns(2));
	(void)cli_flush(c);
	cli_print_diags(c, buf_str(&b));
	buf_fini(&b);
}

/* Evaluates what can be known without params, lookups and providers, for the mistakes that only
 * values show. */
static bool evaluate(Styx *s, const StyxParam *params, uint32_t param_count, const Cli *c)
{
	StyxInputs inputs = {.params = params,
		.param_count = param_count,
		.param_files = c->args.values[OPTION_PARAM_FILE].ptr,
		.param_file_count = c->args.values[OPTION_PARAM_FILE].len,
		.is_check = true};
	Graph *graph = NULL;
	bool ok = styx_eval(s, &inputs, &graph);

	graph_free(graph);
	return ok;
}

int cmd_validate(Cli *c)
{
	Diag err = {0};
	StyxParam *params = NULL;
	uint32_t param_count = 0;
	Str dir;

	if (!cli_argument(c, STR("."), &dir, &err) || !cli_params(c, &params, &param_count, &err))
		return cli_fail(c, &err);
	StyxOptions o = {vfs_disk(), dir, args_text(&c->args, OPTION_SCHEMA_DIR, STR_NONE)};
	Styx *s = styx_open(&o);
	bool ok = !diag_list_has_errors(styx_diags(s)) && evaluate(s, params, param_count, c);
	print_diags(c, s);
	styx_close(s);
	return ok ? CLI_DONE : CLI_ERROR;
}

int cmd_dump(Cli *c)
{
	Diag err = {0};
	StyxInputs inputs = {0};
	StyxParam *params = NULL;
	Buf mistakes;

	if (c->args.rest.len != 2) {
		diag_fail(&err, DIAG_USAGE, NULL, "`styx dump` takes a stage and a path");
		diag_fix(&err, "styx dump graph .");
		return cli_fail(c, &err);
	}
	if (!cli_params(c, &params, &inputs.param_count, &err))
		return cli_fail(c, &err);
	inputs.params = params;
	DumpOptions o = {.stage = c->args.rest.ptr[0],
		.path = c->args.rest.ptr[1],
		.schema_dir = args_text(&c->args, OPTION_SCHEMA_DIR, STR_NONE),
		.files = vfs_disk(),
		.has_colour = c->has_colour_err,
		.columns = terminal_columns(2),
		.inputs = &inputs};
	buf_init(&mistakes, SIZE_MAX);
	bool ok = dump_stage(&o, &c->out, &mistakes, &err);
	(void)cli_flush(c);
	(void)terminal_write(2, buf_str(&mistakes));
	buf_fini(&mistakes);
	if (!ok && err.code != DIAG_NONE)
		return cli_fail(c, &err);
	return ok ? CLI_DONE : CLI_ERROR;
}
