/* Expressions: literals, text, names; the rest is handed on by kind of node.
 *
 * Checking is bidirectional: a wanted type is pushed into literals, records, lists and branches,
 * and everything else is inferred and then fitted. */
#include "compiler/base/check.h"
#include "compiler/types/checker.h"

static bool is_plain_kind(const Type *want, TypeKind kind)
{
	return want && want->kind == kind && want->format == FORMAT_NONE &&
	       want->pattern.len == 0 && want->min.kind == VAL_NULL && want->max.kind == VAL_NULL &&
	       !want->where && want->unit.len == 0;
}

static TypeKind kind_of_value(ValueKind kind)
{
	switch (kind) {
	case VAL_FLOAT:
		return TYPE_FLOAT;
	case VAL_SIZE:
		return TYPE_SIZE;
	case VAL_DURATION:
		return TYPE_DURATION;
	case VAL_MONEY:
		return TYPE_MONEY;
	case VAL_PRICE:
		return TYPE_PRICE;
	case VAL_GPUS:
		return TYPE_GPUS;
	case VAL_INT:
		return TYPE_INT;
	case VAL_STRING:
		return TYPE_STRING;
	case VAL_BOOL:
		return TYPE_BOOL;
	default:
		return TYPE_NULL;
	}
}

static const Type *literal_type(Check *c, Value v)
{
	const Type **small;

	if (v.kind != VAL_INT || v.as.number < 0 || v.as.number >= SMALL_INTS)
		return type_literal(c->types, v);
	small = &c->small_ints[v.as.number];
	if (!*small)
		*small = type_literal(c->types, v);
	return *small;
}

/* Most literals stand where exactly their type is wanted: these make no type of their own. */
static Fact check_literal(Check *c, Node *e, const Type *want, const Sink *sink)
{
	TypeKind kind;
	bool is_literal;
	Value v;

	if (e->kind == NODE_STRING)
		secrecy_check_text(c, e);
	if (!literal_value(e, &v))
		return fact_error(c);
	kind = kind_of_value(v.kind);
	if (is_plain_kind(want, kind)) {
		e->type = want;
		return fact_of(want);
	}
	is_literal = v.kind == VAL_INT || v.kind == VAL_STRING || v.kind == VAL_BOOL;
	if (is_literal && !(want && want->kind == TYPE_JSON))
		return fit_expr(c, e, fact_of(literal_type(c, v)), want, sink);
	return fit_expr(c, e, fact_of(type_simple(c->types, kind)), want, sink);
}

static bool check_part(Check *c, Node *part, const Fact *f)
{
	const Type *plain = type_plain(f->type);
	Diag *d;
	Buf b;

	if (plain->kind == TYPE_ERROR || type_is_printable(f->type))
		return plain->kind != TYPE_ERROR;
	if (type_may_be_null(f->type)) {
		fit_report_null(c, part, f->type, "add a default: `${x ?? \"none\"}`");
		return false;
	}
	buf_init(&b, 1 << 16);
	type_print(&b, f->type);
	d = diag_add(c->diags, DIAG_NOT_PRINTABLE, part->span,
		"a value of type `%.*s` cannot be put into text", STR_ARG(buf_str(&b)));
	buf_fini(&b);
	diag_fix(d, "use `join(x, \", \")` for lists, `json(x)` for everything");
	return false;
}

static Fact check_text(Check *c, Node *e)
{
	Fact f = fact_of(type_simple(c->types, TYPE_STRING));
	bool is_secret = false, is_wrong = false;

	for (uint32_t i = 0; i < e->kid_count; i++) {
		Node *part = e->kids[i];
		Fact inner;

		if (part->kind == NODE_STRING_PART)
			continue;
		inner = check_expr(c, part, NULL, NULL);
		is_wrong |= !check_part(c, part, &inner);
		is_secret |= type_is_secret(inner.type);
		fact_use(&f, &inner);
	}
	if (is_wrong)
		return fact_error(c);
	if (is_secret)
		f.type = type_wrap(c->types, TYPE_SECRET, f.type);
	return f;
}

/* What stands for something else than a value, and what to do with it. */
static bool is_no_value(Check *c, const Node *e, const Symbol *s)
{
	static const char *const what[] = {
		[SYMBOL_FN] = "a function",
		[SYMBOL_TYPE] = "a type",
		[SYMBOL_IMPORT] = "an imported module",
		[SYMBOL_PROVIDER] = "a provider",
		[SYMBOL_LOCAL] = NULL,
	};
	Diag *d;

	if (!what[s->kind])
		return false;
	d = diag_add(c->diags, DIAG_WRONG_KIND_OF_NAME, e->span, "`%.*s` is %s, not a value",
		STR_ARG(s->name), what[s->kind]);
	if (s->kind == SYMBOL_FN)
		diag_fix(d, "call it: `%.*s(...)`", STR_ARG(s->name));
	else if (s->kind == SYMBOL_TYPE)
		diag_fix(d, "types stand behind `:`");
	else if (s->kind == SYMBOL_PROVIDER)
		diag_fix(d, "providers are named in `@provider = %.*s`", STR_ARG(s->name));
	else
		diag_fix(d,
			"read what it declares `pub`, as `%.*s.NAME`, or an output of an "
			"instance: `module x: %.*s { ... }`",
			STR_ARG(s->name), STR_ARG(s->name));
	return true;
}

Fact check_name(Check *c, Node *e, Symbol *s)
{
	Fact f;

	if (is_no_value(c, e, s) || !s->fact)
		return fact_error(c);
	f = *s->fact;
	f.type = narrow_type(c, e, f.type);
	return f;
}

static Fact infer(Check *c, Node *e)
{
	switch ((NodeKind)e->kind) {
	case NODE_STRING:
		return check_text(c, e);
	case NODE_IDENT:
		return e->info ? check_name(c, e, e->info) : fact_error(c);
	case NODE_MEMBER:
	case NODE_INDEX:
		return check_access(c, e);
	case NODE_CALL:
		return check_invoke(c, e);
	default:
		return fact_error(c);
	}
}

/* parse_json() and its like decode into the type that is wanted. */
static bool is_decoder(const Node *e)
{
	static const Str decoders[] = {
		STR_INIT("parse_json"), STR_INIT("parse_yaml"), STR_INIT("parse_csv")};

	for (size_t i = 0; i < sizeof(decoders) / sizeof(decoders[0]); i++) {
		if (e->kind == NODE_CALL && (e->flags & FLAG_BUILTIN_CALL) &&
			str_eq(((const Builtin *)e->info)->name, decoders[i]))
			return true;
	}
	return false;
}

static Fact decode(Check *c, Node *e, const Type *want)
{
	Fact f = infer(c, e);

	if (f.type->kind == TYPE_ERROR)
		return f;
	f.type = want;
	fit_adapt(e, want);
	return f;
}

static Fact dispatch(Check *c, Node *e, const Type *want, const Sink *sink)
{
	Fact f;

	switch ((NodeKind)e->kind) {
	case NODE_INT:
	case NODE_FLOAT:
	case NODE_SIZE:
	case NODE_DURATION:
	case NODE_MONEY:
	case NODE_GPUS:
	case NODE_BOOL:
	case NODE_NULL:
		return check_literal(c, e, want, sink);
	case NODE_STRING:
		if (e->kid_count == 0)
			return check_literal(c, e, want, sink);
		break;
	case NODE_PAREN:
		f = check_expr(c, e->kids[0], want, sink);
		e->type = f.type;
		return f;
	case NODE_RECORD:
		return check_record(c, e, want, sink);
	case NODE_LIST:
		return check_list(c, e, want, sink);
	case NODE_IF:
	case NODE_MATCH:
	case NODE_LET_IN:
		return check_flow(c, e, want, sink);
	case NODE_UNARY:
	case NODE_BINARY:
	case NODE_RANGE:
		return check_operator(c, e, want, sink);
	default:
		break;
	}
	if (want && is_decoder(e))
		return decode(c, e, want);
	return fit_expr(c, e, infer(c, e), want, sink);
}

Fact check_expr(Check *c, Node *e, const Type *want, const Sink *sink)
{
	Fact f;

	if (!e || (e->flags & (FLAG_POISON | FLAG_BROKEN)))
		return fact_error(c);
	f = dispatch(c, e, want, sink);
	if (f.type->kind == TYPE_ERROR)
		e->flags |= FLAG_POISON;
	e->type = f.type;
	return f;
}
