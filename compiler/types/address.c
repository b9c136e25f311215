/* IP addresses: text to bytes and back, and arithmetic on the bits.  No system calls: inet_pton is
 * laxer in places and depends on the C library.  Thread: any. */
#include "compiler/types/address.h"

#include "compiler/base/check.h"
#include "compiler/base/num.h"

#include <string.h>

static bool parse_decimal(Str s, int max, int *ret)
{
	int64_t n;

	if (s.len == 0 || s.len > 3 || (s.len > 1 && s.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	}
	if (!num_parse_int(s, &n) || n > max)
		return false;
	*ret = (int)n;
	return true;
}

static bool parse_four(Str s, uint8_t *ret)
{
	Str rest = s;
	int n;

	for (int i = 0; i < 4; i++) {
		Str part = rest;

		if (i < 3 && !str_cut_found(&rest, STR("."), &part))
			return false;
		if (!parse_decimal(part, 255, &n))
			return false;
		ret[i] = (uint8_t)n;
	}
	return true;
}

/* Groups of up to four hex digits, the last perhaps an IPv4 address; `*ret_len` bytes, even. */
static bool parse_groups(Str s, uint8_t *ret, size_t *ret_len)
{
	size_t len = 0;
	Str rest = s;
	bool has_more = s.len > 0;

	while (has_more) {
		Str part;
		uint64_t n;

		has_more = str_cut_found(&rest, STR(":"), &part);
		if (!has_more && str_has(part, STR("."))) {
			if (len > 12 || !parse_four(part, ret + len))
				return false;
			len += 4;
			break;
		}
		if (len > 14 || part.len == 0 || part.len > 4 || !num_parse_base(part, 16, &n))
			return false;
		ret[len++] = (uint8_t)(n >> 8);
		ret[len++] = (uint8_t)n;
	}
	*ret_len = len;
	return true;
}

static bool parse_six(Str s, uint8_t *ret)
{
	uint8_t head[16], tail[16];
	size_t head_len, tail_len = 0;
	size_t gap = str_find(s, STR("::"), 0);

	memset(ret, 0, 16);
	if (gap == SIZE_MAX) {
		if (!parse_groups(s, ret, &head_len))
			return false;
		return head_len == 16;
	}
	if (!parse_groups(str_slice(s, 0, gap), head, &head_len) ||
		!parse_groups(str_slice(s, gap + 2, s.len), tail, &tail_len) ||
		head_len + tail_len > 14)
		return false;
	memcpy(ret, head, head_len);
	memcpy(ret + 16 - tail_len, tail, tail_len);
	return true;
}

bool address_parse(Str s, Address *ret)
{
	Address a = {.is_six = str_has(s, STR(":"))};

	if (!(a.is_six ? parse_six(s, a.bytes) : parse_four(s, a.bytes)))
		return false;
	*ret = a;
	return true;
}

bool address_parse_range(Str s, AddressRange *ret)
{
	AddressRange r = {0};
	Str rest = s;
	Str address;

	if (!str_cut_found(&rest, STR("/"), &address) || !address_parse(address, &r.address) ||
		!parse_decimal(rest, address_bits(&r.address), &r.prefix))
		return false;
	*ret = r;
	return true;
}

int address_bits(const Address *a)
{
	return a->is_six ? 128 : 32;
}

static uint32_t group_at(const Address *a, int i)
{
	return (uint32_t)a->bytes[2 * i] << 8 | a->bytes[2 * i + 1];
}

void address_print(Buf *b, const Address *a)
{
	int gap = -1, gap_len = 1;

	if (!a->is_six) {
		buf_print(b, "%d.%d.%d.%d", a->bytes[0], a->bytes[1], a->bytes[2], a->bytes[3]);
		return;
	}
	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (i + n < 8 && group_at(a, i + n) == 0)
			n++;
		if (n > gap_len) {
			gap = i;
			gap_len = n;
		}
		i += n > 0 ? n - 1 : 0;
	}
	for (int i = 0; i < 8; i++) {
		if (i == gap) {
			buf_add_cstr(b, "::");
			i += gap_len - 1;
			continue;
		}
		if (i > 0 && i != gap + gap_len)
			buf_add_char(b, ':');
		else if (i > 0 && gap < 0)
			buf_add_char(b, ':');
		buf_print(b, "%x", (unsigned)group_at(a, i));
	}
}

void address_print_range(Buf *b, const AddressRange *r)
{
	address_print(b, &r->address);
	buf_print(b, "/%d", r->prefix);
}

void address_mask(Address *a, int prefix)
{
	int bytes = address_bits(a) / 8;

	for (int i = 0; i < bytes; i++) {
		int keep = prefix - 8 * i;

		if (keep <= 0)
			a->bytes[i] = 0;
		else if (keep < 8)
			a->bytes[i] &= (uint8_t)(0xFF << (8 - keep));
	}
}

bool address_eq(const Address *a, const Address *b)
{
	return a->is_six == b->is_six && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool address_contains(const AddressRange *outer, const AddressRange *inner)
{
	Address a = outer->address, b = inner->address;

	if (a.is_six != b.is_six || inner->prefix < outer->prefix)
		return false;
	address_mask(&a, outer->prefix);
	address_mask(&b, outer->prefix);
	return address_eq(&a, &b);
}

static void set_bit(Address *a, int bit, bool is_set)
{
	uint8_t mask = (uint8_t)(0x80 >> (bit % 8));

	if (is_set)
		a->bytes[bit / 8] |= mask;
	else
		a->bytes[bit / 8] &= (uint8_t)~mask;
}

static bool get_bit(const Address *a, int bit)
{
	return a->bytes[bit / 8] & (0x80 >> (bit % 8));
}

bool address_put(Address *a, int begin, int end, int64_t number)
{
	int width = end - begin;

	CHECK(begin >= 0 && begin <= end && end <= address_bits(a));
	if (width < 63 && (number >= (int64_t)1 << width || number < -((int64_t)1 << width)))
		return false;
	for (int i = 0; i < width; i++) {
		int shift = i < 63 ? i : 63;

		set_bit(a, end - 1 - i, (number >> shift) & 1);
	}
	return true;
}

bool address_add(Address *a, int64_t n)
{
	Address sum = *a;
	bool carry = false;

	if (!a->is_six && (n > UINT32_MAX || n < -(int64_t)UINT32_MAX))
		return false;
	for (int i = 0; i < address_bits(a); i++) {
		int bit = address_bits(a) - 1 - i;
		int total = get_bit(a, bit) + (int)((n >> (i < 63 ? i : 63)) & 1) + carry;

		set_bit(&sum, bit, total & 1);
		carry = total > 1;
	}
	if (carry != (n < 0))
		return false;
	*a = sum;
	return true;
}
