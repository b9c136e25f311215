/* Decoding of saved plans trusts nothing: behind a true mark and a true digest anything may stand,
 * and what is accepted can be shown in every way, and saved and loaded again. */
#include "compiler/base/check.h"
#include "compiler/base/hash.h"
#include "runtime/plan/plan_file.h"
#include "runtime/plan/plan_print.h"

enum { FUZZ_BYTES_MAX = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A state with one object, "a" of generation 1. */
static StateView *fuzz_view(void)
{
	StateView *v = state_view_new();

	v->objects = ARENA_NEW(v->arena, StateObject);
	v->objects[0] = (StateObject){.address = STR("a"), .generation = 1, .type = STR("t")};
	v->count = 1;
	return v;
}

static void fuzz_show(const Plan *p)
{
	PrintOptions options = {.columns = 60};
	Buf b;

	buf_init(&b, FUZZ_BYTES_MAX);
	plan_print(&b, p, &options);
	plan_json(&b, p);
	plan_markdown(&b, p, 2000);
	if (p->graph) {
		plan_graph_dot(&b, p->graph, p);
		plan_graph_mermaid(&b, p->graph, p);
	}
	buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Plan *plan = NULL;
	Plan *again = NULL;
	Diag err = {0};
	Buf b;

	buf_init(&b, FUZZ_BYTES_MAX);
	buf_add(&b, STR("styx plan 2\n"));
	buf_add(&b, (Str){(const char *)data, size});
	Digest digest = hash_of(HASH_SHA256, buf_str(&b));

	buf_add(&b, hash_str(&digest));
	if (plan_file_decode(buf_str(&b), fuzz_view(), &plan, &err)) {
		fuzz_show(plan);
		buf_clear(&b);
		plan_file_encode(&b, plan);
		CHECK(plan_file_decode(buf_str(&b), fuzz_view(), &again, &err));
		CHECK(again->step_count == plan->step_count);
		plan_free(again);
		plan_free(plan);
	}
	diag_fini(&err);
	buf_fini(&b);
	return 0;
}
