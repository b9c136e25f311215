/* The tree's nodes: making, comparing and dumping them, from the table in tree.def. */
#include "compiler/syntax/tree.h"

#include "compiler/base/check.h"

#include <string.h>

enum {
	KIDS_FIRST = 4, /* room made by the first node_add; doubled whenever it is full */
	/* what the text of a program decides; the rest is layout or the checker's */
	FLAGS_WRITTEN = FLAG_PUB | FLAG_RAW | FLAG_BLOCK | FLAG_SAFE | FLAG_FAILS | FLAG_HAS_ARGS |
			FLAG_BROKEN,
};

typedef struct KindRow {
	Str name;
	uint32_t fixed;
} KindRow;

static const KindRow kinds[] = {
#define X(kind, name, fixed) [NODE_##kind] = {STR_INIT(name), fixed},
#include "compiler/syntax/tree.def"
#undef X
};

Node *node_new(Arena *a, NodeKind kind, Span at, Str text)
{
	Node *n = ARENA_NEW(a, Node);
	uint32_t fixed = kinds[kind].fixed;

	n->kind = (uint16_t)kind;
	n->span = at;
	n->text = text;
	n->kid_count = fixed;
	if (fixed)
		n->kids = ARENA_ARRAY(a, Node *, fixed);
	return n;
}

void node_add(Arena *a, Node *n, Node *kid)
{
	uint32_t added = n->kid_count - kinds[n->kind].fixed;

	/* Room is not stored: it is full when `added` is 0, or a power of two from KIDS_FIRST. */
	if (added == 0 || (added >= KIDS_FIRST && (added & (added - 1)) == 0)) {
		uint32_t room = added ? added : KIDS_FIRST;
		Node **kids = ARENA_ARRAY(a, Node *, n->kid_count + room);

		if (n->kid_count)
			memcpy(kids, n->kids, n->kid_count * sizeof(*kids));
		n->kids = kids;
	}
	n->kids[n->kid_count++] = kid;
}

Node *node_kid(const Node *n, uint32_t i)
{
	return i < n->kid_count ? n->kids[i] : NULL;
}

uint32_t node_fixed(NodeKind kind)
{
	return kinds[kind].fixed;
}

Str node_kind_name(NodeKind kind)
{
	return kinds[kind].name;
}

Str node_decl_name(const Node *decl)
{
	if (decl->kind < NODE_ENTITY || decl->kind > NODE_TEST || !decl->kids[DECL_NAME])
		return STR_NONE;
	return decl->kids[DECL_NAME]->text;
}

bool node_same(const Node *a, const Node *b)
{
	if (!a || !b)
		return a == b;
	if (a->kind != b->kind || a->kid_count != b->kid_count || !str_eq(a->text, b->text))
		return false;
	if ((a->flags & FLAGS_WRITTEN) != (b->flags & FLAGS_WRITTEN))
		return false;
	for (uint32_t i = 0; i < a->kid_count; i++)
		if (!node_same(a->kids[i], b->kids[i]))
			return false;
	return true;
}

/* Appends `text` in quotes, so that each node stays on one line. */
static void dump_text(Buf *b, Str text)
{
	buf_add(b, STR(" \""));
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '\n')
			buf_add(b, STR("\\n"));
		else if (c == '"' || c == '\\')
			buf_print(b, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			buf_print(b, "\\x%02x", c);
		else
			buf_add_char(b, (char)c);
	}
	buf_add_char(b, '"');
}

static void dump_flags(Buf *b, uint16_t flags)
{
	static const Str names[] = {
		STR_INIT("pub"),
		STR_INIT("one_line"),
		STR_INIT("raw"),
		STR_INIT("block"),
		STR_INIT("safe"),
		STR_INIT("fails"),
		STR_INIT("args"),
		STR_INIT("broken"),
		STR_INIT("adapt"),
		STR_INIT("poison"),
	};

	for (uint32_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!(flags & 1 << i))
			continue;
		buf_add_char(b, ' ');
		buf_add(b, names[i]);
	}
}

void node_dump(Buf *b, const Node *n, uint32_t depth, bool with_spans)
{
	uint32_t fixed;

	buf_add_repeat(b, ' ', (size_t)2 * depth);
	if (!n) {
		buf_add(b, STR("-\n"));
		return;
	}
	CHECK(n->kind < NODE_KIND_COUNT);
	fixed = kinds[n->kind].fixed;
	buf_add(b, kinds[n->kind].name);
	if (n->text.len || (n->kind == NODE_STRING && n->kid_count == 0))
		dump_text(b, n->text);
	dump_flags(b, n->flags);
	if (with_spans)
		buf_print(b, " @%u-%u", n->span.begin, n->span.end);
	buf_add_char(b, '\n');
	/* Empty slots behind the last filled one say nothing. */
	while (fixed && !n->kids[fixed - 1] && fixed == n->kid_count)
		fixed--;
	for (uint32_t i = 0; i < n->kid_count; i++)
		if (i < fixed || i >= kinds[n->kind].fixed)
			node_dump(b, n->kids[i], depth + 1, with_spans);
}
