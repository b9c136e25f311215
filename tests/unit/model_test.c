/* Model slices: the naming rule, reading, what a broken slice is told. */
#include "compiler/schema/model_load.h"

#include "tests/unit/test.h"

static void expect_snake(Arena *a, const char *name, const char *want)
{
	CHECK_THAT(str_eq(model_snake(a, str_from(name)), str_from(want)));
}

TEST(model_snake_follows_the_rule)
{
	Arena *a = arena_new("test");

	expect_snake(a, "VpcId", "vpc_id");
	expect_snake(a, "CidrIpv4", "cidr_ipv4");
	expect_snake(a, "SSEAlgorithm", "sse_algorithm");
	expect_snake(a, "SSEKMSKeyId", "sse_kms_key_id");
	expect_snake(a, "natIP", "nat_ip");
	expect_snake(a, "clusterIPs", "cluster_ips");
	expect_snake(a, "ACLs", "acls");
	expect_snake(a, "diskSizeGB", "disk_size_gb");
	expect_snake(a, "TotalVCpus", "total_vcpus");
	expect_snake(a, "EnableIPv6", "enable_ipv6");
	expect_snake(a, "LinkLocalIPv6Address", "link_local_ipv6_address");
	expect_snake(a, "KMSMasterKeyID", "kms_master_key_id");
	expect_snake(a, "IPAMConfig", "ipam_config");
	expect_snake(a, "ETag", "etag");
	arena_free(a);
}

typedef struct Fixture {
	Arena *arena;
	Sources sources;
	DiagList diags;
	Model *model;
} Fixture;

static Fixture load(const char *text)
{
	Fixture f = {.arena = arena_new("test")};
	SourceFile *file;

	sources_init(&f.sources, f.arena);
	diag_list_init(&f.diags, f.arena);
	file = sources_add(&f.sources, STR("test.model"), str_from(text), &f.diags);
	f.model = model_load(f.arena, file, &f.diags);
	return f;
}

TEST(model_load_reads_members)
{
	Fixture f = load("model \"test\" \"ec2\" \"1\"\n"
			 "operation B GET \"/b/{id}\": none -> none checksum\n"
			 "operation A POST \"/a\": In -> Out wrapper \"AResult\"\n"
			 "struct In {\n  Name: string required token\n"
			 "  Tags \"Tag\" \"tagSet\": TagList\n  Where: string header sensitive\n}\n"
			 "struct Out namespace \"urn:x\" {\n  Kind: Kind\n}\n"
			 "list TagList \"item\" flat: string\n"
			 "enum Kind \"a\" \"b\"\n");
	const ModelOperation *op = model_operation(f.model, STR("A"));
	const ModelMember *m;

	CHECK_THAT(op && str_eq(op->result_wrapper, STR("AResult")));
	CHECK_THAT(model_operation(f.model, STR("B"))->has_checksum);
	CHECK_THAT(!model_operation(f.model, STR("C")));
	m = model_member(op->input, STR("Tags"));
	CHECK_THAT(str_eq(m->wire, STR("Tag")) && str_eq(m->read_wire, STR("tagSet")));
	CHECK_THAT(m->shape->is_flat && m->shape->elem->kind == MODEL_STRING);
	m = model_member_snake(f.arena, op->input, STR("name"));
	CHECK_THAT(m && m->is_required && m->is_token && str_eq(m->read_wire, STR("Name")));
	m = model_member(op->input, STR("Where"));
	CHECK_EQ(m->place, PLACE_HEADER);
	CHECK_THAT(m->is_sensitive);
	CHECK_EQ(model_shape(f.model, STR("Kind"))->enum_count, 2);
	CHECK_THAT(str_eq(op->output->xml_namespace, STR("urn:x")));
	CHECK_THAT(model_http(f.model, STR("GET"), STR("/b/${x}")));
	CHECK_THAT(!model_http(f.model, STR("GET"), STR("/b/${x}/c")));
	arena_free(f.arena);
}

static void expect_refused(const char *text)
{
	Fixture f = load(text);

	CHECK_THAT(!f.model);
	CHECK_EQ(f.diags.items.len, 1);
	arena_free(f.arena);
}

TEST(model_load_refuses_what_it_cannot_read)
{
	expect_refused("modle \"a\" \"b\" \"c\"\n");
	expect_refused("model \"a\" \"b\" \"c\"\nstruct A {\n  B: Missing\n}\n");
	expect_refused("model \"a\" \"b\" \"c\"\nstruct A {\n  B: string requierd\n}\n");
	expect_refused("model \"a\" \"b\" \"c\"\nstruct A {}\nstruct A {}\n");
	expect_refused("model \"a\" \"b\" \"c\"\nstruct A {\n  B: string\n");
}
