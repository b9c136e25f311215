/* Putting values together and taking them apart: text, records, members, indexes.  Parts may be
 * deferred as long as the shape is known.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/num.h"
#include "compiler/base/quantity.h"

enum { KEYS_SHOWN_MAX = 64 };

bool op_print_scalar(Buf *b, Value v)
{
	switch (v.kind) {
	case VAL_BOOL:
		buf_add_cstr(b, v.as.boolean ? "true" : "false");
		return true;
	case VAL_INT:
		buf_print(b, "%lld", (long long)v.as.number);
		return true;
	case VAL_FLOAT:
		num_print_float(b, v.as.real);
		return true;
	case VAL_SIZE:
		quantity_print_size(b, v.as.number);
		return true;
	case VAL_DURATION:
		quantity_print_duration(b, v.as.number);
		return true;
	case VAL_MONEY:
		quantity_print_money(b, v.as.number);
		return true;
	case VAL_PRICE:
		quantity_print_price(b, v.as.number);
		return true;
	case VAL_GPUS:
	case VAL_STRING:
		buf_add(b, v.as.text);
		return true;
	default:
		return false;
	}
}

static bool is_text_call(Value v)
{
	return v.kind == VAL_DEFERRED && v.as.residual->op == RESIDUAL_CALL &&
	       v.as.residual->number == OP_TEXT;
}

typedef Vec(Value) Values;

static void flush(OpCtx *c, Values *parts, Buf *b)
{
	if (b->len > 0)
		vec_add(c->arena, parts, value_string(str_copy(c->arena, buf_str(b))));
	buf_clear(b);
}

/* Known neighbours become one string; texts inside are spread out. */
static bool gather(OpCtx *c, const Value *args, uint32_t count, Values *parts, Buf *b)
{
	for (uint32_t i = 0; i < count; i++) {
		if (is_text_call(args[i])) {
			const Residual *r = args[i].as.residual;

			if (!gather(c, r->args, r->arg_count, parts, b))
				return false;
		} else if (args[i].kind == VAL_DEFERRED) {
			flush(c, parts, b);
			vec_add(c->arena, parts, args[i]);
		} else if (!op_print_scalar(b, args[i])) {
			Str kind = value_kind_name(args[i].kind);

			(void)op_fail(c,
				args[i].kind == VAL_NULL ? DIAG_NULL_ACCESS : DIAG_NOT_PRINTABLE,
				"a %.*s cannot be put into text", STR_ARG(kind));
			return false;
		}
		if (b->overflowed) {
			(void)op_fail(c, DIAG_FUEL, "a text of more than %d bytes", TEXT_BYTES_MAX);
			return false;
		}
	}
	return true;
}

static Value text(OpCtx *c, const Value *args, uint32_t count)
{
	Values parts = {0};
	Value result = VALUE_NULL;
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	if (gather(c, args, count, &parts, &b)) {
		bool is_known = parts.len == 0;

		if (is_known) {
			result = value_string(str_copy(c->arena, buf_str(&b)));
		} else {
			flush(c, &parts, &b);
			result = op_defer(c, OP_TEXT, parts.ptr, parts.len);
		}
	}
	buf_fini(&b);
	return result;
}

static Value concat(OpCtx *c, const Value *args)
{
	uint32_t n = 0;
	Value *items;

	if (args[0].kind == VAL_STRING && args[1].kind == VAL_STRING)
		return text(c, args, 2);
	if (args[0].kind == VAL_DEFERRED || args[1].kind == VAL_DEFERRED)
		return op_defer(c, OP_CONCAT, args, 2);
	if (args[0].kind != VAL_LIST || args[1].kind != VAL_LIST)
		return op_fail(c, DIAG_BAD_OPERAND, "`++` takes two lists or two strings");
	items = ARENA_ARRAY(c->arena, Value, args[0].as.list->len + args[1].as.list->len);
	for (uint32_t a = 0; a < 2; a++) {
		for (uint32_t i = 0; i < args[a].as.list->len; i++)
			items[n++] = args[a].as.list->items[i];
	}
	return value_list(c->arena, items, n);
}

bool op_key_text(OpCtx *c, Value key, Str *ret)
{
	Str kind = value_kind_name(key.kind);

	if (key.kind == VAL_STRING)
		*ret = key.as.text;
	else if (key.kind == VAL_INT)
		*ret = str_print(c->arena, "%lld", (long long)key.as.number);
	else
		return (void)op_fail(c, DIAG_BAD_OPERAND, "a key is a string or an int, not %.*s",
			       STR_ARG(kind)),
		       false;
	return true;
}

static Value member(OpCtx *c, Operation op, const Value *args)
{
	Value object = args[0];
	Str name = args[1].as.text;
	const Value *found;
	Str rest, count;
	double n = 0;

	CHECK(args[1].kind == VAL_STRING);
	switch (object.kind) {
	case VAL_DEFERRED:
		return op_defer(c, op, args, 2);
	case VAL_MAP:
		found = value_find(object, name);
		return found ? *found : VALUE_NULL;
	case VAL_NULL:
		if (op == OP_SAFE_MEMBER)
			return VALUE_NULL;
		return op_fail(c, DIAG_NULL_ACCESS, "`.%.*s` of a null value", STR_ARG(name));
	case VAL_RANGE:
		return object.as.list->items[str_eq(name, STR("to"))];
	case VAL_GPUS:
		rest = object.as.text;
		count = str_cut(&rest, STR("x"));
		if (str_eq(name, STR("name")))
			return value_string(rest);
		return num_parse_float(count, &n) ? value_float(n) : VALUE_NULL;
	default:
		return op_fail(c, DIAG_BAD_OPERAND, "a %.*s has no field `%.*s`",
			STR_ARG(value_kind_name(object.kind)), STR_ARG(name));
	}
}

static Value unknown_key(OpCtx *c, const ValueMap *map, Str key)
{
	Str names[KEYS_SHOWN_MAX];
	uint32_t n = 0;
	uint32_t before = c->diags ? c->diags->items.len : 0;
	Value none = op_fail(c, DIAG_UNKNOWN_KEY, "there is no key `%.*s`", STR_ARG(key));
	Str near;
	Diag *d;

	for (; n < map->len && n < KEYS_SHOWN_MAX; n++)
		names[n] = map->entries[n].key;
	if (!c->diags || c->diags->items.len == before)
		return none;
	d = c->diags->items.ptr[before];
	near = str_nearest(key, names, n);
	if (map->len == 0)
		diag_why(d, "the map is empty");
	else if (map->len <= 12)
		diag_why(d, "the keys are `%.*s`",
			STR_ARG(str_join(c->arena, names, n, STR("`, `"))));
	if (near.len > 0)
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
	return none;
}

static Value element(OpCtx *c, const Value *args)
{
	const Value *found;
	Str key;

	if (args[0].kind == VAL_DEFERRED || args[1].kind == VAL_DEFERRED)
		return op_defer(c, OP_INDEX, args, 2);
	if (args[0].kind == VAL_MAP) {
		if (!op_key_text(c, args[1], &key))
			return VALUE_NULL;
		found = value_find(args[0], key);
		return found ? *found : unknown_key(c, args[0].as.map, key);
	}
	if (args[0].kind == VAL_NULL)
		return op_fail(c, DIAG_NULL_ACCESS, "an element of a null value");
	if (args[0].kind != VAL_LIST || args[1].kind != VAL_INT)
		return op_fail(
			c, DIAG_BAD_OPERAND, "`[]` takes a list and an int, or a map and a key");
	if (args[1].as.number < 0 || args[1].as.number >= (int64_t)args[0].as.list->len)
		return op_fail(c, DIAG_UNKNOWN_KEY, "there is no element %lld in a list of %u",
			(long long)args[1].as.number, args[0].as.list->len);
	return args[0].as.list->items[args[1].as.number];
}

static Value record(OpCtx *c, const Value *args, uint32_t count)
{
	ValueEntry *entries = ARENA_ARRAY(c->arena, ValueEntry, count / 2);
	uint32_t n = 0;
	bool has_ints = count > 0;

	for (uint32_t i = 0; i + 1 < count; i += 2) {
		if (args[i].kind == VAL_DEFERRED)
			return op_defer(c, OP_RECORD, args, count);
		if (!op_key_text(c, args[i], &entries[n].key))
			return VALUE_NULL;
		has_ints = has_ints && args[i].kind == VAL_INT;
		entries[n].value = args[i + 1];
		n += args[i + 1].kind != VAL_NULL;
	}
	return has_ints ? value_int_map(c->arena, entries, n) : value_map(c->arena, entries, n);
}

/* Spreads: later wins; a null spread is nothing. */
static Value merge(OpCtx *c, const Value *args, uint32_t count)
{
	uint32_t most = 0, n = 0;
	bool has_ints = count > 0;
	ValueEntry *entries;

	for (uint32_t i = 0; i < count; i++) {
		if (args[i].kind == VAL_DEFERRED)
			return op_defer(c, OP_MERGE, args, count);
		if (args[i].kind != VAL_MAP && args[i].kind != VAL_NULL)
			return op_fail(c, DIAG_BAD_OPERAND, "`...` takes a record or map, not %.*s",
				STR_ARG(value_kind_name(args[i].kind)));
		most += args[i].kind == VAL_MAP ? args[i].as.map->len : 0;
	}
	entries = ARENA_ARRAY(c->arena, ValueEntry, most);
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t e = 0; args[i].kind == VAL_MAP && e < args[i].as.map->len; e++)
			entries[n++] = args[i].as.map->entries[e];
		has_ints = has_ints && args[i].kind == VAL_MAP && args[i].as.map->has_int_keys;
	}
	return has_ints ? value_int_map(c->arena, entries, n) : value_map(c->arena, entries, n);
}

static Value range(OpCtx *c, const Value *args)
{
	if (value_is_known(args[0]) && value_is_known(args[1]) && args[0].kind != VAL_NULL &&
		args[1].kind != VAL_NULL && op_order(args[0], args[1]) > 0)
		return op_fail(c, DIAG_OUT_OF_RANGE, "a range that ends before it begins");
	return value_range(c->arena, args[0], args[1]);
}

Value op_access_apply(OpCtx *c, Operation op, const Value *args, uint32_t count)
{
	switch ((int)op) {
	case OP_TEXT:
		return text(c, args, count);
	case OP_CONCAT:
		return concat(c, args);
	case OP_MEMBER:
	case OP_SAFE_MEMBER:
		return member(c, op, args);
	case OP_INDEX:
		return element(c, args);
	case OP_RANGE:
		return range(c, args);
	case OP_RECORD:
		return record(c, args, count);
	default:
		return merge(c, args, count);
	}
}
