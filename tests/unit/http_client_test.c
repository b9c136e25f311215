/* Tests of the HTTP client against a small server in a child process, on loopback. */
#include "runtime/wire/http_client.h"
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 200 };

typedef struct Server {
	pid_t pid;
	int port;
	char path[64]; /* of the unix socket, or empty */
} Server;

/* Answers with what it was sent; "/big" with a megabyte, "/slow" never. */
static void answer(int fd)
{
	char request[4096];
	char reply[8192];
	ssize_t n = read(fd, request, sizeof(request) - 1);

	if (n <= 0)
		exit(0);
	request[n] = 0;
	if (strstr(request, " /slow "))
		pause();
	bool is_big = strstr(request, " /big ");
	char *line = strstr(request, "\r\n");
	int len = line ? (int)(line - request) : 0;
	char *body = strstr(request, "\r\n\r\n");
	int out = snprintf(reply, sizeof(reply),
		"HTTP/1.1 201 Made\r\nX-Test:  a b \r\nConnection: close\r\nContent-Length: %d\r\n\r\n",
		is_big ? 1 << 20 : len + 1 + (body ? (int)strlen(body + 4) : 0));
	if (!is_big)
		out += snprintf(reply + out, sizeof(reply) - (size_t)out, "%.*s|%s", len, request,
			body ? body + 4 : "");
	(void)!write(fd, reply, (size_t)out);
	for (int i = 0; is_big && i < 1 << 20; i += 1024)
		if (write(fd, reply, 1024) < 0)
			break;
	exit(0);
}

static void serve(int listener)
{
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0 && fork() == 0)
			answer(fd);
		close(fd);
	}
}

static Server server_start(bool is_unix)
{
	Server s = {0};
	int fd = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(in);

	if (is_unix) {
		snprintf(s.path, sizeof(s.path), "/tmp/styx-http-%ld", (long)getpid());
		unlink(s.path);
		strcpy(un.sun_path, s.path);
	}
	CHECK_THAT(bind(fd, is_unix ? (struct sockaddr *)&un : (struct sockaddr *)&in,
			   is_unix ? sizeof(un) : sizeof(in)) == 0);
	CHECK_THAT(listen(fd, CALLS) == 0);
	if (!is_unix && getsockname(fd, (struct sockaddr *)&in, &len) == 0)
		s.port = ntohs(in.sin_port);
	s.pid = fork();
	if (s.pid == 0)
		serve(fd);
	close(fd);
	return s;
}

static void server_stop(Server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	if (s->path[0])
		unlink(s->path);
}

typedef struct Run {
	Loop *loop;
	Http *http;
	Arena *arena;
	Server *server;
	uint32_t good;
} Run;

static Str url(Run *r, const char *path)
{
	return str_print(r->arena, "http://127.0.0.1:%d%s", r->server->port, path);
}

static void run(void (*fn)(void *), bool is_unix)
{
	Server server = server_start(is_unix);
	Run r = {.loop = loop_new(), .arena = arena_new("test"), .server = &server};

	r.http = http_new(r.loop);
	fiber_main(r.loop, fn, &r);
	http_free(r.http);
	loop_free(r.loop);
	arena_free(r.arena);
	server_stop(&server);
}

static void send_and_read(void *arg)
{
	Run *r = arg;
	HttpHeader h = {STR("X-A"), STR("1")};
	HttpRequest q = {.method = STR("PUT"), .url = url(r, "/p?a=b"), .headers = &h,
		.header_count = 1, .body = STR("hello")};
	HttpResponse a;
	Diag err = {0};

	CHECK_THAT(http_send(r->http, &q, r->arena, &a, &err));
	CHECK_EQ(a.status, 201);
	CHECK_THAT(str_eq(http_header(&a, STR("x-test")), STR("a b")));
	CHECK_THAT(str_eq(a.body, STR("PUT /p?a=b HTTP/1.1|hello")));
	diag_fini(&err);
}

TEST(http_client_sends_and_reads)
{
	run(send_and_read, false);
}

static void over_unix_socket(void *arg)
{
	Run *r = arg;
	HttpRequest q = {.method = STR("GET"), .url = STR("http://d/x"),
		.unix_socket = str_from(r->server->path)};
	HttpResponse a;
	Diag err = {0};

	CHECK_THAT(http_send(r->http, &q, r->arena, &a, &err));
	CHECK_THAT(str_eq(a.body, STR("GET /x HTTP/1.1|")));
	diag_fini(&err);
}

TEST(http_client_speaks_over_a_unix_socket)
{
	run(over_unix_socket, true);
}

static void expect_error(Run *r, HttpRequest q, DiagCode code)
{
	HttpResponse a;
	Diag err = {0};

	CHECK_THAT(!http_send(r->http, &q, r->arena, &a, &err));
	CHECK_EQ(err.code, code);
	CHECK_THAT(err.why.len > 0);
	diag_fini(&err);
}

static void failures(void *arg)
{
	Run *r = arg;
	HttpRequest q = {.method = STR("GET"), .url = url(r, "/big"), .body_max = 1000};

	expect_error(r, q, DIAG_HTTP_BODY);
	q = (HttpRequest){.method = STR("GET"), .url = url(r, "/slow"), .timeout_ms = 50};
	expect_error(r, q, DIAG_TIMED_OUT);
	q = (HttpRequest){.method = STR("GET"), .url = STR("http://127.0.0.1:1/")};
	expect_error(r, q, DIAG_CONNECT);
}

TEST(http_client_reports_failures)
{
	run(failures, false);
}

static void one_call(void *arg)
{
	Run *r = arg;
	HttpRequest q = {.method = STR("POST"), .url = url(r, "/x")};
	HttpResponse a;
	Diag err = {0};

	if (http_send(r->http, &q, r->arena, &a, &err) && a.status == 201)
		r->good++;
	diag_fini(&err);
}

static void many(void *arg)
{
	Run *r = arg;
	FiberGroup g;

	fiber_group_init(&g, r->loop);
	for (int i = 0; i < CALLS; i++)
		fiber_group_start(&g, one_call, r);
	fiber_group_wait(&g);
	CHECK_EQ(r->good, CALLS);
}

TEST(http_client_runs_many_at_once)
{
	run(many, false);
}

static void interrupt_soon(void *arg)
{
	Run *r = arg;

	(void)fiber_sleep(r->loop, 30);
	loop_interrupt(r->loop);
	loop_interrupt(r->loop);
}

static void interrupted(void *arg)
{
	Run *r = arg;
	HttpRequest q = {.method = STR("GET"), .url = url(r, "/slow")};
	HttpResponse a;
	Diag err = {0};

	fiber_start(r->loop, interrupt_soon, r);
	CHECK_THAT(!http_send(r->http, &q, r->arena, &a, &err));
	CHECK_EQ(err.code, DIAG_INTERRUPTED);
	diag_fini(&err);
}

TEST(http_client_stops_waiting_when_interrupted)
{
	run(interrupted, false);
}
