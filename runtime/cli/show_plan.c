/* Shows a plan in the form that the options ask for. */
#include "runtime/cli/show_plan.h"

#include "runtime/host/terminal.h"
#include "runtime/plan/plan_print.h"

void show_plan(Cli *c, const Plan *plan)
{
	PrintOptions o = {.has_colour = c->has_colour,
		.columns = terminal_is(1) ? terminal_columns(1) : 0,
		.is_summary = args_is_on(&c->args, OPTION_SUMMARY, false)};

	if (args_is_on(&c->args, OPTION_JSON, false))
		plan_json(&c->out, plan);
	else if (args_is_on(&c->args, OPTION_MARKDOWN, false))
		plan_markdown(&c->out, plan, 0);
	else
		plan_print(&c->out, plan, &o);
}

int show_plan_file(Cli *c)
{
	Engine *e = NULL;
	Plan *plan = NULL;
	Diag err = {0};
	int status = CLI_DONE;

	if (!cli_engine(c, STR("."), &e, &err))
		return cli_fail(c, &err);
	if (engine_plan_look(e, c->args.rest.ptr[0], &plan))
		show_plan(c, plan);
	else
		status = cli_fail_engine(c, e);
	plan_free(plan);
	engine_free(e);
	return status;
}
