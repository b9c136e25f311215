/* Binding: every name in a module gets its symbol, every local its slot, and every declaration the
 * list of what it needs, which decl_order.c sorts by.
 *
 * A walk over the tree that knows scopes and nothing of types.  Slots are the depth of the stack of
 * locals, so a frame is as big as the deepest nesting.  Predicates and defaults of
 * record types are frames of their own, with `it` or `self` in slot 0. */
#include "compiler/base/check.h"
#include "compiler/types/builtin_sig.h"
#include "compiler/types/check_decl.h"

enum { TYPE_FRAME_MAX = 64 }; /* slots of a predicate or a default: what eval reserves */

typedef Vec(Symbol *) LocalVec;

typedef struct Binder {
	Check *c;
	Module *module;
	NeedVec *needs; /* of the declaration at hand; NULL: nobody asks */
	LocalVec locals;
	uint32_t frame; /* the deepest so far */
	uint32_t depth;
	bool is_type_frame;
} Binder;

static void bind_expr(Binder *b, Node *e);
static void bind_type(Binder *b, Node *t);

static Symbol *push_local(Binder *b, Node *ident, Str name)
{
	Symbol *s = ARENA_NEW(b->c->arena, Symbol);

	s->kind = SYMBOL_LOCAL;
	s->name = name;
	s->decl = ident;
	s->module = b->module;
	s->type = type_simple(b->c->types, TYPE_ERROR);
	s->index = b->locals.len;
	vec_add(b->c->facts, &b->locals, s);
	if (b->locals.len > b->frame)
		b->frame = b->locals.len;
	if (b->is_type_frame && b->locals.len == TYPE_FRAME_MAX + 1 && ident)
		diag_add(b->c->diags, DIAG_NESTING, ident->span,
			"more than %d names inside one type's expression", TYPE_FRAME_MAX);
	if (ident)
		ident->info = s;
	return s;
}

static void push_binders(Binder *b, Node *holder)
{
	for (uint32_t i = FOR_FIRST; i <= FOR_SECOND; i++) {
		Node *ident = node_kid(holder, i);

		if (ident)
			push_local(b, ident, ident->text);
	}
}

static void need(Binder *b, Symbol *s, const Node *at)
{
	if (b->needs && s->module == b->module && s->kind != SYMBOL_LOCAL)
		vec_add(b->c->facts, b->needs, ((Need){s, at}));
}

static Symbol *find_name(const Binder *b, Str name)
{
	for (uint32_t i = b->locals.len; i > 0; i--) {
		if (str_eq(b->locals.ptr[i - 1]->name, name))
			return b->locals.ptr[i - 1];
	}
	return map_find(&b->module->names, name);
}

static void bind_ident(Binder *b, Node *e)
{
	Symbol *s = find_name(b, e->text);

	if (!s) {
		e->flags |= FLAG_POISON;
		if (str_eq(e->text, STR("self"))) {
			Diag *d = diag_add(b->c->diags, DIAG_NOT_SUPPORTED, e->span,
				"`self` is not supported here yet");

			diag_fix(d, "name the value with `let` and use that");
			return;
		}
		if (builtin_find(b->c->types, b->c->program->builtins, e->text)) {
			Diag *d = diag_add(b->c->diags, DIAG_WRONG_KIND_OF_NAME, e->span,
				"`%.*s` is a function, not a value", STR_ARG(e->text));

			diag_fix(d, "call it: `%.*s(...)`", STR_ARG(e->text));
			return;
		}
		scope_unknown(b->c, e, b->locals.ptr, b->locals.len);
		return;
	}
	e->info = s;
	need(b, s, e);
}

/* Finds `name` in an imported module, or reports why it cannot be used. */
static Symbol *find_imported(Binder *b, const Symbol *import, const Node *name)
{
	const Module *m = import->target;
	Symbol *s = map_find(&m->names, name->text);
	Diag *d;
	Str nearest;

	if (s && s->kind != SYMBOL_IMPORT && s->is_pub)
		return s;
	if (s) {
		d = diag_add(b->c->diags, DIAG_PRIVATE_NAME, name->span,
			"`%.*s` is private to module `%.*s`", STR_ARG(name->text),
			STR_ARG(m->name));
		diag_note(d, s->decl->span, "declared here without `pub`");
		if (s->kind == SYMBOL_RESOURCE || s->kind == SYMBOL_LOOKUP)
			diag_fix(d,
				"objects are never visible outside: add an output to the module");
		else
			diag_fix(d, "write `pub` before its declaration");
		return NULL;
	}
	if (map_has(&m->outputs, name->text) || map_has(&m->names, name->text)) {
		d = diag_add(b->c->diags, DIAG_WRONG_KIND_OF_NAME, name->span,
			"`%.*s` is an output: it belongs to an instance of the module",
			STR_ARG(name->text));
		diag_fix(d, "declare `module NAME: %.*s { ... }` and read `NAME.%.*s`",
			STR_ARG(import->name), STR_ARG(name->text));
		return NULL;
	}
	d = diag_add(b->c->diags, DIAG_UNKNOWN_NAME, name->span, "module `%.*s` has no `%.*s`",
		STR_ARG(m->name), STR_ARG(name->text));
	if (diag_list_is_full(b->c->diags))
		return NULL;
	nearest = scope_nearest(b->c->arena, &m->names, name->text);
	if (nearest.len > 0) {
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(nearest));
		diag_edit(d, name->span, nearest);
	}
	return NULL;
}

static Symbol *import_of(const Binder *b, const Node *e)
{
	Symbol *s = e && e->kind == NODE_IDENT ? find_name(b, e->text) : NULL;

	return s && s->kind == SYMBOL_IMPORT ? s : NULL;
}

/* `name.member` where `name` is an import; false: an ordinary member. */
static bool bind_imported(Binder *b, Node *e)
{
	Symbol *import = import_of(b, node_kid(e, 0));

	if (!import)
		return false;
	e->kids[0]->info = import;
	if (!import->target) {
		e->flags |= FLAG_POISON;
		return true;
	}
	e->info = find_imported(b, import, e->kids[1]);
	if (!e->info)
		e->flags |= FLAG_POISON;
	return true;
}

static void report_function(Binder *b, Node *callee)
{
	Diag *d = diag_add(b->c->diags, DIAG_UNKNOWN_FUNCTION, callee->span,
		"there is no function `%.*s`", STR_ARG(callee->text));
	Str hint = STR_NONE, name = builtin_of_terraform(callee->text, &hint);
	const Str *builtins;
	uint32_t count = builtin_names(&builtins);
	StrVec all = {0};

	if (str_eq(callee->text, STR("env")) || str_eq(callee->text, STR("prompt")) ||
		str_eq(callee->text, STR("generate"))) {
		diag_fix(d,
			"it is a source of secrets: `secret NAME = %.*s(...)`; other values "
			"come in by `param`",
			STR_ARG(callee->text));
		return;
	}
	if (hint.len > 0) {
		diag_fix(d, "%.*s", STR_ARG(hint));
		return;
	}
	if (name.len == 0 && !diag_list_is_full(b->c->diags)) {
		const Map *names = &b->module->names;

		for (uint32_t i = 0; i < names->item_count; i++) {
			const Symbol *s = names->items[i].value;

			if (names->items[i].key.ptr && s->kind == SYMBOL_FN)
				vec_add(b->c->arena, &all, s->name);
		}
		for (uint32_t i = 0; i < count; i++)
			vec_add(b->c->arena, &all, builtins[i]);
		name = str_nearest(callee->text, all.ptr, all.len);
	}
	if (name.len > 0) {
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(name));
		diag_edit(d, callee->span, name);
	}
}

static void bind_method(Binder *b, Node *e, Node *callee)
{
	const Node *name = callee->kids[1];
	Diag *d;

	if (bind_imported(b, callee)) {
		e->info = callee->info;
		e->flags |= callee->flags & FLAG_POISON;
		return;
	}
	bind_expr(b, callee->kids[0]);
	e->flags |= FLAG_POISON;
	d = diag_add(b->c->diags, DIAG_UNKNOWN_FUNCTION, name->span,
		"values have no methods: `%.*s`", STR_ARG(name->text));
	diag_fix(d, "functions come first: `%.*s(value, ...)`", STR_ARG(name->text));
}

static void bind_callee(Binder *b, Node *e)
{
	Node *callee = e->kids[0];
	Symbol *s;
	const Builtin *builtin;

	if (callee->kind == NODE_MEMBER) {
		bind_method(b, e, callee);
		return;
	}
	if (callee->kind != NODE_IDENT) {
		bind_expr(b, callee);
		diag_add(b->c->diags, DIAG_UNKNOWN_FUNCTION, callee->span,
			"only named functions can be called");
		e->flags |= FLAG_POISON;
		return;
	}
	s = find_name(b, callee->text);
	builtin = s ? NULL : builtin_find(b->c->types, b->c->program->builtins, callee->text);
	if (s) {
		callee->info = s;
		e->info = s;
		need(b, s, callee);
	} else if (builtin) {
		/* The table is never written through a node. */
		e->info = (void *)(uintptr_t)builtin;
		e->flags |= FLAG_BUILTIN_CALL;
	} else {
		report_function(b, callee);
		e->flags |= FLAG_POISON;
	}
}

static void bind_kids(Binder *b, Node *e, uint32_t from)
{
	for (uint32_t i = from; i < e->kid_count; i++) {
		if (e->kids[i])
			bind_expr(b, e->kids[i]);
	}
}

static void bind_field(Binder *b, Node *field)
{
	Node *key = field->kids[FIELD_KEY];

	if (key && key->kind == NODE_KEY_EXPR)
		bind_kids(b, key, 0);
	if (field->kids[FIELD_VALUE])
		bind_expr(b, field->kids[FIELD_VALUE]);
}

/* for a, b in xs if c => body: `xs` is outside of the scope of `a` and `b`. */
static void bind_comprehension(Binder *b, Node *e)
{
	uint32_t mark = b->locals.len;

	if (e->kids[FOR_COLLECTION])
		bind_expr(b, e->kids[FOR_COLLECTION]);
	push_binders(b, e);
	for (uint32_t i = COMP_IF; i < e->kid_count; i++) {
		if (e->kids[i])
			bind_expr(b, e->kids[i]);
	}
	b->locals.len = mark;
}

static void bind_let(Binder *b, Node *ident, Node *type, Node *value)
{
	if (type)
		bind_type(b, type);
	if (value)
		bind_expr(b, value);
	if (ident)
		push_local(b, ident, ident->text);
}

/* A `let` among the items is seen by those after it. */
static void bind_record(Binder *b, Node *e)
{
	uint32_t mark = b->locals.len;

	for (uint32_t i = 0; i < e->kid_count; i++) {
		Node *item = e->kids[i];

		if (item->kind == NODE_LET)
			bind_let(b, item->kids[DECL_NAME], item->kids[DECL_TYPE],
				item->kids[DECL_VALUE]);
		else if (item->kind == NODE_ASSERT)
			bind_kids(b, item, ASSERT_COND);
		else
			bind_expr(b, item);
	}
	b->locals.len = mark;
}

static void bind_let_in(Binder *b, Node *e)
{
	uint32_t mark = b->locals.len;

	bind_let(b, e->kids[0], e->kids[1], e->kids[2]);
	if (e->kids[3])
		bind_expr(b, e->kids[3]);
	b->locals.len = mark;
}

static void bind_node(Binder *b, Node *e)
{
	switch ((NodeKind)e->kind) {
	case NODE_IDENT:
		bind_ident(b, e);
		return;
	case NODE_MEMBER:
		if (!bind_imported(b, e))
			bind_expr(b, e->kids[0]);
		return;
	case NODE_CALL:
		bind_callee(b, e);
		bind_kids(b, e, CALL_FIRST_ARG);
		return;
	case NODE_NAMED_ARG:
		bind_kids(b, e, 1);
		return;
	case NODE_ARM:
		if (e->kids[ARM_RESULT])
			bind_expr(b, e->kids[ARM_RESULT]);
		return;
	case NODE_LET_IN:
		bind_let_in(b, e);
		return;
	case NODE_FOR_ELEM:
	case NODE_FOR_FIELD:
		bind_comprehension(b, e);
		return;
	case NODE_RECORD:
		bind_record(b, e);
		return;
	case NODE_FIELD:
		bind_field(b, e);
		return;
	default:
		bind_kids(b, e, 0);
	}
}

static void bind_expr(Binder *b, Node *e)
{
	if (b->depth >= CHECK_DEPTH_MAX) {
		if (!(e->flags & FLAG_POISON))
			diag_add(b->c->diags, DIAG_NESTING, e->span,
				"this expression is nested more than %d deep", CHECK_DEPTH_MAX);
		e->flags |= FLAG_POISON;
		return;
	}
	b->depth++;
	bind_node(b, e);
	b->depth--;
}

/* ---- types ---- */

/* A predicate or a default: a frame of its own whose slot 0 is `name`. */
static Symbol *bind_apart(Binder *b, Node *e, Str name)
{
	LocalVec outside = b->locals;
	uint32_t frame = b->frame;
	bool was_type_frame = b->is_type_frame;
	Symbol *s;

	b->locals = (LocalVec){0};
	b->is_type_frame = true;
	s = push_local(b, NULL, name);
	bind_expr(b, e);
	b->locals = outside;
	b->frame = frame;
	b->is_type_frame = was_type_frame;
	return s;
}

static void bind_type_name(Binder *b, Node *t)
{
	Node *path = t->kids[0];
	Symbol *s =
		path && path->kid_count ? map_find(&b->module->names, path->kids[0]->text) : NULL;

	if (s && path->kid_count == 1 && s->kind == SYMBOL_TYPE) {
		t->info = s;
		need(b, s, path);
	} else if (s && path->kid_count == 2 && s->kind == SYMBOL_IMPORT) {
		t->info = s->target ? find_imported(b, s, path->kids[1]) : NULL;
		if (!t->info)
			t->flags |= FLAG_POISON;
	}
	if (t->kids[1]) {
		for (uint32_t i = 0; i < t->kids[1]->kid_count; i++)
			bind_type(b, t->kids[1]->kids[i]);
	}
}

static void bind_type_node(Binder *b, Node *t)
{
	switch ((NodeKind)t->kind) {
	case NODE_TYPE_NAME:
		bind_type_name(b, t);
		return;
	case NODE_TYPE_WHERE:
		bind_type(b, t->kids[0]);
		if (t->kids[1])
			t->info = bind_apart(b, t->kids[1], STR("it"));
		return;
	case NODE_TYPE_FIELD:
		if (t->kids[TYPE_FIELD_TYPE])
			bind_type(b, t->kids[TYPE_FIELD_TYPE]);
		if (t->kids[TYPE_FIELD_DEFAULT])
			t->info = bind_apart(b, t->kids[TYPE_FIELD_DEFAULT], STR("self"));
		return;
	case NODE_TYPE_LITERAL:
		return;
	default:
		for (uint32_t i = 0; i < t->kid_count; i++) {
			if (t->kids[i])
				bind_type(b, t->kids[i]);
		}
	}
}

static void bind_type(Binder *b, Node *t)
{
	if (!t)
		return;
	if (b->depth >= CHECK_DEPTH_MAX) {
		if (!(t->flags & FLAG_POISON))
			diag_add(b->c->diags, DIAG_NESTING, t->span,
				"this type is nested more than %d deep", CHECK_DEPTH_MAX);
		t->flags |= FLAG_POISON;
		return;
	}
	b->depth++;
	bind_type_node(b, t);
	b->depth--;
}

/* ---- declarations ---- */

/* A default sees the parameters before its own, and all have their slots. */
static void bind_fn(Binder *b, Node *decl)
{
	for (uint32_t i = FN_FIRST_PARAM; i < decl->kid_count; i++)
		(void)push_local(b, decl->kids[i]->kids[0], STR_NONE);
	for (uint32_t i = FN_FIRST_PARAM; i < decl->kid_count; i++) {
		Node *param = decl->kids[i];

		bind_type(b, param->kids[1]);
		if (param->kids[2])
			bind_expr(b, param->kids[2]);
		if (param->kids[0])
			b->locals.ptr[i - FN_FIRST_PARAM]->name = param->kids[0]->text;
	}
	bind_type(b, decl->kids[FN_RESULT]);
	if (decl->kids[FN_BODY])
		bind_expr(b, decl->kids[FN_BODY]);
}

static void bind_entity(Binder *b, Node *decl)
{
	Node *type = decl->kids[ENTITY_TYPE];
	Node *loop = decl->kids[ENTITY_FOR];

	if (type && type->kid_count == 1 && str_eq(decl->text, STR("module")))
		type->info = map_find(&b->module->names, type->kids[0]->text);
	if (loop) {
		if (loop->kids[FOR_COLLECTION])
			bind_expr(b, loop->kids[FOR_COLLECTION]);
		push_binders(b, loop);
		if (loop->kids[FOR_BY])
			bind_expr(b, loop->kids[FOR_BY]);
	}
	if (decl->kids[ENTITY_IF])
		bind_expr(b, decl->kids[ENTITY_IF]);
	if (decl->kids[ENTITY_BODY])
		bind_expr(b, decl->kids[ENTITY_BODY]);
}

static void bind_decl(Binder *b, Node *decl)
{
	Node *value;

	if ((decl->flags & FLAG_BROKEN) || !scope_is_supported(decl))
		return;
	switch ((NodeKind)decl->kind) {
	case NODE_ENTITY:
		bind_entity(b, decl);
		return;
	case NODE_FN:
		bind_fn(b, decl);
		return;
	case NODE_ASSERT:
		bind_kids(b, decl, ASSERT_COND);
		return;
	case NODE_SECRET: /* env(...) and the like are no functions: only their arguments are names
			   */
		value = decl->kids[DECL_VALUE];
		if (value && value->kind == NODE_CALL)
			bind_kids(b, value, CALL_FIRST_ARG);
		return;
	case NODE_IMPORT:
		return;
	default:
		bind_type(b, node_kid(decl, DECL_TYPE));
		value = node_kid(decl, DECL_VALUE);
		if (value)
			bind_expr(b, value);
	}
}

static uint32_t bind_one(Check *c, Module *m, Node *decl, NeedVec *needs)
{
	Binder b = {.c = c, .module = m, .needs = needs};

	bind_decl(&b, decl);
	return b.frame;
}

void bind_module(Check *c, Module *m, NeedVec **ret_needs)
{
	*ret_needs = ARENA_ARRAY(c->facts, NeedVec, m->symbols.len + 1);
	for (uint32_t i = 0; i < m->symbols.len; i++) {
		Symbol *s = m->symbols.ptr[i];

		s->frame_size = bind_one(c, m, s->decl, &(*ret_needs)[i]);
	}
	for (uint32_t i = 0; i < m->asserts.len; i++) {
		uint32_t frame = bind_one(c, m, m->asserts.ptr[i], NULL);

		if (frame > m->assert_frame)
			m->assert_frame = frame;
	}
}
