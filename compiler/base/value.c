/* Values: making, finding, comparing, copying. */
#include "compiler/base/value.h"

#include "compiler/base/check.h"
#include "compiler/base/hash.h"
#include "compiler/base/mem.h"
#include "compiler/base/num.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Value value_bool(bool b)
{
	return (Value){.kind = VAL_BOOL, .as.boolean = b};
}

Value value_int(int64_t n)
{
	return (Value){.kind = VAL_INT, .as.number = n};
}

Value value_number(ValueKind kind, int64_t n)
{
	CHECK(kind == VAL_INT || (kind >= VAL_SIZE && kind <= VAL_PRICE));
	return (Value){.kind = kind, .as.number = n};
}

/* Zero has one sign and NaN one form, so that equal values have one encoding. */
Value value_float(double f)
{
	if (isnan(f))
		f = (double)NAN;
	return (Value){.kind = VAL_FLOAT, .as.real = f < 0 || f > 0 || isnan(f) ? f : 0.0};
}

Value value_string(Str s)
{
	return (Value){.kind = VAL_STRING, .as.text = s};
}

static Value value_items(Arena *a, ValueKind kind, const Value *items, uint32_t len)
{
	ValueList *list = ARENA_NEW(a, ValueList);

	*list = (ValueList){items, len};
	return (Value){.kind = kind, .as.list = list};
}

Value value_list(Arena *a, const Value *items, uint32_t len)
{
	return value_items(a, VAL_LIST, items, len);
}

static int value_order_items(const void *a, const void *b)
{
	return value_cmp(*(const Value *)a, *(const Value *)b);
}

Value value_set(Arena *a, Value *items, uint32_t len)
{
	uint32_t sorted = 1; /* how many stand in strict order already */
	uint32_t kept = 0;

	while (sorted < len && value_cmp(items[sorted - 1], items[sorted]) < 0)
		sorted++;
	if (sorted >= len)
		return value_items(a, VAL_SET, items, len);
	qsort(items, len, sizeof(*items), value_order_items);
	for (uint32_t i = 0; i < len; i++)
		if (!kept || value_cmp(items[kept - 1], items[i]) != 0)
			items[kept++] = items[i];
	return value_items(a, VAL_SET, items, kept);
}

/* Orders keys bytewise. */
static int value_order_keys(const ValueEntry *a, const ValueEntry *b)
{
	return str_cmp(a->key, b->key);
}

/* Orders keys that are integers by their number. */
static int value_order_int_keys(const ValueEntry *a, const ValueEntry *b)
{
	int64_t x = 0;
	int64_t y = 0;

	if (!num_parse_int(a->key, &x) || !num_parse_int(b->key, &y) || x == y)
		return str_cmp(a->key, b->key);
	return x < y ? -1 : 1;
}

typedef int ValueOrder(const ValueEntry *a, const ValueEntry *b);

/* Merges two sorted runs that stand one behind the other into `to`; equal ones stay in order. */
static void value_merge(
	const ValueEntry *from, uint32_t middle, uint32_t len, ValueEntry *to, ValueOrder *order)
{
	uint32_t i = 0;
	uint32_t j = middle;

	for (uint32_t k = 0; k < len; k++) {
		bool takes_first = i < middle && (j == len || order(&from[i], &from[j]) <= 0);

		to[k] = from[takes_first ? i++ : j++];
	}
}

enum { VALUE_RUN = 16 };

/* Sorts `len` entries, keeping the order of equal ones: runs by insertion, then merges. */
static void value_sort_entries(ValueEntry *entries, uint32_t len, ValueOrder *order)
{
	for (uint32_t i = 1; i < len; i++) {
		ValueEntry entry = entries[i];
		uint32_t j = i;

		for (; j % VALUE_RUN && order(&entries[j - 1], &entry) > 0; j--)
			entries[j] = entries[j - 1];
		entries[j] = entry;
	}
	if (len <= VALUE_RUN)
		return;
	ValueEntry *spare = mem_alloc(len * sizeof(*spare));
	ValueEntry *from = entries;
	ValueEntry *to = spare;

	for (uint64_t run = VALUE_RUN; run < len; run *= 2) {
		for (uint64_t at = 0; at < len; at += 2 * run) {
			uint64_t left = len - at;

			value_merge(from + at, (uint32_t)(run < left ? run : left),
				(uint32_t)(2 * run < left ? 2 * run : left), to + at, order);
		}
		ValueEntry *swap = from;

		from = to;
		to = swap;
	}
	if (from != entries)
		memcpy(entries, from, len * sizeof(*entries));
	mem_free(spare);
}

/* Sorts the entries unless they are sorted, and keeps the last of equal keys. */
static Value value_map_by(Arena *a, ValueEntry *entries, uint32_t len, ValueOrder *order)
{
	ValueMap *map = ARENA_NEW(a, ValueMap);
	uint32_t sorted = 1;
	uint32_t kept = 0;

	while (sorted < len && order(&entries[sorted - 1], &entries[sorted]) < 0)
		sorted++;
	if (sorted < len) {
		value_sort_entries(entries, len, order);
		for (uint32_t i = 0; i < len; i++) {
			if (kept && str_eq(entries[kept - 1].key, entries[i].key))
				kept--;
			entries[kept++] = entries[i];
		}
		len = kept;
	}
	*map = (ValueMap){entries, len, order == value_order_int_keys};
	return (Value){.kind = VAL_MAP, .as.map = map};
}

Value value_map(Arena *a, ValueEntry *entries, uint32_t len)
{
	return value_map_by(a, entries, len, value_order_keys);
}

Value value_int_map(Arena *a, ValueEntry *entries, uint32_t len)
{
	return value_map_by(a, entries, len, value_order_int_keys);
}

Value value_range(Arena *a, Value from, Value to)
{
	Value *ends = ARENA_ARRAY(a, Value, 2);

	ends[0] = from;
	ends[1] = to;
	return value_items(a, VAL_RANGE, ends, 2);
}

Value value_residual(const Residual *r)
{
	return (Value){.kind = VAL_DEFERRED, .as.residual = r};
}

/* Returns the first entry whose key is not before `key`. */
static uint32_t value_position(const ValueMap *map, Str key)
{
	ValueOrder *order = map->has_int_keys ? value_order_int_keys : value_order_keys;
	ValueEntry wanted = {.key = key};
	uint32_t low = 0;
	uint32_t high = map->len;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (order(&map->entries[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const Value *value_find(Value v, Str key)
{
	if (v.kind != VAL_MAP)
		return NULL;
	uint32_t at = value_position(v.as.map, key);

	if (at == v.as.map->len || !str_eq(v.as.map->entries[at].key, key))
		return NULL;
	return &v.as.map->entries[at].value;
}

/* Returns what a part of a path leads to: a key of a map, an index of a list. */
static const Value *value_find_part(Value v, Str part)
{
	uint64_t index;

	if (v.kind == VAL_MAP)
		return value_find(v, part);
	if (v.kind != VAL_LIST && v.kind != VAL_SET && v.kind != VAL_RANGE)
		return NULL;
	if (!num_parse_base(part, 10, &index) || index >= v.as.list->len)
		return NULL;
	return &v.as.list->items[index];
}

const Value *value_find_path(Value v, Str path)
{
	const Value *found = NULL;

	for (bool goes_on = true; goes_on;) {
		Str part;

		goes_on = str_cut_found(&path, STR("."), &part);
		found = value_find_part(found ? *found : v, part);
		if (!found)
			return NULL;
	}
	return found;
}

Value value_with(Arena *a, Value map, Str key, Value value)
{
	static const ValueMap nothing = {0};
	const ValueMap *old = map.kind == VAL_MAP ? map.as.map : &nothing;
	uint32_t at = value_position(old, key);
	bool is_there = at < old->len && str_eq(old->entries[at].key, key);
	bool is_put = value.kind != VAL_NULL;
	ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, old->len + 1);
	ValueMap *made = ARENA_NEW(a, ValueMap);

	CHECK(map.kind == VAL_MAP || map.kind == VAL_NULL);
	*made = (ValueMap){entries, at, old->has_int_keys};
	if (at)
		memcpy(entries, old->entries, at * sizeof(*entries));
	if (is_put)
		entries[made->len++] = (ValueEntry){key, value};
	for (uint32_t i = at + is_there; i < old->len; i++)
		entries[made->len++] = old->entries[i];
	return (Value){.kind = VAL_MAP, .as.map = made};
}

static int value_cmp_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int value_cmp_arrays(const Value *a, uint32_t a_len, const Value *b, uint32_t b_len)
{
	for (uint32_t i = 0; i < a_len && i < b_len; i++) {
		int order = value_cmp(a[i], b[i]);

		if (order)
			return order;
	}
	return value_cmp_numbers(a_len, b_len);
}

static int value_cmp_maps(const ValueMap *a, const ValueMap *b)
{
	for (uint32_t i = 0; i < a->len && i < b->len; i++) {
		int order = a->has_int_keys && b->has_int_keys
				    ? value_order_int_keys(&a->entries[i], &b->entries[i])
				    : str_cmp(a->entries[i].key, b->entries[i].key);

		if (!order)
			order = value_cmp(a->entries[i].value, b->entries[i].value);
		if (order)
			return order;
	}
	if (a->len != b->len || !a->len)
		return value_cmp_numbers(a->len, b->len);
	return value_cmp_numbers(a->has_int_keys, b->has_int_keys);
}

static int value_cmp_residuals(const Residual *a, const Residual *b)
{
	if (a == b)
		return 0;
	int order = value_cmp_numbers(a->op, b->op);

	if (!order)
		order = value_cmp_numbers(a->number, b->number);
	if (!order)
		order = str_cmp(a->name, b->name);
	if (!order)
		order = value_cmp_arrays(a->args, a->arg_count, b->args, b->arg_count);
	if (!order)
		order = value_cmp_numbers(a->is_secret, b->is_secret);
	if (!order)
		order = value_cmp_numbers(a->is_lookup, b->is_lookup);
	return order ? order : value_cmp_numbers(a->may_be_null, b->may_be_null);
}

/* NaN is equal to itself and after all others. */
static int value_cmp_floats(double a, double b)
{
	if (isnan(a) || isnan(b))
		return value_cmp_numbers(isnan(a) != 0, isnan(b) != 0);
	return (a > b) - (a < b);
}

int value_cmp(Value a, Value b)
{
	if (a.kind != b.kind)
		return value_cmp_numbers(a.kind, b.kind);
	switch (a.kind) {
	case VAL_NULL:
		return 0;
	case VAL_BOOL:
		return value_cmp_numbers(a.as.boolean, b.as.boolean);
	case VAL_INT:
	case VAL_SIZE:
	case VAL_DURATION:
	case VAL_MONEY:
	case VAL_PRICE:
		return value_cmp_numbers(a.as.number, b.as.number);
	case VAL_FLOAT:
		return value_cmp_floats(a.as.real, b.as.real);
	case VAL_GPUS:
	case VAL_STRING:
		return str_cmp(a.as.text, b.as.text);
	case VAL_RANGE:
	case VAL_LIST:
	case VAL_SET:
		return value_cmp_arrays(
			a.as.list->items, a.as.list->len, b.as.list->items, b.as.list->len);
	case VAL_MAP:
		return value_cmp_maps(a.as.map, b.as.map);
	case VAL_DEFERRED:
		return value_cmp_residuals(a.as.residual, b.as.residual);
	case VAL_KIND_COUNT:
		break;
	}
	UNREACHABLE();
}

bool value_eq(Value a, Value b)
{
	return value_cmp(a, b) == 0;
}

bool value_is_known(Value v)
{
	if (v.kind == VAL_DEFERRED)
		return false;
	if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE)
		for (uint32_t i = 0; i < v.as.list->len; i++)
			if (!value_is_known(v.as.list->items[i]))
				return false;
	if (v.kind == VAL_MAP)
		for (uint32_t i = 0; i < v.as.map->len; i++)
			if (!value_is_known(v.as.map->entries[i].value))
				return false;
	return true;
}

bool value_has_secret(Value v)
{
	if (v.kind == VAL_DEFERRED)
		return v.as.residual->is_secret;
	if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE)
		for (uint32_t i = 0; i < v.as.list->len; i++)
			if (value_has_secret(v.as.list->items[i]))
				return true;
	if (v.kind == VAL_MAP)
		for (uint32_t i = 0; i < v.as.map->len; i++)
			if (value_has_secret(v.as.map->entries[i].value))
				return true;
	return false;
}

static const Value *value_copy_array(Arena *a, const Value *items, uint32_t len)
{
	Value *copy = ARENA_ARRAY(a, Value, len);

	for (uint32_t i = 0; i < len; i++)
		copy[i] = value_copy(a, items[i]);
	return copy;
}

static const ValueMap *value_copy_map(Arena *a, const ValueMap *map)
{
	ValueMap *copy = ARENA_NEW(a, ValueMap);
	ValueEntry *entries = ARENA_ARRAY(a, ValueEntry, map->len);

	for (uint32_t i = 0; i < map->len; i++)
		entries[i] = (ValueEntry){
			str_copy(a, map->entries[i].key), value_copy(a, map->entries[i].value)};
	*copy = (ValueMap){entries, map->len, map->has_int_keys};
	return copy;
}

static const Residual *value_copy_residual(Arena *a, const Residual *r)
{
	Residual *copy = ARENA_NEW(a, Residual);

	*copy = *r;
	copy->name = str_copy(a, r->name);
	copy->args = value_copy_array(a, r->args, r->arg_count);
	return copy;
}

Value value_copy(Arena *a, Value v)
{
	if (v.kind == VAL_STRING || v.kind == VAL_GPUS)
		v.as.text = str_copy(a, v.as.text);
	else if (v.kind == VAL_LIST || v.kind == VAL_SET || v.kind == VAL_RANGE)
		return value_items(a, v.kind, value_copy_array(a, v.as.list->items, v.as.list->len),
			v.as.list->len);
	else if (v.kind == VAL_MAP)
		v.as.map = value_copy_map(a, v.as.map);
	else if (v.kind == VAL_DEFERRED)
		v.as.residual = value_copy_residual(a, v.as.residual);
	return v;
}

void value_digest(Value v, uint8_t ret[32])
{
	Buf bytes;

	buf_init(&bytes, SIZE_MAX / 2);
	value_encode(&bytes, v);
	Digest digest = hash_of(HASH_SHA256, buf_str(&bytes));

	memcpy(ret, digest.bytes, HASH_SHA256_BYTES);
	buf_fini(&bytes);
}

Str value_kind_name(ValueKind kind)
{
	static const Str names[VAL_KIND_COUNT] = {
		[VAL_NULL] = STR_INIT("null"),
		[VAL_BOOL] = STR_INIT("bool"),
		[VAL_INT] = STR_INIT("int"),
		[VAL_FLOAT] = STR_INIT("float"),
		[VAL_SIZE] = STR_INIT("size"),
		[VAL_DURATION] = STR_INIT("duration"),
		[VAL_MONEY] = STR_INIT("money"),
		[VAL_PRICE] = STR_INIT("price"),
		[VAL_GPUS] = STR_INIT("gpus"),
		[VAL_STRING] = STR_INIT("string"),
		[VAL_RANGE] = STR_INIT("range"),
		[VAL_LIST] = STR_INIT("list"),
		[VAL_SET] = STR_INIT("set"),
		[VAL_MAP] = STR_INIT("map"),
		[VAL_DEFERRED] = STR_INIT("deferred"),
	};

	CHECK(kind < VAL_KIND_COUNT);
	return names[kind];
}
