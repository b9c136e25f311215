/* Expressions and wire paths inside schemas, lowered from the tree to plain data that the
 * interpreter in runtime/provider walks.  Thread: any (immutable). */
#ifndef STYX_SCHEMA_SCHEMA_EXPR_H
#define STYX_SCHEMA_SCHEMA_EXPR_H

#include "compiler/base/value.h"

typedef struct SchemaExpr SchemaExpr;

typedef enum SchemaExprKind {
	SX_CONST,  /* value */
	SX_NAME,   /* name: attribute, let, `id`, `obj`, `it`, `old`, `put`, `batch`, wire member */
	SX_ASPECT, /* name: `@root` without the @ */
	SX_MEMBER, /* kids[0].name */
	SX_INDEX,  /* kids[0][kids[1]] */
	SX_EACH,   /* kids[0][]: each element */
	SX_FILTER, /* kids[0][?kids[1]]: the elements for which it holds */
	SX_CALL,   /* name(kids...); arg_names[i] is empty for positional ones */
	SX_RECORD, /* keys[i] = kids[i]; a dotted key is a path ("EnableDnsSupport.Value") */
	SX_LIST,
	SX_SPREAD,   /* ...kids[0], inside a record or list */
	SX_TEMPLATE, /* text: kids are concatenated */
	SX_UNARY,    /* name: "-", "not" */
	SX_BINARY,   /* name: operator; kids[0], kids[1] */
	SX_RANGE,    /* kids[0]..kids[1], either may be NULL */
	SX_IF,       /* kids: condition, then, else */
} SchemaExprKind;

struct SchemaExpr {
	SchemaExprKind kind;
	Str name;
	Value value;
	const Str *keys; /* RECORD: keys; CALL: argument names */
	const SchemaExpr *const *kids;
	uint32_t count; /* of kids */
	Span at;
};

/* `| f(a, b = c)` in a mapping. */
typedef struct SchemaFn {
	Str name;
	const SchemaExpr *const *args;
	const Str *arg_names;
	uint32_t count;
} SchemaFn;

typedef enum SchemaSegmentKind {
	SEGMENT_MEMBER, /* .name */
	SEGMENT_STAR,   /* .* values of a map */
	SEGMENT_INDEX,  /* [n] */
	SEGMENT_EACH,   /* [] */
	SEGMENT_FILTER, /* [?E] */
	SEGMENT_ASPECT, /* @name, first only */
} SchemaSegmentKind;

typedef struct SchemaSegment {
	SchemaSegmentKind kind;
	Str name;
	int64_t index;
	const SchemaExpr *filter;
} SchemaSegment;

typedef struct SchemaPath {
	Str text; /* as written */
	const SchemaSegment *segments;
	uint32_t count;
	bool is_relative; /* begins with a dot: from the enclosing record's own path */
} SchemaPath;

#endif
