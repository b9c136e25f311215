/* Model slices: for every operation and structure that the schemas name, how its members travel.
 * Cut from the vendors' models by schemas/slice.py, committed as *.model, read on first use.
 * Thread: any (immutable). */
#ifndef STYX_SCHEMA_MODEL_H
#define STYX_SCHEMA_MODEL_H

#include "compiler/base/str.h"

typedef enum ModelKind {
	MODEL_STRING,
	MODEL_INT,
	MODEL_FLOAT,
	MODEL_BOOL,
	MODEL_TIMESTAMP,
	MODEL_BLOB,
	MODEL_STRUCTURE,
	MODEL_LIST,
	MODEL_MAP,
	MODEL_JSON,
	MODEL_KIND_COUNT
} ModelKind;

typedef enum ModelPlace {
	PLACE_BODY,
	PLACE_HEADER,
	PLACE_QUERY,
	PLACE_URI,
	PLACE_STATUS,
	PLACE_HEADERS
} ModelPlace;

typedef struct ModelShape ModelShape;

typedef struct ModelMember {
	Str name;      /* the model's member name: what schemas write */
	Str wire;      /* how it travels in requests (EC2: queryName rules applied) */
	Str read_wire; /* how it stands in answers */
	const ModelShape *shape;
	ModelPlace place;
	bool is_required;
	bool is_token; /* idempotency token */
	bool is_sensitive;
	bool is_payload; /* rest: this member is the body */
	bool is_xml_attribute;
} ModelMember;

struct ModelShape {
	Str name;
	ModelKind kind;
	const ModelMember *members; /* STRUCTURE */
	uint32_t member_count;
	const ModelShape *elem; /* LIST, MAP */
	Str elem_wire;          /* wrapped list's element name ("member", "item") */
	bool is_flat;
	Str map_key, map_value;
	const Str *enum_values;
	uint32_t enum_count;
	Str xml_namespace;
	Str timestamp_format; /* iso8601, unixTimestamp, rfc822 */
};

typedef struct ModelOperation {
	Str name;
	Str method;
	Str uri;                  /* rest: template with {Bucket} and {Key+} */
	const ModelShape *input;  /* NULL: none */
	const ModelShape *output; /* NULL: none */
	Str result_wrapper;       /* query protocol: "CreateRoleResult" */
	Str input_element;        /* rest-xml: name of the root element */
	bool has_checksum;        /* must carry a checksum (S3) */
} ModelOperation;

typedef struct Model Model;
struct Model {
	Str name; /* "botocore:ec2/2016-11-15" */
	Str protocol;
	Str api_version;
	Str target_prefix;
	const ModelOperation *operations; /* sorted by name */
	uint32_t operation_count;
	const ModelShape *const *shapes; /* sorted by name */
	uint32_t shape_count;
};

/* Finds the operation of a verb and a URL such as "/containers/${id}/json": a placeholder of
 * either side stands for one segment.  NULL: none. */
const ModelOperation *model_http(const Model *m, Str verb, Str url);

/* Finds an operation, a shape, a member; NULL: none. */
const ModelOperation *model_operation(const Model *m, Str name);
const ModelShape *model_shape(const Model *m, Str name);
const ModelMember *model_member(const ModelShape *structure, Str name);

/* Finds the member whose name, turned into an attribute's, is `snake`; NULL: none. */
const ModelMember *model_member_snake(Arena *a, const ModelShape *structure, Str snake);

/* Turns a member's name into an attribute's: VpcId vpc_id (providers.md, 2.4). */
Str model_snake(Arena *a, Str name);

#endif
