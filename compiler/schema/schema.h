/* Schemas: what an object type is and how it is created, read, changed and destroyed, as plain
 * data.
 *
 * Read from the schema files inside the program (providers.md gives the notation) by
 * schema_load.c, type by type on first use; the checker takes the attributes, the runtime's
 * interpreter the calls.  Everything lives in the Schemas' arena and is never changed.
 * Thread: one at a time. */
#ifndef STYX_SCHEMA_SCHEMA_H
#define STYX_SCHEMA_SCHEMA_H

#include "compiler/schema/schema_parts.h"

typedef struct SchemaService {
	Str name;     /* "aws.ec2" */
	Str provider; /* "aws" */
	Value fields; /* everything constant in the header, as written: protocol, names, ... */
	Str protocol; /* ec2 query rest-xml rest-json json-1.0 json-1.1 json; or "native": a driver
			 in C */
	const SchemaExpr *endpoint;
	const SchemaExpr *sign, *auth, *paging, *async, *api; /* calls such as sigv4("ec2") */
	const SchemaExpr *prefix;
	const SchemaExpr *dns; /* partition(region): gives ${dns} and ${partition} */
	const Str *
		overrides; /* environment variables, first one set wins; templates already filled */
	uint32_t override_count;
	Str marker_kind, marker_key; /* "tag" or "label" */
	const SchemaErrors *errors;  /* service's, then provider's */
	uint32_t error_count;
	Str error_code_path;
	int64_t rate_per_second, rate_burst, concurrency; /* 0: unlimited */
	int64_t retry_attempts, retry_base_ms, retry_cap_ms;
	int64_t settle_ms;          /* after a call, until reads surely show what it did */
	const Model *model;         /* NULL: paths are wire names by the rule of `names` */
	const SchemaAttr *settings; /* the provider block's */
	uint32_t setting_count;
	const Type *settings_type;
} SchemaService;

typedef struct SchemaResource {
	Str name; /* "aws.ec2.vpc" */
	Str doc;
	const SchemaService *service;
	int64_t revision;
	bool is_lookup_only;     /* no create: only `lookup` */
	const SchemaAttr *attrs; /* in order of declaration; `id` first */
	uint32_t attr_count;
	const Type *type; /* TYPE_RECORD of all attributes: what reading the object gives */
	const SchemaExpr *id_template; /* or NULL: `id` is read */
	Str id_pattern;
	const Str *adopt; /* other forms of the id */
	uint32_t adopt_count;
	Str lift, model_name;
	const SchemaLet *lets;
	uint32_t let_count;
	const SchemaRule *rules;
	uint32_t rule_count;
	const SchemaLet *before_create;
	uint32_t before_create_count; /* value NULL: call only */
	const SchemaCall *const *before_delete;
	uint32_t before_delete_count;
	const SchemaSteps *create, *destroy;
	const SchemaCall *read, *batch, *list;
	const SchemaAspect *aspects;
	uint32_t aspect_count;
	const SchemaFacet *facets;
	uint32_t facet_count;
	const SchemaSync *syncs;
	uint32_t sync_count;
	const SchemaUpdate *updates;
	uint32_t update_count;
	const SchemaBracket *brackets;
	uint32_t bracket_count;
	const SchemaWaiter *waiters;
	uint32_t waiter_count;
	const SchemaExpr *gone;
	const SchemaSelect *selects;
	uint32_t select_count;
	const SchemaPath *newest;
	const SchemaErrors *errors;
	uint32_t error_count;
	Value settings; /* other constant fields: retry { ... } */
} SchemaResource;

typedef struct Schemas Schemas;

/* Makes the registry over the embedded files; parses nothing yet.  `types` makes the types. */
Schemas *schemas_new(Arena *arena, Types *types);

/* Adds the schema files of a directory, which win over the embedded ones: PROVIDER/NAME.schema with
 * their models, and files that stand in it directly.
 * err  DIAG_FILE_*, DIAG_SCHEMA_*. */
MUST_CHECK bool schemas_add_dir(Schemas *s, Str dir, Diag *err);

/* Finds a type by its full name; NULL if there is none.  A schema file of ours that does not load
 * is a CHECK failure; one from schemas_add_dir was reported there.  Decoded on first use. */
const SchemaResource *schemas_resource(Schemas *s, Str name);

/* Finds a provider's settings ("aws"), by way of any of its services; NULL: no such provider. */
const SchemaService *schemas_provider(Schemas *s, Str name);

/* Lists the names of all providers, of a provider's or service's types, for near misses, docs and
 * completion: everything that begins with `prefix`, sorted. */
void schemas_list(Schemas *s, Arena *a, Str prefix, Str **ret_names, uint32_t *ret_count);

/* Finds a named type of a service, such as "aws.iam.policy_document"; NULL: none. */
const Type *schemas_type(Schemas *s, Str name);

/* Returns the sources that the spans in schemas point into. */
struct Sources;
const struct Sources *schemas_sources(const Schemas *s);

/* Finds an attribute by name. */
const SchemaAttr *schema_attr(const SchemaResource *r, Str name);

/* Says whether an attribute is set after creation: no call of the create carries or asks for it,
 * and an update, facet or sync changes it.  So an object can be made before what it refers to
 * there.
 * Cost: a walk over the type's create. */
bool schema_attr_is_late(const SchemaResource *r, const SchemaAttr *attr);

/* Says whether an object can be without a value there: it is optional, or a collection. */
bool schema_attr_can_be_empty(const SchemaAttr *attr);

#endif
