/* Order: a module's declarations so that each comes after what it needs.
 *
 * An iterative depth-first search, so that a chain of 100,000 declarations costs no stack.  A need
 * that leads back to a declaration on the way closes a cycle: it is reported once with its
 * path, and the names on it are poisoned. */
#include "compiler/base/check.h"
#include "compiler/types/check_decl.h"

enum { STATE_NEW, STATE_OPEN, STATE_DONE };

typedef struct Frame {
	Symbol *symbol;
	uint32_t next; /* need to look at */
} Frame;

typedef struct Order {
	Check *c;
	const NeedVec *needs;
	Vec(Frame) stack;
	Symbol **sorted;
	uint32_t count;
} Order;

static bool is_all(const Frame *frames, uint32_t n, SymbolKind kind)
{
	for (uint32_t i = 0; i < n; i++) {
		if (frames[i].symbol->kind != kind)
			return false;
	}
	return true;
}

static Span name_span(const Symbol *s)
{
	const Node *name = node_kid(s->decl, DECL_NAME);

	return name ? name->span : s->decl->span;
}

static void print_path(Buf *b, const Frame *frames, uint32_t n)
{
	for (uint32_t i = 0; i <= n; i++) {
		Str name = frames[i % n].symbol->name;

		buf_print(b, "%s`%.*s`", i ? " -> " : "", STR_ARG(name));
	}
}

static void poison(const Frame *frames, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		frames[i].symbol->decl->flags |= FLAG_POISON;
}

/* The frames are the cycle: each needs the next, the last the first. */
static void report(Order *o, const Frame *frames, uint32_t n)
{
	const Need *last = &o->needs[frames[n - 1].symbol->index].ptr[frames[n - 1].next - 1];
	DiagCode code = is_all(frames, n, SYMBOL_FN)     ? DIAG_RECURSIVE_FUNCTION
			: is_all(frames, n, SYMBOL_TYPE) ? DIAG_RECURSIVE_TYPE
							 : DIAG_REFERENCE_CYCLE;
	const char *kind = code == DIAG_RECURSIVE_FUNCTION ? "function "
			   : code == DIAG_RECURSIVE_TYPE   ? "type "
							   : "";
	const char *verb = code == DIAG_RECURSIVE_FUNCTION ? "calls"
			   : code == DIAG_RECURSIVE_TYPE   ? "contains"
							   : "needs";
	Symbol *first = frames[0].symbol;
	Diag *d = diag_add(o->c->diags, code, n == 1 ? last->at->span : name_span(first),
		"%s`%.*s` %s itself", kind, STR_ARG(first->name), verb);
	Buf path;

	if (n > 1) {
		buf_init(&path, 1 << 16);
		print_path(&path, frames, n);
		diag_why(d, "%.*s", STR_ARG(buf_str(&path)));
		buf_fini(&path);
		for (uint32_t i = 0; i < n && i < 8; i++) {
			const Symbol *s = frames[i].symbol;
			const Need *at = &o->needs[s->index].ptr[frames[i].next - 1];

			diag_note(d, at->at->span, "`%.*s` %s `%.*s` here", STR_ARG(s->name), verb,
				STR_ARG(at->symbol->name));
		}
	}
	if (code == DIAG_REFERENCE_CYCLE)
		diag_fix(d, "take what both need out of them, or write one of the values itself");
	else if (code == DIAG_RECURSIVE_FUNCTION)
		diag_fix(d, "use a comprehension: `[for x in xs => ...]`");
	else
		diag_fix(d, "only `json` holds data of any depth");
	poison(frames, n);
}

static void open_frame(Order *o, Symbol *s)
{
	s->state = STATE_OPEN;
	vec_add(o->c->facts, &o->stack, ((Frame){s, 0}));
}

/* The attribute in whose value a resource's need stands; NULL: somewhere else. */
static const SchemaAttr *need_attr(const SchemaResource *r, const Symbol *s, const Node *at)
{
	const Node *body = node_kid(s->decl, ENTITY_BODY);

	for (uint32_t i = 0; body && i < body->kid_count; i++) {
		const Node *f = body->kids[i];

		if (f->kind == NODE_FIELD && f->span.begin <= at->span.begin &&
			at->span.end <= f->span.end && f->kids[FIELD_KEY]->kind == NODE_IDENT)
			return schema_attr(r, f->kids[FIELD_KEY]->text);
	}
	return NULL;
}

static const SchemaResource *resource_of(const Order *o, const Symbol *s)
{
	const Node *type = s->kind == SYMBOL_RESOURCE ? node_kid(s->decl, ENTITY_TYPE) : NULL;

	return type ? schemas_resource(o->c->program->schemas, type->text) : NULL;
}

/* Says whether a frame needs the next one in an attribute that is set after creation. */
static bool is_late(const Order *o, const Frame *f)
{
	const SchemaResource *r = resource_of(o, f->symbol);
	const Need *need = &o->needs[f->symbol->index].ptr[f->next - 1];
	const SchemaAttr *attr = r ? need_attr(r, f->symbol, need->at) : NULL;

	return attr && schema_attr_is_late(r, attr);
}

/* Objects on a circle that can be untied (graph/untie.h): what reading `s` gives is said by its
 * type, before its braces are looked at.  Not when it has a `for` or an `if`: they say how many. */
static bool unties(Order *o, Symbol *s, const Frame *frames, uint32_t n)
{
	const SchemaResource *r = resource_of(o, s);
	bool can_wait = false;

	if (!r || node_kid(s->decl, ENTITY_FOR) || node_kid(s->decl, ENTITY_IF))
		return false;
	for (uint32_t i = 0; i < n && !can_wait; i++)
		can_wait = is_late(o, &frames[i]);
	if (can_wait)
		check_entity_foresee(o->c, s, r);
	return can_wait;
}

static void close_cycle(Order *o, Symbol *s)
{
	uint32_t from = o->stack.len - 1;

	while (o->stack.ptr[from].symbol != s)
		from--;
	if (unties(o, s, o->stack.ptr + from, o->stack.len - from))
		return;
	for (uint32_t i = from; i < o->stack.len; i++) {
		if (o->stack.ptr[i].symbol->decl->flags & FLAG_POISON)
			return; /* on a cycle that was reported */
	}
	report(o, o->stack.ptr + from, o->stack.len - from);
}

static void visit(Order *o, Symbol *root)
{
	open_frame(o, root);
	while (o->stack.len > 0) {
		Frame *top = &o->stack.ptr[o->stack.len - 1];
		const NeedVec *needs = &o->needs[top->symbol->index];

		if (top->next == needs->len) {
			top->symbol->state = STATE_DONE;
			o->sorted[o->count++] = top->symbol;
			o->stack.len--;
			continue;
		}
		Symbol *next = needs->ptr[top->next++].symbol;

		if (next->state == STATE_NEW)
			open_frame(o, next);
		else if (next->state == STATE_OPEN)
			close_cycle(o, next);
	}
}

Symbol **decl_order(Check *c, Module *m, const NeedVec *needs)
{
	Order o = {.c = c, .needs = needs};

	o.sorted = ARENA_ARRAY(c->facts, Symbol *, m->symbols.len + 1);
	/* Objects first: a circle can be untied at one of them, and not at a `let` on it. */
	for (int pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < m->symbols.len; i++) {
			Symbol *s = m->symbols.ptr[i];

			if (s->state == STATE_NEW && (pass || s->kind == SYMBOL_RESOURCE))
				visit(&o, s);
		}
	CHECK(o.count == m->symbols.len);
	return o.sorted;
}
