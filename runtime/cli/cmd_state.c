/* What is recorded: styx show, output, and the state commands. */
#include "compiler/base/json.h"
#include "runtime/cli/cli.h"
#include "runtime/cli/show_plan.h"

/* Opens an engine in the current directory for a command that only reads the record. */
static bool open_here(Cli *c, Engine **ret, int *ret_status)
{
	Diag err = {0};

	if (cli_engine(c, STR("."), ret, &err))
		return true;
	*ret_status = cli_fail(c, &err);
	return false;
}

/* Says whether `address` is `prefix`, or lies below it: in the module, or among the instances. */
static bool is_at_or_below(Str address, Str prefix)
{
	if (!str_starts(address, prefix))
		return false;
	return address.len == prefix.len || address.ptr[prefix.len] == '.' ||
	       address.ptr[prefix.len] == '[';
}

static bool is_wanted(const Cli *c, Str address)
{
	if (c->args.rest.len == 0)
		return true;
	for (uint32_t i = 0; i < c->args.rest.len; i++)
		if (is_at_or_below(address, c->args.rest.ptr[i]))
			return true;
	return false;
}

static void add_status(Buf *b, const StateObject *o)
{
	if (o->status != OBJECT_LIVE)
		buf_print(b, " (%.*s)", STR_ARG(object_status_name(o->status)));
	if (o->is_protected)
		buf_add_cstr(b, " (protected)");
}

static void list_one(Cli *c, const StateObject *o)
{
	if (!args_is_on(&c->args, OPTION_JSON, false)) {
		buf_add(&c->out, o->address);
		add_status(&c->out, o);
		buf_add_char(&c->out, '\n');
		return;
	}
	buf_add_cstr(&c->out, "{\"address\":");
	json_print_string(&c->out, o->address);
	buf_add_cstr(&c->out, ",\"type\":");
	json_print_string(&c->out, o->type);
	buf_add_cstr(&c->out, ",\"id\":");
	json_print_string(&c->out, o->id);
	buf_print(&c->out, ",\"status\":\"%.*s\",\"protected\":%s}\n",
		STR_ARG(object_status_name(o->status)), o->is_protected ? "true" : "false");
}

static int list_in_loop(Cli *c)
{
	Engine *e = NULL;
	StateView *view = NULL;
	int status = CLI_DONE;
	uint32_t shown = 0;
	Diag err = {0};

	if (!open_here(c, &e, &status))
		return status;
	if (!engine_state(e, &view)) {
		status = cli_fail_engine(c, e);
		goto out;
	}
	for (uint32_t i = 0; i < view->count; i++) {
		if (!is_wanted(c, view->objects[i].address))
			continue;
		list_one(c, &view->objects[i]);
		shown++;
	}
	if (shown == 0 && c->args.rest.len) {
		diag_fail(&err, DIAG_STATE_NO_OBJECT, NULL, "the state records nothing at `%.*s`",
			STR_ARG(c->args.rest.ptr[0]));
		diag_fix(&err, "`styx state list` shows all addresses");
		status = cli_fail(c, &err);
	}
out:
	state_view_free(view);
	engine_free(e);
	return status;
}

int cmd_state_list(Cli *c)
{
	return cli_in_loop(c, list_in_loop);
}

/* Appends one object: its head, then its attributes as a record. */
static bool show_object(Cli *c, StateView *view, StateObject *o, Diag *err)
{
	Value attrs;

	if (!object_attrs(view, o, &attrs, err))
		return false;
	if (args_is_on(&c->args, OPTION_JSON, false)) {
		buf_add_cstr(&c->out, "{\"address\":");
		json_print_string(&c->out, o->address);
		buf_add_cstr(&c->out, ",\"type\":");
		json_print_string(&c->out, o->type);
		buf_add_cstr(&c->out, ",\"id\":");
		json_print_string(&c->out, o->id);
		buf_print(&c->out, ",\"status\":\"%.*s\",\"attributes\":",
			STR_ARG(object_status_name(o->status)));
		json_print(&c->out, attrs, 0);
		buf_add_cstr(&c->out, "}\n");
		return true;
	}
	buf_print(&c->out, "%.*s: %.*s", STR_ARG(o->address), STR_ARG(o->type));
	add_status(&c->out, o);
	buf_add_char(&c->out, ' ');
	value_print(&c->out, attrs, 0);
	buf_add_cstr(&c->out, "\n\n");
	return true;
}

static int show_state_in_loop(Cli *c)
{
	Engine *e = NULL;
	StateView *view = NULL;
	Diag err = {0};
	Str dir;
	int status = CLI_DONE;

	if (!cli_argument(c, STR("."), &dir, &err) || !cli_engine(c, dir, &e, &err))
		return cli_fail(c, &err);
	if (!engine_state(e, &view)) {
		status = cli_fail_engine(c, e);
		goto out;
	}
	for (uint32_t i = 0; i < view->count; i++)
		if (!show_object(c, view, &view->objects[i], &err)) {
			status = cli_fail(c, &err);
			break;
		}
out:
	state_view_free(view);
	engine_free(e);
	return status;
}

int cmd_show(Cli *c)
{
	Str path = c->args.rest.len ? c->args.rest.ptr[0] : STR(".");

	if (c->args.rest.len == 1 && file_kind(path) == FILE_REGULAR &&
		!str_ends(path, STR(".styx")))
		return cli_in_loop(c, show_plan_file);
	return cli_in_loop(c, show_state_in_loop);
}

static int state_show_in_loop(Cli *c)
{
	Engine *e = NULL;
	StateView *view = NULL;
	Diag err = {0};
	Str address;
	int status = CLI_DONE;

	if (!cli_argument(c, STR_NONE, &address, &err) || !open_here(c, &e, &status))
		return cli_fail(c, &err);
	if (!engine_state(e, &view)) {
		status = cli_fail_engine(c, e);
		goto out;
	}
	int64_t at = state_view_find(view, address);
	if (at < 0) {
		Str *all = ARENA_ARRAY(c->arena, Str, view->count);

		for (uint32_t i = 0; i < view->count; i++)
			all[i] = view->objects[i].address;
		Str near = str_nearest(address, all, view->count);
		diag_fail(&err, DIAG_STATE_NO_OBJECT, NULL, "the state records nothing at `%.*s`",
			STR_ARG(address));
		if (near.len)
			diag_fix(&err, "did you mean `%.*s`?", STR_ARG(near));
		else
			diag_fix(&err, "`styx state list` shows all addresses");
		status = cli_fail(c, &err);
	} else if (!show_object(c, view, &view->objects[at], &err)) {
		status = cli_fail(c, &err);
	}
out:
	state_view_free(view);
	engine_free(e);
	return status;
}

int cmd_state_show(Cli *c)
{
	Diag err = {0};

	if (c->args.rest.len == 1)
		return cli_in_loop(c, state_show_in_loop);
	diag_fail(&err, DIAG_USAGE, NULL, "`styx state show` takes one address");
	diag_fix(&err, "styx state show 'subnet[\"a\"]'");
	return cli_fail(c, &err);
}

static int rm_in_loop(Cli *c)
{
	Engine *e = NULL;
	Diag err = {0};
	int status = CLI_DONE;

	if (!args_is_on(&c->args, OPTION_AUTO_APPROVE, false) &&
		!cli_confirm(c,
			str_print(c->arena,
				"Forget %u object%s? The real ones stay as they are. Type yes: ",
				c->args.rest.len, c->args.rest.len == 1 ? "" : "s"),
			STR("yes"), &err))
		return cli_fail(c, &err);
	if (!open_here(c, &e, &status))
		return status;
	for (uint32_t i = 0; i < c->args.rest.len && status == CLI_DONE; i++) {
		if (!engine_state_rm(e, c->args.rest.ptr[i]))
			status = cli_fail_engine(c, e);
		else
			buf_print(&c->out, "forgot %.*s\n", STR_ARG(c->args.rest.ptr[i]));
	}
	engine_free(e);
	return status;
}

int cmd_state_rm(Cli *c)
{
	Diag err = {0};

	if (c->args.rest.len)
		return cli_in_loop(c, rm_in_loop);
	diag_fail(&err, DIAG_USAGE, NULL, "`styx state rm` needs the addresses to forget");
	return cli_fail(c, &err);
}

static int mv_in_loop(Cli *c)
{
	Engine *e = NULL;
	int status = CLI_DONE;

	if (!open_here(c, &e, &status))
		return status;
	if (!engine_state_mv(e, c->args.rest.ptr[0], c->args.rest.ptr[1]))
		status = cli_fail_engine(c, e);
	else
		buf_print(&c->out, "moved %.*s to %.*s\n", STR_ARG(c->args.rest.ptr[0]),
			STR_ARG(c->args.rest.ptr[1]));
	engine_free(e);
	return status;
}

int cmd_state_mv(Cli *c)
{
	Diag err = {0};

	if (c->args.rest.len == 2)
		return cli_in_loop(c, mv_in_loop);
	diag_fail(&err, DIAG_USAGE, NULL, "`styx state mv` takes two addresses: from and to");
	return cli_fail(c, &err);
}
