/* Golden requests: what each type sends for a program; and answers and errors taken apart. */
#include "tests/unit/provider_util.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

/* Builds the request of a create and compares "METHOD path?query\nbody". */
static bool creates(World *w, const char *type, const char *json, const char *want)
{
	DriverObject o = world_object(w, type, json);
	const SchemaSteps *s = o.schema->create;
	CallInput in = {0};
	CallRequest r = {0};
	Work work;

	cloud_begin(&w->cloud, &o, NULL, w->arena, &w->err, &work);
	work.is_create = true;
	if (!cloud_build(&work, s->call, &in) || !call_encode(w->arena, &in, &r, &w->err)) {
		printf("%s: %.*s\n", type, STR_ARG(w->err.what));
		return false;
	}
	Str got = str_print(w->arena, "%.*s %.*s%s%.*s\n%.*s", STR_ARG(r.method),
		STR_ARG(r.path), r.query.len ? "?" : "", STR_ARG(r.query), STR_ARG(r.body));
	bool ok = str_eq(got, str_from(want));
	if (!ok)
		printf("%s\ngot  %.*s\nwant %s\n", type, STR_ARG(got), want);
	return ok;
}

#define MARKER "styx%3Aowner"
#define EC "POST /\nAction="
#define VERSION "&Version=2016-11-15"

TEST(call_golden_ec_networks)
{
	World w;

	world_init(&w, "aws", "{\"region\":\"us-east-1\",\"default_tags\":{\"team\":\"x y\"}}");
	CHECK_THAT(creates(&w, "aws.ec2.vpc",
		"{\"cidr_block\":\"10.0.0.0/16\",\"tags\":{\"Name\":\"v\"}}",
		EC "CreateVpc" VERSION "&CidrBlock=10.0.0.0%2F16"
		   "&TagSpecification.1.ResourceType=vpc"
		   "&TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=v"
		   "&TagSpecification.1.Tag.2.Key=" MARKER
		   "&TagSpecification.1.Tag.2.Value=LINEAGE-HASH"
		   "&TagSpecification.1.Tag.3.Key=team&TagSpecification.1.Tag.3.Value=x%20y"
		   "&InstanceTenancy=default"));
	CHECK_THAT(creates(&w, "aws.ec2.security_group",
		"{\"group_name\":\"web\",\"vpc_id\":\"vpc-1\"}",
		EC "CreateSecurityGroup" VERSION
		   "&GroupDescription=managed%20by%20styx&GroupName=web&VpcId=vpc-1"
		   "&TagSpecification.1.ResourceType=security-group"
		   "&TagSpecification.1.Tag.1.Key=" MARKER
		   "&TagSpecification.1.Tag.1.Value=LINEAGE-HASH"
		   "&TagSpecification.1.Tag.2.Key=team&TagSpecification.1.Tag.2.Value=x%20y"));
	world_fini(&w);
}

TEST(call_golden_ec_machine)
{
	World w;

	world_init(&w, "aws", "{\"region\":\"us-east-1\"}");
	DriverObject o = world_object(&w, "aws.ec2.instance",
		"{\"image_id\":\"ami-1\",\"instance_type\":\"t3.micro\",\"user_data\":\"x\","
		"\"security_group_ids\":[\"sg-2\",\"sg-1\"],"
		"\"root_volume\":{\"size\":21474836480}}");
	CallInput in = {0};
	CallRequest r = {0};
	Work work;
	cloud_begin(&w.cloud, &o, NULL, w.arena, &w.err, &work);
	work.is_create = true;
	cloud_let(&work, STR("ami"), world_json(&w, "{\"RootDeviceName\":\"/dev/sda1\"}"));
	CHECK_THAT(cloud_build(&work, o.schema->create->call, &in));
	CHECK_THAT(call_encode(w.arena, &in, &r, &w.err));
	static const char *parts[] = {"ImageId=ami-1", "MinCount=1", "MaxCount=1",
		"ClientToken=11111111-2222-4333-8444-555555555555", "SecurityGroupId.1=sg-1",
		"SecurityGroupId.2=sg-2", "BlockDeviceMapping.1.DeviceName=%2Fdev%2Fsda1",
		"BlockDeviceMapping.1.Ebs.VolumeSize=20", "UserData=eA%3D%3D",
		"MetadataOptions.HttpTokens=required", "Monitoring.Enabled=false",
		"TagSpecification.1.ResourceType=instance"};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strstr(r.body.ptr, parts[i]))
			printf("%s\n", parts[i]), test_fail(__FILE__, __LINE__, r.body.ptr);
	CHECK_THAT(!str_has(r.body, STR("SourceDestCheck")));
	world_fini(&w);
}

TEST(call_golden_s3_and_iam)
{
	World w;

	world_init(&w, "aws", "{\"region\":\"eu-west-1\"}");
	CHECK_THAT(creates(&w, "aws.s3.bucket",
		"{\"bucket\":\"b.1\"}",
		"PUT /b.1\n<CreateBucketConfiguration "
		"xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
		"<LocationConstraint>eu-west-1</LocationConstraint>"
		"<Tags><Tag><Key>styx:owner</Key><Value>LINEAGE-HASH</Value></Tag></Tags>"
		"</CreateBucketConfiguration>"));
	CHECK_THAT(creates(&w, "aws.iam.instance_profile", "{\"instance_profile_name\":\"p\"}",
		"POST /\nAction=CreateInstanceProfile&Version=2010-05-08&InstanceProfileName=p"
		"&Path=%2F&Tags.member.1.Key=" MARKER "&Tags.member.1.Value=LINEAGE-HASH"));
	world_fini(&w);
}

TEST(call_golden_docker)
{
	World w;

	world_init(&w, "docker", "{\"host\":\"unix:///x\"}");
	CHECK_THAT(creates(&w, "docker.network", "{\"name\":\"n\"}",
		"POST /networks/create\n{\"Attachable\":false,\"CheckDuplicate\":true,"
		"\"Driver\":\"bridge\",\"EnableIPv6\":false,\"Internal\":false,"
		"\"Labels\":{\"styx.owner\":\"LINEAGE-HASH\"},\"Name\":\"n\"}"));
	CHECK_THAT(creates(&w, "docker.container",
		"{\"name\":\"c\",\"image\":\"i\",\"env\":{\"A\":\"1\"},"
		"\"ports\":[{\"container_port\":\"80/tcp\",\"host_port\":\"8080\"}],"
		"\"healthcheck\":{\"test\":[\"CMD\",\"x\"]},\"host_config\":{\"memory\":1024}}",
		"POST /containers/create?name=c\n{\"Env\":[\"A=1\"],\"Healthcheck\":{"
		"\"Interval\":30000000000,\"Retries\":3,\"StartPeriod\":0,\"Test\":[\"CMD\","
		"\"x\"],\"Timeout\":30000000000},\"HostConfig\":{\"DeviceRequests\":[],"
		"\"ExtraHosts\":[],\"Memory\":1024,\"Mounts\":[],\"NanoCpus\":0,"
		"\"PortBindings\":{\"80/tcp\":[{\"HostIp\":\"0.0.0.0\",\"HostPort\":\"8080\"}]},"
		"\"Privileged\":false,\"RestartPolicy\":{\"MaximumRetryCount\":0,\"Name\":\"no\"}"
		"},\"Image\":\"i\",\"Labels\":{\"styx.owner\":\"LINEAGE-HASH\"}}"));
	world_fini(&w);
}

TEST(call_refuses_unknown_members)
{
	World w;

	world_init(&w, "docker", "{\"host\":\"unix:///x\"}");
	const SchemaService *s = schemas_resource(w.schemas, STR("docker.network"))->service;
	CallInput in = {.service = s, .method = STR("POST"), .path = STR("/networks/create"),
		.is_strict = true, .params = world_json(&w, "{\"Name\":\"n\",\"Zork\":1}")};
	CallRequest r = {0};
	in.op = call_operation(s->model, in.method, in.path);
	CHECK_THAT(in.op != NULL);
	CHECK_THAT(!call_encode(w.arena, &in, &r, &w.err));
	CHECK_EQ(w.err.code, DIAG_SCHEMA_NAME);
	CHECK_THAT(str_has(w.err.what, STR("Zork")));
	world_fini(&w);
}

TEST(call_operation_prefers_the_exact)
{
	World w;

	world_init(&w, "docker", "{}");
	const Model *m = schemas_resource(w.schemas, STR("docker.network"))->service->model;
	CHECK_THAT(str_eq(call_operation(m, STR("GET"), STR("/containers/json"))->name,
		STR("ContainerList")));
	CHECK_THAT(str_eq(call_operation(m, STR("GET"), STR("/containers/a/json"))->name,
		STR("ContainerInspect")));
	CHECK_THAT(str_eq(call_operation(m, STR("GET"), STR("/images/r.example/x/y:1/json"))->name,
		STR("ImageInspect")));
	CHECK_THAT(!call_operation(m, STR("GET"), STR("/nothing")));
	world_fini(&w);
}

/* Decodes a body as the answer of an operation. */
static Value decoded(World *w, const char *type, const char *operation, const char *body)
{
	const SchemaService *s = schemas_resource(w->schemas, str_from(type))->service;
	CallInput in = {.service = s, .op = model_operation(s->model, str_from(operation))};
	HttpResponse r = {.status = 200, .body = str_from(body)};
	Value v = VALUE_NULL;

	CHECK_THAT(call_decode(w->arena, &in, &r, &v, &w->err));
	return v;
}

TEST(call_decodes_ec_answers)
{
	World w;

	world_init(&w, "aws", "{}");
	Value v = decoded(&w, "aws.ec2.vpc", "DescribeVpcs",
		"<DescribeVpcsResponse><requestId>r</requestId><vpcSet><item><vpcId>vpc-1</vpcId>"
		"<isDefault>true</isDefault><tagSet><item><key>a</key><value/></item></tagSet>"
		"</item></vpcSet><nextToken>t</nextToken></DescribeVpcsResponse>");
	CHECK_THAT(world_is(&w, v,
		"{\"NextToken\":\"t\",\"Vpcs\":[{\"IsDefault\":true,"
		"\"Tags\":[{\"Key\":\"a\",\"Value\":\"\"}],\"VpcId\":\"vpc-1\"}]}"));
	v = decoded(&w, "aws.iam.role", "GetRole",
		"<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>n</RoleName>"
		"<MaxSessionDuration>3600</MaxSessionDuration></Role></GetRoleResult>"
		"</GetRoleResponse>");
	CHECK_THAT(world_is(&w, v,
		"{\"Role\":{\"MaxSessionDuration\":3600,\"Path\":\"/\",\"RoleName\":\"n\"}}"));
	world_fini(&w);
}

static CallError error_of(World *w, const char *type, int status, const char *body)
{
	const SchemaResource *r = schemas_resource(w->schemas, str_from(type));
	HttpResponse answer = {.status = status, .body = str_from(body)};
	CallError e = {0};

	call_read_error(w->arena, r->service, &answer, &e);
	call_classify(r->service, r, &e);
	return e;
}

TEST(call_classifies_errors)
{
	World w;

	world_init(&w, "aws", "{}");
	CallError e = error_of(&w, "aws.ec2.vpc", 400,
		"<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>gone</Message>"
		"</Error></Errors><RequestID>r-1</RequestID></Response>");
	CHECK_EQ(e.error_class, CALL_NOTFOUND);
	CHECK_THAT(str_eq(e.request_id, STR("r-1")) && str_eq(e.message, STR("gone")));
	e = error_of(&w, "aws.ec2.vpc", 503,
		"<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors>"
		"</Response>");
	CHECK_EQ(e.error_class, CALL_THROTTLE); /* although *LimitExceeded is quota */
	e = error_of(&w, "aws.ec2.instance", 500,
		"<Response><Errors><Error><Code>InsufficientInstanceCapacity</Code></Error>"
		"</Errors></Response>");
	CHECK_EQ(e.error_class, CALL_CAPACITY);
	e = error_of(&w, "aws.s3.bucket", 404, "");
	CHECK_EQ(e.error_class, CALL_NOTFOUND);
	e = error_of(&w, "aws.s3.bucket", 502, "<html>proxy</html>");
	CHECK_EQ(e.error_class, CALL_TRANSIENT);
	e = error_of(&w, "docker.container", 409, "{\"message\":\"name x is already in use\"}");
	CHECK_EQ(e.error_class, CALL_EXISTS);
	e = error_of(&w, "docker.container", 409, "{\"message\":\"is restarting\"}");
	CHECK_EQ(e.error_class, CALL_BUSY);
	Diag d = {0};
	CHECK_THAT(!call_fail(&d, &e, STR("POST /x"), STR("here")));
	CHECK_EQ(d.code, DIAG_BUSY);
	CHECK_THAT(str_has(d.why, STR("409")) && str_has(d.why, STR("is restarting")));
	diag_fini(&d);
	world_fini(&w);
}

TEST(call_clauses_match_codes_statuses_and_classes)
{
	static const Str list[] = {STR_INIT("NoSuch*"), STR_INIT("304"), STR_INIT("notfound")};
	SchemaCodes codes = {.codes = list, .count = 3};
	CallError e = {.code = STR("NoSuchTagSet"), .status = 404};

	CHECK_THAT(call_matches(&codes, &e));
	e = (CallError){.code = STR("Other"), .status = 304};
	CHECK_THAT(call_matches(&codes, &e));
	e = (CallError){.code = STR("Other"), .error_class = CALL_NOTFOUND, .status = 400};
	CHECK_THAT(call_matches(&codes, &e));
	e.error_class = CALL_BUSY;
	CHECK_THAT(!call_matches(&codes, &e));
	codes.text = STR("profile");
	e = (CallError){.code = STR("NoSuchX"), .message = STR("no role")};
	CHECK_THAT(!call_matches(&codes, &e));
}
