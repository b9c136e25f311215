/* Lowering of expressions, constants and paths.  Thread: one at a time. */
#include "compiler/schema/lower_impl.h"

#include "compiler/base/num.h"
#include "compiler/base/quantity.h"

static SchemaExpr *expr_new(Lower *l, SchemaExprKind kind, const Node *n, uint32_t count)
{
	SchemaExpr *e = ARENA_NEW(l->arena, SchemaExpr);

	e->kind = kind;
	e->name = n->text;
	e->at = n->span;
	e->count = count;
	return e;
}

/* Lowers kids `first` and later into `e->kids`. */
static SchemaExpr *with_kids(Lower *l, SchemaExpr *e, const Node *n, uint32_t first)
{
	const SchemaExpr **kids = ARENA_ARRAY(l->arena, const SchemaExpr *, n->kid_count);

	for (uint32_t i = first; i < n->kid_count; i++)
		kids[i - first] = lower_expr(l, n->kids[i]);
	e->kids = kids;
	e->count = n->kid_count - first;
	return e;
}

static const SchemaExpr *lower_call_expr(Lower *l, const Node *n)
{
	SchemaExpr *e = expr_new(l, SX_CALL, n, n->kid_count - 1);
	const SchemaExpr **kids = ARENA_ARRAY(l->arena, const SchemaExpr *, n->kid_count);
	Str *names = ARENA_ARRAY(l->arena, Str, n->kid_count);

	e->name = n->kids[0]->text;
	for (uint32_t i = 1; i < n->kid_count; i++) {
		const Node *arg = n->kids[i];

		if (arg->kind == NODE_NAMED_ARG) {
			names[i - 1] = arg->kids[0]->text;
			arg = arg->kids[1];
		}
		kids[i - 1] = lower_expr(l, arg);
	}
	e->kids = kids;
	e->keys = names;
	return e;
}

static const SchemaExpr *lower_record_expr(Lower *l, const Node *n)
{
	SchemaExpr *e = expr_new(l, SX_RECORD, n, n->kid_count);
	const SchemaExpr **kids = ARENA_ARRAY(l->arena, const SchemaExpr *, n->kid_count);
	Str *keys = ARENA_ARRAY(l->arena, Str, n->kid_count);

	for (uint32_t i = 0; i < n->kid_count; i++) {
		const Node *item = n->kids[i];

		if (item->kind == NODE_FIELD) {
			keys[i] = item->kids[FIELD_KEY]->text;
			kids[i] = lower_expr(l, item->kids[FIELD_VALUE]);
		} else {
			kids[i] = lower_expr(l, item);
		}
	}
	e->kids = kids;
	e->keys = keys;
	return e;
}

static const SchemaExpr *lower_template(Lower *l, const Node *n)
{
	SchemaExpr *e = with_kids(l, expr_new(l, SX_TEMPLATE, n, 0), n, 0);

	e->name = STR_NONE;
	return e;
}

/* Object behind the slots of SCHEMA_SEGMENT: 0 predicate?, 1 object. */
static const SchemaExpr *lower_select(Lower *l, const Node *n)
{
	SchemaExpr *e = expr_new(l, n->kids[0] ? SX_FILTER : SX_EACH, n, n->kids[0] ? 2 : 1);
	const SchemaExpr **kids = ARENA_ARRAY(l->arena, const SchemaExpr *, 2);

	kids[0] = lower_expr(l, n->kids[1]);
	kids[1] = lower_expr(l, n->kids[0]);
	e->kids = kids;
	return e;
}

static const SchemaExpr *lower_member(Lower *l, const Node *n)
{
	SchemaExpr *e = expr_new(l, SX_MEMBER, n, 1);
	const SchemaExpr **kids = ARENA_ARRAY(l->arena, const SchemaExpr *, 1);

	kids[0] = lower_expr(l, n->kids[0]);
	e->kids = kids;
	e->name = n->kids[1]->text;
	return e;
}

static const SchemaExpr *lower_constant(Lower *l, const Node *n)
{
	SchemaExpr *e = expr_new(l, SX_CONST, n, 0);

	e->name = STR_NONE;
	if (!lower_const(l, n, NULL, &e->value))
		diag_add(l->diags, DIAG_SCHEMA_SYNTAX, n->span, "this cannot stand in a schema");
	return e;
}

const SchemaExpr *lower_expr(Lower *l, const Node *n)
{
	if (!n)
		return NULL;
	switch ((NodeKind)n->kind) {
	case NODE_IDENT:
		return expr_new(l, SX_NAME, n, 0);
	case NODE_KEY_AT:
		return expr_new(l, SX_ASPECT, n, 0);
	case NODE_PAREN:
		return lower_expr(l, n->kids[0]);
	case NODE_MEMBER:
		return lower_member(l, n);
	case NODE_INDEX:
		return with_kids(l, expr_new(l, SX_INDEX, n, 2), n, 0);
	case NODE_SCHEMA_SEGMENT:
		return lower_select(l, n);
	case NODE_CALL:
		return lower_call_expr(l, n);
	case NODE_RECORD:
		return lower_record_expr(l, n);
	case NODE_LIST:
		return with_kids(l, expr_new(l, SX_LIST, n, 0), n, 0);
	case NODE_SPREAD:
		return with_kids(l, expr_new(l, SX_SPREAD, n, 0), n, 0);
	case NODE_STRING:
		return n->kid_count > 0 ? lower_template(l, n) : lower_constant(l, n);
	case NODE_UNARY:
		if (str_eq(n->text, STR("-")) && n->kids[0]->kind == NODE_INT)
			return lower_constant(l, n);
		return with_kids(l, expr_new(l, SX_UNARY, n, 1), n, 0);
	case NODE_BINARY:
		return with_kids(l, expr_new(l, SX_BINARY, n, 2), n, 0);
	case NODE_RANGE:
		return with_kids(l, expr_new(l, SX_RANGE, n, 2), n, 0);
	case NODE_IF:
		return with_kids(l, expr_new(l, SX_IF, n, 3), n, 0);
	default:
		return lower_constant(l, n);
	}
}

const Type *lower_plain(const Type *t)
{
	while (t && (t->kind == TYPE_OPTIONAL || t->kind == TYPE_KNOWN || t->kind == TYPE_SECRET))
		t = t->elem;
	return t;
}

static bool const_list(Lower *l, const Node *n, const Type *type, Value *ret)
{
	Value *items = ARENA_ARRAY(l->arena, Value, n->kid_count);
	const Type *elem = NULL;
	bool is_set = type && type->kind == TYPE_SET;

	if (type && (type->kind == TYPE_LIST || type->kind == TYPE_SET))
		elem = type->elem;
	for (uint32_t i = 0; i < n->kid_count; i++) {
		if (!lower_const(l, n->kids[i], elem, &items[i]))
			return false;
	}
	*ret = is_set ? value_set(l->arena, items, n->kid_count)
		      : value_list(l->arena, items, n->kid_count);
	return true;
}

static bool const_record(Lower *l, const Node *n, const Type *type, Value *ret)
{
	ValueEntry *entries = ARENA_ARRAY(l->arena, ValueEntry, n->kid_count);

	for (uint32_t i = 0; i < n->kid_count; i++) {
		const Node *field = n->kids[i];
		const Type *elem = NULL;

		if (field->kind != NODE_FIELD)
			return false;
		entries[i].key = field->kids[FIELD_KEY]->text;
		if (type && type->kind == TYPE_MAP)
			elem = type->elem;
		else if (type && type_field(type, entries[i].key))
			elem = type_field(type, entries[i].key)->type;
		if (!lower_const(l, field->kids[FIELD_VALUE], elem, &entries[i].value))
			return false;
	}
	*ret = value_map(l->arena, entries, n->kid_count);
	return true;
}

static bool const_quantity(const Node *n, ValueKind kind, Value *ret)
{
	int64_t number = 0;
	bool ok = false;

	if (kind == VAL_SIZE)
		ok = quantity_parse_size(n->text, &number);
	else if (kind == VAL_DURATION)
		ok = quantity_parse_duration(n->text, &number);
	else if (kind == VAL_MONEY)
		ok = quantity_parse_money(n->text, &number);
	else if (kind == VAL_PRICE)
		ok = quantity_parse_price(n->text, &number);
	else
		ok = quantity_parse_int(n->text, &number);
	*ret = value_number(kind, number);
	return ok;
}

static bool const_minus(Lower *l, const Node *n, const Type *type, Value *ret)
{
	Value inner;

	if (!str_eq(n->text, STR("-")) || !lower_const(l, n->kids[0], type, &inner))
		return false;
	if (inner.kind == VAL_INT)
		return num_sub(0, inner.as.number, &ret->as.number) && (ret->kind = VAL_INT);
	if (inner.kind != VAL_FLOAT)
		return false;
	*ret = value_float(-inner.as.real);
	return true;
}

bool lower_const(Lower *l, const Node *n, const Type *type, Value *ret)
{
	double real;

	type = lower_plain(type);
	switch ((NodeKind)n->kind) {
	case NODE_NULL:
		*ret = VALUE_NULL;
		return true;
	case NODE_BOOL:
		*ret = value_bool(str_eq(n->text, STR("true")));
		return true;
	case NODE_STRING:
	case NODE_STRING_PART:
		*ret = value_string(n->text);
		return n->kid_count == 0;
	case NODE_INT:
		if (!const_quantity(n, VAL_INT, ret))
			return false;
		if (type && type->kind == TYPE_FLOAT)
			*ret = value_float((double)ret->as.number);
		return true;
	case NODE_FLOAT:
		*ret = num_parse_float(n->text, &real) ? value_float(real) : VALUE_NULL;
		return ret->kind == VAL_FLOAT;
	case NODE_SIZE:
		return const_quantity(n, VAL_SIZE, ret);
	case NODE_DURATION:
		return const_quantity(n, VAL_DURATION, ret);
	case NODE_MONEY:
		return const_quantity(n, str_has(n->text, STR("/")) ? VAL_PRICE : VAL_MONEY, ret);
	case NODE_UNARY:
		return const_minus(l, n, type, ret);
	case NODE_LIST:
		return const_list(l, n, type, ret);
	case NODE_RECORD:
		return const_record(l, n, type, ret);
	case NODE_PAREN:
		return lower_const(l, n->kids[0], type, ret);
	case NODE_IDENT:
		*ret = value_string(n->text);
		return l->has_words;
	default:
		return false;
	}
}

static void lower_segment(Lower *l, const Node *n, SchemaSegment *s)
{
	Str t = n->text;

	if (str_eq(t, STR("[]"))) {
		s->kind = SEGMENT_EACH;
	} else if (str_eq(t, STR("[?]"))) {
		s->kind = SEGMENT_FILTER;
		s->filter = lower_expr(l, n->kids[0]);
	} else if (str_starts(t, STR("["))) {
		s->kind = SEGMENT_INDEX;
		if (!num_parse_int(str_slice(t, 1, t.len - 1), &s->index))
			diag_add(l->diags, DIAG_SCHEMA_SYNTAX, n->span, "expected a small number");
	} else if (str_eq(t, STR("*"))) {
		s->kind = SEGMENT_STAR;
	} else if (str_starts(t, STR("@"))) {
		s->kind = SEGMENT_ASPECT;
		s->name = str_slice(t, 1, t.len);
	} else {
		s->kind = SEGMENT_MEMBER;
		s->name = t;
	}
}

const SchemaPath *lower_path(Lower *l, const Node *n)
{
	SchemaPath *path;
	SchemaSegment *segments;

	if (!n)
		return NULL;
	path = ARENA_NEW(l->arena, SchemaPath);
	segments = ARENA_ARRAY(l->arena, SchemaSegment, n->kid_count);
	for (uint32_t i = 0; i < n->kid_count; i++)
		lower_segment(l, n->kids[i], &segments[i]);
	path->text = n->text;
	path->segments = segments;
	path->count = n->kid_count;
	path->is_relative = str_starts(n->text, STR("."));
	return path;
}

const SchemaFn *lower_fns(Lower *l, const Node *n, uint32_t first, uint32_t *ret_count)
{
	uint32_t count = n->kid_count > first ? n->kid_count - first : 0;
	SchemaFn *fns = ARENA_ARRAY(l->arena, SchemaFn, count);

	for (uint32_t i = 0; i < count; i++) {
		const SchemaExpr *call = lower_call_expr(l, n->kids[first + i]);

		fns[i] = (SchemaFn){call->name, call->kids, call->keys, call->count};
	}
	*ret_count = count;
	return count > 0 ? fns : NULL;
}
