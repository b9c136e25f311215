/* Schemas: that every embedded one loads, and what loading makes of the notation. */
#include "compiler/schema/schema_load.h"

#include "tests/unit/test.h"

typedef struct Fixture {
	Arena *arena;
	Types types;
	Schemas *schemas;
} Fixture;

static void begin(Fixture *f)
{
	f->arena = arena_new("test");
	types_init(&f->types, f->arena);
	f->schemas = schemas_new(f->arena, &f->types);
}

static const SchemaResource *get(Fixture *f, const char *name)
{
	const SchemaResource *r = schemas_resource(f->schemas, str_from(name));

	CHECK_THAT(r != NULL);
	return r;
}

TEST(schema_all_embedded_types_load)
{
	Fixture f;
	Str *names;
	uint32_t count;

	begin(&f);
	schemas_list(f.schemas, f.arena, STR_NONE, &names, &count);
	CHECK_THAT(count >= 25);
	for (uint32_t i = 0; i < count; i++) {
		if (str_has(names[i], STR(".")))
			CHECK_THAT(schemas_resource(f.schemas, names[i]) != NULL);
		else
			CHECK_THAT(schemas_provider(f.schemas, names[i]) != NULL);
	}
	CHECK_THAT(!diag_list_has_errors(schemas_diags(f.schemas)));
	CHECK_THAT(!schemas_resource(f.schemas, STR("aws.ec2.vcp")));
	CHECK_THAT(!schemas_resource(f.schemas, STR("nobody.knows.this")));
	CHECK_THAT(!schemas_provider(f.schemas, STR("nobody")));
	arena_free(f.arena);
}

static void expect_documented(const SchemaAttr *a)
{
	const Type *t = a->type;

	CHECK_THAT(a->doc.len > 0);
	while (t->kind == TYPE_OPTIONAL || t->kind == TYPE_LIST || t->kind == TYPE_SET ||
		t->kind == TYPE_MAP)
		t = t->elem;
	for (uint32_t i = 0; t->kind == TYPE_RECORD && i < t->count; i++)
		expect_documented(t->fields[i].attr);
}

TEST(schema_every_attribute_has_a_doc)
{
	Fixture f;
	Str *names;
	uint32_t count;

	begin(&f);
	schemas_list(f.schemas, f.arena, STR_NONE, &names, &count);
	for (uint32_t i = 0; i < count; i++) {
		const SchemaResource *r = schemas_resource(f.schemas, names[i]);

		for (uint32_t k = 0; r && k < r->attr_count; k++)
			expect_documented(&r->attrs[k]);
	}
	arena_free(f.arena);
}

TEST(schema_required_is_what_has_no_other_source)
{
	Fixture f;
	const SchemaResource *r;

	begin(&f);
	r = get(&f, "aws.ec2.subnet");
	CHECK_THAT(schema_attr(r, STR("vpc_id"))->flags & ATTR_REQUIRED);
	CHECK_THAT(!(schema_attr(r, STR("availability_zone"))->flags & ATTR_REQUIRED));
	CHECK_THAT(!(schema_attr(r, STR("map_public_ip_on_launch"))->flags & ATTR_REQUIRED));
	CHECK_THAT(!(schema_attr(r, STR("id"))->flags & ATTR_REQUIRED));
	r = get(&f, "aws.iam.role");
	CHECK_THAT(!(schema_attr(r, STR("role_name"))->flags & ATTR_REQUIRED));
	CHECK_THAT(schema_attr(r, STR("role_name"))->flags & ATTR_IDENTITY);
	CHECK_THAT(!(schema_attr(r, STR("description"))->flags & ATTR_REQUIRED));
	arena_free(f.arena);
}

TEST(schema_wire_names_come_from_the_model)
{
	Fixture f;
	const SchemaResource *r;
	const Type *t;

	begin(&f);
	r = get(&f, "aws.ec2.instance");
	CHECK_THAT(str_eq(schema_attr(r, STR("security_group_ids"))->wire_name,
		STR("SecurityGroupIds")));
	t = schema_attr(r, STR("metadata_options"))->type;
	CHECK_THAT(str_eq(type_field(t, STR("http_put_response_hop_limit"))->attr->wire_name,
		STR("HttpPutResponseHopLimit")));
	r = get(&f, "aws.s3.bucket");
	t = schema_attr(r, STR("encryption"))->type;
	CHECK_THAT(str_eq(type_field(t, STR("bucket_key_enabled"))->attr->wire_name,
		STR("BucketKeyEnabled")));
	r = get(&f, "docker.network");
	CHECK_THAT(str_eq(schema_attr(r, STR("enable_ipv6"))->wire_name, STR("EnableIPv6")));
	t = schema_attr(r, STR("ipam"))->type;
	t = type_field(t, STR("config"))->type->elem;
	CHECK_THAT(str_eq(type_field(t, STR("ip_range"))->attr->wire_name, STR("IPRange")));
	arena_free(f.arena);
}

TEST(schema_services_inherit_their_provider)
{
	Fixture f;
	const SchemaService *s;
	bool has_throttle = false;

	begin(&f);
	s = get(&f, "aws.ec2.vpc")->service;
	CHECK_THAT(str_eq(s->protocol, STR("ec2")));
	CHECK_THAT(str_eq(s->provider, STR("aws")));
	CHECK_EQ(s->retry_attempts, 8);
	CHECK_EQ(s->retry_base_ms, 500);
	CHECK_EQ(s->rate_per_second, 20);
	CHECK_EQ(s->override_count, 2);
	CHECK_THAT(str_eq(s->overrides[0], STR("AWS_ENDPOINT_URL_EC2")));
	CHECK_THAT(str_eq(s->marker_kind, STR("tag")));
	CHECK_THAT(str_eq(s->marker_key, STR("styx:owner")));
	CHECK_THAT(str_eq(s->errors[0].error_class, STR("notfound")));
	for (uint32_t i = 0; i < s->error_count; i++)
		has_throttle |= str_eq(s->errors[i].error_class, STR("throttle"));
	CHECK_THAT(has_throttle);
	CHECK_THAT(s->model && s->sign->kind == SX_CALL);
	CHECK_EQ(s->setting_count, 3);
	s = get(&f, "docker.container")->service;
	CHECK_EQ(s->errors[1].status, 403);
	CHECK_THAT(str_eq(s->errors[1].codes.text, STR("active endpoints")));
	arena_free(f.arena);
}

TEST(schema_calls_keep_their_clauses)
{
	Fixture f;
	const SchemaResource *r;
	const SchemaCall *c;

	begin(&f);
	r = get(&f, "aws.ec2.instance");
	c = r->create->call;
	CHECK_THAT(c->finds_token && c->finds_tag && !c->finds_name);
	CHECK_THAT(str_eq(c->wait, STR("running")));
	CHECK_THAT(str_eq(c->retry.text, STR("Invalid IAM Instance Profile")));
	CHECK_EQ(c->retry_ms, 120000);
	CHECK_EQ(r->list->page, 1000);
	CHECK_EQ(r->before_create_count, 1);
	CHECK_THAT(r->before_create[0].call->cond != NULL);
	CHECK_EQ(r->update_count, 8);
	CHECK_THAT(str_eq(r->updates[0].bracket, STR("stopped")));
	CHECK_THAT(r->updates[7].steps->rest->cond != NULL);
	r = get(&f, "docker.container");
	CHECK_THAT(r->create->call->mend_call && r->create->call->mend_call->is_stream);
	CHECK_EQ(r->waiters[1].ok.count, 2);
	CHECK_EQ(r->waiters[1].by->ok.count, 0);
	r = get(&f, "aws.iam.role");
	CHECK_THAT(r->before_delete[0]->is_per_item && r->before_delete[0]->each);
	r = get(&f, "aws.s3.bucket");
	CHECK_THAT(r->before_delete[0]->empty_list && r->before_delete[0]->empty_remove);
	CHECK_EQ(r->facet_count, 7);
	CHECK_THAT(str_eq(r->facets[4].after.paths[0], STR("public_access_block")));
	arena_free(f.arena);
}

TEST(schema_ids_know_their_pattern)
{
	Fixture f;
	const SchemaResource *r;

	begin(&f);
	r = get(&f, "aws.ec2.vpc");
	CHECK_THAT(r->attrs[0].type->kind == TYPE_ID && !r->id_template);
	CHECK_THAT(str_starts(r->id_pattern, STR("^vpc-")));
	r = get(&f, "aws.s3.bucket");
	CHECK_THAT(r->id_template != NULL);
	CHECK_THAT(str_starts(r->id_pattern, STR("^[a-z0-9]")));
	CHECK_THAT(schema_attr(r, STR("bucket"))->flags & ATTR_KNOWN);
	CHECK_THAT(get(&f, "aws.ec2.image")->is_lookup_only);
	CHECK_THAT(get(&f, "std.http")->is_lookup_only);
	CHECK_THAT(!get(&f, "local.file")->is_lookup_only);
	r = get(&f, "docker.container");
	CHECK_EQ(r->adopt_count, 2);
	CHECK_THAT(str_eq(r->adopt[1], STR("${name}")));
	arena_free(f.arena);
}

TEST(schema_named_types_are_shared)
{
	Fixture f;
	const Type *t;

	begin(&f);
	t = schemas_type(f.schemas, STR("aws.iam.policy_document"));
	CHECK_THAT(t && t->kind == TYPE_RECORD);
	CHECK_THAT(str_eq(t->name, STR("aws.iam.policy_document")));
	CHECK_THAT(schemas_type(f.schemas, STR("aws.iam.policy_document")) == t);
	CHECK_THAT(schema_attr(get(&f, "aws.s3.bucket"), STR("policy"))->type->elem == t);
	CHECK_THAT(!schemas_type(f.schemas, STR("aws.iam.nothing")));
	arena_free(f.arena);
}

TEST(schema_defaults_and_units)
{
	Fixture f;
	const SchemaAttr *a;

	begin(&f);
	a = schema_attr(get(&f, "aws.ec2.security_group"), STR("egress"));
	CHECK_THAT(a->has_default && a->default_value.kind == VAL_SET);
	a = schema_attr(get(&f, "aws.ec2.volume"), STR("size"));
	CHECK_THAT(str_eq(a->type->unit, STR("GiB")) && a->replace_if);
	a = schema_attr(get(&f, "aws.iam.role"), STR("max_session_duration"));
	CHECK_EQ(a->default_value.as.number, 3600000);
	CHECK_EQ(a->type->max.as.number, 12 * 3600000);
	a = schema_attr(get(&f, "std.random_password"), STR("result"));
	CHECK_THAT(a->flags & ATTR_SECRET);
	arena_free(f.arena);
}

TEST(schema_directories_add_types)
{
	Fixture f;
	Diag err = {0};
	const SchemaResource *r;

	begin(&f);
	CHECK_THAT(schemas_add_dir(f.schemas, STR("tests/schema-dirs/good"), &err));
	r = get(&f, "demo.thing");
	CHECK_THAT(!r->service->model);
	CHECK_THAT(str_eq(schema_attr(r, STR("thing_name"))->wire_name, STR("thingName")));
	CHECK_THAT(str_eq(schema_attr(r, STR("disk_size"))->type->unit, STR("MiB")));
	CHECK_EQ(schemas_provider(f.schemas, STR("demo"))->setting_count, 1);
	CHECK_THAT(schemas_add_dir(f.schemas, STR("tests/schema-dirs/flat"), &err));
	(void)get(&f, "flat.thing");
	arena_free(f.arena);
}

TEST(schema_directories_report_mistakes)
{
	Fixture f;
	Diag err = {0};

	begin(&f);
	CHECK_THAT(!schemas_add_dir(f.schemas, STR("tests/schema-dirs/broken"), &err));
	CHECK_THAT(str_has(err.what, STR("demo/demo.schema:21: ")));
	diag_fini(&err);
	CHECK_THAT(!schemas_add_dir(f.schemas, STR("tests/schema-dirs/missing"), &err));
	CHECK_EQ(err.code, DIAG_FILE_MISSING);
	diag_fini(&err);
	CHECK_THAT(schemas_resource(f.schemas, STR("local.file")) != NULL);
	arena_free(f.arena);
}

TEST(schema_late_attributes_are_not_part_of_the_create)
{
	static const struct {
		const char *type, *attr;
		bool is_late, can_be_empty;
	} cases[] = {
		{"aws.ec2.security_group", "ingress", true, true},   /* sync, `-> none` */
		{"aws.ec2.security_group", "tags", false, true},     /* sync, and in the create */
		{"aws.ec2.security_group", "group_name", false, false}, /* replaces */
		{"aws.ec2.route_table", "routes", true, true},
		{"aws.ec2.vpc", "enable_dns_support", true, false},  /* update */
		{"aws.s3.bucket", "policy", true, true},             /* facet */
		{"aws.iam.role", "description", false, true},        /* sent by its own name */
		{"local.file", "content", false, false},             /* a driver in C: nobody knows */
	};
	Fixture f;

	begin(&f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const SchemaResource *r = get(&f, cases[i].type);
		const SchemaAttr *attr = schema_attr(r, str_from(cases[i].attr));

		CHECK_THAT(attr != NULL);
		if (!attr)
			continue;
		CHECK_EQ(schema_attr_is_late(r, attr), cases[i].is_late);
		if (cases[i].is_late)
			CHECK_EQ(schema_attr_can_be_empty(attr), cases[i].can_be_empty);
	}
	(void)arena_free(f.arena);
}
