/* Built-ins: every example of builtin.def is parsed, typed, computed, and must be true; every
 * result must be a value of the type that the signature gives; CIDR functions against a naive
 * model. */
#include "compiler/types/builtin_sig.h"

#include "compiler/base/hash.h"
#include "compiler/base/num.h"
#include "compiler/base/quantity.h"
#include "compiler/base/vfs.h"
#include "compiler/eval/builtin.h"
#include "compiler/styx.h"
#include "compiler/syntax/parse.h"
#include "compiler/types/address.h"
#include "compiler/types/refine.h"
#include "compiler/types/unit.h"
#include "tests/unit/test.h"

#include <stdio.h>

typedef struct World {
	Arena *arena;
	Types types;
	const Builtin *cache[OPERATION_COUNT];
	DiagList diags;
	Map files;
	Str text;
	Vfs vfs;
	OpCtx op;
} World;

static void world_init(World *w)
{
	*w = (World){.arena = arena_new("test"), .text = STR("hello\n")};
	types_init(&w->types, w->arena);
	diag_list_init(&w->diags, w->arena);
	map_init(&w->files, w->arena);
	(void)map_put(&w->files, STR("test.txt"), &w->text);
	w->vfs = vfs_memory(&w->files);
	w->op = (OpCtx){.arena = w->arena, .diags = &w->diags, .files = &w->vfs};
}

static void world_fini(World *w)
{
	arena_free(w->arena);
}

static Value eval(World *w, const Node *n);

static Value number_value(const Node *n)
{
	int64_t i = 0;
	double f = 0;

	switch ((NodeKind)n->kind) {
	case NODE_INT:
		CHECK_THAT(quantity_parse_int(n->text, &i));
		return value_int(i);
	case NODE_FLOAT:
		CHECK_THAT(num_parse_float(n->text, &f));
		return value_float(f);
	case NODE_SIZE:
		CHECK_THAT(quantity_parse_size(n->text, &i));
		return value_number(VAL_SIZE, i);
	case NODE_DURATION:
		CHECK_THAT(quantity_parse_duration(n->text, &i));
		return value_number(VAL_DURATION, i);
	default:
		CHECK_THAT(quantity_parse_money(n->text, &i));
		return value_number(VAL_MONEY, i);
	}
}

static Value record_value(World *w, const Node *n)
{
	Value *args = ARENA_ARRAY(w->arena, Value, 2 * n->kid_count);

	for (uint32_t i = 0; i < n->kid_count; i++) {
		args[2 * i] = value_string(n->kids[i]->kids[FIELD_KEY]->text);
		args[2 * i + 1] = eval(w, n->kids[i]->kids[FIELD_VALUE]);
	}
	return op_apply(&w->op, OP_RECORD, args, 2 * n->kid_count);
}

static Value binary_value(World *w, const Node *n)
{
	Value args[2] = {eval(w, n->kids[0]), eval(w, n->kids[1])};

	for (Operation op = OP_ADD; op < OP_TEXT; op++) {
		DiagCode code;
		const Type *type;

		if (op == OP_NEGATE || op == OP_NOT || !str_eq(operation_name(op), n->text))
			continue;
		type = unit_result(&w->types, op, type_of_value(&w->types, args[0]),
			type_of_value(&w->types, args[1]), &code);
		CHECK_THAT(type != NULL);
		return op_apply(&w->op, op, args, 2);
	}
	CHECK_NEVER("an operator");
	return VALUE_NULL;
}

/* The types of arguments as the checker infers them: nulls in lists, fields of records. */
static Value call_value(World *w, const Node *n)
{
	const Builtin *b = builtin_find(&w->types, w->cache, n->kids[0]->text);
	const Type *types[16];
	Value args[16];
	uint32_t count = n->kid_count - CALL_FIRST_ARG;
	const Type *type;
	CallMismatch m;
	Value v, ignored;
	RefineCtx c = {.arena = w->arena, .diags = &w->diags};

	CHECK_THAT(b != NULL && count < 16);
	for (uint32_t i = 0; b && i < count; i++) {
		args[i] = eval(w, n->kids[CALL_FIRST_ARG + i]);
		types[i] = type_of_value(&w->types, args[i]);
	}
	if (!b)
		return VALUE_NULL;
	type = builtin_check_call(&w->types, b, types, count, &m);
	if (!type) {
		(void)builtin_call_report(&w->diags, SPAN_NONE, b, &m);
		CHECK_NEVER("the call fits");
		return VALUE_NULL;
	}
	v = op_apply(&w->op, b->op, args, count);
	if (!w->op.has_failed)
		CHECK_THAT(refine_value(&c, type, v, &ignored));
	return v;
}

static Value eval(World *w, const Node *n)
{
	Value args[2];
	Value *items;

	switch ((NodeKind)n->kind) {
	case NODE_INT:
	case NODE_FLOAT:
	case NODE_SIZE:
	case NODE_DURATION:
	case NODE_MONEY:
		return number_value(n);
	case NODE_STRING:
		return value_string(n->text);
	case NODE_BOOL:
		return value_bool(str_eq(n->text, STR("true")));
	case NODE_NULL:
		return VALUE_NULL;
	case NODE_PAREN:
		return eval(w, n->kids[0]);
	case NODE_IF:
		return eval(w, n->kids[eval(w, n->kids[0]).as.boolean ? 1 : 2]);
	case NODE_RECORD:
		return record_value(w, n);
	case NODE_BINARY:
		return binary_value(w, n);
	case NODE_CALL:
		return call_value(w, n);
	case NODE_UNARY:
		args[0] = eval(w, n->kids[0]);
		return op_apply(&w->op, str_eq(n->text, STR("-")) ? OP_NEGATE : OP_NOT, args, 1);
	case NODE_MEMBER:
		args[0] = eval(w, n->kids[0]);
		args[1] = value_string(n->kids[1]->text);
		return op_apply(&w->op, OP_MEMBER, args, 2);
	case NODE_INDEX:
		args[0] = eval(w, n->kids[0]);
		args[1] = eval(w, n->kids[1]);
		return op_apply(&w->op, OP_INDEX, args, 2);
	case NODE_LIST:
		items = ARENA_ARRAY(w->arena, Value, n->kid_count);
		for (uint32_t i = 0; i < n->kid_count; i++)
			items[i] = eval(w, n->kids[i]);
		return value_list(w->arena, items, n->kid_count);
	default:
		CHECK_NEVER("an expression that examples use");
		return VALUE_NULL;
	}
}

static void show_diags(const World *w, Str text)
{
	for (uint32_t i = 0; i < w->diags.items.len; i++) {
		const Diag *d = w->diags.items.ptr[i];

		fprintf(stderr, "%.*s: %.*s: %.*s (%.*s) [%.*s]\n", STR_ARG(text),
			STR_ARG(diag_code_str(d->code)), STR_ARG(d->what), STR_ARG(d->why),
			STR_ARG(d->fix));
	}
}

/* Parses and computes; on failure has_failed is set. */
static Value run(World *w, Str text)
{
	Sources sources;
	SourceFile *f;
	Node *n;

	sources_init(&sources, w->arena);
	f = sources_add(&sources, STR("example"), str_copy(w->arena, text), &w->diags);
	n = parse_expression(w->arena, f, &w->diags);
	return diag_list_has_errors(&w->diags) ? VALUE_NULL : eval(w, n);
}

TEST(builtin_examples_are_true)
{
	const Str *names;
	uint32_t count = builtin_names(&names);

	CHECK_THAT(count > 150);
	for (uint32_t i = 0; i < count; i++) {
		World w;
		const Builtin *b;
		Str example;
		Value v;

		world_init(&w);
		b = builtin_find(&w.types, w.cache, names[i]);
		CHECK_THAT(b != NULL && str_eq(b->name, names[i]));
		CHECK_THAT(str_eq(operation_name(b->op), names[i]));
		example = b->doc;
		CHECK_THAT(str_cut(&example, STR("\n")).len > 0);
		CHECK_THAT(str_has(example, names[i]));
		v = run(&w, example);
		if (v.kind != VAL_BOOL || !v.as.boolean) {
			show_diags(&w, example);
			fprintf(stderr, "not true: %.*s\n", STR_ARG(example));
			CHECK_NEVER("true");
		}
		world_fini(&w);
	}
}

/* The same examples as asserts of one program, through the whole compiler. */
TEST(builtin_examples_compile)
{
	StyxInputs inputs = {0};
	StyxOptions options = {.dir = STR(".")};
	const Str *names;
	uint32_t count = builtin_names(&names);
	Graph *graph = NULL;
	Str text;
	Styx *s;
	Buf b;
	World w;

	world_init(&w);
	buf_init(&b, 1 << 20);
	for (uint32_t i = 0; i < count; i++) {
		Str example = builtin_find(&w.types, w.cache, names[i])->doc;

		(void)str_cut(&example, STR("\n"));
		buf_print(&b, "assert %.*s\n", STR_ARG(example));
	}
	text = str_copy(w.arena, buf_str(&b));
	(void)map_put(&w.files, STR("main.styx"), &text);
	options.files = w.vfs;
	s = styx_open(&options);
	buf_clear(&b);
	if (!styx_eval(s, &inputs, &graph)) {
		styx_render(s, &b, STYX_TEXT, false, 0);
		fprintf(stderr, "%s", buf_cstr(&b));
		CHECK_NEVER("compiled");
	}
	graph_free(graph);
	styx_close(s);
	buf_fini(&b);
	world_fini(&w);
}

/* Every operand of every function is replaced by something odd: an error, never a crash. */
TEST(builtin_takes_any_operand)
{
	for (int op = OP_FIRST_BUILTIN + 1; op < OPERATION_COUNT; op++) {
		World w;
		Value odd[8];

		world_init(&w);
		odd[0] = VALUE_NULL;
		odd[1] = value_int(-3);
		odd[2] = value_float(1e300);
		odd[3] = value_string(STR("\xff x ${"));
		odd[4] = value_list(w.arena, odd, 4);
		odd[5] = value_map(w.arena, NULL, 0);
		odd[6] = value_bool(true);
		odd[7] = value_number(VAL_DURATION, INT64_MIN);
		for (uint32_t i = 0; i < 8 * 8 * 8; i++) {
			Value args[3] = {odd[i & 7], odd[i >> 3 & 7], odd[i >> 6]};

			for (uint32_t n = 0; n <= 3; n++) {
				w.op.has_failed = false;
				if (op != OP_FILL && (n > 1 || op != OP_GET) &&
					(n > 1 || op != OP_HAS))
					(void)op_apply(&w.op, (Operation)op, args, n);
			}
			diag_list_init(&w.diags, w.arena);
		}
		world_fini(&w);
	}
}

typedef struct Wrong {
	const char *text;
	DiagCode code;
} Wrong;

static const Wrong wrongs[] = {
	{"parse_int(\"x\")", DIAG_CALL_FAILED},
	{"div(1, 0)", DIAG_DIVISION_BY_ZERO},
	{"cidr_subnet(\"10.0.0.0/16\", 8, 256)", DIAG_CALL_FAILED},
	{"cidr_subnet(\"10.0.0.0/30\", 3, 0)", DIAG_CALL_FAILED},
	{"cidr_host(\"10.0.0.0/24\", 256)", DIAG_CALL_FAILED},
	{"cidr_subnets(\"10.0.0.0/30\", [1, 1, 1])", DIAG_CALL_FAILED},
	{"ip_add(\"255.255.255.255\", 1)", DIAG_CALL_FAILED},
	{"only([1, 2])", DIAG_CALL_FAILED},
	{"error(\"no\")", DIAG_ERROR_CALL},
	{"file(\"nowhere\")", DIAG_FILE_MISSING},
	{"file(\"/etc/hostname\")", DIAG_CALL_FAILED},
	{"parse_json(\"{\")", DIAG_JSON},
	{"unbase64(\"/w==\")", DIAG_CALL_FAILED},
	{"from_entries([{ key = \"a\", value = 1 }, { key = \"a\", value = 2 }])",
		DIAG_CALL_FAILED},
	{"{ a = 1 }[\"b\"]", DIAG_UNKNOWN_KEY},
	{"[1][1]", DIAG_UNKNOWN_KEY},
	{"9223372036854775807 + 1", DIAG_OVERFLOW},
	{"1GiB / 0", DIAG_DIVISION_BY_ZERO},
	{"time_add(\"2026-02-30T00:00:00Z\", 1h)", DIAG_CALL_FAILED},
};

TEST(builtin_errors)
{
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		World w;

		world_init(&w);
		(void)run(&w, str_from(wrongs[i].text));
		if (!w.op.has_failed || w.diags.items.len != 1 ||
			w.diags.items.ptr[0]->code != wrongs[i].code) {
			show_diags(&w, str_from(wrongs[i].text));
			fprintf(stderr, "wanted another error: %s\n", wrongs[i].text);
			CHECK_NEVER("the error of the table");
		}
		world_fini(&w);
	}
}

static const char *const bad_calls[] = {
	"upper(3)",
	"upper()",
	"upper(\"a\", \"b\")",
	"len(3)",
	"join([[1]])",
	"pick({ a = 1 }, \"b\")",
	"sort([{ a = 1 }])",
	"sort([true])",
	"sort_by([{ a = 1 }], \"b\")",
	"sum([\"a\"])",
	"max(1, 1GiB)",
	"contains(\"abc\", 3)",
	"contains([1], \"a\")",
	"index_of([1], \"a\")",
	"values({ a = 1, b = \"x\" })",
	"matches(\"a\", '(')",
	"format(\"%d %d\", 1)",
	"cidr_subnet(\"10.0.0.1\", 8, 1)",
	"cidr_subnet(\"10.0.0.1/8\", 8, 1)",
	"bytes(1h)",
};

/* Calls that the checker must refuse, told by types alone. */
TEST(builtin_refuses_types)
{
	for (size_t i = 0; i < sizeof(bad_calls) / sizeof(bad_calls[0]); i++) {
		World w;
		Sources sources;
		const Node *n;
		const Builtin *b;
		const Type *types[8];
		CallMismatch m;
		bool is_refused;

		world_init(&w);
		sources_init(&sources, w.arena);
		n = parse_expression(w.arena,
			sources_add(&sources, STR("call"), str_from(bad_calls[i]), &w.diags),
			&w.diags);
		b = builtin_find(&w.types, w.cache, n->kids[0]->text);
		for (uint32_t a = CALL_FIRST_ARG; a < n->kid_count; a++)
			types[a - CALL_FIRST_ARG] = type_of_value(&w.types, eval(&w, n->kids[a]));
		is_refused =
			!builtin_check_call(&w.types, b, types, n->kid_count - CALL_FIRST_ARG, &m);
		if (!is_refused)
			fprintf(stderr, "taken: %s\n", bad_calls[i]);
		CHECK_THAT(is_refused);
		if (is_refused)
			CHECK_THAT(builtin_call_report(&w.diags, SPAN_NONE, b, &m)->what.len > 0);
		world_fini(&w);
	}
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* cidr_subnet and cidr_host of IPv4 against plain 32-bit arithmetic. */
TEST(builtin_cidr_model)
{
	uint64_t seed = 88172645463325252u;
	World w;

	world_init(&w);
	for (int i = 0; i < 3000; i++) {
		uint32_t prefix = (uint32_t)(next_random(&seed) % 31);
		uint32_t bits = (uint32_t)(next_random(&seed) % (33 - prefix));
		uint32_t base =
			prefix == 0 ? 0
				    : (uint32_t)next_random(&seed) & (0xFFFFFFFFu << (32 - prefix));
		uint64_t number = next_random(&seed) % ((uint64_t)1 << bits);
		uint32_t shift = 32 - prefix - bits;
		uint32_t want = base | (uint32_t)(shift == 32 ? 0 : number << shift);
		Value args[3];
		Str got;

		args[0] = value_string(str_print(w.arena, "%u.%u.%u.%u/%u", base >> 24,
			base >> 16 & 255, base >> 8 & 255, base & 255, prefix));
		args[1] = value_int(bits);
		args[2] = value_int((int64_t)number);
		got = op_apply(&w.op, OP_CIDR_SUBNET, args, 3).as.text;
		CHECK_THAT(str_eq(
			got, str_print(w.arena, "%u.%u.%u.%u/%u", want >> 24, want >> 16 & 255,
				     want >> 8 & 255, want & 255, prefix + bits)));
		args[1] = value_string(got);
		CHECK_THAT(op_apply(&w.op, OP_CIDR_CONTAINS, args, 2).as.boolean);
	}
	CHECK_THAT(!w.op.has_failed);
	world_fini(&w);
}

/* Text of an address, parsed again, is the address. */
TEST(builtin_address_round_trip)
{
	uint64_t seed = 12345;
	Buf b;

	buf_init(&b, 256);
	for (int i = 0; i < 5000; i++) {
		Address a = {.is_six = i & 1}, again;
		int bytes = a.is_six ? 16 : 4;

		for (int n = 0; n < bytes; n++)
			a.bytes[n] = next_random(&seed) % 3 ? 0 : (uint8_t)next_random(&seed);
		buf_clear(&b);
		address_print(&b, &a);
		if (!address_parse(buf_str(&b), &again) || !address_eq(&a, &again)) {
			fprintf(stderr, "%s\n", buf_cstr(&b));
			CHECK_NEVER("the same address");
			break;
		}
	}
	buf_clear(&b);
	buf_add_cstr(&b, "2001:DB8:0:0:1:0:0:1");
	{
		Address a = {0};

		CHECK_THAT(address_parse(buf_str(&b), &a));
		buf_clear(&b);
		address_print(&b, &a);
		CHECK_THAT(str_eq(buf_str(&b), STR("2001:db8::1:0:0:1")));
	}
	buf_fini(&b);
}

TEST(builtin_terraform_names_exist)
{
	static const char *const theirs[] = {"cidrsubnet", "jsonencode", "length", "lookup",
		"tolist", "toset", "fileset", "regexall", "yamldecode", "setproduct", "parseint"};
	World w;
	Str hint;

	world_init(&w);
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++) {
		Str ours = builtin_of_terraform(str_from(theirs[i]), &hint);

		CHECK_THAT(builtin_find(&w.types, w.cache, ours) != NULL);
	}
	CHECK_EQ(builtin_of_terraform(STR("timestamp"), &hint).len, 0);
	CHECK_THAT(hint.len > 0);
	CHECK_EQ(builtin_of_terraform(STR("nonsense"), &hint).len, 0);
	CHECK_EQ(hint.len, 0);
	world_fini(&w);
}

TEST(builtin_docs_name_all)
{
	const Str *names;
	uint32_t count = builtin_names(&names);
	Buf b;

	buf_init(&b, 1 << 20);
	builtin_print_docs(&b);
	for (uint32_t i = 0; i < count; i++) {
		Buf heading;

		buf_init(&heading, 256);
		buf_print(&heading, "### `%.*s`\n", STR_ARG(names[i]));
		CHECK_THAT(str_has(buf_str(&b), buf_str(&heading)));
		buf_fini(&heading);
	}
	CHECK_THAT(!b.overflowed);
	buf_fini(&b);
}
