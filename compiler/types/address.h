/* IP addresses and ranges of them, both versions, as 16 bytes.  Thread: any. */
#ifndef STYX_TYPES_ADDRESS_H
#define STYX_TYPES_ADDRESS_H

#include "compiler/base/buf.h"

typedef struct Address {
	uint8_t bytes[16]; /* version 4: in the first four */
	bool is_six;
} Address;

typedef struct AddressRange {
	Address address;
	int prefix; /* 0 to 32 or 128 */
} AddressRange;

/* Parse all of `s`: "10.0.0.1" (no leading zeros), "2001:db8::1", "::ffff:10.0.0.1"; with a prefix
 * length "10.0.0.1/8".  The bits behind it may be set. */
MUST_CHECK bool address_parse(Str s, Address *ret);
MUST_CHECK bool address_parse_range(Str s, AddressRange *ret);

/* Append the canonical text (RFC 5952: lower case, the longest run of zeros as `::`). */
void address_print(Buf *b, const Address *a);
void address_print_range(Buf *b, const AddressRange *r);

/* The bits of an address: 32 or 128. */
int address_bits(const Address *a);

/* Clears all bits behind the first `prefix`. */
void address_mask(Address *a, int prefix);

/* Says whether both are the same address; whether `outer` holds all of `inner`. */
bool address_eq(const Address *a, const Address *b);
bool address_contains(const AddressRange *outer, const AddressRange *inner);

/* Adds `number` to the bits of `a` that end at bit `end` and begin at bit `begin` (counted from the
 * left); a negative number counts from the end: -1 sets them all.  False: it does not fit. */
MUST_CHECK bool address_put(Address *a, int begin, int end, int64_t number);

/* Adds `n` (negative: subtracts) to the address as a whole; false: it leaves the space. */
MUST_CHECK bool address_add(Address *a, int64_t n);

#endif
