/* Decoding of values trusts nothing: what it accepts encodes to the same bytes, is equal to its
 * copy, and can be printed. */
#include "compiler/base/check.h"
#include "compiler/base/limits.h"
#include "compiler/base/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena *a = arena_new("fuzz");
	Diag err = {0};
	Buf b;
	Value v;

	buf_init(&b, TEXT_BYTES_MAX);
	if (value_decode(a, (Str){(const char *)data, size}, &v, &err)) {
		value_encode(&b, v);
		CHECK(str_eq(buf_str(&b), (Str){(const char *)data, size}));
		CHECK(value_eq(v, value_copy(a, v)));
		value_print(&b, v, 0);
	}
	buf_fini(&b);
	diag_fini(&err);
	arena_free(a);
	return 0;
}
