/* The reference pages of types: every embedded type has one, and its JSON parses. */
#include "compiler/schema/schema_doc.h"

#include "compiler/base/json.h"
#include "tests/unit/test.h"

enum { PAGE_BYTES_MAX = 1 << 20 };

TEST(schema_doc_text_says_what_matters)
{
	Arena *a = arena_new("test");
	Types types;
	Schemas *s;
	Buf b;
	Str page;

	types_init(&types, a);
	s = schemas_new(a, &types);
	buf_init(&b, PAGE_BYTES_MAX);
	schema_doc_text(&b, schemas_resource(s, STR("aws.ec2.subnet")));
	page = buf_str(&b);
	CHECK_THAT(str_starts(page, STR("# aws.ec2.subnet\n")));
	CHECK_THAT(str_has(page, STR("- `cidr_block`: `cidr`, required, a change replaces")));
	CHECK_THAT(str_has(page, STR("subnets of one VPC do not overlap")));
	CHECK_THAT(str_has(page, STR("- create: `CreateSubnet`")));
	CHECK_THAT(str_has(page, STR("`DescribeSubnets`, 1000 a page")));
	CHECK_THAT(str_has(page, STR("found again by its tag")));
	buf_clear(&b);
	schema_doc_settings(&b, schemas_provider(s, STR("aws")));
	CHECK_THAT(str_has(buf_str(&b), STR("environment `AWS_REGION` or `AWS_DEFAULT_REGION`")));
	buf_fini(&b);
	arena_free(a);
}

TEST(schema_doc_json_of_every_type_parses)
{
	Arena *a = arena_new("test");
	Types types;
	Schemas *s;
	Str *names;
	uint32_t count;
	Buf b;

	types_init(&types, a);
	s = schemas_new(a, &types);
	buf_init(&b, PAGE_BYTES_MAX);
	schemas_list(s, a, STR_NONE, &names, &count);
	for (uint32_t i = 0; i < count; i++) {
		const SchemaResource *r = schemas_resource(s, names[i]);
		Diag err = {0};
		Value v;

		if (!r)
			continue;
		buf_clear(&b);
		schema_doc_text(&b, r);
		CHECK_THAT(b.len > 0);
		buf_clear(&b);
		schema_doc_json(&b, r);
		CHECK_THAT(json_parse(a, buf_str(&b), &v, &err));
		CHECK_THAT(value_find(v, STR("attributes")) &&
			value_find(v, STR("attributes"))->as.list->len == r->attr_count);
		diag_fini(&err);
	}
	buf_fini(&b);
	arena_free(a);
}
