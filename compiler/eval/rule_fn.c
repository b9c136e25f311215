/* Functions of schema rules. */
#include "compiler/eval/rule_fn.h"

#include "compiler/types/address.h"

static const Str names[] = {
	STR_INIT("within"),
	STR_INIT("prefix_length"),
	STR_INIT("zone_in"),
	STR_INIT("lower"),
	STR_INIT("upper"),
	STR_INIT("basename"),
};

bool rule_fn_exists(Str name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

static bool parse_range(Value v, AddressRange *ret)
{
	if (v.kind != VAL_STRING || !address_parse_range(v.as.text, ret))
		return false;
	address_mask(&ret->address, ret->prefix);
	return true;
}

bool rule_fn_overlap(Value a, Value b)
{
	AddressRange x, y;

	if (!parse_range(a, &x) || !parse_range(b, &y))
		return false;
	return address_contains(&x, &y) || address_contains(&y, &x);
}

static Str upper(Arena *a, Str s)
{
	char *made = ARENA_ARRAY(a, char, s.len + 1);

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		made[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	return (Str){made, s.len};
}

static bool call_text(Arena *a, Str name, Str text, Value *ret)
{
	if (str_eq(name, STR("lower"))) {
		*ret = value_string(str_lower(a, text));
	} else if (str_eq(name, STR("upper"))) {
		*ret = value_string(upper(a, text));
	} else if (str_eq(name, STR("basename"))) {
		size_t slash = str_rfind(text, STR("/"));

		*ret = value_string(
			slash == SIZE_MAX ? text : str_slice(text, slash + 1, text.len));
	} else {
		return false;
	}
	return true;
}

bool rule_fn_call(Arena *a, Str name, const Value *args, uint32_t count, Value *ret)
{
	AddressRange inner, outer;

	if (str_eq(name, STR("within"))) {
		if (count != 2 || !parse_range(args[0], &inner) || !parse_range(args[1], &outer))
			return false;
		*ret = value_bool(address_contains(&outer, &inner));
		return true;
	}
	if (str_eq(name, STR("prefix_length"))) {
		if (count != 1 || !parse_range(args[0], &inner))
			return false;
		*ret = value_int(inner.prefix);
		return true;
	}
	if (str_eq(name, STR("zone_in"))) {
		if (count != 2 || args[0].kind != VAL_STRING || args[1].kind != VAL_STRING)
			return false;
		*ret = value_bool(args[0].as.text.len > args[1].as.text.len &&
				  str_starts(args[0].as.text, args[1].as.text));
		return true;
	}
	return count == 1 && args[0].kind == VAL_STRING && call_text(a, name, args[0].as.text, ret);
}
