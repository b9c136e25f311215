/* Completion scripts for bash, zsh and fish, made from the tables so that they cannot fall behind.
 */
#include "runtime/cli/help.h"

#include <string.h>

/* The first words of all commands, each once, in the order of the table. */
static void add_first_words(Buf *b)
{
	Str last = STR_NONE;

	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		Str rest = str_from(args_command(id)->name);
		Str word = str_cut(&rest, STR(" "));

		if (str_eq(word, last))
			continue;
		buf_print(b, "%s%.*s", last.len ? " " : "", STR_ARG(word));
		last = word;
	}
}

/* The second words of a group of commands. */
static void add_second_words(Buf *b, Str group)
{
	bool is_first = true;

	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		Str rest = str_from(args_command(id)->name);
		Str first;

		if (!str_cut_found(&rest, STR(" "), &first) || !str_eq(first, group))
			continue;
		buf_print(b, "%s%.*s", is_first ? "" : " ", STR_ARG(rest));
		is_first = false;
	}
}

typedef struct Source {
	const char *argument; /* as the tables write it */
	const char *words;    /* what may stand there, or NULL */
	const char *command;  /* prints what may stand there, a line each, or NULL */
} Source;

static const Source sources[] = {
	{"WHEN", "auto always never", NULL},
	{"FORMAT", "text json sarif github", NULL},
	{"BOOL", "true false", NULL},
	{"SHELL", "bash zsh fish", NULL},
	{"STAGE PATH", "tokens tree types values graph", NULL},
	{"ADDRESS", NULL, "styx state list 2>/dev/null"},
	{"ADDRESS...", NULL, "styx state list 2>/dev/null"},
	{"[ADDRESS...]", NULL, "styx state list 2>/dev/null"},
	{"FROM TO", NULL, "styx state list 2>/dev/null"},
	{"[TYPE | FUNCTION]", NULL, "styx doc 2>/dev/null | grep -v Functions"},
};

/* Returns what may stand for an argument, or NULL: a file, or nothing that is known. */
static const Source *find_source(const char *argument)
{
	for (size_t i = 0; argument && i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(sources[i].argument, argument) == 0)
			return &sources[i];
	return NULL;
}

/* Says whether an argument is a file or folder. */
static bool takes_files(const char *argument)
{
	return strstr(argument, "DIR") || strstr(argument, "FILE") || strstr(argument, "PATH");
}

static bool is_group_head(CommandId id, Str *ret_group)
{
	Str rest = str_from(args_command(id)->name);
	Str first;

	if (!str_cut_found(&rest, STR(" "), &first))
		return false;
	*ret_group = first;
	return id == 0 || !str_starts(str_from(args_command(id - 1)->name), first);
}

/* Sets the shell variables `words` (split at blanks) or `lines` (one a line). */
static void add_bash_source(Buf *b, const char *argument)
{
	const Source *s = find_source(argument);

	if (s && s->words)
		buf_print(b, " words='%s'", s->words);
	else if (s)
		buf_print(b, " lines=$(%s)", s->command);
	else if (strcmp(argument, "[COMMAND]") == 0)
		buf_add_cstr(b, " words=$commands");
}

static void add_bash_option(Buf *b, const Option *o)
{
	if (!o->argument)
		return;
	buf_print(b, "\t--%s", o->long_name);
	if (o->short_name)
		buf_print(b, " | -%c", o->short_name);
	buf_add_cstr(b, ")");
	add_bash_source(b, o->argument);
	buf_add_cstr(b, " ;;\n");
}

static void add_bash_command(Buf *b, const Command *c)
{
	buf_print(b, "\t\t'%s%s'*) options='--help", c->name, strchr(c->name, ' ') ? "" : " ");
	for (OptionId id = 0; id < OPTION_COUNT; id++)
		if (id != OPTION_HELP && c->options & 1ull << id)
			buf_print(b, " --%s", args_option(id)->long_name);
	buf_add_cstr(b, "'");
	add_bash_source(b, c->arguments);
	buf_add_cstr(b, " ;;\n");
}

static void add_bash(Buf *b)
{
	Str group;

	buf_add_cstr(b, "_styx() {\n"
			"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
			"\tlocal options= words= lines= word at=$COMP_CWORD commands='");
	add_first_words(b);
	buf_add_cstr(b, "'\n"
			"\t# `--color=al` comes as three words\n"
			"\tif [ \"$cur\" = = ]; then cur=; "
			"elif [ \"$prev\" = = ]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
			"\tCOMPREPLY=()\n\tcase $prev in\n");
	for (OptionId id = 0; id < OPTION_COUNT; id++)
		add_bash_option(b, args_option(id));
	buf_add_cstr(b, "\t*)\n\t\tif [ \"$at\" = 1 ]; then words=$commands; fi\n"
			"\t\t[ \"$at\" = 1 ] || case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
	for (CommandId id = 0; id < COMMAND_COUNT; id++)
		add_bash_command(b, args_command(id));
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		if (!is_group_head(id, &group))
			continue;
		buf_print(b, "\t\t'%.*s '*) words='", STR_ARG(group));
		add_second_words(b, group);
		buf_add_cstr(b, "' ;;\n");
	}
	buf_add_cstr(b, "\t\tesac\n"
			"\t\t[ \"${COMP_WORDS[1]}\" != dump ] || [ \"$at\" = 2 ] || words=\n"
			"\t\tcase $cur in -*) words=$options lines= ;; esac ;;\n"
			"\tesac\n"
			"\t[ -z \"$words\" ] || lines=${words// /$'\\n'}\n"
			"\twhile IFS= read -r word; do\n"
			"\t\tprintf -v word %q \"$word\"\n"
			"\t\t[[ $word != \"$cur\"* || $word = \"''\" ]] || COMPREPLY+=(\"$word\")\n"
			"\tdone <<<\"$lines\"\n}\n"
			"complete -o default -F _styx styx\n");
}

/* Appends text inside single quotes of zsh, where brackets and colons mean something. */
static void add_zsh_quoted(Buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_add_cstr(b, "'\\''");
		else if (*text == '[' || *text == ']' || *text == ':')
			buf_print(b, "\\%c", *text);
		else
			buf_add_char(b, *text);
	}
}

/* ":message:action" of _arguments. */
static void add_zsh_source(Buf *b, const char *argument)
{
	const Source *s = find_source(argument);

	if (s && s->words)
		buf_print(b, ":value:(%s)", s->words);
	else if (s)
		buf_print(b, ":value:{compadd -- ${(f)\"$(%s)\"}}", s->command);
	else if (strcmp(argument, "[COMMAND]") == 0)
		buf_add_cstr(b, ":value:_styx_commands");
	else
		buf_add_cstr(b, takes_files(argument) ? ":file:_files" : ":value:");
}

static void add_zsh_command(Buf *b, const Command *c)
{
	buf_print(b, "\t'%s%s'*)\n\t\t_arguments", c->name, strchr(c->name, ' ') ? "" : " ");
	for (OptionId id = 0; id < OPTION_COUNT; id++) {
		const Option *o = args_option(id);

		if (!(c->options & 1ull << id))
			continue;
		buf_print(b, " '--%s%s[", o->long_name, o->argument ? "=" : "");
		add_zsh_quoted(b, o->help);
		buf_add_cstr(b, "]");
		if (o->argument)
			add_zsh_source(b, o->argument);
		buf_add_cstr(b, "'");
	}
	if (c->id == COMMAND_DUMP) {
		buf_add_cstr(b, " '2");
		add_zsh_source(b, c->arguments);
		buf_add_cstr(b, "' '*:file:_files'");
	} else if (c->arguments[0]) {
		buf_add_cstr(b, " '*");
		add_zsh_source(b, c->arguments);
		buf_add_cstr(b, "'");
	}
	buf_add_cstr(b, "\n\t\t;;\n");
}

static void add_zsh(Buf *b)
{
	Str group;

	buf_add_cstr(b, "#compdef styx\n_styx_commands() {\n\tlocal -a commands=(\n");
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *c = args_command(id);
		bool is_head = is_group_head(id, &group);

		if (!is_head && strchr(c->name, ' '))
			continue;
		buf_print(b, "\t\t'%.*s:", STR_ARG(is_head ? group : str_from(c->name)));
		add_zsh_quoted(b, is_head ? c->group : c->summary);
		buf_add_cstr(b, "'\n");
	}
	buf_add_cstr(b,
		"\t)\n\t_describe command commands\n}\n"
		"_styx() {\n\tif (( CURRENT == 2 )); then\n\t\t_styx_commands\n\t\treturn\n\tfi\n"
		"\tcase \"$words[2] $words[3]\" in\n");
	for (CommandId id = 0; id < COMMAND_COUNT; id++)
		add_zsh_command(b, args_command(id));
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		if (!is_group_head(id, &group))
			continue;
		buf_print(b, "\t'%.*s '*) compadd ", STR_ARG(group));
		add_second_words(b, group);
		buf_add_cstr(b, " ;;\n");
	}
	buf_add_cstr(b,
		"\tesac\n}\n"
		"if [ \"$funcstack[1]\" = _styx ]; then _styx; else compdef _styx styx; fi\n");
}

/* Appends text in single quotes of fish. */
static void add_fish_quoted(Buf *b, const char *text)
{
	buf_add_char(b, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			buf_add_char(b, '\\');
		buf_add_char(b, *text);
	}
	buf_add_char(b, '\'');
}

/* "complete -c styx -n CONDITION" where the condition is that the command was typed. */
static void add_fish_when(Buf *b, const Command *c)
{
	Str rest = str_from(c->name);
	Str group;

	buf_add_cstr(b, "complete -c styx -n '");
	if (str_cut_found(&rest, STR(" "), &group)) {
		buf_print(b, "__fish_seen_subcommand_from %.*s; and ", STR_ARG(group));
	} else { /* `show` is also the second word of another command */
		buf_add_cstr(b, "not __fish_seen_subcommand_from state schema; and ");
		rest = group = str_from(c->name);
	}
	buf_print(b, "__fish_seen_subcommand_from %.*s'", STR_ARG(rest));
}

/* The words that may stand for an argument; only those, unless it is a file. */
static void add_fish_source(Buf *b, const char *argument)
{
	const Source *s = find_source(argument);

	if (!takes_files(argument))
		buf_add_cstr(b, " -f");
	if (s && s->words)
		buf_print(b, " -a '%s'", s->words);
	else if (s)
		buf_print(b, " -a '(%s)'", s->command);
	else if (strcmp(argument, "[COMMAND]") == 0) {
		buf_add_cstr(b, " -a '");
		add_first_words(b);
		buf_add_cstr(b, "'");
	}
}

static void add_fish_command(Buf *b, const Command *c)
{
	for (OptionId id = 0; id < OPTION_COUNT; id++) {
		const Option *o = args_option(id);

		if (!(c->options & 1ull << id))
			continue;
		add_fish_when(b, c);
		buf_print(b, " -l %s", o->long_name);
		if (o->short_name)
			buf_print(b, " -s %c", o->short_name);
		if (o->argument) {
			buf_add_cstr(b, " -r");
			add_fish_source(b, o->argument);
		}
		buf_add_cstr(b, " -d ");
		add_fish_quoted(b, o->help);
		buf_add_char(b, '\n');
	}
	add_fish_when(b, c);
	add_fish_source(b, c->arguments);
	buf_add_char(b, '\n');
}

static void add_fish(Buf *b)
{
	Str group;

	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *c = args_command(id);
		bool is_head = is_group_head(id, &group);
		Str rest = str_from(c->name);
		Str first;

		if (is_head || !strchr(c->name, ' ')) {
			buf_print(b, "complete -c styx -n __fish_use_subcommand -f -a %.*s -d ",
				STR_ARG(is_head ? group : rest));
			add_fish_quoted(b, is_head ? c->group : c->summary);
			buf_add_char(b, '\n');
		}
		if (str_cut_found(&rest, STR(" "), &first)) {
			buf_print(b,
				"complete -c styx -n '__fish_seen_subcommand_from %.*s; and not "
				"__fish_seen_subcommand_from ",
				STR_ARG(first));
			add_second_words(b, first);
			buf_print(b, "' -f -a %.*s -d ", STR_ARG(rest));
			add_fish_quoted(b, c->summary);
			buf_add_char(b, '\n');
		}
		add_fish_command(b, c);
	}
}

bool help_completion(Buf *b, Str shell, Diag *err)
{
	static const Str shells[] = {STR_INIT("bash"), STR_INIT("zsh"), STR_INIT("fish")};

	if (str_eq(shell, shells[0]))
		add_bash(b);
	else if (str_eq(shell, shells[1]))
		add_zsh(b);
	else if (str_eq(shell, shells[2]))
		add_fish(b);
	else if (shell.len == 0)
		return diag_fail(err, DIAG_USAGE, NULL,
			"`styx completion` needs a shell: bash, zsh or fish");
	else
		return diag_fail(err, DIAG_USAGE, NULL,
			"completion scripts exist for bash, zsh and fish, not for `%.*s`",
			STR_ARG(shell));
	return true;
}
