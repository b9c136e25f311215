/* styx plan, apply, destroy, drift and graph: the engine's work, from the command line. */
#include "runtime/cli/cli.h"
#include "runtime/cli/progress.h"
#include "runtime/cli/show_plan.h"
#include "runtime/host/limits.h"
#include "runtime/host/terminal.h"
#include "runtime/plan/plan_print.h"

/* Reads what all planning commands share out of the options. */
static bool plan_options(const Cli *c, PlanOptions *ret, Diag *err)
{
	const StrVec *targets = &c->args.values[OPTION_TARGET];
	const StrVec *replaces = &c->args.values[OPTION_REPLACE];
	PlanOptions o = {.targets = targets->ptr,
		.target_count = targets->len,
		.replaces = replaces->ptr,
		.replace_count = replaces->len,
		.is_destroy = args_is_on(&c->args, OPTION_DESTROY, false),
		.no_refresh = !args_is_on(&c->args, OPTION_REFRESH, true),
		.is_full_refresh =
			str_eq(args_text(&c->args, OPTION_REFRESH, STR_NONE), STR("full"))};

	if (!args_int(&c->args, OPTION_MAX_DESTROY, 0, -1, &o.max_destroys, err))
		return false;
	*ret = o;
	return true;
}

/* Warnings of the program are shown even when all goes well. */
static void show_warnings(Cli *c, Engine *e)
{
	Buf b;

	if (!engine_has_styx(e) || styx_diags(engine_styx(e))->items.len == 0)
		return;
	(void)cli_flush(c);
	buf_init(&b, SIZE_MAX);
	engine_render(e, &b, c->format, c->has_colour_err, terminal_columns(2));
	cli_print_diags(c, buf_str(&b));
	buf_fini(&b);
}

/* Opens the engine for the spec that the command names. */
static bool open_spec(Cli *c, Engine **ret, int *ret_status)
{
	Diag err = {0};
	Str dir;

	if (cli_argument(c, STR("."), &dir, &err) && cli_engine(c, dir, ret, &err))
		return true;
	*ret_status = cli_fail(c, &err);
	return false;
}

static int plan_in_loop(Cli *c)
{
	Str file = args_text(&c->args, OPTION_OUT, STR_NONE);
	Engine *e = NULL;
	Plan *plan = NULL;
	PlanOptions o;
	Diag err = {0};
	int status = CLI_DONE;

	if (!plan_options(c, &o, &err))
		return cli_fail(c, &err);
	if (!open_spec(c, &e, &status))
		return status;
	if (!engine_plan(e, &o, &plan)) {
		status = cli_fail_engine(c, e);
		goto out;
	}
	show_warnings(c, e);
	show_plan(c, plan);
	if (file.len && !engine_plan_save(e, plan, file)) {
		status = cli_fail_engine(c, e);
		goto out;
	}
	if (file.len && !args_is_on(&c->args, OPTION_JSON, false))
		buf_print(&c->out, "\nSaved. To carry it out: styx apply %.*s\n", STR_ARG(file));
	if (args_is_on(&c->args, OPTION_EXIT_CODE, false) && !plan_is_empty(plan))
		status = CLI_CHANGES;
out:
	plan_free(plan);
	engine_free(e);
	return status;
}

int cmd_plan(Cli *c)
{
	return cli_in_loop(c, plan_in_loop);
}

static void show_outputs(Cli *c, Engine *e)
{
	StateOutput *outputs = NULL;
	uint32_t count = 0;

	if (args_is_on(&c->args, OPTION_JSON, false) ||
		!engine_outputs(e, c->arena, false, &outputs, &count) || count == 0)
		return;
	buf_add_cstr(&c->out, "\nOutputs:\n");
	for (uint32_t i = 0; i < count; i++) {
		buf_print(&c->out, "  %.*s = ", STR_ARG(outputs[i].name));
		value_print(&c->out, outputs[i].value, 1);
		buf_add_char(&c->out, '\n');
	}
}

/* Carries a plan out and says what became of it. */
static int apply_plan(Cli *c, Engine *e, Plan *plan, int64_t parallelism)
{
	Progress *progress = progress_new(c, plan);
	ApplyOptions o = {
		.events = progress_events(progress), .parallelism = (uint32_t)parallelism};
	ApplyResult result = {0};
	int status = CLI_DONE;

	/* From here on things change, so an interrupt ends it in order. */
	loop_catch_signals(c->loop);
	(void)cli_flush(c);
	bool ok = engine_apply(e, plan, &o, &result);
	if (result.arena)
		progress_end(progress, plan, &result);
	if (!ok)
		status = cli_fail_engine(c, e);
	if (result.is_interrupted)
		status = CLI_INTERRUPTED;
	if (status == CLI_DONE)
		show_outputs(c, e);
	apply_result_fini(&result);
	progress_free(progress);
	return status;
}

/* Asks before a plan is carried out, unless told not to. */
static bool is_confirmed(Cli *c, const Plan *plan, Diag *err)
{
	if (args_is_on(&c->args, OPTION_AUTO_APPROVE, false) || plan_is_empty(plan))
		return true;
	return cli_confirm(c,
		plan->is_destroy ? STR("\nDestroy all of this? Type yes: ")
				 : STR("\nCarry this out? Type yes: "),
		STR("yes"), err);
}

/* Says whether the argument is a saved plan and not a spec. */
static bool is_plan_file(const Cli *c)
{
	return c->args.rest.len == 1 && file_kind(c->args.rest.ptr[0]) == FILE_REGULAR &&
	       !str_ends(c->args.rest.ptr[0], STR(".styx"));
}

static int apply_saved(Cli *c, int64_t parallelism)
{
	Engine *e = NULL;
	Plan *plan = NULL;
	Diag err = {0};
	int status = CLI_DONE;

	if (!cli_engine(c, STR("."), &e, &err))
		return cli_fail(c, &err);
	if (engine_plan_load(e, c->args.rest.ptr[0], &plan)) {
		if (!args_is_on(&c->args, OPTION_JSON, false))
			show_plan(c, plan);
		status = apply_plan(c, e, plan, parallelism);
	} else {
		status = cli_fail_engine(c, e);
	}
	plan_free(plan);
	engine_free(e);
	return status;
}

static int apply_in_loop(Cli *c)
{
	Engine *e = NULL;
	Plan *plan = NULL;
	int64_t parallelism = APPLY_PARALLELISM;
	PlanOptions o;
	Diag err = {0};
	int status = CLI_DONE;

	if (!args_int(&c->args, OPTION_PARALLELISM, 1, APPLY_PARALLELISM, &parallelism, &err) ||
		!plan_options(c, &o, &err))
		return cli_fail(c, &err);
	if (is_plan_file(c))
		return apply_saved(c, parallelism);
	if (c->args.command->id == COMMAND_DESTROY)
		o.is_destroy = true;
	if (!open_spec(c, &e, &status))
		return status;
	if (!engine_plan(e, &o, &plan)) {
		status = cli_fail_engine(c, e);
		goto out;
	}
	show_warnings(c, e);
	show_plan(c, plan);
	if (!is_confirmed(c, plan, &err))
		status = cli_fail(c, &err);
	else
		status = apply_plan(c, e, plan, parallelism);
out:
	plan_free(plan);
	engine_free(e);
	return status;
}

int cmd_apply(Cli *c)
{
	return cli_in_loop(c, apply_in_loop);
}

int cmd_destroy(Cli *c)
{
	return cli_in_loop(c, apply_in_loop);
}

static int drift_in_loop(Cli *c)
{
	PlanOptions o = {.is_drift = true, .is_full_refresh = true, .max_destroys = -1};
	Engine *e = NULL;
	Plan *plan = NULL;
	int status = CLI_DONE;

	if (!open_spec(c, &e, &status))
		return status;
	if (engine_plan(e, &o, &plan)) {
		show_plan(c, plan);
		status = plan_is_empty(plan) ? CLI_DONE : CLI_CHANGES;
	} else {
		status = cli_fail_engine(c, e);
	}
	plan_free(plan);
	engine_free(e);
	return status;
}

int cmd_drift(Cli *c)
{
	return cli_in_loop(c, drift_in_loop);
}

static int graph_in_loop(Cli *c)
{
	const Graph *graph = NULL;
	Engine *e = NULL;
	int status = CLI_DONE;

	if (!open_spec(c, &e, &status))
		return status;
	if (!engine_compile(e, &graph))
		status = cli_fail_engine(c, e);
	else if (args_is_on(&c->args, OPTION_MERMAID, false))
		plan_graph_mermaid(&c->out, graph, NULL);
	else
		plan_graph_dot(&c->out, graph, NULL);
	engine_free(e);
	return status;
}

int cmd_graph(Cli *c)
{
	return cli_in_loop(c, graph_in_loop);
}
