/* Types: of attributes, params, expressions.  Shared by the schemas, the checker, the evaluator and
 * (for normalising and decoding) the runtime; plain data, never changed once made.
 *
 * Simple types are interned (pointer-equal); type_same() compares the others by structure.
 * Refinements sit on the type they refine; a refined type is a subtype of the plain one.
 * Thread: any (immutable). */
#ifndef STYX_SCHEMA_TYPE_H
#define STYX_SCHEMA_TYPE_H

#include "compiler/base/map.h"
#include "compiler/base/value.h"

typedef enum TypeKind {
	TYPE_ERROR, /* checks against anything, in silence */
	TYPE_NEVER, /* of error("..."), and the element of an empty list */
	TYPE_NULL,
	TYPE_BOOL,
	TYPE_INT,
	TYPE_FLOAT,
	TYPE_SIZE,
	TYPE_DURATION,
	TYPE_MONEY,
	TYPE_PRICE,
	TYPE_GPUS,
	TYPE_STRING, /* `format` says cidr, ip, url, ... or FORMAT_NONE */
	TYPE_JSON,
	TYPE_ID,       /* `name`: the object type; flows into string */
	TYPE_OBJECT,   /* `name`: the record of one object's attributes, from its schema */
	TYPE_LITERAL,  /* `literal`: a string, int or bool */
	TYPE_RANGE,    /* elem */
	TYPE_LIST,     /* elem */
	TYPE_SET,      /* elem */
	TYPE_MAP,      /* key, elem */
	TYPE_RECORD,   /* fields; `rest`: elem of an open record, or NULL if closed */
	TYPE_OPTIONAL, /* elem or absent */
	TYPE_UNION,    /* members, at least two, none of them a union or optional */
	TYPE_SECRET,   /* secret elem */
	TYPE_KNOWN,    /* elem, not an apply-time value */
	TYPE_KIND_COUNT
} TypeKind;

/* Strings with a natively checked form. */
typedef enum TypeFormat {
	FORMAT_NONE,
	FORMAT_CIDR,
	FORMAT_IP,
	FORMAT_URL,
	FORMAT_PATH,
	FORMAT_IMAGE,
	FORMAT_CRON,
	FORMAT_EMAIL,
	FORMAT_SCRIPT,
	FORMAT_COUNT
} TypeFormat;

typedef struct Type Type;
struct Node;
struct SchemaAttr;

typedef struct TypeField {
	Str name;
	const Type *type;
	Str doc;
	bool has_default;
	Value default_value;             /* when it is constant */
	const struct Node *default_node; /* else: an expression of the declaring module */
	uint32_t default_rank;           /* above those of the fields that it uses */
	const struct SchemaAttr *attr;   /* fields of schemas: flags and wire names; else NULL */
} TypeField;

struct Type {
	TypeKind kind;
	TypeFormat format;
	Str name; /* ID, OBJECT: "aws.ec2.vpc"; RECORD and UNION: the name it was declared by, or
		     empty */
	Value literal;
	const Type *key;
	const Type *elem;
	const TypeField *fields; /* RECORD: in order of declaration */
	union {
		const Type *const *members; /* UNION */
		const uint32_t *slots;      /* RECORD of many fields: for type_field(); else NULL */
	};
	uint32_t count; /* of fields or members */

	/* Refinements; a null Value is no bound. */
	Str pattern;    /* STRING: a regular expression */
	Value min, max; /* INT, FLOAT, quantities: inclusive bounds; STRING, LIST, SET, MAP: of the
			   length */
	bool is_unique; /* LIST */
	const struct Node *where; /* predicate over `it`, evaluated by eval/; NULL: none */
	Str unit; /* SIZE, DURATION of an API: `size in MiB` or `wire MiB`; empty: none */
};

/* Where types are made: interned simple and named ones, an arena for the rest. */
typedef struct Types {
	Arena *arena;
	const Type *simple[TYPE_KIND_COUNT]; /* kinds without parameters */
	const Type *formats[FORMAT_COUNT];
	Map ids, objects; /* Str -> Type *: the types of these names */
} Types;

/* Fills the table with the simple types. */
void types_init(Types *t, Arena *arena);

/* Makers.  type_optional of an optional or null is itself; type_union flattens, drops repeats, and
 * gives the one member if only one is left (with null among them: an optional). */
const Type *type_simple(const Types *t, TypeKind kind);
const Type *type_format(const Types *t, TypeFormat format);
const Type *type_wrap(
	Types *t, TypeKind kind, const Type *elem); /* RANGE LIST SET SECRET KNOWN OPTIONAL */
const Type *type_map(Types *t, const Type *key, const Type *elem);
const Type *type_named(Types *t, TypeKind kind, Str name); /* ID OBJECT */
const Type *type_literal(Types *t, Value literal);
const Type *type_record(Types *t, const TypeField *fields, uint32_t count, const Type *rest);
const Type *type_union(Types *t, const Type *const *members, uint32_t count);

/* Finds a field of a record type; NULL if it has none of that name. */
const TypeField *type_field(const Type *record, Str name);

/* Finds a simple or format type by its name in the language ("int", "cidr"); NULL: none. */
const Type *type_by_name(const Types *t, Str name);

/* Compares structure, refinements included. */
bool type_same(const Type *a, const Type *b);

/* Appends the type as people write it. */
void type_print(Buf *b, const Type *t);

#endif
