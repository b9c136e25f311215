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
	(void)terminal_write(c->format == STYX_TEXT ? 2 : 1, buf_str(&b));
	buf_fini(&b);
}

int cmd_validate(Cli *c)
{
	Diag err = {0};
	Str dir;

	if (!cli_argument(c, STR("."), &dir, &err))
		return cli_fail(c, &err);
	StyxOptions o = {vfs_disk(), dir, args_text(&c->args, OPTION_SCHEMA_DIR, STR_NONE)};
	Styx *s = styx_open(&o);
	bool ok = !diag_list_has_errors(styx_diags(s));
	if (ok && c->args.is_set[OPTION_PARAM]) {
		StyxInputs inputs = {0};
		StyxParam *params = NULL;
		Graph *graph = NULL;

		if (!cli_params(c, &params, &inputs.param_count, &err)) {
			styx_close(s);
			return cli_fail(c, &err);
		}
		inputs.params = params;
		ok = styx_eval(s, &inputs, &graph);
		graph_free(graph);
	}
	print_diags(c, s);
	styx_close(s);
	return ok ? CLI_DONE : CLI_ERROR;
}
