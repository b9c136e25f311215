/* Decoding of plan graphs trusts nothing: what it accepts encodes to the same bytes, and its values
 * can be resolved, printed and walked. */
#include "compiler/base/check.h"
#include "compiler/graph/graph_encode.h"
#include "compiler/graph/residual.h"

enum { FUZZ_BYTES_MAX = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool no_ref(void *ctx, Str address, const Value *path, uint32_t count, Value *ret)
{
	(void)ctx, (void)path;
	if (count & 1)
		return false;
	*ret = value_string(address);
	return true;
}

static void see_ref(void *ctx, const Residual *ref)
{
	CHECK(ctx && ref->op == RESIDUAL_REF);
}

static void use_value(Arena *a, Value v)
{
	ResidualEnv env = {NULL, no_ref, NULL};
	Diag err = {0};
	Value resolved;
	Buf b;

	buf_init(&b, FUZZ_BYTES_MAX);
	residual_refs(v, see_ref, a);
	residual_print_cause(&b, v);
	if (residual_resolve(a, v, &env, &resolved, &err))
		value_print(&b, resolved, 0);
	diag_fini(&err);
	buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Str bytes = {(const char *)data, size};
	Diag err = {0};
	Graph *g = NULL;

	if (graph_decode(bytes, &g, &err)) {
		Arena *a = arena_new("fuzz");
		bool has_places = size > 10 && data[10];
		Buf b;

		buf_init(&b, FUZZ_BYTES_MAX);
		graph_encode(&b, g, has_places);
		CHECK(str_eq(buf_str(&b), bytes));
		for (uint32_t i = 0; i < g->node_count; i++) {
			CHECK(graph_find(g, g->nodes[i].address) == i);
			use_value(a, g->nodes[i].desired);
		}
		for (uint32_t i = 0; i < g->output_count; i++)
			use_value(a, g->outputs[i].value);
		buf_fini(&b);
		arena_free(a);
		g = graph_free(g);
	}
	diag_fini(&err);
	return 0;
}
