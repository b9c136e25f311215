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

static void add_second_words(Buf *b, Str group)
{
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		Str rest = str_from(args_command(id)->name);
		Str first;

		if (str_cut_found(&rest, STR(" "), &first) && str_eq(first, group))
			buf_print(b, " %.*s", STR_ARG(rest));
	}
}

static void add_long_options(Buf *b, uint64_t options)
{
	for (OptionId id = 0; id < OPTION_COUNT; id++)
		if (options & 1ull << id)
			buf_print(b, " --%s", args_option(id)->long_name);
}

static void add_bash(Buf *b)
{
	buf_add_cstr(b, "_styx() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} words=\n"
			"\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\twords=\"");
	add_first_words(b);
	buf_add_cstr(b, "\"\n\telse\n\t\tcase \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *c = args_command(id);

		buf_print(b, "\t\t'%s%s'*) words=\"", c->name, strchr(c->name, ' ') ? "" : " ");
		add_long_options(b, c->options);
		buf_add_cstr(b, "\" ;;\n");
	}
	buf_add_cstr(b, "\t\t'state '*) words=\"");
	add_second_words(b, STR("state"));
	buf_add_cstr(b, "\" ;;\n\t\t'schema '*) words=\"");
	add_second_words(b, STR("schema"));
	buf_add_cstr(b,
		"\" ;;\n\t\tesac\n\t\tcase ${COMP_WORDS[1]} in\n"
		"\t\tcompletion) words=\"$words bash zsh fish\" ;;\n"
		"\t\tdump) [ \"$COMP_CWORD\" = 2 ] && words=\"tokens tree types values graph\" ;;\n"
		"\t\tesac\n\tfi\n"
		"\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n"
		"complete -o default -F _styx styx\n");
}

/* Appends text inside single quotes of zsh and fish: quotes and brackets are escaped. */
static void add_quoted(Buf *b, const char *text)
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

static void add_zsh(Buf *b)
{
	buf_add_cstr(b,
		"#compdef styx\n_styx() {\n\tlocal -a commands\n\tif (( CURRENT == 2 )); then\n"
		"\t\tcommands=(\n");
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *c = args_command(id);
		Str rest = str_from(c->name);
		Str first;

		if (str_cut_found(&rest, STR(" "), &first) &&
			(id == 0 || str_starts(str_from(args_command(id - 1)->name), first)))
			continue;
		buf_print(b, "\t\t\t'%.*s:", STR_ARG(first.len ? first : str_from(c->name)));
		add_quoted(b, first.len ? c->group : c->summary);
		buf_add_cstr(b, "'\n");
	}
	buf_add_cstr(b, "\t\t)\n\t\t_describe command commands\n\t\treturn\n\tfi\n"
			"\tcase \"$words[2] $words[3]\" in\n");
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *c = args_command(id);

		buf_print(
			b, "\t'%s%s'*)\n\t\t_arguments", c->name, strchr(c->name, ' ') ? "" : " ");
		for (OptionId o = 0; o < OPTION_COUNT; o++) {
			if (!(c->options & 1ull << o))
				continue;
			buf_print(b, " '--%s%s[", args_option(o)->long_name,
				args_option(o)->argument ? "=" : "");
			add_quoted(b, args_option(o)->help);
			buf_print(b, "]%s'", args_option(o)->argument ? ":value:_files" : "");
		}
		buf_add_cstr(b, " '*:file:_files'\n\t\t;;\n");
	}
	buf_add_cstr(b, "\t'state '*) _values command");
	add_second_words(b, STR("state"));
	buf_add_cstr(b, " ;;\n\t'schema '*) _values command");
	add_second_words(b, STR("schema"));
	buf_add_cstr(b,
		" ;;\n\tesac\n}\n"
		"if [ \"$funcstack[1]\" = _styx ]; then _styx; else compdef _styx styx; fi\n");
}

static void add_fish(Buf *b)
{
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const Command *c = args_command(id);
		Str rest = str_from(c->name);
		Str first;
		bool is_sub = str_cut_found(&rest, STR(" "), &first);

		if (is_sub)
			buf_print(b, "complete -c styx -n '__fish_use_subcommand' -a %.*s -d '",
				STR_ARG(first));
		else
			buf_print(b, "complete -c styx -n '__fish_use_subcommand' -a %s -d '",
				c->name);
		add_quoted(b, is_sub ? c->group : c->summary);
		buf_add_cstr(b, "'\n");
		if (is_sub) {
			buf_print(b,
				"complete -c styx -n '__fish_seen_subcommand_from %.*s' -a %.*s -d "
				"'",
				STR_ARG(first), STR_ARG(rest));
			add_quoted(b, c->summary);
			buf_add_cstr(b, "'\n");
		}
		for (OptionId o = 0; o < OPTION_COUNT; o++) {
			if (!(c->options & 1ull << o))
				continue;
			buf_print(b,
				"complete -c styx -n '__fish_seen_subcommand_from %.*s' -l %s%s -d "
				"'",
				STR_ARG(is_sub ? rest : str_from(c->name)),
				args_option(o)->long_name, args_option(o)->argument ? " -r" : "");
			add_quoted(b, args_option(o)->help);
			buf_add_cstr(b, "'\n");
		}
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
