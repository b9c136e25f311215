/* The tree: what the parser makes, the formatter prints, the checker annotates.
 *
 * One shape for all nodes: a kind, a span, a text and children.  tree.def says, kind by kind,
 * what stands in which slot.  Nodes and kids live in the arena of their file's parse.  Only
 * types/ writes `info` and `type`, once.  Thread: one at a time. */
#ifndef STYX_SYNTAX_TREE_H
#define STYX_SYNTAX_TREE_H

#include "compiler/base/buf.h"
#include "compiler/base/diag.h"

typedef enum NodeKind {
#define X(kind, name, fixed) NODE_##kind,
#include "compiler/syntax/tree.def"
#undef X
	NODE_KIND_COUNT
} NodeKind;

enum {
	FLAG_PUB = 1 << 0,      /* declaration with `pub` */
	FLAG_ONE_LINE = 1 << 1, /* record or list written on one line */
	FLAG_RAW = 1 << 2,      /* single-quoted string */
	FLAG_BLOCK = 1 << 3,    /* three quotes */
	FLAG_SAFE = 1 << 4,     /* ?. */
	FLAG_FAILS = 1 << 5,    /* expect fails */
	FLAG_HAS_ARGS = 1 << 6, /* annotation with parentheses */
	FLAG_BROKEN = 1 << 7, /* holds a syntax error somewhere: not checked, formatted verbatim */
	FLAG_ADAPT = 1 << 8,  /* checker: the value must be adapted to node->type (value_adapt) */
	FLAG_POISON = 1 << 9, /* checker: an error was reported inside; stay silent */
};

/* Slots of declarations, then by kind. */
enum {
	DECL_DOC,
	DECL_ANNOTS,
	DECL_NAME,
	ENTITY_TYPE = 3,
	ENTITY_FROM,
	ENTITY_FOR,
	ENTITY_IF,
	ENTITY_BODY,
	IMPORT_PATH = 3,
	DECL_TYPE = 3,
	DECL_VALUE = 4, /* PARAM, LET, OUTPUT, SECRET, ADOPT value; TYPE_DECL type */
	FN_RESULT = 3,
	FN_BODY = 4,
	FN_FIRST_PARAM = 5,
	MOVED_FROM = 3,
	MOVED_TO = 4,
	ASSERT_COND = 3,
	ASSERT_MESSAGE = 4,
	BLOCK_TITLE = 3,
	BLOCK_BODY = 4,
	FOR_FIRST = 0,
	FOR_SECOND,
	FOR_COLLECTION,
	FOR_BY, /* FOR_CLAUSE */
	COMP_IF = 3,
	COMP_BODY = 4, /* FOR_FIELD, FOR_ELEM: 0..2 as FOR_* */
	FIELD_DOC = 0,
	FIELD_KEY,
	FIELD_VALUE,
	CALL_FIRST_ARG = 1,
	MATCH_FIRST_ARM = 1,
	ARM_RESULT = 0,
	ARM_FIRST_PATTERN = 1,
	TYPE_FIELD_KEY = 2,
	TYPE_FIELD_TYPE = 3,
	TYPE_FIELD_DEFAULT = 4,
};

typedef struct Node Node;
struct Node {
	uint16_t kind; /* NodeKind */
	uint16_t flags;
	uint32_t kid_count;
	Span span;
	Str text;
	Node **kids;
	void *info;       /* checker: what a name or call means (a Symbol, see types/program.h) */
	const void *type; /* checker: the Type of an expression or type node */
};

/* A comment that is no doc comment, for the formatter: in order of position. */
typedef struct Comment {
	Span span;        /* from `#` to the end of the line */
	bool is_own_line; /* nothing but white space before it on its line */
} Comment;

typedef struct Tree {
	Node *file; /* NODE_FILE */
	Str path;
	Str text;
	uint32_t base; /* position of the text's first byte */
	Vec(Comment) comments;
	bool is_broken; /* some declaration is */
} Tree;

/* Makes a node with `fixed` NULL slots (from tree.def). */
Node *node_new(Arena *a, NodeKind kind, Span at, Str text);

/* Appends a kid behind the fixed slots; `cap` grows inside the arena (amortised). */
void node_add(Arena *a, Node *n, Node *kid);

/* Returns slot `i`, or NULL if the node has fewer. */
Node *node_kid(const Node *n, uint32_t i);

/* Returns the number of fixed slots of a kind; its name as in tree.def. */
uint32_t node_fixed(NodeKind kind);
Str node_kind_name(NodeKind kind);

/* Returns the name of a declaration, or an empty slice. */
Str node_decl_name(const Node *decl);

/* Says whether two trees are the same but for spans and one-line flags (parse(format(t)) == t). */
bool node_same(const Node *a, const Node *b);

/* Appends the tree as indented text: kind, text, flags; with spans when asked. */
void node_dump(Buf *b, const Node *n, uint32_t depth, bool with_spans);

#endif
