/* Programs to graphs: order, edges, providers, rules; encoding and digests. */
#include "compiler/graph/graph_encode.h"
#include "compiler/styx.h"
#include "tests/unit/test.h"

/* A program in memory and what became of it. */
typedef struct Case {
	Arena *arena;
	Map files;
	Str text;
	Styx *styx;
	Graph *graph;
	bool ok;
} Case;

static Case graph_case(const char *text, const StyxInputs *in)
{
	Case c = {.arena = arena_new("test"), .text = str_from(text)};
	StyxInputs none = {0};
	Str *kept = ARENA_NEW(c.arena, Str);

	*kept = c.text;
	map_init(&c.files, c.arena);
	(void)map_put(&c.files, STR("main.styx"), kept);
	Map *files = ARENA_NEW(c.arena, Map);

	*files = c.files;
	StyxOptions o = {.files = vfs_memory(files), .dir = STR("main.styx")};

	c.styx = styx_open(&o);
	c.ok = styx_eval(c.styx, in ? in : &none, &c.graph);
	return c;
}

static void graph_case_end(Case *c)
{
	c->graph = graph_free(c->graph);
	c->styx = styx_close(c->styx);
	c->arena = arena_free(c->arena);
}

static const GraphNode *node_at(const Case *c, const char *address)
{
	int64_t i = c->graph ? graph_find(c->graph, str_from(address)) : -1;

	return i < 0 ? NULL : &c->graph->nodes[i];
}

static bool has_edge(const Case *c, const char *from, const char *path, const char *to)
{
	const GraphNode *n = node_at(c, from);

	for (uint32_t i = 0; n && i < n->edge_count; i++)
		if (str_eq(n->edges[i].path, str_from(path)) &&
			str_eq(c->graph->nodes[n->edges[i].target].address, str_from(to)))
			return true;
	return false;
}

static bool has_code(const Case *c, const char *code)
{
	DiagList *l = styx_diags(c->styx);

	for (uint32_t i = 0; i < l->items.len; i++)
		if (str_eq(diag_code_str(l->items.ptr[i]->code), str_from(code)))
			return true;
	return false;
}

TEST(graph_known_references_are_edges)
{
	Case c = graph_case("resource a: aws.ec2.vpc { cidr_block = \"10.0.0.0/16\" }\n"
			    "let copy = a.cidr_block\n"
			    "resource b: std.data { input = \"${copy}!\" }\n", NULL);

	CHECK_THAT(c.ok);
	CHECK_THAT(has_edge(&c, "b", "input", "a"));
	const GraphNode *b = node_at(&c, "b");

	CHECK_THAT(b && str_eq(value_find(b->desired, STR("input"))->as.text, STR("10.0.0.0/16!")));
	CHECK_EQ(b ? b->rank : 0, 1);
	graph_case_end(&c);
}

TEST(graph_edges_stop_at_the_object_read)
{
	Case c = graph_case("resource a: std.data { input = \"x\" }\n"
			    "resource b: std.data { input = a.input }\n"
			    "resource c: std.data { input = b.input }\n", NULL);

	CHECK_THAT(has_edge(&c, "c", "input", "b"));
	CHECK_THAT(!has_edge(&c, "c", "input", "a"));
	CHECK_EQ(node_at(&c, "c")->rank, 2);
	graph_case_end(&c);
}

TEST(graph_edges_follow_one_element)
{
	Case c = graph_case("resource v: aws.ec2.vpc for k in [\"a\", \"b\"] "
			    "{ cidr_block = \"10.0.0.0/16\" }\n"
			    "let ids = { for k, x in v => [k] = x.id }\n"
			    "let ranges: list<string> = "
			    "[v[\"a\"].cidr_block, v[\"b\"].cidr_block]\n"
			    "resource one: std.data { input = ids[\"b\"] }\n"
			    "resource two: std.data { input = ranges[0] }\n"
			    "resource all: std.data { input = ids }\n", NULL);

	CHECK_THAT(c.ok);
	CHECK_THAT(has_edge(&c, "one", "input", "v[\"b\"]"));
	CHECK_THAT(!has_edge(&c, "one", "input", "v[\"a\"]"));
	CHECK_THAT(has_edge(&c, "two", "input", "v[\"a\"]"));
	CHECK_THAT(!has_edge(&c, "two", "input", "v[\"b\"]"));
	CHECK_THAT(has_edge(&c, "all", "input", "v[\"a\"]"));
	CHECK_THAT(has_edge(&c, "all", "input", "v[\"b\"]"));
	graph_case_end(&c);
}

TEST(graph_for_gives_sorted_addresses)
{
	Case c = graph_case("resource a: std.data for k in [\"b\", \"a b\", \"a\\\"\"] "
			    "{ input = k }\n", NULL);

	CHECK_THAT(c.ok);
	CHECK_EQ(c.graph->node_count, 3);
	CHECK_THAT(node_at(&c, "a[\"a b\"]") != NULL);
	CHECK_THAT(node_at(&c, "a[\"a\\\"\"]") != NULL);
	for (uint32_t i = 1; i < c.graph->node_count; i++)
		CHECK_THAT(str_cmp(c.graph->nodes[i - 1].address,
				   c.graph->nodes[i].address) < 0);
	graph_case_end(&c);
}

TEST(graph_if_false_makes_nothing)
{
	Case c = graph_case("resource a: std.data if 1 > 2 { input = 1 }\n"
			    "output x = a?.id\n", NULL);

	CHECK_THAT(c.ok);
	CHECK_EQ(c.graph->node_count, 0);
	CHECK_EQ(c.graph->outputs[0].value.kind, VAL_NULL);
	graph_case_end(&c);
}

TEST(graph_lookups_come_in_rounds)
{
	const char *text = "lookup z: std.http { url = \"http://127.0.0.1/\" }\n"
			   "resource q: std.data for k in split(z.response_body, \",\") "
			   "{ input = k }\n";
	Case c = graph_case(text, NULL);

	CHECK_THAT(c.ok);
	if (!c.ok)
		return;
	CHECK_EQ(c.graph->lookup_count, 1);
	CHECK_EQ(c.graph->node_count, 0);
	ValueEntry entries[] = {{STR("response_body"), value_string(STR("a,b"))}};
	Value result = value_map(c.arena, entries, 1);
	Map lookups;

	map_init(&lookups, c.arena);
	(void)map_put(&lookups, STR("z"), &result);
	StyxInputs in = {.lookups = &lookups};
	Graph *second = NULL;

	CHECK_THAT(styx_eval(c.styx, &in, &second));
	CHECK_EQ(second->lookup_count, 0);
	CHECK_EQ(second->node_count, 2);
	second = graph_free(second);
	graph_case_end(&c);
}

TEST(graph_params_from_outside)
{
	StyxParam given[] = {{STR("n"), STR("3"), STR("-p"), false}};
	StyxInputs in = {.params = given, .param_count = 1};
	Case c = graph_case("param n: int\noutput m = n * 2\n", &in);

	CHECK_THAT(c.ok);
	CHECK_EQ(c.ok ? c.graph->outputs[0].value.as.number : 0, 6);
	graph_case_end(&c);
	given[0].name = STR("nn");
	c = graph_case("param n: int\noutput m = n * 2\n", &in);
	CHECK_THAT(!c.ok && has_code(&c, "E0306"));
	graph_case_end(&c);
	c = graph_case("param n: int\noutput m = n * 2\n", NULL);
	CHECK_THAT(!c.ok && has_code(&c, "E0307"));
	graph_case_end(&c);
}

TEST(graph_secret_params_are_handles)
{
	StyxParam given[] = {{STR("s"), STR("hunter2"), STR("-p"), false}};
	StyxInputs in = {.params = given, .param_count = 1};
	Case c = graph_case("param s: secret string\noutput o: secret string = s\n", &in);
	Buf b;

	CHECK_THAT(c.ok && c.graph->outputs[0].is_secret);
	buf_init(&b, SIZE_MAX / 2);
	if (c.graph)
		graph_encode(&b, c.graph, true);
	CHECK_THAT(!str_has(buf_str(&b), STR("hunter2")));
	buf_fini(&b);
	graph_case_end(&c);
}

/* What came out of the trees must not point into them. */
TEST(graph_outlives_the_trees)
{
	StyxParam given[] = {{STR("s"), STR("{ user = \"u\" }"), STR("-p"), false}};
	StyxInputs in = {.params = given, .param_count = 1};
	Case c = graph_case("type Login = { user: string, note: string = \"a\\tb\" }\n"
			    "param s: secret Login\n"
			    "param old: string = \"x\"\n"
			    "resource r: std.data {\n  input = \"${old}\\n\"\n}\n",
		&in);
	Value secret = VALUE_NULL;
	Buf b;

	CHECK_THAT(c.ok && !styx_is_forgotten(c.styx));
	styx_forget(c.styx);
	styx_forget(c.styx); /* again: nothing is left to do */
	CHECK_THAT(styx_is_forgotten(c.styx));
	CHECK_THAT(styx_secret_param(c.styx, &in, STR("s"), &secret));
	const Value *note = value_find(secret, STR("note"));

	CHECK_THAT(note && str_eq(note->as.text, STR("a\tb")));
	CHECK_THAT(schemas_resource(styx_schemas(c.styx), STR("std.random_id")));
	const GraphNode *n = node_at(&c, "r");
	const Value *input = n ? value_find(n->desired, STR("input")) : NULL;

	CHECK_THAT(input && str_eq(input->as.text, STR("x\n")));
	Diag err = {0};

	diag_fail(&err, DIAG_ASSERTION, NULL, "late");
	if (n)
		err.at = n->at;
	buf_init(&b, SIZE_MAX / 2);
	styx_render_one(c.styx, &b, &err, STYX_TEXT, false);
	CHECK_THAT(str_has(buf_str(&b), STR("resource r: std.data")));
	buf_fini(&b);
	diag_fini(&err);
	graph_case_end(&c);
}

TEST(graph_rules_fire_when_known)
{
	Case c = graph_case("resource v: aws.ec2.vpc { cidr_block = \"10.0.0.0/16\" }\n"
			    "resource s: aws.ec2.subnet {\n"
			    "  vpc_id = v.id\n  cidr_block = \"10.1.0.0/24\"\n}\n", NULL);

	CHECK_THAT(!c.ok && has_code(&c, "E0421"));
	graph_case_end(&c);
	c = graph_case("resource a: aws.s3.bucket { bucket = \"acme-logs\" }\n"
		       "resource b: aws.s3.bucket { bucket = \"acme-logs\" }\n", NULL);
	CHECK_THAT(!c.ok && has_code(&c, "E0302"));
	graph_case_end(&c);
}

TEST(graph_late_asserts_become_checks)
{
	Case c = graph_case("resource a: std.data { input = 1 }\n"
			    "assert a.id != \"x\", \"never x\"\n", NULL);

	CHECK_THAT(c.ok);
	CHECK_EQ(c.graph->check_count, 1);
	graph_case_end(&c);
}

TEST(graph_long_chains_need_no_stack)
{
	Buf b;

	buf_init(&b, SIZE_MAX / 2);
	for (int i = 20000; i > 0; i--)
		buf_print(&b, "resource n%d: std.data { input = n%d.input }\n", i, i - 1);
	buf_print(&b, "resource n0: std.data { input = 7 }\n");
	Case c = graph_case(buf_cstr(&b), NULL);
	const GraphNode *last = node_at(&c, "n20000");

	CHECK_THAT(c.ok && last);
	CHECK_EQ(last ? last->rank : 0, 20000);
	CHECK_EQ(last ? value_find(last->desired, STR("input"))->as.number : 0, 7);
	graph_case_end(&c);
	buf_fini(&b);
}

static const char rich[] =
	"param region: string = \"us-east-1\"\n"
	"provider main: aws { region = region }\n"
	"secret s = env(\"S\")\n"
	"resource v: aws.ec2.vpc { cidr_block = \"10.0.0.0/16\" }\n"
	"resource n: aws.ec2.subnet for z, i in { a = 0, b = 1 } {\n"
	"  vpc_id = v.id\n"
	"  availability_zone = \"${region}${z}\"\n"
	"  cidr_block = cidr_subnet(v.cidr_block, 8, i)\n"
	"  tags = { Id = \"${v.id}-x\", V = if v.id == \"q\" then \"y\" else upper(v.id) }\n"
	"}\n"
	"resource p: std.random_password { length = 12 }\n"
	"output ids = [for p in split(v.id, \"-\") => [for q in split(v.id, p) => \"${p}${q}\"]]\n"
	"output pw: secret string = p.result\n"
	"output sec: secret string = s\n"
	"assert v.id != \"x\", \"why\"\n";

static bool is_same(const Graph *a, const Graph *b)
{
	Digest one = graph_digest(a), two = graph_digest(b);

	return str_eq(hash_str(&one), hash_str(&two));
}

TEST(graph_decode_gives_back_what_was_encoded)
{
	for (int has_places = 0; has_places < 2; has_places++) {
		Case c = graph_case(rich, NULL);
		Buf one, two;
		Graph *back = NULL;
		Diag err = {0};

		CHECK_THAT(c.ok);
		if (!c.ok)
			return;
		buf_init(&one, SIZE_MAX / 2);
		buf_init(&two, SIZE_MAX / 2);
		graph_encode(&one, c.graph, has_places);
		CHECK_THAT(graph_decode(buf_str(&one), &back, &err));
		graph_encode(&two, back, has_places);
		CHECK_THAT(str_eq(buf_str(&one), buf_str(&two)));
		CHECK_THAT(is_same(c.graph, back));
		for (size_t cut = 0; cut < one.len; cut += 7) {
			Graph *part = NULL;

			CHECK_THAT(!graph_decode(str_slice(buf_str(&one), 0, cut), &part, &err));
		}
		diag_fini(&err);
		back = graph_free(back);
		buf_fini(&one);
		buf_fini(&two);
		graph_case_end(&c);
	}
}

TEST(graph_digest_is_the_same_on_every_run)
{
	Case a = graph_case(rich, NULL), b = graph_case(rich, NULL);

	CHECK_THAT(a.ok && b.ok && is_same(a.graph, b.graph));
	graph_case_end(&b);
	StyxParam given[] = {{STR("region"), STR("us-west-2"), STR("-p"), false}};
	StyxInputs in = {.params = given, .param_count = 1};

	b = graph_case(rich, &in);
	CHECK_THAT(b.ok && !is_same(a.graph, b.graph));
	graph_case_end(&a);
	graph_case_end(&b);
}
