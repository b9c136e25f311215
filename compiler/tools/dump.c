/* The stages as text.  Deterministic: no addresses of memory, no order of hashing. */
#include "compiler/tools/dump.h"

#include "compiler/eval/machine.h"
#include "compiler/inputs.h"
#include "compiler/syntax/render.h"
#include "compiler/types/program.h"

static const Str stages[] = {
	STR_INIT("tokens"),
	STR_INIT("tree"),
	STR_INIT("types"),
	STR_INIT("values"),
	STR_INIT("graph"),
};

typedef struct Dump {
	const DumpOptions *o;
	Arena *arena;
	Sources sources;
	DiagList diags;
	Buf *b;
} Dump;

/* tokens, tree */

static void dump_text(Dump *d, SourceFile *f)
{
	TokenVec tokens = {0};
	Tree tree = {0};

	if (str_eq(d->o->stage, STR("tree"))) {
		const Tree *parsed = parse_file(d->arena, f, &d->diags);

		node_dump(d->b, parsed->file, 0, true);
		return;
	}
	lex_file(d->arena, f, false, &d->diags, &tokens, &tree);
	lex_dump(d->b, &d->sources, &tokens);
	vec_fini(&tokens);
}

static bool dump_file(Dump *d, Diag *err)
{
	const Vfs *v = &d->o->files;
	Str path = d->o->path, text;

	if (v->kind(v->ctx, path) == FILE_DIRECTORY)
		path = file_path_join(d->arena, path, STR("main.styx"));
	if (!v->read(v->ctx, d->arena, path, &text, err))
		return false;
	SourceFile *f = sources_add(&d->sources, path, text, &d->diags);

	if (f)
		dump_text(d, f);
	return true;
}

/* types */

static const char *dump_kind(SymbolKind kind)
{
	static const char *const words[] = {
		[SYMBOL_PARAM] = "param",
		[SYMBOL_LET] = "let",
		[SYMBOL_FN] = "fn",
		[SYMBOL_TYPE] = "type",
		[SYMBOL_OUTPUT] = "output",
		[SYMBOL_SECRET] = "secret",
		[SYMBOL_PROVIDER] = "provider",
		[SYMBOL_RESOURCE] = "resource",
		[SYMBOL_LOOKUP] = "lookup",
		[SYMBOL_MODULE] = "module",
		[SYMBOL_IMPORT] = "import",
		[SYMBOL_LOCAL] = "local",
	};

	return words[kind];
}

static void dump_phase(Buf *b, Phase p)
{
	buf_add_cstr(b, p == PHASE_CONST ? "const" : p == PHASE_PLAN ? "plan" : "apply");
}

static void dump_symbol(Buf *b, const Symbol *s)
{
	buf_print(b, "  %s %.*s", dump_kind(s->kind), STR_ARG(s->name));
	if (s->type) {
		buf_add_cstr(b, ": ");
		type_print(b, s->type);
	}
	buf_add_cstr(b, " @ ");
	dump_phase(b, s->phase);
	if (s->shape_phase != s->phase) {
		buf_add_cstr(b, ", shape @ ");
		dump_phase(b, s->shape_phase);
	}
	buf_add_cstr(b, s->is_secret ? " ! secret\n" : "\n");
}

static void dump_types(Buf *b, const Program *p)
{
	for (uint32_t i = 0; i < p->module_order.len; i++) {
		const Module *m = p->module_order.ptr[i];

		buf_print(b, "module %.*s\n", STR_ARG(m->name));
		for (uint32_t k = 0; k < m->symbols.len; k++)
			dump_symbol(b, m->symbols.ptr[k]);
	}
}

/* values */

static void dump_value(Dump *d, Machine *m, Instance *root, Symbol *s)
{
	bool is_value =
		s->kind == SYMBOL_PARAM || s->kind == SYMBOL_LET || s->kind == SYMBOL_OUTPUT;

	if (!is_value || !machine_run(m, root, s))
		return;
	buf_print(d->b, "%s %.*s = ", dump_kind(s->kind), STR_ARG(s->name));
	value_print(d->b, root->units[s->index].value, 0);
	buf_add_char(d->b, '\n');
}

static void dump_values(Dump *d, Program *p, const GraphInputs *in)
{
	Machine m;
	Instance *root;

	machine_init(&m, p, d->arena, &d->diags);
	m.lookups = in->lookups;
	m.provider_env = in->provider_env;
	m.root_args = in->args;
	m.root_given = in->is_given;
	root = machine_instance(&m, p->root, NULL, NULL);
	vec_add(d->arena, &m.instances, root);
	for (uint32_t i = 0; i < p->root->symbols.len; i++)
		dump_value(d, &m, root, p->root->symbols.ptr[i]);
}

/* graph */

static void dump_node(Buf *b, const Graph *g, const GraphNode *n)
{
	buf_print(b, "%s %.*s: %.*s\n  provider %.*s, rank %u%s%s\n",
		n->kind == GRAPH_LOOKUP ? "lookup" : "node", STR_ARG(n->address), STR_ARG(n->type),
		STR_ARG(g->providers[n->provider].id), n->rank,
		n->is_protected ? ", protected" : "", n->is_create_first ? ", create first" : "");
	if (n->timeout_ms)
		buf_print(b, "  timeout %lld ms\n", (long long)n->timeout_ms);
	for (uint32_t i = 0; i < n->edge_count; i++)
		buf_print(b, "  %.*s -> %.*s%s\n", STR_ARG(n->edges[i].path),
			STR_ARG(g->nodes[n->edges[i].target].address),
			n->edges[i].is_late ? " (late)" : "");
	buf_add_cstr(b, "  ");
	value_print(b, n->desired, 1);
	buf_add_char(b, '\n');
	if (n->unchecked.kind == VAL_NULL)
		return;
	buf_add_cstr(b, "  unchecked ");
	value_print(b, n->unchecked, 1);
	buf_add_char(b, '\n');
}

void dump_graph(Buf *b, const Graph *g)
{
	for (uint32_t i = 0; i < g->provider_count; i++) {
		buf_print(b, "provider %.*s: %.*s ", STR_ARG(g->providers[i].id),
			STR_ARG(g->providers[i].type));
		value_print(b, g->providers[i].settings, 0);
		buf_add_char(b, '\n');
	}
	for (uint32_t i = 0; i < g->node_count; i++)
		dump_node(b, g, &g->nodes[i]);
	for (uint32_t i = 0; i < g->lookup_count; i++) {
		buf_print(b, "pending %.*s: %.*s ", STR_ARG(g->lookups[i].address),
			STR_ARG(g->lookups[i].type));
		value_print(b, g->lookups[i].args, 0);
		buf_add_char(b, '\n');
	}
	for (uint32_t i = 0; i < g->output_count; i++) {
		buf_print(b, "output %.*s%s = ", STR_ARG(g->outputs[i].name),
			g->outputs[i].is_secret ? " (secret)" : "");
		value_print(b, g->outputs[i].value, 0);
		buf_add_char(b, '\n');
	}
	for (uint32_t i = 0; i < g->check_count; i++) {
		buf_print(b, "check %.*s%s", STR_ARG(g->checks[i].address),
			g->checks[i].address.len ? ": " : "");
		value_print(b, g->checks[i].message, 0);
		buf_add_cstr(b, " if not ");
		value_print(b, g->checks[i].condition, 0);
		buf_add_char(b, '\n');
	}
}

static void dump_program(Dump *d)
{
	Program *p = check_program(
		d->arena, &d->sources, d->o->files, d->o->path, d->o->schema_dir, &d->diags);
	StyxInputs none = {0};
	GraphInputs in;
	Graph *g = NULL;

	if (str_eq(d->o->stage, STR("types"))) {
		dump_types(d->b, p);
		return;
	}
	if (diag_list_has_errors(&d->diags))
		return;
	inputs_params(p, d->o->inputs ? d->o->inputs : &none, &d->diags, &in);
	if (diag_list_has_errors(&d->diags))
		return;
	if (str_eq(d->o->stage, STR("values"))) {
		dump_values(d, p, &in);
	} else if (graph_build(p, &in, &d->diags, &g)) {
		dump_graph(d->b, g);
		(void)graph_free(g);
	}
}

bool dump_stage(const DumpOptions *o, Buf *b, Buf *mistakes, Diag *err)
{
	Dump d = {.o = o, .b = b};
	size_t stage = 0, count = sizeof(stages) / sizeof(stages[0]);
	bool ok = true;

	while (stage < count && !str_eq(stages[stage], o->stage))
		stage++;
	if (stage == count)
		return diag_fail(err, DIAG_USAGE,
			"the stages are tokens, tree, types, values and graph",
			"there is no stage `%.*s`", STR_ARG(o->stage));
	d.arena = arena_new("dump");
	sources_init(&d.sources, d.arena);
	diag_list_init(&d.diags, d.arena);
	if (stage < 2)
		ok = dump_file(&d, err);
	else
		dump_program(&d);
	diag_list_sort(&d.diags);
	render_list(mistakes, &d.sources, &d.diags, RENDER_TEXT,
		(RenderOptions){o->has_colour, o->columns});
	ok = ok && !diag_list_has_errors(&d.diags);
	(void)arena_free(d.arena);
	return ok;
}
