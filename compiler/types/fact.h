/* What is known of a value besides its type: when, and why so late; part by part where that helps.
 * Seen by types/ only; the rules are in fact.c.  Thread: one at a time. */
#ifndef STYX_TYPES_FACT_H
#define STYX_TYPES_FACT_H

#include "compiler/types/program.h"

typedef struct Check Check;

enum {
	FACT_PARAMS_MAX = 63, /* params told apart; all later ones share the last bit */
};

/* Why a value is known only after apply: a link of the chain that errors show. */
typedef struct Why Why;
struct Why {
	Span at;
	Str name;   /* `hosts`, or the object of a member */
	Str member; /* of an object; empty: a name alone */
	Str type;   /* who computes it: "aws.ec2.vpc", or empty */
	const Why *next;
};

typedef struct Fact Fact;

typedef struct FactField {
	Str name;
	const Type *type; /* of a field as written; NULL: see the fact */
	const Fact *fact; /* one for all constants: its type is not theirs */
} FactField;

/* What is known of the parts of a record, map, list or object. */
typedef struct FactDetail {
	const FactField *fields; /* in the order written */
	uint32_t count;
	const Map *index;   /* name to FactField, when there are many */
	bool has_all_keys;  /* `fields` are all the keys there are */
	const Fact *elem;   /* of what `fields` does not name; NULL: as the whole */
	const Node *entity; /* the entity whose object this is, or NULL */
} FactDetail;

struct Fact {
	const Type *type;
	const FactDetail *detail;
	const Why *why;        /* set with PHASE_APPLY */
	uint64_t params;       /* the module's params that the deepest leaf may come from */
	uint64_t shape_params; /* ... that the shape may come from */
	uint8_t phase;         /* of the deepest leaf; a Phase */
	uint8_t shape;         /* keys, length, null or not */
};

/* A fact about a constant of this type, about a poisoned expression. */
Fact fact_of(const Type *type);
Fact fact_error(const Check *c);

/* Adds an operand to what a computed scalar depends on: all of its leaves. */
void fact_use(Fact *f, const Fact *operand);

/* Adds a part to a container: its leaves become leaves, the shape stays. */
void fact_hold(Fact *f, const Fact *part);

/* Adds to a container what its keys or length depend on: all leaves of `part`, or with `is_shape`
 * its shape alone. */
void fact_add(Fact *f, const Fact *part, bool is_shape);

/* What is known of a part that `detail` does not know better: as deep as the whole. */
Fact fact_part(const Fact *whole, const Type *type);

/* Finds what is known of the field `name`, or NULL. */
const Fact *fact_field(const Fact *f, Str name);

/* Copies a fact into the arena; makes a named part. */
const Fact *fact_keep(const Check *c, Fact f);
FactField fact_name(Check *c, Str name, Fact f);

/* Demands that `f` (with `is_shape`: its shape) is known at plan, for `code` and `what` ("the keys
 * of this `for`"); false: reported with the chain.  Params it rests on are marked as demanded. */
bool fact_demand(
	Check *c, const Fact *f, bool is_shape, DiagCode code, const Node *at, const char *what);

/* Replaces what a called module's fact says of its params by what their arguments are. */
Fact fact_instance(const Fact *f, const Module *m, const FactDetail *args);

/* What holds of an attribute of an entity's object: written, computed, predicted or default. */
Fact fact_attr(Check *c, const Fact *object, const SchemaResource *r, const SchemaAttr *attr,
	const Node *member);

#endif
