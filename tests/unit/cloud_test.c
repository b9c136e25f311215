/* The interpreter against a scripted server: retries, pages, lost answers, waiters. */
#include "tests/unit/provider_util.h"
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUEST_BYTES_MAX = 32768, SERVER_SECONDS_MAX = 30 };

/* One answer: the first unused one whose `when` occurs in the request is given. */
typedef struct Answer {
	const char *when;
	int status; /* 0: the connection is closed without an answer */
	const char *body;
	bool is_kept; /* given again and again */
	bool used;
} Answer;

typedef struct Run {
	World world;
	Loop *loop;
	Drivers *drivers;
	Driver *driver;
	const char *provider;
	Answer *answers;
	int port;
	void (*body)(struct Run *r);
	Str ids[4];
	uint32_t id_count;
} Run;

static void answer(int fd, Answer *answers)
{
	char request[REQUEST_BYTES_MAX] = "";
	char reply[REQUEST_BYTES_MAX];
	size_t got = 0;

	for (;;) {
		ssize_t n = read(fd, request + got, sizeof(request) - 1 - got);
		if (n <= 0)
			break;
		got += (size_t)n;
		request[got] = 0;
		char *end = strstr(request, "\r\n\r\n");
		char *length = strstr(request, "ontent-");
		while (length && strncasecmp(length, "ontent-length:", 14) != 0)
			length = strstr(length + 1, "ontent-");
		size_t want = length ? strtoul(length + 14, NULL, 10) : 0;
		if (end && got >= (size_t)(end + 4 - request) + want)
			break;
	}
	for (Answer *a = answers; a->when; a++) {
		if ((a->used && !a->is_kept) || !strstr(request, a->when))
			continue;
		a->used = true;
		int n = snprintf(reply, sizeof(reply),
			"HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
			a->status, strlen(a->body), a->body);
		if (a->status)
			(void)!write(fd, reply, (size_t)n);
		return;
	}
	fprintf(stderr, "unexpected: %s\n", request);
}

static pid_t serve(Answer *answers, int *ret_port)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);

	CHECK_THAT(bind(listener, (struct sockaddr *)&at, sizeof(at)) == 0);
	CHECK_THAT(listen(listener, 64) == 0);
	CHECK_THAT(getsockname(listener, (struct sockaddr *)&at, &len) == 0);
	*ret_port = ntohs(at.sin_port);
	pid_t pid = fork();
	if (pid)
		return close(listener), pid;
	signal(SIGPIPE, SIG_IGN);
	alarm(SERVER_SECONDS_MAX);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		answer(fd, answers);
		close(fd);
	}
}

static void begin(void *arg)
{
	Run *r = arg;
	Str provider = str_from(r->provider);
	Str settings = str_print(r->world.arena,
		"{\"region\":\"us-east-1\",\"host\":\"tcp://127.0.0.1:%d\"}", r->port);

	CHECK_THAT(drivers_get(r->drivers, provider, provider,
		world_json(&r->world, settings.ptr), &r->driver, &r->world.err));
	if (r->driver)
		r->body(r);
}

/* Runs `body` in a fiber against a server with these answers. */
static void run(const char *provider, Answer *answers, void (*body)(Run *r))
{
	Run r = {.provider = provider, .answers = answers, .body = body};
	char url[64];

	pid_t server = serve(answers, &r.port);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", r.port);
	setenv("AWS_ENDPOINT_URL", url, 1);
	setenv("AWS_ACCESS_KEY_ID", "k", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "s", 1);
	setenv("AWS_CONFIG_FILE", "/nonexistent", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent", 1);
	unsetenv("DOCKER_HOST");
	unsetenv("DOCKER_TLS_VERIFY");
	world_init(&r.world, provider, "{}");
	r.loop = loop_new();
	r.drivers = drivers_new(r.loop, r.world.schemas, STR("/tmp"));
	fiber_main(r.loop, begin, &r);
	drivers_free(r.drivers);
	loop_free(r.loop);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	world_fini(&r.world);
}

static bool on_id(void *ctx, Str id, Value attrs, Diag *err)
{
	Run *r = ctx;

	(void)attrs;
	(void)err;
	r->ids[r->id_count++] = id;
	return true;
}

static bool create(Run *r, DriverObject *o)
{
	DriverHooks hooks = {.ctx = r, .on_id = on_id};

	return r->driver->create(r->driver, o, &hooks, r->world.arena, &r->world.err);
}

#define THROTTLED                                                                                  \
	"<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>"
#define NET(id, state)                                                                             \
	"<item><vpcId>" id "</vpcId><cidrBlock>10.0.0.0/16</cidrBlock><state>" state "</state>"        \
	"<instanceTenancy>default</instanceTenancy><tagSet><item><key>styx:owner</key><value>"         \
	"LINEAGE-HASH</value></item></tagSet></item>"
#define NETS(items) "<DescribeVpcsResponse><vpcSet>" items "</vpcSet></DescribeVpcsResponse>"
#define ATTRIBUTE(name, value)                                                                     \
	"<DescribeVpcAttributeResponse><" name "><value>" value "</value></" name                      \
	"></DescribeVpcAttributeResponse>"
#define REST_OF_A_NET                                                                              \
	{"Action=DescribeVpcAttribute&Version=2016-11-15&Attribute=enableDnsSupport", 200,             \
		ATTRIBUTE("enableDnsSupport", "true"), true, false},                                   \
	{"Action=DescribeVpcAttribute&Version=2016-11-15&Attribute=enableDnsHostnames", 200,           \
		ATTRIBUTE("enableDnsHostnames", "false"), true, false},                                \
	{"Action=DescribeSecurityGroups", 200, "<R/>", true, false},                                   \
	{"Action=DescribeRouteTables", 200, "<R/>", true, false}

static DriverObject net(Run *r)
{
	return world_object(&r->world, "aws.ec2.vpc", "{\"cidr_block\":\"10.0.0.0/16\"}");
}

static void waits_body(Run *r)
{
	DriverObject o = net(r);

	CHECK_THAT(create(r, &o));
	CHECK_EQ(r->id_count, 1);
	CHECK_THAT(str_eq(o.id, STR("vpc-1")));
	CHECK_THAT(str_eq(value_find(o.attrs, STR("cidr_block"))->as.text, STR("10.0.0.0/16")));
}

TEST(cloud_create_survives_throttling_and_waits)
{
	Answer answers[] = {
		{"Action=CreateVpc", 503, THROTTLED, false, false},
		{"Action=CreateVpc", 200,
			"<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>", false,
			false},
		{"Action=DescribeVpcs", 200, NETS(""), false, false},
		{"Action=DescribeVpcs", 200, NETS(NET("vpc-1", "pending")), false, false},
		{"Action=DescribeVpcs", 200, NETS(NET("vpc-1", "available")), true, false},
		REST_OF_A_NET,
		{0},
	};

	run("aws", answers, waits_body);
}

TEST(cloud_create_with_a_lost_answer_is_found_by_its_tag)
{
	Answer answers[] = {
		{"Action=CreateVpc", 0, "", false, false},
		{"tag%3Astyx%3Aowner", 200, NETS(NET("vpc-1", "available")), false, false},
		{"Action=DescribeVpcs", 200, NETS(NET("vpc-1", "available")), true, false},
		REST_OF_A_NET,
		{0},
	};

	run("aws", answers, waits_body);
}

TEST(cloud_create_with_a_lost_answer_is_not_repeated_before_it_would_show)
{
	Answer answers[] = {
		{"Action=CreateVpc", 0, "", false, false},
		{"Action=CreateVpc", 200,
			"<CreateVpcResponse><vpc><vpcId>vpc-2</vpcId></vpc></CreateVpcResponse>", false,
			false},
		{"tag%3Astyx%3Aowner", 200, NETS(""), false, false},
		{"tag%3Astyx%3Aowner", 200, NETS(NET("vpc-1", "available")), false, false},
		{"Action=DescribeVpcs", 200, NETS(NET("vpc-1", "available")), true, false},
		REST_OF_A_NET,
		{0},
	};

	run("aws", answers, waits_body);
}

static void unasked_body(Run *r)
{
	DriverObject o = net(r);

	CHECK_THAT(!create(r, &o));
	CHECK_EQ(r->world.err.code, DIAG_CONNECTION_LOST);
	CHECK_EQ(r->id_count, 0);
}

/* What may exist is not forgotten because the question was refused. */
TEST(cloud_create_with_a_lost_answer_stays_open_when_nobody_can_tell)
{
	Answer answers[] = {
		{"Action=CreateVpc", 0, "", false, false},
		{"Action=DescribeVpcs", 403,
			"<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no"
			"</Message></Error></Errors></Response>",
			true, false},
		{0},
	};

	run("aws", answers, unasked_body);
}

static void refused_body(Run *r)
{
	DriverObject o = net(r);

	CHECK_THAT(!create(r, &o));
	CHECK_EQ(r->world.err.code, DIAG_QUOTA);
	CHECK_THAT(str_has(r->world.err.why, STR("VpcLimitExceeded")));
	CHECK_THAT(str_has(r->world.err.why, STR("req-7")));
	CHECK_EQ(r->id_count, 0);
}

TEST(cloud_create_that_is_refused_says_why)
{
	Answer answers[] = {
		{"Action=CreateVpc", 400,
			"<Response><Errors><Error><Code>VpcLimitExceeded</Code><Message>five are "
			"enough</Message></Error></Errors><RequestID>req-7</RequestID></Response>",
			false, false},
		{0},
	};

	run("aws", answers, refused_body);
}

static void bulk_body(Run *r)
{
	enum { COUNT = 201 };
	World *w = &r->world;
	DriverObject *all = ARENA_ARRAY(w->arena, DriverObject, COUNT);

	for (int i = 0; i < COUNT; i++) {
		all[i] = net(r);
		all[i].id = str_print(w->arena, "vpc-%d", i + 1);
		all[i].attrs = world_json(w,
			"{\"enable_dns_support\":true,\"enable_dns_hostnames\":false}");
	}
	if (!r->driver->read(r->driver, all, COUNT, false, w->arena, &w->err)) {
		printf("%.*s: %.*s\n", STR_ARG(w->err.what), STR_ARG(w->err.why));
		test_fail(__FILE__, __LINE__, "read");
		return;
	}
	CHECK_THAT(!all[0].is_gone && !all[1].is_gone && !all[2].is_gone);
	uint32_t gone = 0;
	for (int i = 0; i < COUNT; i++)
		gone += all[i].is_gone;
	CHECK_EQ(gone, COUNT - 3);
	CHECK_THAT(!value_find(*value_find(all[0].attrs, STR("tags")), STR("styx:owner")));
}

TEST(cloud_read_pages_and_confirms_what_is_missing)
{
	Answer answers[] = {
		{"NextToken=t2", 200, NETS(NET("vpc-2", "available")), false, false},
		{"Filter.1.Name=vpc-id", 200, NETS(NET("vpc-3", "available")), false, false},
		{"Filter.1.Name=vpc-id&", 200, "<R/>", true, false},
		{"Action=DescribeVpcs", 200,
			"<R><vpcSet>" NET("vpc-1", "available") "</vpcSet><nextToken>t2</nextToken></R>",
			false, false},
		REST_OF_A_NET,
		{0},
	};

	run("aws", answers, bulk_body);
}

static void engine_body(Run *r)
{
	World *w = &r->world;
	DriverObject o = world_object(w, "docker.container",
		"{\"name\":\"c\",\"image\":\"i\",\"running\":false}");

	CHECK_THAT(!create(r, &o));
	CHECK_EQ(w->err.code, DIAG_EXISTS);
	CHECK_EQ(r->id_count, 0);
}

TEST(cloud_create_does_not_take_what_is_not_ours)
{
	Answer answers[] = {
		{"GET /_ping", 200, "OK", true, false},
		{"POST /v1.24/containers/create?name=c", 409,
			"{\"message\":\"The container name /c is already in use\"}", false, false},
		{"GET /v1.24/containers/c/json", 200,
			"{\"Id\":\"abc\",\"Name\":\"/c\",\"Config\":{\"Image\":\"i\",\"Labels\":"
			"{\"styx.owner\":\"SOMEBODY\"}},\"State\":{\"Running\":false}}",
			true, false},
		{0},
	};

	run("docker", answers, engine_body);
}

enum { TOGETHER = 20 };

typedef struct Waiting {
	Run *r;
	DriverObject o;
	Diag err;
	bool ok;
} Waiting;

static void read_one(void *arg)
{
	Waiting *w = arg;
	CallAnswer answer = {0};
	Work work;

	cloud_begin(w->r->driver->self, &w->o, NULL, w->r->world.arena, &w->err, &work);
	w->ok = cloud_read_obj(&work, &answer) && work.is_found &&
		value_find(work.env.obj, STR("CidrBlock"));
	diag_fini(&w->err);
}

static void together_body(Run *r)
{
	Waiting all[TOGETHER];
	FiberGroup group;

	fiber_group_init(&group, r->loop);
	for (int i = 0; i < TOGETHER; i++) {
		all[i] = (Waiting){.r = r, .o = net(r)};
		all[i].o.id = i % 2 ? STR("vpc-1") : STR("vpc-2");
		fiber_group_start(&group, read_one, &all[i]);
	}
	fiber_group_wait(&group);
	for (int i = 0; i < TOGETHER; i++) {
		CHECK_THAT(all[i].ok);
		CHECK_THAT(str_eq(all[i].o.id, i % 2 ? STR("vpc-1") : STR("vpc-2")));
	}
}

TEST(cloud_reads_of_one_type_share_a_call)
{
	Answer answers[] = {
		{"Action=DescribeVpcs", 200,
			NETS(NET("vpc-1", "available") NET("vpc-2", "available")), false, false},
		{0},
	};

	run("aws", answers, together_body);
}
