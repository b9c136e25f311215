/* styx doc and styx schema check: what types there are, and whether their schemas are true. */
#include "compiler/tools/doc.h"
#include "compiler/tools/explain.h"
#include "compiler/tools/schema_tool.h"
#include "runtime/cli/cli.h"
#include "runtime/host/terminal.h"

int cmd_doc(Cli *c)
{
	Diag err = {0};
	Str name;
	int status = CLI_DONE;

	if (args_is_on(&c->args, OPTION_FUNCTIONS, false)) {
		doc_functions(&c->out);
		return CLI_DONE;
	}
	if (args_is_on(&c->args, OPTION_ERRORS, false)) {
		explain_all(&c->out);
		return CLI_DONE;
	}
	if (!cli_argument(c, STR_NONE, &name, &err))
		return cli_fail(c, &err);
	Schemas *schemas =
		styx_schemas_new(c->arena, args_text(&c->args, OPTION_SCHEMA_DIR, STR_NONE), &err);
	if (!schemas ||
		!doc_page(&c->out, schemas, name, args_is_on(&c->args, OPTION_JSON, false), &err))
		status = cli_fail(c, &err);
	return status;
}

int cmd_schema_check(Cli *c)
{
	Diag err = {0};
	Buf mistakes;

	buf_init(&mistakes, SIZE_MAX);
	bool ok = schema_tool_check(args_text(&c->args, OPTION_SCHEMA_DIR, STR_NONE),
		c->args.rest.ptr, c->args.rest.len, c->has_colour_err, &c->out, &mistakes, &err);
	(void)terminal_write(2, buf_str(&mistakes));
	buf_fini(&mistakes);
	if (!ok && err.code != DIAG_NONE)
		return cli_fail(c, &err);
	return ok ? CLI_DONE : CLI_ERROR;
}
