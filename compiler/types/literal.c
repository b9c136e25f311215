/* Literals: the values of number, quantity and text nodes, and of what is built of them alone. */
#include "compiler/base/num.h"
#include "compiler/base/quantity.h"
#include "compiler/types/checker.h"

enum { LITERAL_DEPTH_MAX = 64 };

static bool parse_money(Str text, Value *ret)
{
	bool is_price = str_has(text, STR("/"));
	int64_t n;

	if (!(is_price ? quantity_parse_price(text, &n) : quantity_parse_money(text, &n)))
		return false;
	*ret = value_number(is_price ? VAL_PRICE : VAL_MONEY, n);
	return true;
}

static bool parse_quantity(ValueKind kind, Str text, Value *ret)
{
	int64_t n = 0;
	bool is_fine = kind == VAL_INT    ? quantity_parse_int(text, &n)
		       : kind == VAL_SIZE ? quantity_parse_size(text, &n)
					  : quantity_parse_duration(text, &n);

	if (is_fine)
		*ret = value_number(kind, n);
	return is_fine;
}

/* Floats may hold underscores between digits. */
static bool parse_float(Str text, double *ret)
{
	char digits[64];
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '_')
			continue;
		if (n == sizeof(digits))
			return num_parse_float(text, ret);
		digits[n++] = text.ptr[i];
	}
	return num_parse_float((Str){digits, n}, ret);
}

bool literal_value(const Node *e, Value *ret)
{
	double real = 0;

	switch ((NodeKind)e->kind) {
	case NODE_INT:
		return parse_quantity(VAL_INT, e->text, ret);
	case NODE_SIZE:
		return parse_quantity(VAL_SIZE, e->text, ret);
	case NODE_DURATION:
		return parse_quantity(VAL_DURATION, e->text, ret);
	case NODE_MONEY:
		return parse_money(e->text, ret);
	case NODE_FLOAT:
		if (!parse_float(e->text, &real))
			return false;
		*ret = value_float(real);
		return true;
	case NODE_GPUS:
		*ret = (Value){VAL_GPUS, {.text = e->text}};
		return true;
	case NODE_BOOL:
		*ret = value_bool(str_eq(e->text, STR("true")));
		return true;
	case NODE_NULL:
		*ret = VALUE_NULL;
		return true;
	case NODE_STRING:
		if (e->kid_count > 0)
			return false;
		*ret = value_string(e->text);
		return true;
	default:
		return false;
	}
}

static bool negate(Value v, Value *ret)
{
	if (v.kind == VAL_FLOAT)
		*ret = value_float(-v.as.real);
	else if (v.kind == VAL_INT || v.kind == VAL_SIZE || v.kind == VAL_DURATION ||
		 v.kind == VAL_MONEY || v.kind == VAL_PRICE)
		*ret = value_number(v.kind, -v.as.number);
	else
		return false;
	return true;
}

static bool fold(Arena *a, const Node *e, uint32_t depth, Value *ret);

static bool fold_range(Arena *a, const Node *e, uint32_t depth, Value *ret)
{
	Value ends[2] = {VALUE_NULL, VALUE_NULL};

	for (uint32_t i = 0; i < 2; i++) {
		if (e->kids[i] && !fold(a, e->kids[i], depth, &ends[i]))
			return false;
	}
	*ret = value_range(a, ends[0], ends[1]);
	return true;
}

static bool fold_list(Arena *a, const Node *e, uint32_t depth, Value *ret)
{
	Value *items = ARENA_ARRAY(a, Value, e->kid_count + 1);

	for (uint32_t i = 0; i < e->kid_count; i++) {
		if (!fold(a, e->kids[i], depth, &items[i]))
			return false;
	}
	*ret = value_list(a, items, e->kid_count);
	return true;
}

static bool fold_record(Arena *a, const Node *e, uint32_t depth, Value *ret)
{
	ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, e->kid_count + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < e->kid_count; i++) {
		const Node *field = e->kids[i];
		const Node *key = field->kind == NODE_FIELD ? field->kids[FIELD_KEY] : NULL;

		if (!key || !field->kids[FIELD_VALUE] ||
			(key->kind != NODE_IDENT && key->kind != NODE_STRING) ||
			key->kid_count > 0 || str_eq(field->text, STR("+=")))
			return false;
		entries[n].key = key->text;
		if (!fold(a, field->kids[FIELD_VALUE], depth, &entries[n].value))
			return false;
		if (entries[n].value.kind != VAL_NULL)
			n++;
	}
	*ret = value_map(a, entries, n);
	return true;
}

static bool fold(Arena *a, const Node *e, uint32_t depth, Value *ret)
{
	Value inner;

	if (depth == LITERAL_DEPTH_MAX)
		return false;
	switch ((NodeKind)e->kind) {
	case NODE_PAREN:
		return e->kids[0] && fold(a, e->kids[0], depth + 1, ret);
	case NODE_UNARY:
		return str_eq(e->text, STR("-")) && e->kids[0] &&
		       fold(a, e->kids[0], depth + 1, &inner) && negate(inner, ret);
	case NODE_RANGE:
		return fold_range(a, e, depth + 1, ret);
	case NODE_LIST:
		return fold_list(a, e, depth + 1, ret);
	case NODE_RECORD:
		return fold_record(a, e, depth + 1, ret);
	default:
		return literal_value(e, ret);
	}
}

bool literal_fold(Arena *a, const Node *e, Value *ret)
{
	return fold(a, e, 0, ret);
}
