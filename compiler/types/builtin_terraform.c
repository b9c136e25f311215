/* What the functions of Terraform are called here, for whoever types them out of habit.
 * Thread: any. */
#include "compiler/types/builtin_sig.h"

static const struct {
	Str theirs, ours, hint;
} habits[] = {
#define R(theirs, ours)                                                                            \
	{                                                                                          \
		STR_INIT(theirs), STR_INIT(ours),                                                  \
		{                                                                                  \
			"", 0                                                                      \
		}                                                                                  \
	}
#define H(theirs, hint)                                                                            \
	{                                                                                          \
		STR_INIT(theirs), {"", 0}, STR_INIT(hint)                                          \
	}
	R("abspath", "path_clean"),
	R("alltrue", "all"),
	R("anytrue", "any"),
	R("base64decode", "unbase64"),
	R("base64encode", "base64"),
	R("base64sha256", "base64_sha256"),
	R("base64sha512", "base64_sha512"),
	R("ceiling", "ceil"),
	R("chomp", "trim_end"),
	R("chunklist", "chunk"),
	R("cidrcontains", "cidr_contains"),
	R("cidrhost", "cidr_host"),
	R("cidrnetmask", "cidr_netmask"),
	R("cidrsubnet", "cidr_subnet"),
	R("cidrsubnets", "cidr_subnets"),
	R("coalescelist", "coalesce"),
	R("csvdecode", "parse_csv"),
	R("endswith", "ends_with"),
	R("filebase64", "file_base64"),
	R("fileexists", "file_exists"),
	R("filemd5", "file_md5"),
	R("fileset", "files"),
	R("filebase64sha256", "file_base64_sha256"),
	R("filesha256", "file_sha256"),
	R("filesha512", "file_sha512"),
	R("textencodebase64", "base64"),
	R("textdecodebase64", "unbase64"),
	H("filesha1", "write `sha1(file(path))`"),
	H("filebase64sha512", "write `base64_sha512(file(path))`"),
	H("base64gzip", "compress the file beforehand and read it with file_base64()"),
	H("issensitive", "the type says it: `secret T`"),
	H("ephemeralasnull", "secrets are handles, which no plan and no state holds"),
	R("formatdate", "time_format"),
	R("formatlist", "format"),
	R("index", "index_of"),
	R("jsondecode", "parse_json"),
	R("jsonencode", "json"),
	R("length", "len"),
	R("lookup", "get"),
	R("one", "only"),
	R("parseint", "parse_int"),
	R("range", "sequence"),
	R("regex", "regex_find"),
	R("regexall", "regex_find_all"),
	R("setintersection", "intersect"),
	R("setproduct", "combine"),
	R("setsubtract", "difference"),
	R("setunion", "union"),
	R("signum", "sign"),
	R("startswith", "starts_with"),
	R("strcontains", "contains"),
	R("strrev", "reverse_text"),
	R("substring", "substr"),
	R("templatefile", "template"),
	R("templatestring", "template"),
	R("timeadd", "time_add"),
	R("timecmp", "time_compare"),
	R("tolist", "list"),
	R("tonumber", "parse_float"),
	R("toset", "set"),
	R("tostring", "text"),
	R("trimprefix", "trim_prefix"),
	R("trimspace", "trim"),
	R("trimsuffix", "trim_suffix"),
	R("type", "type_name"),
	R("urlencode", "url_encode"),
	R("uuidv5", "uuid"),
	R("yamldecode", "parse_yaml"),
	R("yamlencode", "yaml"),
	R("zipmap", "zip_map"),
	H("bcrypt",
		"it gives another text each time; the resource `std.random_password` keeps one"),
	H("uuid4", "it gives another text each time; use the resource `std.random_id`"),
	H("can", "types say what can fail; `x?.y` is null where something is missing"),
	H("convert", "declare the type where the value goes"),
	H("try", "write `a?.b ?? default`: types say where a null may be"),
	H("timestamp", "evaluation has no clock; pass the time as a param"),
	H("plantimestamp", "evaluation has no clock; pass the time as a param"),
	H("sensitive", "declare the type as `secret T`"),
	H("nonsensitive", "a secret stays one; take it from where it is not secret yet"),
	H("tobool", "write `x == \"true\"`"),
	H("tomap", "a record is a map where a map is wanted"),
	H("matchkeys", "write `[for k, v in m if v == x => k]`"),
	H("pathexpand", "paths are relative to the module"),
	H("rsadecrypt", "not in a program: its result would be in the plan"),
	/* Other languages' names for what is here. */
	R("append", "concat"),
	R("basepath", "dirname"),
	R("capitalize", "title"),
	R("from_json", "parse_json"),
	R("has_key", "has"),
	R("includes", "contains"),
	R("size_of", "len"),
	R("str", "text"),
	R("string", "text"),
	R("strip", "trim"),
	R("to_json", "json"),
	R("to_string", "text"),
	R("uppercase", "upper"),
	R("lowercase", "lower"),
	R("unique", "distinct"),
	H("filter", "write `[for x in xs if condition => x]`"),
	H("map", "write `[for x in xs => ...]`"),
	H("reduce", "use sum(), min(), max(), all(), any() or join()"),
#undef H
#undef R
};

Str builtin_of_terraform(Str name, Str *ret_hint)
{
	*ret_hint = STR_NONE;
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		if (!str_eq(habits[i].theirs, name))
			continue;
		*ret_hint = habits[i].hint;
		return habits[i].ours;
	}
	return STR_NONE;
}
