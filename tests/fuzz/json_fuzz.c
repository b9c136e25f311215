/* What was read as JSON is printed as JSON that reads the same. */
#include "compiler/base/json.h"

#include "compiler/base/check.h"
#include "compiler/base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena *a = arena_new("fuzz");
	Diag err = {0};
	Value v, again;
	Buf b;

	buf_init(&b, TEXT_BYTES_MAX);
	if (json_parse(a, (Str){(const char *)data, size}, &v, &err)) {
		json_print(&b, v, 2);
		CHECK(json_parse(a, buf_str(&b), &again, &err));
		CHECK(value_eq(v, again));
	}
	buf_fini(&b);
	diag_fini(&err);
	arena_free(a);
	return 0;
}
