/* Operations on values: operators and built-in functions, numbered in one space, so that the
 * checker, the evaluator, residuals and the documentation share one table.
 *
 * Built-ins are rows of builtin.def: X(ID, "name", "subject", "signature", "doc").  The signature
 * is in the words of the language, with type variables T U K V: "(parts: list<string>,
 * separator: string = \"\"): string"; a last parameter "rest...: T" takes any number.
 * Thread: any. */
#ifndef STYX_TYPES_OPERATION_H
#define STYX_TYPES_OPERATION_H

#include "compiler/schema/type.h"

typedef enum Operation {
	OP_NONE,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_REM,
	OP_CONCAT, /* + - * / % ++ */
	OP_NEGATE,
	OP_NOT,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_IN,
	OP_AND,
	OP_OR,
	OP_COALESCE,    /* a ?? b */
	OP_TEXT,        /* "${a}${b}": concatenates printable values */
	OP_MEMBER,      /* a.name; args: object, name */
	OP_SAFE_MEMBER, /* a?.name */
	OP_INDEX,       /* a[b] */
	OP_RANGE,       /* a..b, null for open ends */
	OP_RECORD,      /* args: key, value, key, value ... */
	OP_MERGE,       /* record literal with spreads: later wins */
	OP_ADAPT,       /* args: value, type as text; the value in the shape of the type */
	OP_FIRST_BUILTIN = 64,
#define X(id, name, subject, signature, doc) OP_##id,
#include "compiler/types/builtin.def"
#undef X
	OPERATION_COUNT
} Operation;

typedef struct BuiltinParam {
	Str name;
	const Type *type; /* type variables are TYPE_OBJECT named "T", "U", "K", "V" */
	bool is_optional; /* `?` or a default */
	bool is_rest;
	bool has_default;
	Value default_value;
} BuiltinParam;

typedef struct Builtin {
	Operation op;
	Str name;
	Str signature;
	Str subject; /* text, number, list, map, encoding, hash, path, file, network, time, other */
	Str doc;     /* one paragraph, then an example that the tests run: "join([\"a\"], \"-\") ==
			\"a\"" */
	const BuiltinParam *params;
	uint32_t param_count;
	const Type *result;
} Builtin;

/* Finds a built-in by name, its signature parsed on first use into `t`'s arena; NULL: none.
 * `cache` is zeroed memory of OPERATION_COUNT pointers that lives as long as `t`. */
const Builtin *builtin_find(Types *t, const Builtin **cache, Str name);

/* Lists the names of all built-ins, in the order of builtin.def. */
uint32_t builtin_names(const Str **ret_names);

/* Returns the name of an operation: "+", "join". */
Str operation_name(Operation op);

#endif
