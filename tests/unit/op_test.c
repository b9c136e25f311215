/* Operators on values: arithmetic, comparison, what waits and what is settled without waiting. */
#include "compiler/eval/eval.h"

#include "compiler/types/refine.h"
#include "tests/unit/test.h"

#include <stdio.h>

typedef struct World {
	Arena *arena;
	DiagList diags;
	OpCtx op;
} World;

static void world_init(World *w)
{
	*w = (World){.arena = arena_new("test")};
	diag_list_init(&w->diags, w->arena);
	w->op = (OpCtx){.arena = w->arena, .diags = &w->diags};
}

static Value reference(World *w, const char *name, bool may_be_null)
{
	Residual *r = ARENA_NEW(w->arena, Residual);

	*r = (Residual){.op = RESIDUAL_REF, .name = str_from(name), .may_be_null = may_be_null};
	return value_residual(r);
}

static Value secret(World *w)
{
	Residual *r = ARENA_NEW(w->arena, Residual);

	*r = (Residual){.op = RESIDUAL_SECRET, .name = STR("env"), .is_secret = true};
	return value_residual(r);
}

static Value lookup(World *w)
{
	Residual *r = ARENA_NEW(w->arena, Residual);

	*r = (Residual){.op = RESIDUAL_LOOKUP, .name = STR("image"), .is_lookup = true};
	return value_residual(r);
}

static Value two(World *w, Operation op, Value a, Value b)
{
	Value args[2] = {a, b};

	w->op.has_failed = false;
	return op_apply(&w->op, op, args, 2);
}

static bool prints(Value v, const char *want)
{
	Buf b;
	bool ok;

	buf_init(&b, 1024);
	value_print(&b, v, -1);
	ok = str_eq(buf_str(&b), str_from(want));
	if (!ok)
		fprintf(stderr, "%s, not %s\n", buf_cstr(&b), want);
	buf_fini(&b);
	return ok;
}

static bool fails(World *w, Operation op, Value a, Value b, DiagCode code)
{
	uint32_t before = w->diags.items.len;

	return two(w, op, a, b).kind == VAL_NULL && w->op.has_failed &&
	       w->diags.items.len == before + 1 && w->diags.items.ptr[before]->code == code;
}

TEST(op_arithmetic)
{
	Value gib = value_number(VAL_SIZE, (int64_t)1 << 30),
	      hour = value_number(VAL_DURATION, 3600000);
	Value price = value_number(VAL_PRICE, 2500000000);
	World w;

	world_init(&w);
	CHECK_THAT(prints(two(&w, OP_ADD, value_int(2), value_int(3)), "5"));
	CHECK_THAT(prints(two(&w, OP_ADD, value_int(2), value_float(0.5)), "2.5"));
	CHECK_THAT(prints(two(&w, OP_SUB, gib, gib), "0B"));
	CHECK_THAT(prints(two(&w, OP_MUL, gib, value_int(64)), "64GiB"));
	CHECK_THAT(prints(two(&w, OP_MUL, value_float(0.5), gib), "512MiB"));
	CHECK_THAT(prints(two(&w, OP_MUL, price, two(&w, OP_MUL, hour, value_int(3))), "$7.50"));
	CHECK_THAT(prints(two(&w, OP_DIV, value_int(7), value_int(2)), "3.5"));
	CHECK_THAT(prints(two(&w, OP_DIV, gib, gib), "1.0"));
	CHECK_THAT(prints(two(&w, OP_DIV, value_number(VAL_MONEY, 5000000000), hour), "$5/h") ||
		   prints(two(&w, OP_DIV, value_number(VAL_MONEY, 5000000000), hour), "$5.00/h"));
	CHECK_THAT(prints(two(&w, OP_DIV, value_number(VAL_MONEY, 5000000000), price), "2h"));
	CHECK_THAT(prints(two(&w, OP_REM, value_int(-1), value_int(3)), "2"));
	CHECK_THAT(prints(two(&w, OP_REM, value_int(INT64_MIN), value_int(-1)), "0"));
	CHECK_THAT(fails(&w, OP_ADD, value_int(INT64_MAX), value_int(1), DIAG_OVERFLOW));
	CHECK_THAT(fails(&w, OP_MUL, gib, gib, DIAG_BAD_OPERAND));
	CHECK_THAT(fails(&w, OP_MUL, gib, value_float(1e300), DIAG_OVERFLOW));
	CHECK_THAT(fails(&w, OP_DIV, value_int(1), value_int(0), DIAG_DIVISION_BY_ZERO));
	CHECK_THAT(fails(&w, OP_DIV, gib, value_float(0), DIAG_DIVISION_BY_ZERO));
	CHECK_THAT(fails(&w, OP_REM, value_int(1), value_int(0), DIAG_DIVISION_BY_ZERO));
	CHECK_THAT(fails(&w, OP_ADD, gib, hour, DIAG_BAD_OPERAND));
	CHECK_THAT(fails(&w, OP_SUB, value_int(INT64_MIN), value_int(1), DIAG_OVERFLOW));
	arena_free(w.arena);
}

TEST(op_comparison)
{
	Value items[2] = {value_int(1), value_int(2)};
	Value list, range;
	World w;

	world_init(&w);
	list = value_list(w.arena, items, 2);
	range = value_range(w.arena, value_int(1), VALUE_NULL);
	CHECK_THAT(two(&w, OP_EQ, value_int(3), value_float(3)).as.boolean);
	CHECK_THAT(two(&w, OP_NE, value_int(3), value_string(STR("3"))).as.boolean);
	CHECK_THAT(two(&w, OP_LT, value_int(2), value_float(2.5)).as.boolean);
	CHECK_THAT(two(&w, OP_GE, value_string(STR("b")), value_string(STR("a"))).as.boolean);
	CHECK_THAT(two(&w, OP_IN, value_float(2), list).as.boolean);
	CHECK_THAT(!two(&w, OP_IN, value_int(3), list).as.boolean);
	CHECK_THAT(two(&w, OP_IN, value_int(9), range).as.boolean);
	CHECK_THAT(!two(&w, OP_IN, value_int(0), range).as.boolean);
	CHECK_THAT(fails(&w, OP_LT, value_int(1), value_string(STR("a")), DIAG_BAD_OPERAND));
	arena_free(w.arena);
}

TEST(op_settles_without_waiting)
{
	World w;
	Value id, maybe, v;

	world_init(&w);
	id = reference(&w, "vpc", false);
	maybe = reference(&w, "maybe", true);
	CHECK_THAT(prints(two(&w, OP_NE, id, VALUE_NULL), "true"));
	CHECK_THAT(prints(two(&w, OP_EQ, id, id), "true"));
	CHECK_EQ(two(&w, OP_EQ, maybe, VALUE_NULL).kind, VAL_DEFERRED);
	CHECK_EQ(two(&w, OP_EQ, id, value_int(1)).kind, VAL_DEFERRED);
	CHECK_THAT(prints(two(&w, OP_AND, maybe, value_bool(false)), "false"));
	CHECK_THAT(prints(two(&w, OP_OR, value_bool(true), maybe), "true"));
	CHECK_THAT(value_eq(two(&w, OP_AND, value_bool(true), maybe), maybe));
	CHECK_THAT(value_eq(two(&w, OP_OR, maybe, value_bool(false)), maybe));
	CHECK_THAT(value_eq(two(&w, OP_COALESCE, id, value_int(1)), id));
	CHECK_THAT(value_eq(two(&w, OP_COALESCE, VALUE_NULL, id), id));
	v = two(&w, OP_COALESCE, maybe, value_int(1));
	CHECK_THAT(v.kind == VAL_DEFERRED && !v.as.residual->may_be_null);
	CHECK_THAT(prints(two(&w, OP_IN, value_int(1),
				  value_list(w.arena, (const Value[]){id, value_int(1)}, 2)),
		"true"));
	arena_free(w.arena);
}

TEST(op_text_keeps_known_parts)
{
	World w;
	Value args[3], v, again;

	world_init(&w);
	args[0] = value_string(STR("a-"));
	args[1] = value_int(3);
	args[2] = reference(&w, "vpc", false);
	v = op_apply(&w.op, OP_TEXT, args, 2);
	CHECK_THAT(v.kind == VAL_STRING && str_eq(v.as.text, STR("a-3")));
	v = op_apply(&w.op, OP_TEXT, args, 3);
	CHECK_EQ(v.kind, VAL_DEFERRED);
	CHECK_EQ(v.as.residual->arg_count, 2);
	again = two(&w, OP_TEXT, v, value_string(STR("-z")));
	CHECK_EQ(again.as.residual->arg_count, 3);
	args[1] = value_list(w.arena, NULL, 0);
	CHECK_EQ(op_apply(&w.op, OP_TEXT, args, 2).kind, VAL_NULL);
	CHECK_EQ(w.diags.items.ptr[0]->code, DIAG_NOT_PRINTABLE);
	arena_free(w.arena);
}

TEST(op_deferred_flags)
{
	World w;
	Value v;

	world_init(&w);
	v = two(&w, OP_TEXT, secret(&w), value_string(STR("x")));
	CHECK_THAT(v.as.residual->is_secret && !v.as.residual->is_lookup);
	v = two(&w, OP_ADD, lookup(&w), value_int(1));
	CHECK_THAT(v.as.residual->is_lookup && !v.as.residual->is_secret);
	v = two(&w, OP_ADD, lookup(&w), reference(&w, "vpc", false));
	CHECK_THAT(!v.as.residual->is_lookup && !v.as.residual->may_be_null);
	v = two(&w, OP_GET, lookup(&w), value_string(STR("x")));
	CHECK_THAT(v.as.residual->may_be_null && v.as.residual->number == OP_GET);
	arena_free(w.arena);
}

TEST(op_shallow_functions_run)
{
	World w;
	Value id, list, map, args[2];
	ValueEntry entry;

	world_init(&w);
	id = reference(&w, "vpc", false);
	list = value_list(w.arena, (const Value[]){id, id}, 2);
	CHECK_THAT(prints(op_apply(&w.op, OP_LEN, &list, 1), "2"));
	CHECK_EQ(op_apply(&w.op, OP_LEN, &id, 1).kind, VAL_DEFERRED);
	CHECK_EQ(op_apply(&w.op, OP_SORT, &list, 1).kind, VAL_DEFERRED);
	args[0] = args[1] = list;
	CHECK_EQ(op_apply(&w.op, OP_CONCAT_LISTS, args, 2).as.list->len, 4);
	entry = (ValueEntry){STR("a"), id};
	map = value_map(w.arena, &entry, 1);
	CHECK_THAT(prints(op_apply(&w.op, OP_KEYS, &map, 1), "[\"a\"]"));
	CHECK_THAT(value_eq(two(&w, OP_INDEX, map, value_string(STR("a"))), id));
	args[0] = value_list(w.arena, (const Value[]){id, value_string(STR("x"))}, 2);
	args[1] = value_string(STR("x"));
	CHECK_THAT(prints(op_apply(&w.op, OP_CONTAINS, args, 2), "true"));
	args[1] = value_string(STR("y"));
	CHECK_EQ(op_apply(&w.op, OP_CONTAINS, args, 2).kind, VAL_DEFERRED);
	args[0] = VALUE_NULL;
	args[1] = id;
	CHECK_THAT(value_eq(op_apply(&w.op, OP_FIRST_NOT_NULL, args, 2), id));
	arena_free(w.arena);
}

TEST(op_access)
{
	World w;
	Value args[6], v;

	world_init(&w);
	args[0] = value_string(STR("b"));
	args[1] = value_int(1);
	args[2] = value_string(STR("a"));
	args[3] = VALUE_NULL;
	args[4] = value_string(STR("c"));
	args[5] = reference(&w, "vpc", false);
	v = op_apply(&w.op, OP_RECORD, args, 6);
	CHECK_EQ(v.as.map->len, 2);
	CHECK_EQ(two(&w, OP_MEMBER, v, value_string(STR("b"))).as.number, 1);
	CHECK_EQ(two(&w, OP_SAFE_MEMBER, VALUE_NULL, value_string(STR("b"))).kind, VAL_NULL);
	CHECK_THAT(!w.op.has_failed);
	CHECK_THAT(fails(&w, OP_MEMBER, VALUE_NULL, value_string(STR("b")), DIAG_NULL_ACCESS));
	CHECK_THAT(fails(&w, OP_INDEX, v, value_string(STR("bb")), DIAG_UNKNOWN_KEY));
	CHECK_THAT(str_has(w.diags.items.ptr[w.diags.items.len - 1]->fix, STR("`b`")));
	CHECK_THAT(fails(&w, OP_RANGE, value_int(2), value_int(1), DIAG_OUT_OF_RANGE));
	args[0] = v;
	args[1] = VALUE_NULL;
	args[2] = two(&w, OP_RECORD, value_string(STR("b")), value_int(5));
	CHECK_EQ(value_find(op_apply(&w.op, OP_MERGE, args, 3), STR("b"))->as.number, 5);
	v = (Value){VAL_GPUS, {.text = STR("8xA100-80GB")}};
	CHECK_THAT(prints(two(&w, OP_MEMBER, v, value_string(STR("count"))), "8.0"));
	CHECK_THAT(prints(two(&w, OP_MEMBER, v, value_string(STR("name"))), "\"A100-80GB\""));
	arena_free(w.arena);
}

TEST(op_adapt_now_and_later)
{
	World w;
	Types types;
	const Type *ranges;
	Value v, id, args[2];

	world_init(&w);
	types_init(&types, w.arena);
	ranges = type_wrap(
		&types, TYPE_LIST, type_wrap(&types, TYPE_RANGE, type_simple(&types, TYPE_FLOAT)));
	v = op_adapt(&w.op, ranges, value_list(w.arena, (const Value[]){value_int(1)}, 1));
	CHECK_EQ(v.as.list->items[0].kind, VAL_RANGE);
	id = reference(&w, "x", false);
	CHECK_THAT(value_eq(op_adapt(&w.op, type_simple(&types, TYPE_STRING), id), id));
	v = op_adapt(&w.op, ranges, id);
	CHECK_EQ(v.as.residual->number, OP_ADAPT);
	args[0] = value_list(w.arena, (const Value[]){value_int(1)}, 1);
	args[1] = v.as.residual->args[1];
	v = op_apply(&w.op, OP_ADAPT, args, 2);
	CHECK_EQ(v.as.list->items[0].as.list->items[0].kind, VAL_FLOAT);
	arena_free(w.arena);
}
