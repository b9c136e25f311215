/* Commands that need no spec: version, help, completion, explain. */
#include "compiler/tools/explain.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/help.h"

#define STYX_VERSION "0.1.0"

int cmd_version(Cli *c)
{
	if (args_is_on(&c->args, OPTION_JSON, false))
		buf_add_cstr(&c->out, "{\"version\":\"" STYX_VERSION "\"}\n");
	else
		buf_add_cstr(&c->out, "styx " STYX_VERSION "\n");
	return CLI_DONE;
}

int cmd_help(Cli *c)
{
	Diag err = {0};

	if (c->args.rest.len == 0) {
		help_first_page(&c->out);
		return CLI_DONE;
	}
	Str name = str_join(c->arena, c->args.rest.ptr, c->args.rest.len, STR(" "));
	return help_command_page(&c->out, name, &err) ? CLI_DONE : cli_fail(c, &err);
}

int cmd_completion(Cli *c)
{
	Diag err = {0};
	Str shell;

	if (!cli_argument(c, STR_NONE, &shell, &err) || !help_completion(&c->out, shell, &err))
		return cli_fail(c, &err);
	return CLI_DONE;
}

int cmd_explain(Cli *c)
{
	Diag err = {0};
	Str code;

	if (!cli_argument(c, STR_NONE, &code, &err))
		return cli_fail(c, &err);
	if (code.len == 0) {
		diag_fail(&err, DIAG_USAGE, NULL, "`styx explain` needs a code");
		diag_fix(&err, "styx explain E0402");
		return cli_fail(c, &err);
	}
	return explain_code(&c->out, code, &err) ? CLI_DONE : cli_fail(c, &err);
}
