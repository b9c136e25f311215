/* How types relate: which fits where, what two have in common, what may be printed or compared.
 *
 * Two relations.  `type_is_subtype` is the strict one of docs/language.md (literal below its base,
 * refined below plain, T below T?, a member below its union, an id below string, T below
 * secret T and known T, T below range<T>; int below float; plain data below json; a record
 * below a map that holds all of its fields).  Records are closed and covariant: nothing is ever
 * dropped in silence.  `type_fit` is what the checker asks: it also lets a plain type stand where a
 * refined one is wanted, provided that the value is checked once it is known (FIT_CHECK).
 *
 * TYPE_ERROR relates to everything.  TYPE_SECRET and TYPE_KNOWN are looked through where a value is
 * only read; a secret never fits where a plain value is wanted.  Nothing here allocates
 * but the functions that take a Types.  Thread: any. */
#ifndef STYX_TYPES_RELATE_H
#define STYX_TYPES_RELATE_H

#include "compiler/schema/type.h"

typedef enum TypeFit {
	FIT_NO,
	FIT_CHECK, /* fits if the value keeps a refinement: set FLAG_ADAPT, op_adapt() looks */
	FIT_YES,
} TypeFit;

enum { MISMATCH_STEPS_MAX = 12 };

/* Where and why one type does not fit another: the first difference, innermost. */
typedef struct TypeMismatch {
	/* TYPE_MISMATCH, UNKNOWN_FIELD, MISSING_FIELD, NOT_IN_ENUM, OUT_OF_RANGE, BAD_FORMAT,
	 * WRONG_ID, MAY_BE_NULL, DIMENSION, SECRET_SINK or NO_JOIN. */
	DiagCode code;
	const Type *expected; /* at the end of the path */
	const Type *found;
	Str field;          /* UNKNOWN_FIELD, MISSING_FIELD: its name */
	const Type *record; /* UNKNOWN_FIELD, MISSING_FIELD: the record that lacks or wants it */
	Str steps[MISMATCH_STEPS_MAX]; /* path from the outside: field names, "[]" for elements */
	uint32_t step_count;
} TypeMismatch;

/* Says how well a value of type `from` fits where `to` is wanted; with FIT_NO fills `*ret`
 * (NULL: not wanted). */
TypeFit type_fit(const Type *from, const Type *to, TypeMismatch *ret);

/* Says whether every value of `sub` is one of `sup`, without looking at the value. */
bool type_is_subtype(const Type *sub, const Type *sup, TypeMismatch *ret);

/* Says whether a value of `from` changes its form on the way to `to` (int to float, T to range<T>,
 * record defaults filled in, a null kept out): then the node needs FLAG_ADAPT. */
bool type_needs_adapt(const Type *from, const Type *to);

/* Reports that a value of `from` stands where `to` is wanted: code from `m`, both types in full,
 * the path, did-you-mean, and what to write instead.  Returns the diagnostic for more notes. */
Diag *type_mismatch_report(
	DiagList *l, Span at, const Type *from, const Type *to, const TypeMismatch *m);

/* Adds to `d` what to write instead of a value of type `found` where `wanted` is expected, if there
 * is something to say. */
void type_mismatch_hint(DiagList *l, Diag *d, const Type *found, const Type *wanted);

/* Appends the path of a mismatch: "a.b[]", or nothing when it is at the top. */
void type_mismatch_print_path(Buf *b, const TypeMismatch *m);

/* Returns the least type that holds the values of both (equal: that; literals: their union; T and
 * null: T?; int and float: float; refined and plain: plain; records with the same fields, lists,
 * sets, maps, ranges: part by part), or NULL and `*ret` (may be NULL) says where they differ. */
const Type *type_join(Types *t, const Type *a, const Type *b, TypeMismatch *ret);

/* Reports E0412 for two types without a join, in full, with the first path where they differ. */
Diag *type_join_report(DiagList *l, Span at, const Type *a, const Type *b, const TypeMismatch *m);

/* T? to T, also inside `known` and `secret`; says whether null is one of its values. */
const Type *type_narrow_null(Types *t, const Type *type);
bool type_may_be_null(const Type *type);

/* Without the outer `secret` and `known`; says whether there was a `secret`. */
const Type *type_plain(const Type *type);
bool type_is_secret(const Type *type);

/* Drops literals and refinements, deeply: "a" | "b" to string, int(1..) to int.  What a computed
 * value of this kind has. */
const Type *type_widen(Types *t, const Type *type);

/* Returns the type without predicate, pattern, bounds and uniqueness at its top (kind, format
 * and parts stay); a literal becomes its base. */
const Type *type_unrefined(Types *t, const Type *type);

/* The type of a known value: literals for strings, ints and bools, joins for elements (json when
 * they have none). */
const Type *type_of_value(Types *t, Value v);

/* Says whether interpolation can print it: bool, int, float, quantities, gpus, ids, strings, their
 * literals and unions; not optionals. */
bool type_is_printable(const Type *type);

/* Says whether == makes sense: one is a subtype of the other when refinements are set aside, or
 * two unions share a member, or one is null and the other optional. */
bool type_is_comparable(const Type *a, const Type *b);

/* Says whether the values of `type` are ordered (< and >, sort): numbers, quantities, strings. */
bool type_is_ordered(const Type *type);

/* The type of `object.name` for records (defaults and rest included), gpus (count, name) and
 * ranges (from, to); NULL: there is no such member. */
const Type *type_member(Types *t, const Type *object, Str name);

/* The field whose literal type tells the record members of a union apart; false if there is none.
 * Non-record members do not matter. */
bool type_discriminator(const Type *u, Str *ret_field);

/* The member of `u` whose `field` has the literal type of `tag`; NULL: none. */
const Type *type_union_by_tag(const Type *u, Str field, Value tag);

/* The only member of `u` (or of an optional, or `u` itself) of this kind; NULL: none or several.
 * With TYPE_RECORD also a map or an open json. */
const Type *type_union_by_kind(const Type *u, TypeKind kind);

/* Finds two members that cannot be told apart by kind, literal or a discriminating field (E0414);
 * false: all can. */
bool type_union_is_ambiguous(const Type *u, const Type **ret_a, const Type **ret_b);

/* Collects the literals of a literal, or union of literals (bool: both), into `ret` (arena): the
 * cases that a match must cover.  False: not such a type. */
bool type_cases(Arena *a, const Type *type, const Value **ret, uint32_t *ret_count);

#endif
