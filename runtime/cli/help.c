/* Help pages from the tables: a first page for newcomers, one page a command. */
#include "runtime/cli/help.h"

#include <string.h>

enum { HELP_COLUMN = 16, HELP_OPTION_COLUMN = 28 };

static void add_padded(Buf *b, Str text, size_t column)
{
	buf_add(b, text);
	buf_add_repeat(b, ' ', text.len < column ? column - text.len : 1);
}

void help_first_page(Buf *b)
{
	const char *group = "";

	buf_add_cstr(b,
		"Styx makes clouds, engines and hosts match what you declare in .styx files.\n\n"
		"usage: styx COMMAND [ARGUMENTS] [OPTIONS]\n");
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *c = args_command(id);

		if (strcmp(group, c->group) != 0)
			buf_print(b, "\n%s\n", c->group);
		group = c->group;
		buf_add_cstr(b, "  ");
		add_padded(b, str_from(c->name), HELP_COLUMN);
		buf_print(b, "%s\n", c->summary);
	}
	buf_add_cstr(b,
		"\nA first program, in a file main.styx:\n\n"
		"  resource hello: local.file {\n"
		"    path    = \"hello.txt\"\n"
		"    content = \"Hello from Styx.\"\n"
		"  }\n\n"
		"Then: styx plan, styx apply, styx plan again, styx destroy.\n"
		"`styx COMMAND --help` says more; `styx doc TYPE` shows what a type takes.\n");
}

static void add_options(Buf *b, uint64_t options)
{
	Arena *a = arena_new("help");

	buf_add_cstr(b, "\noptions:\n");
	for (OptionId id = 0; id < OPTION_COUNT; id++) {
		const Option *o = args_option(id);

		if (!(options & 1ull << id))
			continue;
		Str name = o->short_name ? str_print(a, "  -%c, --%s", o->short_name, o->long_name)
					 : str_print(a, "      --%s", o->long_name);
		if (o->argument)
			name = str_print(a, "%.*s%c%s", STR_ARG(name),
				o->kind == OPTION_KIND_FLAG ? '=' : ' ', o->argument);
		add_padded(b, name, HELP_OPTION_COLUMN);
		buf_print(b, " %s\n", o->help);
	}
	arena_free(a);
}

static bool add_group_page(Buf *b, Str name)
{
	bool has_any = false;

	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *c = args_command(id);
		Str rest = str_from(c->name);
		Str first;

		if (!str_cut_found(&rest, STR(" "), &first) || !str_eq(first, name))
			continue;
		if (!has_any)
			buf_print(b, "usage: styx %.*s COMMAND\n\n", STR_ARG(name));
		has_any = true;
		buf_add_cstr(b, "  ");
		add_padded(b, rest, HELP_COLUMN);
		buf_print(b, "%s\n", c->summary);
	}
	return has_any;
}

bool help_command_page(Buf *b, Str name, Diag *err)
{
	const Command *c = args_find_command(name);
	Str names[COMMAND_COUNT];

	if (!c && add_group_page(b, name))
		return true;
	if (c) {
		buf_print(b, "styx %s: %s\n\nusage: styx %s%s%s [OPTIONS]\n\n%s\n", c->name,
			c->summary, c->name, c->arguments[0] ? " " : "", c->arguments, c->text);
		add_options(b, c->options);
		return true;
	}
	for (CommandId id = 0; id < COMMAND_COUNT; id++)
		names[id] = str_from(args_command(id)->name);
	Str near = str_nearest(name, names, COMMAND_COUNT);
	diag_fail(err, DIAG_USAGE, NULL, "there is no command `%.*s`", STR_ARG(name));
	if (near.len)
		diag_fix(err, "did you mean `styx help %.*s`?", STR_ARG(near));
	else
		diag_fix(err, "`styx help` lists the commands");
	return false;
}
