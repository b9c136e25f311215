/* Patterns: the first line is one, the rest is a text.  Whatever they are, the answers agree and the
 * places are within the text. */
#include "compiler/base/check.h"
#include "compiler/base/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena *a = arena_new("fuzz");
	Str text = {(const char *)data, size};
	Str pattern = str_cut(&text, STR("\n"));
	Str error;
	size_t at;
	const Pattern *p = pattern_compile(a, pattern, &error, &at);
	PatternMatch m;

	if (!p) {
		CHECK(error.len > 0 && at <= pattern.len);
	} else if (text.len < 4096) {
		bool found = pattern_find(p, text, 0, &m);

		CHECK(found == pattern_matches(p, text));
		CHECK(!found || (m.begin[0] <= m.end[0] && m.end[0] <= text.len));
	}
	arena_free(a);
	return 0;
}
