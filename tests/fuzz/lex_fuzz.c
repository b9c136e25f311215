/* Fuzzes the lexer: any bytes become tokens that are in order, do not overlap, and end with one
 * TOK_END; each error has a place in the text. */
#include "compiler/base/check.h"
#include "compiler/syntax/lex.h"

#include <stddef.h>
#include <stdint.h>

/* The entry point that libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena *arena = arena_new("fuzz");
	Sources sources;
	DiagList diags;
	TokenVec tokens;
	Tree tree = {0};
	uint32_t end = 0;

	sources_init(&sources, arena);
	diag_list_init(&diags, arena);
	SourceFile *f = sources_add(&sources, STR("fuzz.styx"),
		str_copy(arena, (Str){(const char *)data, size}), &diags);
	CHECK(f);
	lex_file(arena, f, size > 0 && data[0] == '<', &diags, &tokens, &tree);
	CHECK(tokens.len > 0 && tokens.ptr[tokens.len - 1].kind == TOK_END);
	for (uint32_t i = 0; i < tokens.len; i++) {
		const Token *t = &tokens.ptr[i];

		CHECK(t->span.begin >= end && t->span.end >= t->span.begin);
		CHECK(t->span.end <= f->base + f->text.len);
		CHECK(t->kind != TOK_END || i == tokens.len - 1);
		end = t->span.end;
	}
	for (uint32_t i = 0; i < diags.items.len; i++)
		CHECK(diags.items.ptr[i]->at.begin >= f->base &&
			diags.items.ptr[i]->at.end <= f->base + f->text.len);
	Buf b;
	buf_init(&b, 1 << 26);
	lex_dump(&b, &sources, &tokens);
	buf_fini(&b);
	vec_fini(&tokens);
	arena_free(arena);
	return 0;
}
