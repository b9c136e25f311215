/* styx output: what the last apply gave back. */
#include "compiler/base/json.h"
#include "runtime/cli/cli.h"

/* Prints one output; `is_raw`: a scalar's bare text. */
static bool print_raw(Cli *c, const StateOutput *o, Diag *err)
{
	if (o->value.kind == VAL_STRING) {
		buf_add(&c->out, o->value.as.text);
	} else if (o->value.kind == VAL_LIST || o->value.kind == VAL_SET ||
		   o->value.kind == VAL_MAP || o->value.kind == VAL_RANGE) {
		diag_fail(err, DIAG_USAGE, NULL,
			"the output `%.*s` is a %.*s, which has no bare text", STR_ARG(o->name),
			STR_ARG(value_kind_name(o->value.kind)));
		diag_fix(err, "use --json");
		return false;
	} else {
		value_print(&c->out, o->value, -1);
	}
	buf_add_char(&c->out, '\n');
	return true;
}

static void print_all(Cli *c, const StateOutput *outputs, uint32_t count)
{
	size_t width = 0;

	for (uint32_t i = 0; i < count; i++)
		if (outputs[i].name.len > width)
			width = outputs[i].name.len;
	for (uint32_t i = 0; i < count; i++) {
		buf_add(&c->out, outputs[i].name);
		buf_add_repeat(&c->out, ' ', width - outputs[i].name.len);
		buf_add_cstr(&c->out, " = ");
		value_print(&c->out, outputs[i].value, 0);
		buf_add_char(&c->out, '\n');
	}
}

/* Secret outputs that are not revealed are left out: null would look like a value. */
static void print_json(Cli *c, const StateOutput *outputs, uint32_t count)
{
	bool is_first = true;

	buf_add_char(&c->out, '{');
	for (uint32_t i = 0; i < count; i++) {
		if (!value_is_known(outputs[i].value))
			continue;
		buf_add_cstr(&c->out, is_first ? "" : ",");
		is_first = false;
		json_print_string(&c->out, outputs[i].name);
		buf_add_char(&c->out, ':');
		json_print(&c->out, outputs[i].value, 0);
	}
	buf_add_cstr(&c->out, "}\n");
}

static bool print_one(Cli *c, const StateOutput *outputs, uint32_t count, Str name, Diag *err)
{
	Str *names = ARENA_ARRAY(c->arena, Str, count);

	for (uint32_t i = 0; i < count; i++) {
		names[i] = outputs[i].name;
		if (!str_eq(outputs[i].name, name))
			continue;
		if (args_is_on(&c->args, OPTION_RAW, false))
			return print_raw(c, &outputs[i], err);
		if (args_is_on(&c->args, OPTION_JSON, false))
			json_print(&c->out, outputs[i].value, 0);
		else
			value_print(&c->out, outputs[i].value, 0);
		buf_add_char(&c->out, '\n');
		return true;
	}
	Str near = str_nearest(name, names, count);
	diag_fail(err, DIAG_USAGE, NULL, "there is no output `%.*s`", STR_ARG(name));
	if (near.len)
		diag_fix(err, "did you mean `%.*s`?", STR_ARG(near));
	else
		diag_fix(err, "`styx output` lists them");
	return false;
}

static int output_in_loop(Cli *c)
{
	Engine *e = NULL;
	StateOutput *outputs = NULL;
	uint32_t count = 0;
	Diag err = {0};
	Str name;
	int status = CLI_DONE;

	if (!cli_argument(c, STR_NONE, &name, &err) || !cli_engine(c, STR("."), &e, &err))
		return cli_fail(c, &err);
	bool reveal = args_is_on(&c->args, OPTION_SHOW_SECRETS, false);
	if (!engine_outputs(e, c->arena, reveal, &outputs, &count))
		status = cli_fail_engine(c, e);
	else if (name.len && !print_one(c, outputs, count, name, &err))
		status = cli_fail(c, &err);
	else if (!name.len && args_is_on(&c->args, OPTION_JSON, false))
		print_json(c, outputs, count);
	else if (!name.len)
		print_all(c, outputs, count);
	engine_free(e);
	return status;
}

int cmd_output(Cli *c)
{
	return cli_in_loop(c, output_in_loop);
}
