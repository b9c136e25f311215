/* Operands against signatures, by kind. */
#include "compiler/graph/residual_check.h"

enum { CHECK_TYPE_DEPTH_MAX = 32 };

static bool fits(const Type *t, Value v, uint32_t depth);

static bool all_fit(const Type *elem, Value v, uint32_t depth)
{
	if (v.kind == VAL_MAP) {
		for (uint32_t i = 0; i < v.as.map->len; i++)
			if (!fits(elem, v.as.map->entries[i].value, depth))
				return false;
		return true;
	}
	for (uint32_t i = 0; i < v.as.list->len; i++)
		if (!fits(elem, v.as.list->items[i], depth))
			return false;
	return true;
}

static bool is_number_kind(TypeKind type, ValueKind value)
{
	return (type == TYPE_BOOL && value == VAL_BOOL) || (type == TYPE_INT && value == VAL_INT) ||
	       (type == TYPE_FLOAT && (value == VAL_FLOAT || value == VAL_INT)) ||
	       (type == TYPE_SIZE && value == VAL_SIZE) ||
	       (type == TYPE_DURATION && value == VAL_DURATION) ||
	       (type == TYPE_MONEY && value == VAL_MONEY) ||
	       (type == TYPE_PRICE && value == VAL_PRICE) ||
	       (type == TYPE_GPUS && value == VAL_GPUS);
}

static bool fits(const Type *t, Value v, uint32_t depth)
{
	if (v.kind == VAL_DEFERRED || !t)
		return true;
	if (depth == CHECK_TYPE_DEPTH_MAX)
		return false;
	switch (t->kind) {
	case TYPE_LIST:
		return v.kind == VAL_LIST && all_fit(t->elem, v, depth + 1);
	case TYPE_SET:
		return v.kind == VAL_SET && all_fit(t->elem, v, depth + 1);
	case TYPE_RANGE:
		return v.kind == VAL_RANGE && v.as.list->len == 2;
	case TYPE_MAP:
		return v.kind == VAL_MAP && all_fit(t->elem, v, depth + 1);
	case TYPE_RECORD:
		return v.kind == VAL_MAP;
	case TYPE_STRING:
	case TYPE_ID:
		return v.kind == VAL_STRING;
	case TYPE_LITERAL:
		return v.kind == t->literal.kind;
	case TYPE_OPTIONAL:
		return v.kind == VAL_NULL || fits(t->elem, v, depth + 1);
	case TYPE_SECRET:
	case TYPE_KNOWN:
		return fits(t->elem, v, depth + 1);
	case TYPE_UNION:
		for (uint32_t i = 0; i < t->count; i++)
			if (fits(t->members[i], v, depth + 1))
				return true;
		return false;
	case TYPE_ERROR:
	case TYPE_NEVER:
	case TYPE_NULL:
	case TYPE_JSON:
	case TYPE_OBJECT: /* a type variable */
	case TYPE_KIND_COUNT:
		return true;
	case TYPE_BOOL:
	case TYPE_INT:
	case TYPE_FLOAT:
	case TYPE_SIZE:
	case TYPE_DURATION:
	case TYPE_MONEY:
	case TYPE_PRICE:
	case TYPE_GPUS:
		break;
	}
	return is_number_kind(t->kind, v.kind);
}

static bool check_builtin(const Builtin *b, const Value *args, uint32_t count)
{
	const BuiltinParam *last = b->param_count ? &b->params[b->param_count - 1] : NULL;
	uint32_t fixed = last && last->is_rest ? b->param_count - 1 : b->param_count;

	if (count < fixed || (count > fixed && !(last && last->is_rest)))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const BuiltinParam *p = i < fixed ? &b->params[i] : last;
		bool is_absent = p->is_optional && args[i].kind == VAL_NULL;

		if (!is_absent && !fits(p->type, args[i], 0))
			return false;
	}
	return true;
}

static bool check_operator(Operation op, const Value *args, uint32_t count)
{
	if (op == OP_NEGATE || op == OP_NOT)
		return count == 1;
	if (op == OP_TEXT)
		return true;
	if (op == OP_RECORD)
		return count % 2 == 0;
	if (op == OP_MEMBER || op == OP_SAFE_MEMBER || op == OP_ADAPT)
		return count == 2 && args[1].kind == VAL_STRING;
	if (op == OP_AND || op == OP_OR) {
		for (uint32_t i = 0; i < count; i++)
			if (args[i].kind != VAL_BOOL && args[i].kind != VAL_DEFERRED)
				return false;
	}
	return op > OP_NONE && op <= OP_ADAPT && (count == 2 || op == OP_MERGE);
}

bool residual_check(ResidualCheck *c, Arena *a, Operation op, const Value *args, uint32_t count)
{
	if (op <= OP_FIRST_BUILTIN)
		return check_operator(op, args, count);
	if (op >= OPERATION_COUNT)
		return false;
	if (!c->types) {
		c->types = ARENA_NEW(a, Types);
		types_init(c->types, a);
		c->cache = ARENA_ARRAY(a, const Builtin *, OPERATION_COUNT);
	}
	const Builtin *b = builtin_find(c->types, c->cache, operation_name(op));

	return b && check_builtin(b, args, count);
}
