/* Ranks rise until nothing changes; when they rise above the number of fields there is a cycle. */
#include "compiler/types/default_order.h"

/* The field of highest rank among those with computed defaults that `e` uses; NULL: none. */
static const TypeField *last_used(const Type *record, const Node *e)
{
	const TypeField *last = NULL;

	if (e->kind == NODE_MEMBER && e->kids[0]->kind == NODE_IDENT &&
		str_eq(e->kids[0]->text, STR("self"))) {
		last = type_field(record, e->kids[1]->text);
		return last && last->default_node ? last : NULL;
	}
	for (uint32_t i = 0; i < e->kid_count; i++) {
		const TypeField *f = e->kids[i] ? last_used(record, e->kids[i]) : NULL;

		if (f && (!last || f->default_rank > last->default_rank))
			last = f;
	}
	return last;
}

static void report_cycle(Check *c, const Type *record, const TypeField *f)
{
	const TypeField *first;
	Buf path;
	Diag *d;

	for (uint32_t i = 0; i < record->count; i++) /* into the cycle */
		f = last_used(record, f->default_node);
	first = f;
	buf_init(&path, 1 << 16);
	do {
		buf_print(&path, "`%.*s` -> ", STR_ARG(f->name));
		f = last_used(record, f->default_node);
	} while (f != first);
	buf_print(&path, "`%.*s`", STR_ARG(f->name));
	d = diag_add(c->diags, DIAG_FIELD_CYCLE, f->default_node->span,
		"the default of `%.*s` needs itself", STR_ARG(f->name));
	diag_why(d, "%.*s", STR_ARG(buf_str(&path)));
	diag_fix(d, "give one of them a default of its own");
	buf_fini(&path);
}

void default_order(Check *c, const Type *record, TypeField *fields)
{
	const TypeField *risen = fields;

	for (uint32_t pass = 0; risen && pass <= record->count; pass++) {
		risen = NULL;
		for (uint32_t i = 0; i < record->count; i++) {
			const TypeField *used = fields[i].default_node
							? last_used(record, fields[i].default_node)
							: NULL;

			if (!used || fields[i].default_rank > used->default_rank)
				continue;
			fields[i].default_rank = used->default_rank + 1;
			risen = &fields[i];
		}
	}
	if (risen)
		report_cycle(c, record, risen);
}
