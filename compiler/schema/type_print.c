/* Types as people write them: what type_print() gives can be read by the type grammar again,
 * but for predicates and defaults that are expressions.  Thread: any. */
#include "compiler/schema/type.h"

#include "compiler/base/check.h"

/* How tightly the text binds: a union needs parentheses under `?`, an optional under `secret`. */
enum { LEVEL_UNION, LEVEL_POSTFIX, LEVEL_PRIMARY };

static const char *const kind_words[TYPE_KIND_COUNT] = {
	[TYPE_ERROR] = "?",
	[TYPE_NEVER] = "never",
	[TYPE_NULL] = "null",
	[TYPE_BOOL] = "bool",
	[TYPE_INT] = "int",
	[TYPE_FLOAT] = "float",
	[TYPE_SIZE] = "size",
	[TYPE_DURATION] = "duration",
	[TYPE_MONEY] = "money",
	[TYPE_PRICE] = "price",
	[TYPE_GPUS] = "gpus",
	[TYPE_STRING] = "string",
	[TYPE_JSON] = "json",
	[TYPE_RANGE] = "range",
	[TYPE_LIST] = "list",
	[TYPE_SET] = "set",
};

static const char *const format_words[FORMAT_COUNT] = {
	"string",
	"cidr",
	"ip",
	"url",
	"path",
	"image",
	"cron",
	"email",
	"script",
};

static void print_at(Buf *b, const Type *t, int level);

/* Appends `(pattern, 1..3, unique)`, or nothing. */
static void print_refinements(Buf *b, const Type *t)
{
	bool has_bounds = t->min.kind != VAL_NULL || t->max.kind != VAL_NULL;
	const char *separator = "(";

	if (t->pattern.len > 0) {
		buf_print(b, "('%.*s'", STR_ARG(t->pattern));
		separator = ", ";
	}
	if (has_bounds) {
		buf_add_cstr(b, separator);
		if (t->min.kind != VAL_NULL)
			value_print(b, t->min, -1);
		buf_add_cstr(b, "..");
		if (t->max.kind != VAL_NULL)
			value_print(b, t->max, -1);
		separator = ", ";
	}
	if (t->is_unique) {
		buf_print(b, "%sunique", separator);
		separator = ", ";
	}
	if (separator[0] == ',')
		buf_add_char(b, ')');
}

static void print_record(Buf *b, const Type *t)
{
	if (t->count == 0 && !t->elem) {
		buf_add_cstr(b, "{}");
		return;
	}
	buf_add_cstr(b, "{ ");
	for (uint32_t i = 0; i < t->count; i++) {
		const TypeField *f = &t->fields[i];

		buf_print(b, "%s%.*s: ", i > 0 ? ", " : "", STR_ARG(f->name));
		print_at(b, f->type, LEVEL_UNION);
		if (f->has_default) {
			buf_add_cstr(b, " = ");
			if (f->default_node)
				buf_add_cstr(b, "(computed)");
			else
				value_print(b, f->default_value, -1);
		}
	}
	if (t->elem) {
		buf_add_cstr(b, t->count > 0 ? ", ..." : "...");
		if (t->elem->kind != TYPE_JSON) {
			buf_add_cstr(b, ": ");
			print_at(b, t->elem, LEVEL_UNION);
		}
	}
	buf_add_cstr(b, " }");
}

static void print_union(Buf *b, const Type *t)
{
	for (uint32_t i = 0; i < t->count; i++) {
		if (i > 0)
			buf_add_cstr(b, " | ");
		print_at(b, t->members[i], LEVEL_POSTFIX);
	}
}

/* Appends a type that is neither a union nor has a word before or a mark behind it. */
static void print_primary(Buf *b, const Type *t)
{
	if (t->kind == TYPE_STRING) {
		buf_add_cstr(b, format_words[t->format]);
	} else if (t->kind == TYPE_ID) {
		buf_print(b, "id<%.*s>", STR_ARG(t->name));
	} else if (t->kind == TYPE_OBJECT) {
		buf_add(b, t->name);
	} else if (t->kind == TYPE_LITERAL) {
		value_print(b, t->literal, -1);
	} else if (t->kind == TYPE_MAP) {
		buf_add_cstr(b, "map<");
		print_at(b, t->key, LEVEL_UNION);
		buf_add_cstr(b, ", ");
		print_at(b, t->elem, LEVEL_UNION);
		buf_add_char(b, '>');
	} else if (t->kind == TYPE_RECORD) {
		print_record(b, t);
	} else {
		buf_add_cstr(b, kind_words[t->kind]);
		if (t->elem) {
			buf_add_char(b, '<');
			print_at(b, t->elem, LEVEL_UNION);
			buf_add_char(b, '>');
		}
	}
	print_refinements(b, t);
}

static int level_of(const Type *t)
{
	if ((t->kind == TYPE_RECORD || t->kind == TYPE_UNION) && t->name.len > 0)
		return LEVEL_PRIMARY;
	if (t->kind == TYPE_UNION || t->where)
		return LEVEL_UNION;
	return t->kind == TYPE_OPTIONAL ? LEVEL_POSTFIX : LEVEL_PRIMARY;
}

static void print_at(Buf *b, const Type *t, int level)
{
	bool has_parens = level_of(t) < level;

	CHECK(t);
	if (has_parens)
		buf_add_char(b, '(');
	if ((t->kind == TYPE_RECORD || t->kind == TYPE_UNION) && t->name.len > 0) {
		buf_add(b, t->name);
	} else if (t->kind == TYPE_UNION) {
		print_union(b, t);
	} else if (t->kind == TYPE_OPTIONAL) {
		print_at(b, t->elem, LEVEL_POSTFIX);
		buf_add_char(b, '?');
	} else if (t->kind == TYPE_SECRET || t->kind == TYPE_KNOWN) {
		buf_add_cstr(b, t->kind == TYPE_SECRET ? "secret " : "known ");
		print_at(b, t->elem, LEVEL_PRIMARY);
	} else {
		print_primary(b, t);
	}
	if (t->where)
		buf_add_cstr(b, " where ...");
	if (has_parens)
		buf_add_char(b, ')');
}

void type_print(Buf *b, const Type *t)
{
	print_at(b, t, LEVEL_UNION);
}
