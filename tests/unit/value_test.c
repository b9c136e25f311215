/* Values: order, canonical form, encoding, printing; random ones against the laws. */
#include "compiler/base/value.h"

#include "tests/unit/test.h"

#include <math.h>
#include <string.h>

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static Str random_text(Arena *a, uint32_t *seed)
{
	static const char *const words[] = {"", "a", "b", "ab", "\xc3\xa9", "10", "9", "z\n\"${"};

	return str_copy(a, str_from(words[next_random(seed) % 8]));
}

static Value random_value(Arena *a, uint32_t *seed, int depth);

static Value random_deferred(Arena *a, uint32_t *seed, int depth)
{
	Residual *r = ARENA_NEW(a, Residual);
	Value *args = ARENA_ARRAY(a, Value, 3);

	r->op = next_random(seed) % RESIDUAL_OP_COUNT;
	r->number = next_random(seed) & 3;
	r->name = random_text(a, seed);
	r->arg_count = next_random(seed) % 3;
	r->is_secret = next_random(seed) & 1;
	r->is_lookup = next_random(seed) & 1;
	r->may_be_null = next_random(seed) & 1;
	for (uint32_t i = 0; i < r->arg_count; i++)
		args[i] = random_value(a, seed, depth - 1);
	r->args = args;
	return value_residual(r);
}

static Value random_map(Arena *a, uint32_t *seed, int depth)
{
	uint32_t len = next_random(seed) % 6;
	ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, len);
	bool has_int_keys = next_random(seed) & 1;

	for (uint32_t i = 0; i < len; i++) {
		entries[i].key = has_int_keys ?
			str_print(a, "%d", (int)(next_random(seed) % 30) - 15) :
			random_text(a, seed);
		entries[i].value = random_value(a, seed, depth - 1);
	}
	return has_int_keys ? value_int_map(a, entries, len) : value_map(a, entries, len);
}

static Value random_value(Arena *a, uint32_t *seed, int depth)
{
	static const double reals[] = {0.0, -0.0, 1.5, -2, 1e300, (double)NAN, (double)INFINITY};
	uint32_t len = next_random(seed) % 4;
	Value *items = ARENA_ARRAY(a, Value, 4);
	ValueKind kind = next_random(seed) % (depth > 0 ? VAL_KIND_COUNT : VAL_RANGE);

	for (uint32_t i = 0; kind >= VAL_RANGE && i < 4; i++)
		items[i] = random_value(a, seed, depth - 1);
	switch (kind) {
	case VAL_NULL:
		return VALUE_NULL;
	case VAL_BOOL:
		return value_bool(next_random(seed) & 1);
	case VAL_FLOAT:
		return value_float(reals[next_random(seed) % 7]);
	case VAL_GPUS:
	case VAL_STRING:
		return (Value){.kind = kind, .as.text = random_text(a, seed)};
	case VAL_RANGE:
		return value_range(a, items[0], items[1]);
	case VAL_LIST:
		return value_list(a, items, len);
	case VAL_SET:
		return value_set(a, items, len);
	case VAL_MAP:
		return random_map(a, seed, depth);
	case VAL_DEFERRED:
		return random_deferred(a, seed, depth);
	default:
		return value_number(kind, (int32_t)next_random(seed) >> (next_random(seed) & 31));
	}
}

TEST(value_order_is_total)
{
	enum { COUNT = 60 };
	Arena *a = arena_new("test");
	Value v[COUNT];
	uint32_t seed = 12345;

	for (int i = 0; i < COUNT; i++)
		v[i] = random_value(a, &seed, 2);
	for (int i = 0; i < COUNT; i++)
		for (int j = 0; j < COUNT; j++) {
			int ij = value_cmp(v[i], v[j]);
			int ji = value_cmp(v[j], v[i]);

			CHECK_THAT((ij < 0) == (ji > 0) && (ij == 0) == (ji == 0));
			for (int k = 0; k < COUNT; k++)
				if (ij <= 0 && value_cmp(v[j], v[k]) <= 0)
					CHECK_THAT(value_cmp(v[i], v[k]) <= 0);
		}
	arena_free(a);
}

TEST(value_survives_encoding_and_copying)
{
	Buf one, two;
	uint32_t seed = 777;

	buf_init(&one, 1 << 20);
	buf_init(&two, 1 << 20);
	for (int round = 0; round < 3000; round++) {
		Arena *a = arena_new("test");
		Value v = random_value(a, &seed, 4);
		Diag err = {0};
		Value back, over;

		buf_clear(&one);
		buf_clear(&two);
		value_encode(&one, v);
		CHECK_THAT(value_decode(a, buf_str(&one), &back, &err));
		CHECK_THAT(value_decode_over(a, buf_str(&one), &over, &err) &&
			value_eq(over, back));
		CHECK_THAT(value_eq(v, back) && value_eq(v, value_copy(a, back)));
		CHECK_THAT(value_is_known(v) == value_is_known(back));
		CHECK_THAT(value_has_secret(v) == value_has_secret(back));
		value_encode(&two, value_copy(a, back));
		CHECK_THAT(str_eq(buf_str(&one), buf_str(&two)));
		diag_fini(&err);
		arena_free(a);
	}
	buf_fini(&one);
	buf_fini(&two);
}

TEST(value_decoding_accepts_one_form_only)
{
	Buf bytes, again;
	uint32_t seed = 4242;

	buf_init(&bytes, 1 << 20);
	buf_init(&again, 1 << 20);
	for (int round = 0; round < 20000; round++) {
		Arena *a = arena_new("test");
		Diag err = {0};
		Value v;

		buf_clear(&bytes);
		buf_clear(&again);
		value_encode(&bytes, random_value(a, &seed, 3));
		bytes.ptr[next_random(&seed) % bytes.len] = (char)next_random(&seed);
		if (next_random(&seed) & 1)
			bytes.len = next_random(&seed) % (bytes.len + 1);
		if (value_decode(a, buf_str(&bytes), &v, &err)) {
			value_encode(&again, v);
			CHECK_THAT(str_eq(buf_str(&bytes), buf_str(&again)));
		} else {
			CHECK_EQ(err.code, DIAG_DECODE);
		}
		diag_fini(&err);
		arena_free(a);
	}
	buf_fini(&bytes);
	buf_fini(&again);
}

TEST(value_decoding_refuses_lies)
{
	static const struct {
		Str bytes;
		const char *why;
	} cases[] = {
		{STR_INIT(""), "early"},
		{STR_INIT("\x0f"), "tag"},
		{STR_INIT("\x01\x02"), "tag"},                 /* a bool of 2 */
		{STR_INIT("\x02\x80\x00"), "shortest"},        /* a zero in two bytes */
		{STR_INIT("\x09\x05" "abc"), "too big"},       /* text past the end */
		{STR_INIT("\x09\x01\xff"), "UTF-8"},
		{STR_INIT("\x0b\xff\xff\xff\x07"), "early"},   /* 16 million elements of nothing */
		{STR_INIT("\x0c\x02\x02\x02\x02\x02"), "order"}, /* a set of 1, 1 */
		{STR_INIT("\x0d\x00\x02\x01" "b\x00\x01" "a\x00"), "order"},
		{STR_INIT("\x0d\x01\x01\x01" "b\x00"), "integer"},
		{STR_INIT("\x0a\x01\x00"), "two ends"},
		{STR_INIT("\x00\x00"), "behind"},
	};
	Arena *a = arena_new("test");
	Diag err = {0};
	Value v;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK_THAT(!value_decode(a, cases[i].bytes, &v, &err));
		CHECK_THAT(str_has(err.why, str_from(cases[i].why)));
	}
	char deep[1000];

	for (size_t i = 0; i < sizeof(deep); i++)
		deep[i] = i % 2 ? 1 : VAL_LIST;
	CHECK_THAT(!value_decode(a, (Str){deep, sizeof(deep)}, &v, &err));
	CHECK_THAT(str_has(err.why, STR("deeply")));
	diag_fini(&err);
	arena_free(a);
}

TEST(value_sets_and_maps_have_one_form)
{
	enum { LEN = 1000 };
	Arena *a = arena_new("test");
	Value *items = ARENA_ARRAY(a, Value, LEN);
	ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, LEN);

	for (uint32_t i = 0; i < LEN; i++) {
		items[i] = value_int((i * 7919) % 100);
		entries[i] = (ValueEntry){str_print(a, "%u", (i * 7919) % 100), value_int(i)};
	}
	Value set = value_set(a, items, LEN);

	CHECK_EQ(set.as.list->len, 100);
	for (uint32_t i = 0; i < 100; i++)
		CHECK_EQ(set.as.list->items[i].as.number, i);
	Value map = value_int_map(a, entries, LEN);

	CHECK_EQ(map.as.map->len, 100);
	for (uint32_t i = 0; i < 100; i++) {
		int64_t last = map.as.map->entries[i].value.as.number;

		CHECK_THAT(str_eq(map.as.map->entries[i].key, str_print(a, "%u", i)));
		CHECK_EQ((last * 7919) % 100, i);
		CHECK_THAT(last >= LEN - 100); /* the last of equal keys stays */
	}
	CHECK_THAT(value_eq(value_float(0.0), value_float(-0.0)));
	CHECK_THAT(value_eq(value_map(a, NULL, 0), value_int_map(a, NULL, 0)));
	CHECK_THAT(!value_eq(value_int(1), value_number(VAL_SIZE, 1)));
	arena_free(a);
}

TEST(value_finds_and_replaces)
{
	Arena *a = arena_new("test");
	Value map = value_map(a, NULL, 0);

	for (int i = 0; i < 50; i++)
		map = value_with(a, map, str_print(a, "k%d", (i * 37) % 50), value_int(i));
	CHECK_EQ(map.as.map->len, 50);
	for (int i = 0; i < 50; i++)
		CHECK_EQ(value_find(map, str_print(a, "k%d", (i * 37) % 50))->as.number, i);
	CHECK_THAT(!value_find(map, STR("k")) && !value_find(value_int(1), STR("k")));
	Value less = value_with(a, map, STR("k7"), VALUE_NULL);

	CHECK_THAT(!value_find(less, STR("k7")) && value_find(map, STR("k7")));
	CHECK_EQ(less.as.map->len, 49);
	CHECK_EQ(value_with(a, less, STR("zz"), VALUE_NULL).as.map->len, 49);
	Value items[] = {value_int(5), map};
	Value outer = value_with(a, VALUE_NULL, STR("list"), value_list(a, items, 2));

	CHECK_EQ(value_find_path(outer, STR("list.0"))->as.number, 5);
	CHECK_EQ(value_find_path(outer, STR("list.1.k0"))->as.number, 0);
	CHECK_THAT(!value_find_path(outer, STR("list.2")) && !value_find_path(outer, STR("x")));
	CHECK_THAT(!value_find_path(outer, STR("list.0.x")) && !value_find_path(outer, STR("")));
	arena_free(a);
}

static bool prints_as(Value v, int indent, const char *want)
{
	Buf b;

	buf_init(&b, 10000);
	value_print(&b, v, indent);
	bool is_same = strcmp(buf_cstr(&b), want) == 0;

	buf_fini(&b);
	return is_same;
}

TEST(value_prints_as_an_expression)
{
	Arena *a = arena_new("test");
	ValueEntry entries[] = {{STR_INIT("b"), value_string(STR("x\"\n${y}$ \\\x01"))},
		{STR_INIT("a"), value_number(VAL_SIZE, 1024)}, {STR_INIT("for"), value_float(1e300)},
		{STR_INIT("1x"), value_number(VAL_DURATION, 60000)}};
	Value list[] = {value_number(VAL_PRICE, 2500000000), VALUE_NULL, value_bool(true)};
	Value path[] = {value_string(STR("id")), value_int(0), value_string(STR("a b"))};
	Residual ref = {.op = RESIDUAL_REF, .name = STR_INIT("vpc"), .args = path, .arg_count = 3};
	Value arg = value_residual(&ref);
	Residual call = {.op = RESIDUAL_CALL, .args = &arg, .arg_count = 1};
	Residual secret = {.op = RESIDUAL_SECRET, .name = STR_INIT("env"), .is_secret = true};
	Value map = value_map(a, entries, 4);

	CHECK_THAT(prints_as(map, -1,
		"{ \"1x\" = 1min, a = 1KiB, b = \"x\\\"\\n\\${y}$ \\\\\\u{1}\", \"for\" = 1.0e+300 }"));
	CHECK_THAT(prints_as(value_with(a, value_with(a, VALUE_NULL, STR("m"),
						  value_with(a, VALUE_NULL, STR("x"), value_int(1))),
				     STR("n"), value_list(a, list, 3)),
		0, "{\n  m = {\n    x = 1\n  }\n  n = [$2.50/h, null, true]\n}"));
	CHECK_THAT(prints_as(value_list(a, &map, 0), 0, "[]"));
	CHECK_THAT(prints_as(value_map(a, NULL, 0), 3, "{}"));
	CHECK_THAT(prints_as(value_range(a, value_int(8), VALUE_NULL), -1, "8.."));
	CHECK_THAT(prints_as(value_residual(&call), -1, "(after vpc.id[0][\"a b\"])"));
	CHECK_THAT(prints_as(value_residual(&secret), -1, "(secret)"));
	CHECK_THAT(str_eq(value_kind_name(VAL_SIZE), STR("size")));
	arena_free(a);
}

TEST(value_digest_is_of_the_encoding)
{
	uint8_t one[32], two[32], other[32];

	value_digest(value_string(STR("a")), one);
	value_digest(value_string(STR("a")), two);
	value_digest(value_string(STR("b")), other);
	CHECK_THAT(memcmp(one, two, 32) == 0 && memcmp(one, other, 32) != 0);
}
