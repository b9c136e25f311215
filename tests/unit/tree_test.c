/* Nodes: slots, growth, comparison. */
#include "compiler/syntax/tree.h"
#include "tests/unit/test.h"

TEST(tree_has_slots_and_kids)
{
	Arena *a = arena_new("test");
	Node *call = node_new(a, NODE_CALL, SPAN_NONE, STR_NONE);

	CHECK_EQ(call->kid_count, node_fixed(NODE_CALL));
	CHECK_THAT(!node_kid(call, 0) && !node_kid(call, 7));
	for (uint32_t i = 0; i < 100; i++)
		node_add(a, call, node_new(a, NODE_INT, (Span){i + 1, i + 2}, STR("1")));
	CHECK_EQ(call->kid_count, 101);
	for (uint32_t i = 0; i < 100; i++)
		CHECK_EQ(node_kid(call, i + 1)->span.begin, i + 1);
	CHECK_THAT(str_eq(node_kind_name(NODE_CALL), STR("call")));
	arena_free(a);
}

TEST(tree_names_declarations)
{
	Arena *a = arena_new("test");
	Node *let = node_new(a, NODE_LET, SPAN_NONE, STR_NONE);

	CHECK_EQ(node_decl_name(let).len, 0);
	let->kids[DECL_NAME] = node_new(a, NODE_IDENT, SPAN_NONE, STR("x"));
	CHECK_THAT(str_eq(node_decl_name(let), STR("x")));
	CHECK_EQ(node_decl_name(let->kids[DECL_NAME]).len, 0);
	arena_free(a);
}

TEST(tree_compares_what_is_written)
{
	Arena *a = arena_new("test");
	Node *x = node_new(a, NODE_LIST, (Span){1, 2}, STR_NONE);
	Node *y = node_new(a, NODE_LIST, (Span){5, 9}, STR_NONE);

	y->flags = FLAG_ONE_LINE | FLAG_ADAPT;
	CHECK_THAT(node_same(x, y) && node_same(NULL, NULL) && !node_same(x, NULL));
	node_add(a, x, node_new(a, NODE_INT, SPAN_NONE, STR("1")));
	CHECK_THAT(!node_same(x, y));
	node_add(a, y, node_new(a, NODE_INT, SPAN_NONE, STR("2")));
	CHECK_THAT(!node_same(x, y));
	y->kids[0]->text = STR("1");
	CHECK_THAT(node_same(x, y));
	x->flags = FLAG_RAW;
	CHECK_THAT(!node_same(x, y));
	arena_free(a);
}
