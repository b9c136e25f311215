/* The canonical encoding of values: a byte for the kind, then LEB128 numbers, fixed64 floats,
 * counted texts and elements.  Decoding accepts that one form and nothing else. */
#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/num.h"
#include "compiler/base/utf8.h"
#include "compiler/base/value.h"

#include <string.h>

enum { CODEC_SECRET = 1, CODEC_LOOKUP = 2, CODEC_MAY_BE_NULL = 4, CODEC_FLAGS = 7 };

/* Signed numbers near zero are short: 0, -1, 1, -2 ... */
static uint64_t codec_zigzag(int64_t n)
{
	return (uint64_t)n << 1 ^ (n < 0 ? UINT64_MAX : 0);
}

static int64_t codec_unzigzag(uint64_t n)
{
	return (int64_t)(n >> 1 ^ (n & 1 ? UINT64_MAX : 0));
}

static void codec_put_text(Buf *b, Str s)
{
	buf_add_leb(b, s.len);
	buf_add(b, s);
}

static void codec_put_array(Buf *b, const Value *items, uint32_t len)
{
	buf_add_leb(b, len);
	for (uint32_t i = 0; i < len; i++)
		value_encode(b, items[i]);
}

static void codec_put_map(Buf *b, const ValueMap *map)
{
	buf_add_byte(b, map->has_int_keys && map->len);
	buf_add_leb(b, map->len);
	for (uint32_t i = 0; i < map->len; i++) {
		codec_put_text(b, map->entries[i].key);
		value_encode(b, map->entries[i].value);
	}
}

static void codec_put_residual(Buf *b, const Residual *r)
{
	buf_add_byte(b, (uint8_t)r->op);
	buf_add_byte(
		b, (uint8_t)((r->is_secret ? CODEC_SECRET : 0) | (r->is_lookup ? CODEC_LOOKUP : 0) |
			     (r->may_be_null ? CODEC_MAY_BE_NULL : 0)));
	buf_add_leb(b, r->number);
	codec_put_text(b, r->name);
	codec_put_array(b, r->args, r->arg_count);
}

static uint64_t codec_float_bits(double f)
{
	uint64_t bits;

	f = value_float(f).as.real;
	memcpy(&bits, &f, sizeof(bits));
	return bits;
}

void value_encode(Buf *b, Value v)
{
	buf_add_byte(b, (uint8_t)v.kind);
	switch (v.kind) {
	case VAL_NULL:
		return;
	case VAL_BOOL:
		buf_add_byte(b, v.as.boolean);
		return;
	case VAL_INT:
	case VAL_SIZE:
	case VAL_DURATION:
	case VAL_MONEY:
	case VAL_PRICE:
		buf_add_leb(b, codec_zigzag(v.as.number));
		return;
	case VAL_FLOAT:
		buf_add_fixed64(b, codec_float_bits(v.as.real));
		return;
	case VAL_GPUS:
	case VAL_STRING:
		codec_put_text(b, v.as.text);
		return;
	case VAL_RANGE:
	case VAL_LIST:
	case VAL_SET:
		codec_put_array(b, v.as.list->items, v.as.list->len);
		return;
	case VAL_MAP:
		codec_put_map(b, v.as.map);
		return;
	case VAL_DEFERRED:
		codec_put_residual(b, v.as.residual);
		return;
	case VAL_KIND_COUNT:
		break;
	}
	UNREACHABLE();
}

/* What is being decoded.  Elements gather on a stack until their number has proved true, so a
 * count that lies costs nothing. */
typedef struct Decoder {
	Arena *arena;
	Str bytes;
	size_t at;
	uint32_t depth;
	bool is_over;    /* texts are slices of `bytes` */
	const char *why; /* the first thing that is wrong */
	Vec(ValueEntry) stack;
} Decoder;

static bool decode_refuse(Decoder *d, const char *why)
{
	if (!d->why)
		d->why = why;
	return false;
}

static bool decode_byte(Decoder *d, uint8_t max, uint8_t *ret)
{
	if (d->at >= d->bytes.len)
		return decode_refuse(d, "the bytes end too early");
	uint8_t byte = (uint8_t)d->bytes.ptr[d->at++];

	if (byte > max)
		return decode_refuse(d, "a tag that means nothing");
	*ret = byte;
	return true;
}

static bool decode_leb(Decoder *d, uint64_t max, uint64_t *ret)
{
	uint64_t sum = 0;
	uint8_t byte = 0x80;

	for (unsigned shift = 0; byte & 0x80; shift += 7) {
		if (!decode_byte(d, UINT8_MAX, &byte))
			return false;
		if (shift == 63 && byte > 1)
			return decode_refuse(d, "a number that does not fit");
		if (shift && !byte)
			return decode_refuse(d, "a number that is not in its shortest form");
		sum |= (uint64_t)(byte & 0x7f) << shift;
	}
	if (sum > max)
		return decode_refuse(d, "a number or count that is too big");
	*ret = sum;
	return true;
}

static bool decode_text(Decoder *d, Str *ret)
{
	uint64_t len;
	size_t wrong;

	if (!decode_leb(d, d->bytes.len - d->at, &len))
		return false;
	if (len > d->bytes.len - d->at)
		return decode_refuse(d, "the bytes end too early");
	Str text = str_slice(d->bytes, d->at, d->at + (size_t)len);

	if (!utf8_is_valid(text, &wrong))
		return decode_refuse(d, "text that is not UTF-8");
	d->at += (size_t)len;
	*ret = d->is_over ? text : str_copy(d->arena, text);
	return true;
}

static bool decode_value(Decoder *d, Value *ret);

static bool decode_float(Decoder *d, Value *ret)
{
	uint64_t bits = 0;
	double f;

	for (int i = 0; i < 8; i++) {
		uint8_t byte;

		if (!decode_byte(d, UINT8_MAX, &byte))
			return false;
		bits |= (uint64_t)byte << (8 * i);
	}
	memcpy(&f, &bits, sizeof(f));
	if (codec_float_bits(f) != bits)
		return decode_refuse(d, "a float that is not in its one form");
	*ret = value_float(f);
	return true;
}

/* Decodes `count` values on top of the stack, behind `base`; sets must rise. */
static bool decode_onto_stack(Decoder *d, uint64_t count, bool is_set)
{
	for (uint64_t i = 0; i < count; i++) {
		ValueEntry entry = {0};

		if (!decode_value(d, &entry.value))
			return false;
		if (is_set && i &&
			value_cmp(d->stack.ptr[d->stack.len - 1].value, entry.value) >= 0)
			return decode_refuse(d, "a set that is not in order");
		vec_push(&d->stack, entry);
	}
	return true;
}

static bool decode_array(Decoder *d, bool is_set, const Value **ret_items, uint32_t *ret_len)
{
	uint32_t base = d->stack.len;
	uint64_t count;

	if (!decode_leb(d, VALUE_ITEMS_MAX, &count) || !decode_onto_stack(d, count, is_set))
		return false;
	Value *items = ARENA_ARRAY(d->arena, Value, count);

	for (uint64_t i = 0; i < count; i++)
		items[i] = d->stack.ptr[base + i].value;
	d->stack.len = base;
	*ret_items = items;
	*ret_len = (uint32_t)count;
	return true;
}

static bool decode_list(Decoder *d, ValueKind kind, Value *ret)
{
	ValueList *list = ARENA_NEW(d->arena, ValueList);

	if (!decode_array(d, kind == VAL_SET, &list->items, &list->len))
		return false;
	if (kind == VAL_RANGE && list->len != 2)
		return decode_refuse(d, "a range without two ends");
	*ret = (Value){.kind = kind, .as.list = list};
	return true;
}

/* Reads a key as an integer; false unless it is in the one form that prints it. */
static bool decode_int_key(Str key, int64_t *ret)
{
	Str digits = str_trim_prefix(key, STR("-"));
	bool is_short =
		digits.len && (digits.ptr[0] != '0' || key.len == 1) && digits.ptr[0] != '+';

	return is_short && num_parse_int(key, ret);
}

/* Checks that `key` may stand behind `before` (NULL: it is the first). */
static bool decode_check_key(Decoder *d, bool has_int_keys, const ValueEntry *before, Str key)
{
	int64_t number = 0;
	int64_t last = 0;

	if (!has_int_keys && before && str_cmp(before->key, key) >= 0)
		return decode_refuse(d, "a map that is not in order");
	if (!has_int_keys)
		return true;
	if (!decode_int_key(key, &number))
		return decode_refuse(d, "a key that is not an integer");
	if (before && (!decode_int_key(before->key, &last) || last >= number))
		return decode_refuse(d, "a map that is not in order");
	return true;
}

static bool decode_map(Decoder *d, Value *ret)
{
	uint32_t base = d->stack.len;
	uint8_t has_int_keys;
	uint64_t count;

	if (!decode_byte(d, 1, &has_int_keys) || !decode_leb(d, VALUE_ITEMS_MAX, &count))
		return false;
	if (has_int_keys && !count)
		return decode_refuse(d, "an empty map that is not in its one form");
	for (uint64_t i = 0; i < count; i++) {
		const ValueEntry *before = i ? &d->stack.ptr[d->stack.len - 1] : NULL;
		ValueEntry entry;

		if (!decode_text(d, &entry.key) ||
			!decode_check_key(d, has_int_keys, before, entry.key) ||
			!decode_value(d, &entry.value))
			return false;
		vec_push(&d->stack, entry);
	}
	ValueEntry *entries = ARENA_ARRAY(d->arena, ValueEntry, count);

	if (count)
		memcpy(entries, d->stack.ptr + base, count * sizeof(*entries));
	d->stack.len = base;
	ValueMap *map = ARENA_NEW(d->arena, ValueMap);

	*map = (ValueMap){entries, (uint32_t)count, has_int_keys};
	*ret = (Value){.kind = VAL_MAP, .as.map = map};
	return true;
}

static bool decode_residual(Decoder *d, Value *ret)
{
	Residual *r = ARENA_NEW(d->arena, Residual);
	uint8_t op = 0;
	uint8_t flags = 0;
	uint64_t number = 0;

	if (!decode_byte(d, RESIDUAL_OP_COUNT - 1, &op) || !decode_byte(d, CODEC_FLAGS, &flags) ||
		!decode_leb(d, UINT32_MAX, &number) || !decode_text(d, &r->name) ||
		!decode_array(d, false, &r->args, &r->arg_count))
		return false;
	r->op = op;
	r->number = (uint32_t)number;
	r->is_secret = flags & CODEC_SECRET;
	r->is_lookup = flags & CODEC_LOOKUP;
	r->may_be_null = flags & CODEC_MAY_BE_NULL;
	*ret = value_residual(r);
	return true;
}

/* Decodes what follows a kind's byte. */
static bool decode_payload(Decoder *d, ValueKind kind, Value *ret)
{
	uint64_t number = 0;
	uint8_t flag = 0;

	*ret = (Value){.kind = kind};
	switch (kind) {
	case VAL_NULL:
		return true;
	case VAL_BOOL:
		if (!decode_byte(d, 1, &flag))
			return false;
		ret->as.boolean = flag;
		return true;
	case VAL_INT:
	case VAL_SIZE:
	case VAL_DURATION:
	case VAL_MONEY:
	case VAL_PRICE:
		if (!decode_leb(d, UINT64_MAX, &number))
			return false;
		ret->as.number = codec_unzigzag(number);
		return true;
	case VAL_FLOAT:
		return decode_float(d, ret);
	case VAL_GPUS:
	case VAL_STRING:
		return decode_text(d, &ret->as.text);
	case VAL_RANGE:
	case VAL_LIST:
	case VAL_SET:
		return decode_list(d, kind, ret);
	case VAL_MAP:
		return decode_map(d, ret);
	case VAL_DEFERRED:
		return decode_residual(d, ret);
	case VAL_KIND_COUNT:
		break;
	}
	UNREACHABLE();
}

static bool decode_value(Decoder *d, Value *ret)
{
	uint8_t kind = 0;

	if (d->depth == VALUE_DEPTH_MAX)
		return decode_refuse(d, "nested too deeply");
	d->depth++;
	bool ok = decode_byte(d, VAL_KIND_COUNT - 1, &kind) && decode_payload(d, kind, ret);

	d->depth--;
	return ok;
}

static bool decode_one(Decoder *d, Value *ret, Diag *err)
{
	bool ok = decode_value(d, ret);

	vec_fini(&d->stack);
	return ok || diag_fail(err, DIAG_DECODE, d->why, "cannot decode a stored value at byte %zu",
			     d->at);
}

static bool decode_all(Decoder *d, Value *ret, Diag *err)
{
	if (!decode_one(d, ret, err))
		return false;
	if (d->at != d->bytes.len)
		return diag_fail(err, DIAG_DECODE, "there are bytes behind it",
			"cannot decode a stored value at byte %zu", d->at);
	return true;
}

bool value_decode_at(Arena *a, Str bytes, size_t *at, Value *ret, Diag *err)
{
	Decoder d = {.arena = a, .bytes = bytes, .at = *at};

	if (!decode_one(&d, ret, err))
		return false;
	*at = d.at;
	return true;
}

bool value_decode(Arena *a, Str bytes, Value *ret, Diag *err)
{
	Decoder d = {.arena = a, .bytes = bytes};

	return decode_all(&d, ret, err);
}

bool value_decode_over(Arena *a, Str bytes, Value *ret, Diag *err)
{
	Decoder d = {.arena = a, .bytes = bytes, .is_over = true};

	return decode_all(&d, ret, err);
}
