/* Params: from `-p` and the environment as text; from files as `name = expr`, JSON or YAML. */
#include "compiler/inputs.h"

#include "compiler/base/json.h"
#include "compiler/base/limits.h"
#include "compiler/base/yaml.h"
#include "compiler/eval/machine.h"
#include "compiler/types/relate.h"

typedef struct Inputs {
	Program *program;
	DiagList *diags;
	Value *args;
	Value *secrets;
	bool *is_given;
} Inputs;

static Symbol *inputs_find(Inputs *in, Str name)
{
	Symbol *s = map_find(&in->program->root->names, name);

	return s && s->kind == SYMBOL_PARAM ? s : NULL;
}

/* E0306, with the nearest name. */
static void inputs_unknown(Inputs *in, Str name, Str origin, Span at)
{
	const Module *root = in->program->root;
	Str *names = ARENA_ARRAY(in->program->arena, Str, root->symbols.len + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < root->symbols.len; i++)
		if (root->symbols.ptr[i]->kind == SYMBOL_PARAM)
			names[n++] = root->symbols.ptr[i]->name;
	Str near = str_nearest(name, names, n);
	Diag *d = diag_add(
		in->diags, DIAG_UNKNOWN_PARAM, at, "there is no param `%.*s`", STR_ARG(name));

	if (origin.len)
		diag_why(d, "it is set by %.*s", STR_ARG(origin));
	if (near.len)
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(near));
	else if (n)
		diag_fix(d, "the params are %.*s",
			STR_ARG(str_join(in->program->arena, names, n, STR(", "))));
	else
		diag_fix(d, "%s", "this program has no params");
}

/* The bytes of a secret stay outside: the program gets a handle. */
static Value inputs_handle(Inputs *in, const Symbol *s)
{
	Residual *r = ARENA_NEW(in->program->arena, Residual);

	*r = (Residual){.op = RESIDUAL_PARAM_SECRET, .name = s->name, .is_secret = true};
	return value_residual(r);
}

static void inputs_set(Inputs *in, const Symbol *s, Value v)
{
	bool is_secret = s->is_secret || (s->type && type_is_secret(s->type));

	in->args[s->index] = is_secret ? inputs_handle(in, s) : v;
	in->secrets[s->index] = is_secret ? v : VALUE_NULL;
	in->is_given[s->index] = true;
}

static void inputs_text(Inputs *in, Symbol *s, Str text, Str origin)
{
	Value v;

	if (check_param_text(in->program, s, text, origin, &v))
		inputs_set(in, s, v);
}

static void inputs_checked(Inputs *in, Symbol *s, Value v, Span at)
{
	Value checked;

	if (check_value(in->program, s->type, v, at, &checked))
		inputs_set(in, s, checked);
}

/* Whether text in JSON or YAML is the value itself, not another value's text. */
static bool inputs_takes_text(const Type *type)
{
	const Type *t = type_plain(type);

	if (t->kind == TYPE_OPTIONAL)
		t = type_plain(t->elem);
	for (uint32_t i = 0; t->kind == TYPE_UNION && i < t->count; i++)
		if (inputs_takes_text(t->members[i]))
			return true;
	return t->kind == TYPE_STRING || t->kind == TYPE_ID || t->kind == TYPE_JSON ||
	       (t->kind == TYPE_LITERAL && t->literal.kind == VAL_STRING);
}

static void inputs_data(Inputs *in, Value data, Str path)
{
	if (data.kind != VAL_MAP) {
		Diag *d = diag_add(in->diags, DIAG_BAD_PARAM_TEXT, SPAN_NONE,
			"params file `%.*s` holds a %.*s", STR_ARG(path),
			STR_ARG(value_kind_name(data.kind)));

		diag_fix(d, "%s", "it must be an object of param names and values");
		return;
	}
	for (uint32_t i = 0; i < data.as.map->len; i++) {
		const ValueEntry *e = &data.as.map->entries[i];
		Symbol *s = inputs_find(in, e->key);

		if (!s)
			inputs_unknown(in, e->key, path, SPAN_NONE);
		else if (e->value.kind == VAL_STRING && !inputs_takes_text(s->type))
			inputs_text(in, s, e->value.as.text, path);
		else
			inputs_checked(in, s, e->value, SPAN_NONE);
	}
}

/* Returns the first name that an expression uses, or NULL. */
static const Node *inputs_name(const Node *n)
{
	if (!n || n->kind == NODE_IDENT)
		return n;
	for (uint32_t i = n->kind == NODE_FIELD ? FIELD_VALUE : 0; i < n->kid_count; i++) {
		const Node *name = inputs_name(n->kids[i]);

		if (name)
			return name;
	}
	return NULL;
}

/* The value of an expression without names. */
static bool inputs_value(Inputs *in, const Node *n, Value *ret)
{
	const Node *name = inputs_name(n);
	Machine m;

	if (name) {
		Diag *d = diag_add(in->diags, DIAG_BAD_PARAM_TEXT, name->span,
			"a params file holds values, not names such as `%.*s`",
			STR_ARG(name->text));

		diag_fix(d, "write the value itself; text is written in quotes");
		return false;
	}
	machine_init(&m, in->program, in->program->arena, in->diags);
	*ret = eval_expr(&m, n);
	return !m.op.has_failed;
}

/* `name = expr` lines are the fields of a record without its braces. */
static void inputs_lines(Inputs *in, Str path, Str text)
{
	Arena *a = in->program->arena;
	uint32_t errors = in->diags->error_count;
	SourceFile *file = sources_add(in->program->sources, path, text, in->diags);
	Node *n = file ? parse_fields(a, file, in->diags) : NULL;

	if (!n || in->diags->error_count > errors)
		return;
	for (uint32_t i = 0; n->kind == NODE_RECORD && i < n->kid_count; i++) {
		const Node *f = n->kids[i];
		const Node *key = f->kind == NODE_FIELD ? f->kids[FIELD_KEY] : NULL;
		Symbol *s = key && key->kind == NODE_IDENT ? inputs_find(in, key->text) : NULL;
		Value v;

		if (!key || key->kind != NODE_IDENT)
			(void)diag_add(in->diags, DIAG_SYNTAX, f->span,
				"a params file holds only `name = value`");
		else if (!s)
			inputs_unknown(in, key->text, STR(""), key->span);
		else if (inputs_value(in, f->kids[FIELD_VALUE], &v))
			inputs_checked(in, s, v, f->kids[FIELD_VALUE]->span);
	}
}

static void inputs_report(Inputs *in, Diag *err)
{
	Diag *d = diag_add(in->diags, err->code, SPAN_NONE, "%.*s", STR_ARG(err->what));

	if (err->why.len)
		diag_why(d, "%.*s", STR_ARG(err->why));
	if (err->fix.len)
		diag_fix(d, "%.*s", STR_ARG(err->fix));
	for (uint32_t i = 0; i < err->notes.len; i++)
		diag_note(d, SPAN_NONE, "%.*s", STR_ARG(err->notes.ptr[i].text));
	diag_fini(err);
}

static void inputs_file(Inputs *in, Str path)
{
	Arena *a = in->program->arena;
	const Vfs *files = &in->program->files;
	bool is_json = str_ends(path, STR(".json"));
	bool is_yaml = str_ends(path, STR(".yaml")) || str_ends(path, STR(".yml"));
	Diag err = {0};
	Value data = VALUE_NULL;
	Str text;

	if (!files->read(files->ctx, a, path, &text, &err)) {
		inputs_report(in, &err);
		return;
	}
	if (!is_json && !is_yaml) {
		inputs_lines(in, path, text);
		return;
	}
	bool ok = is_json ? json_parse(a, text, &data, &err) : yaml_parse(a, text, &data, &err);

	if (!ok) {
		(void)diag_context(&err, "in params file `%.*s`", STR_ARG(path));
		inputs_report(in, &err);
		return;
	}
	inputs_data(in, data, path);
}

static void inputs_texts(Inputs *in, const StyxInputs *from, bool is_optional)
{
	for (uint32_t i = 0; i < from->param_count; i++) {
		const StyxParam *param = &from->params[i];

		if (param->is_optional != is_optional)
			continue;
		Symbol *s = inputs_find(in, param->name);

		if (s)
			inputs_text(in, s, param->text, param->origin);
		else if (!is_optional)
			inputs_unknown(in, param->name, param->origin, SPAN_NONE);
	}
}

void inputs_params(Program *p, const StyxInputs *in, DiagList *diags, GraphInputs *ret)
{
	uint32_t n = p->root->symbols.len;
	Inputs all = {p, diags, ARENA_ARRAY(p->arena, Value, n), ARENA_ARRAY(p->arena, Value, n),
		ARENA_ARRAY(p->arena, bool, n)};

	inputs_texts(&all, in, true);
	for (uint32_t i = 0; i < in->param_file_count; i++)
		inputs_file(&all, in->param_files[i]);
	inputs_texts(&all, in, false);
	*ret = (GraphInputs){
		all.args, all.is_given, in->lookups, in->provider_env, in->is_check, all.secrets};
}
