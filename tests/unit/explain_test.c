/* Tests of `styx explain`: every code has a page; every example of a mistake gives its code and no
 * other; every cure gives nothing. */
#include "compiler/styx.h"
#include "compiler/tools/explain.h"
#include "tests/unit/test.h"

#include <stdio.h>

/* Compiles and evaluates one program in memory; the codes it gave are in styx_diags(). */
static Styx *compile(Map *files, Str *text)
{
	map_init(files, NULL);
	map_put(files, STR("main.styx"), text);
	StyxOptions o = {.files = vfs_memory(files), .dir = STR(".")};
	Styx *s = styx_open(&o);
	StyxInputs inputs = {0};
	Graph *graph = NULL;

	if (!diag_list_has_errors(styx_diags(s)) && styx_eval(s, &inputs, &graph))
		graph_free(graph);
	return s;
}

/* Says whether the program gives only `code` (DIAG_NONE: nothing), and prints what else. */
static bool gives(Str text, DiagCode code)
{
	Map files;
	Styx *s = compile(&files, &text);
	const DiagList *diags = styx_diags(s);
	bool has = code == DIAG_NONE;
	bool ok = true;

	for (uint32_t i = 0; i < diags->items.len; i++) {
		const Diag *d = diags->items.ptr[i];

		has = has || d->code == code;
		if (d->code == code)
			continue;
		ok = false;
		printf("  also %.*s: %.*s\n", STR_ARG(diag_code_str(d->code)), STR_ARG(d->what));
	}
	styx_close(s);
	map_fini(&files);
	return ok && has;
}

TEST(explain_every_code_has_a_page)
{
	for (DiagCode c = DIAG_NONE + 1; c < DIAG_CODE_COUNT; c++) {
		Diag err = {0};
		Buf b;

		buf_init(&b, SIZE_MAX);
		CHECK_THAT(explain_code(&b, diag_code_str(c), &err));
		CHECK_THAT(b.len > 80);
		buf_fini(&b);
		diag_fini(&err);
	}
}

TEST(explain_examples_give_their_codes)
{
	for (DiagCode c = DIAG_NONE + 1; c < DIAG_CODE_COUNT; c++) {
		Str mistake, cure;

		explain_examples(c, &mistake, &cure);
		if (mistake.len && !gives(mistake, c)) {
			printf("the mistake of %.*s\n", STR_ARG(diag_code_str(c)));
			CHECK_NEVER("gives its code");
		}
		if (cure.len && !gives(cure, DIAG_NONE)) {
			printf("the cure of %.*s\n", STR_ARG(diag_code_str(c)));
			CHECK_NEVER("gives nothing");
		}
	}
}

TEST(explain_suggests_a_near_code)
{
	Diag err = {0};
	Buf b;

	buf_init(&b, SIZE_MAX);
	CHECK_THAT(!explain_code(&b, STR("E9402"), &err));
	CHECK_EQ(err.code, DIAG_USAGE);
	CHECK_THAT(err.fix.len > 0);
	diag_fini(&err);
	CHECK_THAT(explain_code(&b, STR("402"), &err));
	buf_fini(&b);
}
