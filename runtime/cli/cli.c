/* Printing, failing, asking, and making the engine: what every command needs. */
#include "runtime/cli/cli.h"

#include "runtime/host/env.h"
#include "runtime/host/fiber.h"
#include "runtime/host/terminal.h"

/* Says on standard error what is wrong with standard output. */
static void report_lost_output(Cli *c, Diag *err)
{
	Buf b;

	buf_init(&b, SIZE_MAX);
	styx_render_one(NULL, &b, err, STYX_TEXT, c->has_colour_err);
	(void)terminal_write(2, buf_str(&b)); /* nowhere left to say that this failed */
	buf_fini(&b);
}

bool cli_flush(Cli *c)
{
	Diag err = {0};
	bool is_gone = false;

	if (!terminal_print(buf_str(&c->out), &is_gone, &err)) {
		if (!is_gone && !c->has_lost_output)
			report_lost_output(c, &err);
		diag_fini(&err);
		c->has_lost_output = true;
	}
	buf_clear(&c->out);
	return !c->has_lost_output;
}

void cli_print_diags(const Cli *c, Str text)
{
	(void)terminal_write(c->format == STYX_TEXT ? 2 : 1, text); /* nowhere left to say it */
}

int cli_fail(Cli *c, Diag *err)
{
	Buf b;
	int status = err->code == DIAG_INTERRUPTED ? CLI_INTERRUPTED : CLI_ERROR;

	(void)cli_flush(c); /* what was said before the error comes before it */
	buf_init(&b, SIZE_MAX);
	styx_render_one(NULL, &b, err, c->format, c->has_colour_err);
	cli_print_diags(c, buf_str(&b));
	buf_fini(&b);
	diag_fini(err);
	return status;
}

int cli_fail_engine(Cli *c, Engine *e)
{
	const DiagList *diags = engine_diags(e);
	int status = CLI_ERROR;
	Buf b;

	(void)cli_flush(c);
	buf_init(&b, SIZE_MAX);
	engine_render(e, &b, c->format, c->has_colour_err, terminal_columns(2));
	cli_print_diags(c, buf_str(&b));
	buf_fini(&b);
	for (uint32_t i = 0; i < diags->items.len; i++)
		if (diags->items.ptr[i]->code == DIAG_INTERRUPTED)
			status = CLI_INTERRUPTED;
	return status;
}

typedef struct LoopRun {
	Cli *cli;
	CliCommand fn;
	int status;
} LoopRun;

static void run_in_fiber(void *arg)
{
	LoopRun *r = arg;

	r->status = r->fn(r->cli);
}

int cli_in_loop(Cli *c, CliCommand fn)
{
	LoopRun r = {c, fn, CLI_ERROR};

	c->loop = loop_new();
	fiber_main(c->loop, run_in_fiber, &r);
	c->reading = reading_free(c->reading);
	c->loop = loop_free(c->loop);
	return r.status;
}

bool cli_argument(Cli *c, Str otherwise, Str *ret, Diag *err)
{
	const StrVec *rest = &c->args.rest;

	if (rest->len > 1) {
		diag_fail(err, DIAG_USAGE, NULL, "`styx %s` takes one argument, not %u (`%.*s`)",
			c->args.command->name, rest->len, STR_ARG(rest->ptr[1]));
		return false;
	}
	*ret = rest->len ? rest->ptr[0] : otherwise;
	return true;
}

typedef Vec(StyxParam) ParamVec;

/* STYX_PARAM_region=... sets `region`, if there is such a param. */
static void add_environment(Cli *c, ParamVec *params)
{
	Map all;
	Str prefix = STR("STYX_PARAM_");

	env_all(c->arena, &all);
	for (uint32_t i = 0; i < all.item_count; i++) {
		Str name = all.items[i].key;

		if (!name.ptr || !str_starts(name, prefix))
			continue;
		StyxParam p = {.name = str_slice(name, prefix.len, name.len),
			.text = *(const Str *)all.items[i].value,
			.origin = name,
			.is_optional = true};
		vec_add(c->arena, params, p);
	}
}

bool cli_params(Cli *c, StyxParam **ret, uint32_t *ret_count, Diag *err)
{
	const StrVec *given = &c->args.values[OPTION_PARAM];
	ParamVec params = {0};

	add_environment(c, &params);
	for (uint32_t i = 0; i < given->len; i++) {
		StyxParam p = {.text = given->ptr[i], .origin = STR("-p")};

		if (!str_cut_found(&p.text, STR("="), &p.name) || p.name.len == 0) {
			diag_fail(err, DIAG_USAGE, NULL, "`-p %.*s` sets nothing",
				STR_ARG(given->ptr[i]));
			diag_fix(err, "write `-p name=value`");
			return false;
		}
		vec_add(c->arena, &params, p);
	}
	*ret = params.ptr;
	*ret_count = params.len;
	return true;
}

bool cli_engine(Cli *c, Str dir, Engine **ret, Diag *err)
{
	EngineOptions o = {.loop = c->loop, .dir = dir};
	StyxParam *params = NULL;

	if (!cli_params(c, &params, &o.param_count, err))
		return false;
	o.params = params;
	o.param_files = c->args.values[OPTION_PARAM_FILE].ptr;
	o.param_file_count = c->args.values[OPTION_PARAM_FILE].len;
	o.schema_dir = args_text(&c->args, OPTION_SCHEMA_DIR, STR_NONE);
	if (terminal_is(1) && !args_is_on(&c->args, OPTION_JSON, false)) {
		c->reading = reading_free(c->reading);
		c->reading = reading_new(c->loop);
		o.on_read = reading_note;
		o.on_read_ctx = c->reading;
	}
	*ret = engine_new(&o);
	return true;
}

bool cli_confirm(Cli *c, Str question, Str expected, Diag *err)
{
	Str answer = STR_NONE;

	if (!terminal_is(0)) {
		diag_fail(err, DIAG_NOT_CONFIRMED, "standard input is no terminal to ask on",
			"not confirmed, so nothing was changed");
		diag_fix(err, "look at the plan, then run the command with --auto-approve");
		return false;
	}
	buf_add(&c->out, question);
	(void)cli_flush(c);
	if (terminal_read_line(c->arena, &answer) && str_eq(str_trim(answer), expected))
		return true;
	diag_fail(err, DIAG_NOT_CONFIRMED, NULL, "not confirmed, so nothing was changed");
	diag_fix(err, "answer `%.*s` to go on", STR_ARG(expected));
	return false;
}
