/* Values: what expressions evaluate to, what a graph wants, what a driver read, what the state
 * keeps.  One shape from the evaluator to the database.
 *
 * A Value is plain data in an arena; it is never changed once others can see it.  Maps and
 * records are the same thing, a list of entries sorted by key; sets are sorted and hold no
 * value twice.  So equal values have one form, and one canonical encoding.
 *
 * What is not known yet, and every secret, is VAL_DEFERRED: a small expression (Residual) over
 * attributes of objects, secret handles and built-in functions, which is evaluated when its
 * inputs are known.  Nothing about a deferred value is known but what its Residual says.
 *
 * Thread: any (immutable). */
#ifndef STYX_BASE_VALUE_H
#define STYX_BASE_VALUE_H

#include "compiler/base/buf.h"
#include "compiler/base/diag.h"

typedef enum ValueKind {
	VAL_NULL, /* zeroed memory is null: absent */
	VAL_BOOL,
	VAL_INT,
	VAL_FLOAT,
	VAL_SIZE,     /* bytes */
	VAL_DURATION, /* milliseconds */
	VAL_MONEY,    /* nano-dollars */
	VAL_PRICE,    /* nano-dollars per hour */
	VAL_GPUS,     /* text such as "8xH100" */
	VAL_STRING,
	VAL_RANGE, /* list of two: from and to, null for open ends */
	VAL_LIST,
	VAL_SET,
	VAL_MAP, /* map or record */
	VAL_DEFERRED,
	VAL_KIND_COUNT
} ValueKind;

typedef struct Value Value;
typedef struct ValueList ValueList;
typedef struct ValueMap ValueMap;
typedef struct Residual Residual;

struct Value {
	ValueKind kind;
	union {
		bool boolean;
		int64_t number; /* INT, SIZE, DURATION, MONEY, PRICE */
		double real;
		Str text;              /* STRING, GPUS */
		const ValueList *list; /* RANGE, LIST, SET */
		const ValueMap *map;
		const Residual *residual;
	} as;
};

struct ValueList {
	const Value *items;
	uint32_t len;
};

typedef struct ValueEntry {
	Str key;
	Value value;
} ValueEntry;

struct ValueMap {
	const ValueEntry *entries; /* sorted by key: bytewise, or by number if `has_int_keys` */
	uint32_t len;
	bool has_int_keys; /* keys are decimal integers */
};

/* What a deferred value waits for.  Operations on values (`+`, `==`, `${}`, functions) are
 * RESIDUAL_CALL with an operation's number; see compiler/eval/residual.h for the numbers and
 * for the evaluator. */
typedef enum ResidualOp {
	RESIDUAL_REF,    /* attribute of an object: name = address, args = path (strings, ints) */
	RESIDUAL_LOOKUP, /* result of a lookup that was not made yet: as REF, known at plan */
	RESIDUAL_SECRET, /* a secret handle: name = source ("env"), args = its arguments */
	RESIDUAL_CALL,   /* number = operation, args = operands */
	RESIDUAL_IF,     /* args = condition, then, else */
	RESIDUAL_LIST,   /* args = elements: a list with deferred elements is a VAL_LIST instead */
	RESIDUAL_VAR,    /* number = loop variable, bound by the RESIDUAL_FOR around it */
	RESIDUAL_FOR,    /* number = first variable's number; name = "list", "map" or "set";
			    args = collection, condition (null: none), key (null: none), body */
	RESIDUAL_PARAM_SECRET, /* a secret param: name = param; its bytes are in the run's memory */
	RESIDUAL_OP_COUNT
} ResidualOp;

struct Residual {
	ResidualOp op;
	uint32_t number;
	Str name;
	const Value *args;
	uint32_t arg_count;
	bool is_secret;   /* the value, once known, is secret */
	bool is_lookup;   /* waits for lookups only: known at plan */
	bool may_be_null; /* false: known not to be null */
};

/* Makers.  Lists and maps borrow `items`; value_map sorts `entries` in place and keeps the last
 * of equal keys. */
Value value_bool(bool b);
Value value_int(int64_t n);
Value value_number(ValueKind kind, int64_t n);
Value value_float(double f);
Value value_string(Str s);
Value value_list(Arena *a, const Value *items, uint32_t len);
Value value_set(Arena *a, Value *items, uint32_t len); /* sorts and drops repeats, in place */
Value value_map(Arena *a, ValueEntry *entries, uint32_t len);
Value value_int_map(Arena *a, ValueEntry *entries, uint32_t len);
Value value_range(Arena *a, Value from, Value to);
Value value_residual(const Residual *r);
#define VALUE_NULL ((Value){VAL_NULL, {0}})

/* Returns the value of `key` in a map (NULL: not there, or `v` is no map). */
const Value *value_find(Value v, Str key);

/* Returns what stands at a dotted path ("a.b.0"), or NULL. */
const Value *value_find_path(Value v, Str path);

/* Returns `map` with `key` set to `value` (removed when `value` is null). */
Value value_with(Arena *a, Value map, Str key, Value value);

/* Total order over all values, kinds first; equality is value_cmp() == 0, except that residuals
 * are compared by structure.  Cost: linear. */
int value_cmp(Value a, Value b);
bool value_eq(Value a, Value b);

/* Says whether anything inside is deferred; whether anything inside is secret. */
bool value_is_known(Value v);
bool value_has_secret(Value v);

/* Copies deeply into `a`. */
Value value_copy(Arena *a, Value v);

/* Appends the canonical encoding: the same value gives the same bytes on every machine. */
void value_encode(Buf *b, Value v);

/* Decodes all of `bytes`, trusting nothing (depth, counts, order, UTF-8).
 * err  DIAG_DECODE (OUTSIDE). */
MUST_CHECK bool value_decode(Arena *a, Str bytes, Value *ret, Diag *err);

/* The same, but texts are not copied: `bytes` must live as long as the value. */
MUST_CHECK bool value_decode_over(Arena *a, Str bytes, Value *ret, Diag *err);

/* Decodes one value at `*at`, and moves it behind. */
MUST_CHECK bool value_decode_at(Arena *a, Str bytes, size_t *at, Value *ret, Diag *err);

/* SHA-256 of the canonical encoding. */
void value_digest(Value v, uint8_t ret[32]);

/* Appends the value as a Styx expression, on one line, or on several with `indent` levels of two
 * spaces (indent < 0: one line).  Secrets print as (secret), unknowns as (after vpc.id). */
void value_print(Buf *b, Value v, int indent);

/* Names a kind as people know it: "string", "list". */
Str value_kind_name(ValueKind kind);

#endif
