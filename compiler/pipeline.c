/* The stages, called in order: parse and check (check_program), inputs, evaluation and graph
 * (graph_build), drawing of diagnostics (render). */
#include "compiler/styx.h"

#include "compiler/base/check.h"
#include "compiler/inputs.h"
#include "compiler/syntax/ignore.h"
#include "compiler/syntax/render.h"

struct Styx {
	Arena *arena;
	Arena *nodes; /* of the trees; NULL: forgotten */
	Sources sources;
	DiagList diags;
	Program *program;
	const Value *secrets; /* of the root's params, by symbol index; NULL: not read yet */
};

Styx *styx_open(const StyxOptions *options)
{
	Arena *a = arena_new("compilation");
	Styx *s = ARENA_NEW(a, Styx);

	s->arena = a;
	s->nodes = arena_new("trees");
	sources_init(&s->sources, a);
	s->sources.nodes = s->nodes;
	diag_list_init(&s->diags, a);
	s->program = check_program(
		a, &s->sources, options->files, options->dir, options->schema_dir, &s->diags);
	diag_list_sort(&s->diags);
	ignore_silenced(&s->sources, &s->diags);
	return s;
}

Styx *styx_close(Styx *s)
{
	if (s) {
		(void)arena_free(s->nodes);
		(void)arena_free(s->arena); /* `s` lives in it */
	}
	return NULL;
}

void styx_forget(Styx *s)
{
	uint32_t count = s->program->root ? s->program->root->symbols.len : 0;

	if (!s->secrets || !s->nodes)
		return;
	Value *kept = ARENA_ARRAY(s->arena, Value, count);

	/* Defaults of their fields may have come out of the trees. */
	for (uint32_t i = 0; i < count; i++)
		kept[i] = value_copy(s->arena, s->secrets[i]);
	s->secrets = kept;
	s->nodes = s->sources.nodes = arena_free(s->nodes);
}

bool styx_is_forgotten(const Styx *s)
{
	return !s->nodes;
}

DiagList *styx_diags(Styx *s)
{
	return &s->diags;
}

bool styx_eval(Styx *s, const StyxInputs *inputs, Graph **ret_graph)
{
	GraphInputs in;
	bool ok = false;

	CHECK(s->nodes);
	if (diag_list_has_errors(&s->diags))
		return false;
	inputs_params(s->program, inputs, &s->diags, &in);
	s->secrets = in.secrets;
	if (!diag_list_has_errors(&s->diags))
		ok = graph_build(s->program, &in, &s->diags, ret_graph);
	diag_list_sort(&s->diags);
	ignore_silenced(&s->sources, &s->diags);
	return ok;
}

bool styx_secret_param(Styx *s, const StyxInputs *inputs, Str name, Value *ret)
{
	const Symbol *param = map_find(&s->program->root->names, name);
	GraphInputs in;

	if (!s->secrets && !diag_list_has_errors(&s->diags)) {
		inputs_params(s->program, inputs, &s->diags, &in);
		s->secrets = in.secrets;
	}
	if (diag_list_has_errors(&s->diags))
		return false;
	*ret = param && param->kind == SYMBOL_PARAM ? s->secrets[param->index] : VALUE_NULL;
	return true;
}

void styx_render(Styx *s, Buf *b, StyxFormat format, bool has_colour, uint32_t columns)
{
	static const RenderFormat formats[] = {
		[STYX_TEXT] = RENDER_TEXT,
		[STYX_JSON] = RENDER_JSON,
		[STYX_SARIF] = RENDER_SARIF,
		[STYX_GITHUB] = RENDER_GITHUB,
	};

	render_list(
		b, &s->sources, &s->diags, formats[format], (RenderOptions){has_colour, columns});
}

void styx_render_one(Styx *s, Buf *b, const Diag *d, StyxFormat format, bool has_colour)
{
	RenderOptions o = {.has_colour = has_colour};
	Arena *a;
	DiagList one;

	if (format == STYX_TEXT) {
		render_diag(b, s ? &s->sources : NULL, d, o);
		return;
	}
	a = arena_new("diagnostic");
	diag_list_init(&one, a);
	vec_add(a, &one.items, diag_copy(a, d));
	one.error_count = diag_severity(d->code) == SEVERITY_ERROR;
	render_list(b, s ? &s->sources : NULL, &one,
		format == STYX_JSON    ? RENDER_JSON
		: format == STYX_SARIF ? RENDER_SARIF
				       : RENDER_GITHUB,
		o);
	(void)arena_free(a);
}

Schemas *styx_schemas(Styx *s)
{
	return s->program->schemas;
}

Schemas *styx_schemas_new(Arena *a, Str schema_dir, Diag *err)
{
	Types *types = ARENA_NEW(a, Types);
	Schemas *made;

	types_init(types, a);
	made = schemas_new(a, types);
	if (schema_dir.len && !schemas_add_dir(made, schema_dir, err))
		return NULL;
	return made;
}
