/* Reads the INI dialect of AWS's shared files: sections "[NAME]", "[profile NAME]", "[services
 * NAME]"; "key = value"; indented lines below a key without a value are its own keys. */
#include "runtime/wire/aws_profile.h"

#include "compiler/base/file.h"
#include "runtime/host/env.h"

enum { AWS_FILE_BYTES_MAX = 1 << 20 };

static void put(AwsProfiles *p, Str key, Str value)
{
	Str *copy = ARENA_NEW(p->arena, Str);

	*copy = str_copy(p->arena, value);
	map_put(&p->values, key, copy);
}

/* "[profile x]" is x of the config file, "[services x]" a section of its own. */
static Str section_of(Arena *a, Str file, Str line)
{
	Str name = str_trim(str_trim_suffix(str_trim_prefix(line, STR("[")), STR("]")));

	if (str_starts(name, STR("profile ")))
		name = str_trim(str_trim_prefix(name, STR("profile ")));
	else if (str_starts(name, STR("services ")))
		return str_print(a, "services/%.*s",
			STR_ARG(str_trim(str_trim_prefix(name, STR("services ")))));
	return str_print(a, "%.*s/%.*s", STR_ARG(file), STR_ARG(name));
}

static void parse(AwsProfiles *p, Str file, Str text)
{
	Str section = STR_NONE;
	Str parent = STR_NONE;

	while (text.len) {
		Str raw = str_cut(&text, STR("\n"));
		Str line = str_trim(raw);
		Str key;

		if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';')
			continue;
		if (line.ptr[0] == '[') {
			section = section_of(p->arena, file, line);
			put(p, section, STR("yes"));
			parent = STR_NONE;
			continue;
		}
		if (!str_cut_found(&line, STR("="), &key))
			continue;
		bool is_nested = (raw.ptr[0] == ' ' || raw.ptr[0] == '\t') && parent.len;
		key = str_trim(key);
		line = str_trim(line);
		if (!is_nested)
			parent = line.len ? STR_NONE : key;
		put(p,
			str_print(p->arena, "%.*s/%.*s%s%.*s", STR_ARG(section),
				STR_ARG(is_nested ? parent : STR_NONE), is_nested ? "." : "",
				STR_ARG(key)),
			line);
	}
}

static void load(AwsProfiles *p, Str file, Str variable)
{
	Str path;
	Str text;
	Diag ignored = {0};

	if (!env_get(variable, &path) || path.len == 0)
		path = file_path_join(p->arena, env_home(p->arena),
			str_print(p->arena, ".aws/%.*s", STR_ARG(file)));
	if (file_read(p->arena, path, AWS_FILE_BYTES_MAX, &text, &ignored))
		parse(p, file, text);
	diag_fini(&ignored); /* no such file is the common case: the chain goes on */
}

void aws_profiles_load(AwsProfiles *p, Arena *a)
{
	p->arena = a;
	map_init(&p->values, a);
	load(p, STR("credentials"), STR("AWS_SHARED_CREDENTIALS_FILE"));
	load(p, STR("config"), STR("AWS_CONFIG_FILE"));
}

Str aws_profile_get_in(const AwsProfiles *p, Str file, Str profile, Str key)
{
	const Str *value = map_find(&p->values, str_print(p->arena, "%.*s/%.*s/%.*s", STR_ARG(file),
							STR_ARG(profile), STR_ARG(key)));

	return value ? *value : STR_NONE;
}

Str aws_profile_get(const AwsProfiles *p, Str profile, Str key)
{
	Str value = aws_profile_get_in(p, STR("credentials"), profile, key);

	return value.len ? value : aws_profile_get_in(p, STR("config"), profile, key);
}

bool aws_profile_exists(const AwsProfiles *p, Str profile)
{
	return map_has(&p->values, str_print(p->arena, "credentials/%.*s", STR_ARG(profile))) ||
	       map_has(&p->values, str_print(p->arena, "config/%.*s", STR_ARG(profile)));
}
