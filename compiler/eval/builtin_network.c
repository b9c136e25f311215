/* Built-ins on IP addresses and ranges, both versions.  Thread: any. */
#include "compiler/eval/op_impl.h"

#include "compiler/types/address.h"

enum { ADDRESS_TEXT_MAX = 128 };

static bool range_of(OpCtx *c, const Value *args, uint32_t count, uint32_t i, AddressRange *ret)
{
	Str s;

	if (!builtin_text(c, args, count, i, &s))
		return false;
	if (address_parse_range(s, ret))
		return true;
	(void)op_fail(c, DIAG_CALL_FAILED, "`%.*s` is not an address range such as 10.0.0.0/16",
		STR_ARG(s));
	return false;
}

static bool address_of(OpCtx *c, const Value *args, uint32_t count, uint32_t i, Address *ret)
{
	Str s;

	if (!builtin_text(c, args, count, i, &s))
		return false;
	if (address_parse(s, ret))
		return true;
	(void)op_fail(c, DIAG_CALL_FAILED, "`%.*s` is not an IP address", STR_ARG(s));
	return false;
}

static Value address_value(OpCtx *c, const Address *a)
{
	Buf b;

	buf_init(&b, ADDRESS_TEXT_MAX);
	address_print(&b, a);
	return builtin_take_text(c, &b);
}

static Value range_value(OpCtx *c, const AddressRange *r)
{
	Buf b;

	buf_init(&b, ADDRESS_TEXT_MAX);
	address_print_range(&b, r);
	return builtin_take_text(c, &b);
}

FN(CIDR_SUBNET)
{
	AddressRange r;
	int64_t bits, number;

	if (!range_of(c, args, count, 0, &r) || !builtin_int(c, args, count, 1, &bits) ||
		!builtin_int(c, args, count, 2, &number))
		return VALUE_NULL;
	if (bits < 0 || bits > address_bits(&r.address) - r.prefix)
		return op_fail(c, DIAG_CALL_FAILED,
			"a /%d range cannot be divided by %lld more bits: there are %d left",
			r.prefix, (long long)bits, address_bits(&r.address) - r.prefix);
	address_mask(&r.address, r.prefix);
	if (number < 0 || !address_put(&r.address, r.prefix, r.prefix + (int)bits, number))
		return op_fail(c, DIAG_CALL_FAILED,
			"there is no subnet %lld: %lld bits give numbers from 0 to %s%lld",
			(long long)number, (long long)bits, bits > 62 ? "over " : "",
			bits > 62 ? (long long)INT64_MAX : ((long long)1 << bits) - 1);
	r.prefix += (int)bits;
	return range_value(c, &r);
}

/* Moves to the range of `prefix` bits that begins at or after the end of `last`; false: none. */
static bool next_range(const AddressRange *outer, AddressRange *last, int prefix)
{
	AddressRange next = *last;
	int bits = address_bits(&next.address);
	Address step = next.address;

	/* The end of `last`: one more in its own last bit; then up to a multiple of the new size.
	 */
	for (int pass = 0; pass < 2; pass++) {
		int at = pass == 0 ? last->prefix : prefix;
		Address masked = step;

		address_mask(&masked, at);
		if (pass == 1 && address_eq(&masked, &step))
			break;
		step = masked;
		for (int bit = at - 1; bit >= 0; bit--) {
			uint8_t mask = (uint8_t)(0x80 >> (bit % 8));

			step.bytes[bit / 8] ^= mask;
			if (step.bytes[bit / 8] & mask)
				break;
		}
	}
	next.address = step;
	next.prefix = prefix;
	if (prefix > bits || !address_contains(outer, &next) || address_eq(&step, &last->address))
		return false;
	*last = next;
	return true;
}

FN(CIDR_SUBNETS)
{
	AddressRange outer, last;
	const ValueList *bits;
	Value *made;

	if (!range_of(c, args, count, 0, &outer) || !builtin_items(c, args, count, 1, &bits))
		return VALUE_NULL;
	made = ARENA_ARRAY(c->arena, Value, bits->len);
	address_mask(&outer.address, outer.prefix);
	last = outer;
	for (uint32_t i = 0; i < bits->len; i++) {
		int64_t n;
		bool fits;

		if (!builtin_int(c, bits->items, bits->len, i, &n))
			return VALUE_NULL;
		if (n < 0 || n > address_bits(&outer.address) - outer.prefix)
			return op_fail(c, DIAG_CALL_FAILED,
				"a /%d range cannot be divided by %lld more bits", outer.prefix,
				(long long)n);
		if (i == 0) {
			last.prefix = outer.prefix + (int)n;
			fits = true;
		} else {
			fits = next_range(&outer, &last, outer.prefix + (int)n);
		}
		if (!fits)
			return op_fail(
				c, DIAG_CALL_FAILED, "the range has no room for subnet %u", i);
		made[i] = range_value(c, &last);
	}
	return value_list(c->arena, made, bits->len);
}

FN(CIDR_HOST)
{
	AddressRange r;
	int64_t number;

	if (!range_of(c, args, count, 0, &r) || !builtin_int(c, args, count, 1, &number))
		return VALUE_NULL;
	address_mask(&r.address, r.prefix);
	if (!address_put(&r.address, r.prefix, address_bits(&r.address), number))
		return op_fail(c, DIAG_CALL_FAILED, "a /%d range has no address %lld", r.prefix,
			(long long)number);
	return address_value(c, &r.address);
}

/* The last address: all bits behind the prefix set. */
static Address last_of(const AddressRange *r)
{
	Address a = r->address;

	if (!address_put(&a, r->prefix, address_bits(&a), -1))
		address_mask(&a, r->prefix);
	return a;
}

FN(CIDR_NETMASK)
{
	AddressRange r;

	if (!range_of(c, args, count, 0, &r))
		return VALUE_NULL;
	if (r.address.is_six)
		return op_fail(c, DIAG_CALL_FAILED, "IPv6 has prefix lengths, not netmasks");
	for (int i = 0; i < 4; i++)
		r.address.bytes[i] = 0xFF;
	address_mask(&r.address, r.prefix);
	return address_value(c, &r.address);
}

FN(CIDR_NETWORK)
{
	AddressRange r;

	if (!range_of(c, args, count, 0, &r))
		return VALUE_NULL;
	address_mask(&r.address, r.prefix);
	return address_value(c, &r.address);
}

FN(CIDR_BROADCAST)
{
	AddressRange r;
	Address last;

	if (!range_of(c, args, count, 0, &r))
		return VALUE_NULL;
	last = last_of(&r);
	return address_value(c, &last);
}

FN(CIDR_PREFIX)
{
	AddressRange r;

	return range_of(c, args, count, 0, &r) ? value_int(r.prefix) : VALUE_NULL;
}

FN(CIDR_COUNT)
{
	AddressRange r;
	double n = 1;

	if (!range_of(c, args, count, 0, &r))
		return VALUE_NULL;
	for (int i = r.prefix; i < address_bits(&r.address); i++)
		n *= 2;
	return value_float(n);
}

FN(CIDR_CONTAINS)
{
	AddressRange outer, inner;
	Str s;

	if (!range_of(c, args, count, 0, &outer) || !builtin_text(c, args, count, 1, &s))
		return VALUE_NULL;
	if (address_parse(s, &inner.address))
		inner.prefix = address_bits(&inner.address);
	else if (!range_of(c, args, count, 1, &inner))
		return VALUE_NULL;
	return value_bool(address_contains(&outer, &inner));
}

FN(CIDR_OVERLAPS)
{
	AddressRange a, b;

	if (!range_of(c, args, count, 0, &a) || !range_of(c, args, count, 1, &b))
		return VALUE_NULL;
	return value_bool(address_contains(&a, &b) || address_contains(&b, &a));
}

FN(IP_ADD)
{
	Address a;
	int64_t n;

	if (!address_of(c, args, count, 0, &a) || !builtin_int(c, args, count, 1, &n))
		return VALUE_NULL;
	if (!address_add(&a, n))
		return op_fail(c, DIAG_CALL_FAILED, "there is no such address");
	return address_value(c, &a);
}

FN(IP_VERSION)
{
	Str s;
	Address a;
	AddressRange r;

	if (!builtin_text(c, args, count, 0, &s))
		return VALUE_NULL;
	if (address_parse_range(s, &r))
		return value_int(r.address.is_six ? 6 : 4);
	return address_of(c, args, count, 0, &a) ? value_int(a.is_six ? 6 : 4) : VALUE_NULL;
}

FN(IP_REVERSE)
{
	Address a;
	Buf b;

	if (!address_of(c, args, count, 0, &a))
		return VALUE_NULL;
	buf_init(&b, ADDRESS_TEXT_MAX);
	for (int i = address_bits(&a) / 8 - 1; i >= 0; i--) {
		if (a.is_six)
			buf_print(&b, "%x.%x.", a.bytes[i] & 15, a.bytes[i] >> 4);
		else
			buf_print(&b, "%d.", a.bytes[i]);
	}
	buf_add_cstr(&b, a.is_six ? "ip6.arpa" : "in-addr.arpa");
	return builtin_take_text(c, &b);
}
