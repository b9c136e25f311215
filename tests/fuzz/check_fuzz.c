/* Fuzzes the checker: a program of one or two modules (the second behind a NUL byte, as `./net`)
 * crashes nothing, and what gives no error has no name without a type. */
#include "compiler/base/check.h"
#include "compiler/types/program.h"

#include <stddef.h>
#include <stdint.h>

/* The entry point that libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_value(const Symbol *s)
{
	return s->kind != SYMBOL_IMPORT && s->kind != SYMBOL_PROVIDER;
}

static void check_types(const Module *m)
{
	for (uint32_t i = 0; i < m->symbols.len; i++) {
		const Symbol *s = m->symbols.ptr[i];

		CHECK(!has_value(s) || s->type->kind != TYPE_ERROR);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena *arena = arena_new("fuzz");
	Str net = str_copy(arena, (Str){(const char *)data, size}), text;
	Sources sources;
	DiagList diags;
	Map files;
	Program *p;

	text = str_copy(arena, str_cut(&net, (Str){"", 1}));
	net = str_copy(arena, net);
	map_init(&files, arena);
	map_put(&files, STR("main.styx"), &text);
	map_put(&files, STR("net/main.styx"), &net);
	sources_init(&sources, arena);
	diag_list_init(&diags, arena);
	p = check_program(arena, &sources, vfs_memory(&files), STR("."), STR_NONE, &diags);
	if (!diag_list_has_errors(&diags)) {
		for (uint32_t i = 0; i < p->module_order.len; i++)
			check_types(p->module_order.ptr[i]);
	}
	arena_free(arena);
	return 0;
}
