/* Fuzzes parser and formatter: what parses without an error is, formatted, the same tree and the
 * same comments, and formatting that changes nothing; what does not parse, formatted, crashes
 * nothing.  Imports may change places, so they are left out of the comparison. */
#include "compiler/base/check.h"
#include "compiler/syntax/format.h"

#include <stddef.h>
#include <stdint.h>

/* The entry point that libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Tree *parse_text(Arena *arena, Sources *sources, Str text, DiagList *diags)
{
	SourceFile *f = sources_add(sources, STR("fuzz.styx"), text, diags);

	CHECK(f);
	return parse_file(arena, f, diags);
}

/* Compares the declarations but for imports. */
static bool same_but_imports(const Node *a, const Node *b)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < a->kid_count; i++) {
		if (a->kids[i]->kind == NODE_IMPORT)
			continue;
		while (k < b->kid_count && b->kids[k]->kind == NODE_IMPORT)
			k++;
		if (k == b->kid_count || !node_same(a->kids[i], b->kids[k++]))
			return false;
	}
	while (k < b->kid_count && b->kids[k]->kind == NODE_IMPORT)
		k++;
	return k == b->kid_count && a->kid_count == b->kid_count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena *arena = arena_new("fuzz");
	Sources sources;
	DiagList diags;
	Buf once;
	Buf twice;

	sources_init(&sources, arena);
	diag_list_init(&diags, arena);
	Tree *t = parse_text(
		arena, &sources, str_copy(arena, (Str){(const char *)data, size}), &diags);
	CHECK(t->is_broken == diag_list_has_errors(&diags));
	buf_init(&once, 1 << 26);
	buf_init(&twice, 1 << 26);
	format_tree(&once, t);
	if (!t->is_broken) {
		Tree *again = parse_text(arena, &sources, buf_str(&once), &diags);

		CHECK(!again->is_broken && !diag_list_has_errors(&diags));
		CHECK(same_but_imports(t->file, again->file));
		CHECK(t->comments.len == again->comments.len);
		format_tree(&twice, again);
		CHECK(str_eq(buf_str(&once), buf_str(&twice)));
	}
	buf_fini(&once);
	buf_fini(&twice);
	arena_free(arena);
	return 0;
}
