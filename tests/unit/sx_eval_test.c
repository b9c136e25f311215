/* Expressions, paths and functions of schemas; reading attributes; comparing. */
#include "tests/unit/provider_util.h"
#include "tests/unit/test.h"

#include <stdio.h>

static SxEnv env_of(World *w, const SchemaResource *r, bool *failed)
{
	*failed = false;
	return (SxEnv){
		.arena = w->arena,
		.schema = r,
		.service = r->service,
		.settings = w->cloud.settings,
		.attrs = world_json(w, "{}"),
		.obj = world_json(w, "{}"),
		.aspects = world_json(w, "{}"),
		.lets = world_json(w, "{}"),
		.marker = STR("M"),
		.token = STR("T"),
		.err = &w->err,
		.failed = failed,
	};
}

/* Applies a function to JSON arguments and compares the result. */
static bool gives(World *w, const char *name, const char *args, const char *want)
{
	bool failed = false;
	const SchemaResource *r = schemas_resource(w->schemas, STR("aws.ec2.vpc"));
	SxEnv env = env_of(w, r, &failed);
	Value list = world_json(w, args);
	Value ret = VALUE_NULL;

	if (!sx_function(&env, str_from(name), list.as.list->items, list.as.list->len, &ret)) {
		printf("no function %s\n", name);
		return false;
	}
	return world_is(w, ret, want);
}

TEST(sx_eval_functions)
{
	World w;

	world_init(&w, "aws", "{\"region\":\"us-east-1\"}");
	CHECK_THAT(gives(&w, "b64", "[\"x\"]", "\"eA==\""));
	CHECK_THAT(gives(&w, "unb64", "[\"eA==\"]", "\"x\""));
	CHECK_THAT(gives(&w, "unurl", "[{\"a\":\"%7B%22b%22%7D\"}]", "{\"a\":\"{\\\"b\\\"}\"}"));
	CHECK_THAT(gives(&w, "unjson", "[\"{\\\"a\\\":1}\"]", "{\"a\":1}"));
	CHECK_THAT(gives(&w, "json", "[{\"a\":[1]}]", "\"{\\\"a\\\":[1]}\""));
	CHECK_THAT(gives(&w, "split", "[\"a,b\",\",\"]", "[\"a\",\"b\"]"));
	CHECK_THAT(gives(&w, "basename", "[\"a/b/c\"]", "\"c\""));
	CHECK_THAT(gives(&w, "pairs", "[{\"a\":\"b\"}]", "[{\"Key\":\"a\",\"Value\":\"b\"}]"));
	CHECK_THAT(gives(&w, "unpairs", "[[{\"Key\":\"a\",\"Value\":\"b\"}]]", "{\"a\":\"b\"}"));
	CHECK_THAT(gives(&w, "unpairs", "[null]", "{}"));
	CHECK_THAT(gives(&w, "keys", "[{\"a\":\"b\"}]", "[{\"Key\":\"a\"}]"));
	CHECK_THAT(gives(&w, "names", "[{\"a\":\"b\"}]", "[\"a\"]"));
	CHECK_THAT(gives(&w, "kv", "[{\"a\":\"b=c\"}]", "[\"a=b=c\"]"));
	CHECK_THAT(gives(&w, "unkv", "[[\"a=b=c\"]]", "{\"a\":\"b=c\"}"));
	CHECK_THAT(gives(&w, "one_of", "[\"b\",\"a\",\"b\"]", "true"));
	CHECK_THAT(gives(&w, "unless", "[\"x\",\"x\"]", "null"));
	CHECK_THAT(gives(&w, "default", "[null,\"d\"]", "\"d\""));
	CHECK_THAT(gives(&w, "trimprefix", "[\"/c\",\"/\"]", "\"c\""));
	CHECK_THAT(gives(&w, "unportmap", "[{\"80/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"1\"}]}]",
		"[{\"container_port\":\"80/tcp\",\"host_ip\":\"0.0.0.0\",\"host_port\":\"1\"}]"));
	CHECK_THAT(gives(&w, "ip_permissions",
		"[[{\"ip_protocol\":\"tcp\",\"from_port\":1,\"to_port\":2,"
		"\"cidr_ipv4\":\"10.0.0.0/8\",\"description\":\"d\"}]]",
		"[{\"FromPort\":1,\"IpProtocol\":\"tcp\",\"IpRanges\":[{\"CidrIp\":\"10.0.0.0/8\","
		"\"Description\":\"d\"}],\"ToPort\":2}]"));
	CHECK_THAT(gives(&w, "token", "[]", "\"T\""));
	world_fini(&w);
}

TEST(sx_eval_unknown_function_is_an_error_of_the_schema)
{
	World w;
	bool failed = false;

	world_init(&w, "aws", "{}");
	SxEnv env = env_of(&w, schemas_resource(w.schemas, STR("aws.ec2.vpc")), &failed);
	SchemaExpr e = {.kind = SX_CALL, .name = STR("zork")};
	CHECK_EQ(sx_value(&env, &e).kind, VAL_NULL);
	CHECK_THAT(failed);
	CHECK_EQ(w.err.code, DIAG_SCHEMA_UNKNOWN);
	world_fini(&w);
}

/* Decodes an answer as the attributes of a type. */
static Value read_as(World *w, const char *type, const char *obj, const char *aspects,
	const char *attrs)
{
	bool failed = false;
	const SchemaResource *r = schemas_resource(w->schemas, str_from(type));
	SxEnv env = env_of(w, r, &failed);

	env.obj = world_json(w, obj);
	env.aspects = world_json(w, aspects);
	env.attrs = world_json(w, attrs);
	env.id = STR("the-id");
	return sx_decode_all(&env, env.attrs);
}

TEST(sx_eval_reads_attributes)
{
	World w;

	world_init(&w, "aws", "{\"default_tags\":{\"team\":\"x\"}}");
	CHECK_THAT(world_is(&w,
		read_as(&w, "aws.ec2.vpc",
			"{\"VpcId\":\"vpc-1\",\"CidrBlock\":\"10.0.0.0/16\",\"Tags\":["
			"{\"Key\":\"styx:owner\",\"Value\":\"M\"},{\"Key\":\"aws:x\",\"Value\":\"y\"},"
			"{\"Key\":\"team\",\"Value\":\"x\"},{\"Key\":\"Name\",\"Value\":\"n\"}]}",
			"{\"dns_support\":{\"EnableDnsSupport\":{\"Value\":true}}}",
			"{\"enable_dns_hostnames\":true}"),
		"{\"cidr_block\":\"10.0.0.0/16\",\"enable_dns_hostnames\":true,"
		"\"enable_dns_support\":true,\"id\":\"the-id\",\"tags\":{\"Name\":\"n\"}}"));
	CHECK_THAT(world_is(&w,
		read_as(&w, "aws.ec2.route_table",
			"{\"VpcId\":\"v\",\"Routes\":[{\"Origin\":\"CreateRouteTable\","
			"\"DestinationCidrBlock\":\"10.0.0.0/8\"},{\"Origin\":\"CreateRoute\","
			"\"DestinationCidrBlock\":\"0.0.0.0/0\",\"GatewayId\":\"g\"}],"
			"\"Associations\":[{\"Main\":true},{\"SubnetId\":\"s\"}]}",
			"{}", "{}"),
		"{\"id\":\"the-id\",\"routes\":[{\"destination_cidr_block\":\"0.0.0.0/0\","
		"\"gateway_id\":\"g\"}],\"subnet_ids\":[\"s\"],\"tags\":{},\"vpc_id\":\"v\"}"));
	world_fini(&w);
}

TEST(sx_eval_reads_what_is_declared_only)
{
	World w;

	world_init(&w, "docker", "{}");
	Value v = read_as(&w, "docker.container",
		"{\"Name\":\"/c\",\"Image\":\"sha256:1\",\"Config\":{\"Image\":\"i\",\"Env\":["
		"\"A=1\",\"PATH=/bin\"],\"Labels\":{\"styx.owner\":\"M\",\"x\":\"y\"}},"
		"\"HostConfig\":{\"Memory\":1024,\"RestartPolicy\":{\"Name\":\"no\"},"
		"\"Mounts\":[{\"Type\":\"bind\",\"Target\":\"/t\"}]}}",
		"{}", "{\"env\":{\"A\":\"0\"},\"labels\":{\"x\":\"\"}}");
	CHECK_THAT(world_is(&w, *value_find(v, STR("env")), "{\"A\":\"1\"}"));
	CHECK_THAT(world_is(&w, *value_find(v, STR("labels")), "{\"x\":\"y\"}"));
	CHECK_THAT(world_is(&w, *value_find(v, STR("image")), "\"i\""));
	CHECK_THAT(world_is(&w, *value_find(v, STR("image_id")), "\"sha256:1\""));
	CHECK_THAT(world_is(&w, *value_find_path(v, STR("host_config.mounts")),
		"[{\"read_only\":false,\"target\":\"/t\",\"type\":\"bind\"}]"));
	CHECK_EQ(value_find_path(v, STR("host_config.memory"))->kind, VAL_SIZE);
	world_fini(&w);
}

TEST(sx_eval_of_conflicting_attributes_shows_the_set_one)
{
	World w;
	const char *aspects = "{\"user_data\":{\"UserData\":{\"Value\":\"eA==\"}}}";

	world_init(&w, "aws", "{}");
	Value v = read_as(&w, "aws.ec2.instance", "{}", aspects, "{\"user_data\":\"y\"}");
	CHECK_THAT(world_is(&w, *value_find(v, STR("user_data")), "\"x\""));
	CHECK_THAT(!value_find(v, STR("user_data_base64")));
	v = read_as(&w, "aws.ec2.instance", "{}", aspects, "{\"user_data_base64\":\"y\"}");
	CHECK_THAT(!value_find(v, STR("user_data")));
	CHECK_THAT(world_is(&w, *value_find(v, STR("user_data_base64")), "\"eA==\""));
	world_fini(&w);
}

/* Compares two JSON values of an attribute. */
static bool same(World *w, const char *type, const char *attr, const char *want, const char *have)
{
	const SchemaResource *r = schemas_resource(w->schemas, str_from(type));
	const SchemaAttr *x = schema_attr(r, str_from(attr));
	Str text = str_print(w->arena, "{\"%s\":%s}", attr, want);
	Str other = str_print(w->arena, "{\"%s\":%s}", attr, have);
	Value a = driver_normalise(w->arena, r, world_attrs(w, r, text.ptr));
	Value b = driver_normalise(w->arena, r, world_attrs(w, r, other.ptr));

	return driver_same(x->type, *value_find(a, x->name), *value_find(b, x->name));
}

TEST(sx_eval_normalises_before_comparing)
{
	World w;

	world_init(&w, "aws", "{}");
	CHECK_THAT(same(&w, "aws.ec2.vpc", "cidr_block", "\"10.0.1.2/16\"", "\"10.0.0.0/16\""));
	CHECK_THAT(!same(&w, "aws.ec2.vpc", "cidr_block", "\"10.1.0.0/16\"", "\"10.0.0.0/16\""));
	CHECK_THAT(same(&w, "aws.ec2.security_group", "ingress",
		"[{\"ip_protocol\":\"6\",\"from_port\":1,\"to_port\":1,\"cidr_ipv4\":\"1.2.3.4/8\"}]",
		"[{\"ip_protocol\":\"tcp\",\"from_port\":1,\"to_port\":1,"
		"\"cidr_ipv4\":\"1.0.0.0/8\",\"rule_id\":\"sgr-1\"}]"));
	CHECK_THAT(same(&w, "aws.ec2.security_group", "egress",
		"[{\"ip_protocol\":\"-1\",\"cidr_ipv4\":\"0.0.0.0/0\"}]",
		"[{\"ip_protocol\":\"all\",\"from_port\":-1,\"to_port\":-1,"
		"\"cidr_ipv4\":\"0.0.0.0/0\"}]"));
	CHECK_THAT(same(&w, "aws.s3.bucket", "policy",
		"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"a\","
		"\"Resource\":[\"y\",\"x\"]}]}",
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
		"\"Principal\":{\"AWS\":\"*\"},\"Action\":[\"a\"],\"Resource\":[\"x\",\"y\"]}]}"));
	CHECK_THAT(!same(&w, "aws.s3.bucket", "policy",
		"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"a\"}]}",
		"{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"a\"}]}"));
	CHECK_THAT(same(&w, "aws.ec2.key_pair", "public_key", "\"ssh-rsa AAA me@x\\n\"",
		"\"ssh-rsa AAA\""));
	world_fini(&w);
}

TEST(sx_eval_normalising_copies_only_what_changes)
{
	World w;

	world_init(&w, "aws", "{}");
	const SchemaResource *r = schemas_resource(w.schemas, STR("aws.ec2.vpc"));
	Value plain = world_attrs(&w, r, "{\"cidr_block\":\"10.0.0.0/16\"}");
	Value odd = world_attrs(&w, r, "{\"cidr_block\":\"10.0.1.2/16\"}");
	ValueEntry entries[] = {{STR("cidr_block"), VALUE_NULL}, {STR("id"), value_string(STR("v"))}};

	Value once = driver_normalise(w.arena, r, odd);
	const Value *block = value_find(once, STR("cidr_block"));

	CHECK_THAT(value_eq(once, driver_normalise(w.arena, r, plain)));
	CHECK_THAT(!value_eq(odd, once) && block &&
		str_eq(block->as.text, STR("10.0.0.0/16")));
	CHECK_EQ(once.as.map->len, odd.as.map->len);
	Value nulls = driver_normalise(w.arena, r, value_map(w.arena, entries, 2));
	CHECK_THAT(nulls.as.map->len == 1 && value_find(nulls, STR("id")));
	Value bare = value_map(w.arena, &entries[1], 1);

	CHECK_THAT(driver_normalise(w.arena, r, bare).as.map == bare.as.map);
	world_fini(&w);
}
