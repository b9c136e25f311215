/* Parses the command line by the tables in command.def and option.def. */
#include "runtime/cli/args.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"

#include <string.h>

#define BIT(id) (1ull << OPTION_##id)

static const Option option_table[] = {
#define X(id, short_name, long_name, argument, kind, help)                                         \
	[OPTION_##id] = {short_name, long_name, argument, OPTION_KIND_##kind, help},
#include "runtime/cli/option.def"
#undef X
};

static const Command command_table[] = {
#define X(id, name, arguments, group, summary, text, options)                                      \
	[COMMAND_##id] = {COMMAND_##id, name, arguments, group, summary, text,                     \
		(options) | BIT(HELP) | BIT(COLOR)},
#include "runtime/cli/command.def"
#undef X
};

const Command *args_command(CommandId id)
{
	CHECK(id < COMMAND_COUNT);
	return &command_table[id];
}

const Option *args_option(OptionId id)
{
	CHECK(id < OPTION_COUNT);
	return &option_table[id];
}

const Command *args_find_command(Str name)
{
	for (CommandId id = 0; id < COMMAND_COUNT; id++)
		if (str_eq(str_from(command_table[id].name), name))
			return &command_table[id];
	return NULL;
}

/* Says whether some command's first word is `word` and a second one follows. */
static bool is_group(Str word)
{
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		Str rest = str_from(command_table[id].name);
		Str first;

		if (str_cut_found(&rest, STR(" "), &first) && str_eq(first, word))
			return true;
	}
	return false;
}

static bool unknown_command(Arena *a, Str name, Diag *err)
{
	Str names[COMMAND_COUNT];

	for (CommandId id = 0; id < COMMAND_COUNT; id++)
		names[id] = str_from(command_table[id].name);
	Str near = str_nearest(name, names, COMMAND_COUNT);
	diag_fail(err, DIAG_USAGE, NULL, "there is no command `%.*s`", STR_ARG(name));
	if (near.len)
		diag_fix(err, "did you mean `styx %.*s`?", STR_ARG(near));
	else
		diag_fix(err, "`styx help` lists the commands");
	(void)a;
	return false;
}

static bool unknown_option(const Command *command, Str name, Diag *err)
{
	Str names[OPTION_COUNT];
	size_t count = 0;

	for (OptionId id = 0; id < OPTION_COUNT; id++)
		if (command->options & 1ull << id)
			names[count++] = str_from(option_table[id].long_name);
	Str near = str_nearest(
		str_trim_prefix(str_trim_prefix(name, STR("-")), STR("-")), names, count);
	diag_fail(err, DIAG_USAGE, NULL, "`styx %s` has no option `%.*s`", command->name,
		STR_ARG(name));
	if (near.len)
		diag_fix(err, "did you mean `--%.*s`?", STR_ARG(near));
	else
		diag_fix(err, "`styx %s --help` lists them", command->name);
	return false;
}

static int find_option(const Command *command, Str name, char short_name)
{
	for (OptionId id = 0; id < OPTION_COUNT; id++) {
		const Option *o = &option_table[id];

		if (!(command->options & 1ull << id))
			continue;
		if (short_name ? o->short_name == short_name : str_eq(str_from(o->long_name), name))
			return (int)id;
	}
	return -1;
}

static bool is_flag(Str s)
{
	return str_eq(s, STR("true")) || str_eq(s, STR("false")) || str_eq(s, STR("full"));
}

/* Takes one option at word `*at`, with its value from behind `=`, glued on, or from the next word.
 */
static bool take_option(Arena *a, int argc, char **argv, int *at, Args *args, Diag *err)
{
	Str word = str_from(argv[*at]);
	bool is_long = str_starts(word, STR("--"));
	Str value = is_long ? str_slice(word, 2, word.len) : str_slice(word, 2, word.len);
	Str name = STR_NONE;
	bool has_value = is_long ? str_cut_found(&value, STR("="), &name) : value.len > 0;

	if (is_long && !has_value)
		name = str_slice(word, 2, word.len);
	int id = find_option(args->command, name, is_long ? 0 : word.ptr[1]);
	if (id < 0)
		return unknown_option(
			args->command, is_long ? str_slice(word, 0, name.len + 2) : word, err);
	const Option *o = &option_table[id];
	args->is_set[id] = true;
	if (o->kind == OPTION_KIND_SWITCH) {
		if (has_value)
			return diag_fail(
				err, DIAG_USAGE, NULL, "`--%s` takes no value", o->long_name);
		return true;
	}
	if (!has_value && o->kind == OPTION_KIND_FLAG) {
		value = STR("true");
	} else if (!has_value) {
		if (*at + 1 >= argc)
			return diag_fail(err, DIAG_USAGE, NULL, "`--%s` needs a value: --%s %s",
				o->long_name, o->long_name, o->argument);
		value = str_from(argv[++*at]);
	}
	if (value.len == 0)
		return diag_fail(err, DIAG_USAGE, "the value is empty",
			"`--%s` needs a value: --%s %s", o->long_name, o->long_name, o->argument);
	if (o->kind == OPTION_KIND_FLAG && !is_flag(value))
		return diag_fail(err, DIAG_USAGE, NULL,
			"`--%s` is true or false or full, not `%.*s`", o->long_name,
			STR_ARG(value));
	vec_add(a, &args->values[id], value);
	return true;
}

static bool no_command_yet(Str word, Diag *err)
{
	diag_fail(err, DIAG_USAGE, NULL, "the command comes first, not `%.*s`", STR_ARG(word));
	diag_fix(err, "write `styx COMMAND %.*s`; `styx help` lists the commands", STR_ARG(word));
	return false;
}

/* Finds the command in the first word or two. */
static bool find_command(Arena *a, int argc, char **argv, int *at, Args *args, Diag *err)
{
	if (argc < 2)
		return true;
	Str word = str_from(argv[1]);
	if (str_eq(word, STR("--help")) || str_eq(word, STR("-h"))) {
		args->command = &command_table[COMMAND_HELP];
	} else if (str_eq(word, STR("--version")) || str_eq(word, STR("-V"))) {
		args->command = &command_table[COMMAND_VERSION];
	} else if (str_starts(word, STR("-"))) {
		return no_command_yet(word, err);
	} else if (is_group(word)) {
		if (argc < 3 || argv[2][0] == '-') {
			args->command = &command_table[COMMAND_HELP];
			vec_add(a, &args->rest, word);
			*at = argc;
			return true;
		}
		word = str_print(a, "%s %s", argv[1], argv[2]);
		args->command = args_find_command(word);
		*at = 3;
		return args->command ? true : unknown_command(a, word, err);
	} else {
		args->command = args_find_command(word);
	}
	*at = 2;
	return args->command ? true : unknown_command(a, word, err);
}

bool args_parse(Arena *a, int argc, char **argv, Args *ret, Diag *err)
{
	Args args = {0};
	int at = 1;
	bool has_ended = false;

	if (!find_command(a, argc, argv, &at, &args, err))
		return false;
	for (; at < argc; at++) {
		const char *word = argv[at];

		if (!has_ended && strcmp(word, "--") == 0) {
			has_ended = true;
		} else if (!has_ended && word[0] == '-' && word[1]) {
			if (!take_option(a, argc, argv, &at, &args, err))
				return false;
		} else {
			vec_add(a, &args.rest, str_from(word));
		}
	}
	*ret = args;
	return true;
}

bool args_check(const Args *args, Diag *err)
{
	const Command *c = args->command;

	if (args->is_set[OPTION_JSON] && args->is_set[OPTION_MARKDOWN])
		return diag_fail(
			err, DIAG_USAGE, NULL, "`--json` and `--markdown` exclude each other");
	for (uint32_t i = 0; i < args->rest.len; i++) {
		Str word = args->rest.ptr[i];

		if (c && !c->arguments[0])
			return diag_fail(err, DIAG_USAGE, NULL,
				"`styx %s` takes no arguments, not `%.*s`", c->name, STR_ARG(word));
		if (word.len == 0)
			return diag_fail(err, DIAG_USAGE,
				"it may come from a variable that is not set",
				"an argument of `styx %s` is empty", c ? c->name : "");
	}
	return true;
}

Str args_text(const Args *args, OptionId id, Str otherwise)
{
	const StrVec *v = &args->values[id];

	return v->len ? v->ptr[v->len - 1] : otherwise;
}

bool args_is_on(const Args *args, OptionId id, bool otherwise)
{
	if (!args->is_set[id])
		return otherwise;
	return option_table[id].kind == OPTION_KIND_SWITCH ||
	       !str_eq(args_text(args, id, STR("true")), STR("false"));
}

bool args_int(
	const Args *args, OptionId id, int64_t min, int64_t otherwise, int64_t *ret, Diag *err)
{
	Str text = args_text(args, id, STR_NONE);
	int64_t n = otherwise;

	if (args->is_set[id] && (!num_parse_int(text, &n) || n < min)) {
		diag_fail(err, DIAG_USAGE, NULL,
			"`--%s` is a whole number of at least %lld, not `%.*s`",
			option_table[id].long_name, (long long)min, STR_ARG(text));
		return false;
	}
	*ret = n;
	return true;
}
