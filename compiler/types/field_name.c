/* Names of fields: unknown ones and what they likely meant, missing ones and which must be there.
 */
#include "compiler/types/field_name.h"

/* `cidr` for `cidr_block`, `bucket_name` for `bucket`. */
static bool is_part(Str part, Str whole)
{
	if (part.len < 3 || part.len + 2 > whole.len)
		return false;
	if (str_starts(whole, part) && whole.ptr[part.len] == '_')
		return true;
	return str_ends(whole, part) && whole.ptr[whole.len - part.len - 1] == '_';
}

static Str find_meant(Str name, const StrVec *names)
{
	Str nearest = str_nearest(name, names->ptr, names->len);

	for (uint32_t i = 0; nearest.len == 0 && i < names->len; i++) {
		if (is_part(name, names->ptr[i]) || is_part(names->ptr[i], name))
			nearest = names->ptr[i];
	}
	return nearest;
}

Str field_name_unknown(Check *c, const Node *key, Str owner, const StrVec *names, Span type_at)
{
	Str meant = find_meant(key->text, names);
	Diag *d = diag_add(c->diags, DIAG_UNKNOWN_FIELD, key->span,
		owner.len > 0 ? "`%.*s` has no field `%.*s`"
			      : "this record%.*s has no field `%.*s`",
		STR_ARG(owner), STR_ARG(key->text));

	diag_label(d, "unknown field");
	if (type_at.end > 0)
		diag_note(d, type_at, "the type is given here");
	if (meant.len > 0) {
		diag_fix(d, "did you mean `%.*s`?", STR_ARG(meant));
		diag_edit(d, key->span, meant);
	} else if (names->len > 0 && names->len <= 12) {
		Str all = str_join(c->diags->arena, names->ptr, names->len, STR("`, `"));

		diag_fix(d, "its fields are `%.*s`", STR_ARG(all));
	}
	return meant;
}

/* Each unknown field may stand for one that is missing: the one it resembles, or any other. */
Str field_name_missing(Check *c, const StrVec *missing, const StrVec *meant, Str *ret_first)
{
	StrVec left = {0};
	uint32_t others = 0;

	for (uint32_t i = 0; i < meant->len; i++)
		others += meant->ptr[i].len == 0;
	for (uint32_t i = 0; i < missing->len; i++) {
		bool is_meant = false;

		for (uint32_t k = 0; k < meant->len; k++)
			is_meant |= str_eq(meant->ptr[k], missing->ptr[i]);
		if (!is_meant)
			vec_add(c->arena, &left, missing->ptr[i]);
	}
	if (left.len <= others)
		return STR_NONE;
	*ret_first = left.ptr[0];
	return str_join(c->diags->arena, left.ptr, left.len, STR("`, `"));
}

bool field_name_is_required(const TypeField *f)
{
	uint32_t flags = f->attr ? f->attr->flags : 0;

	if (f->has_default || (f->attr && (f->attr->has_default || f->attr->default_expr)))
		return false;
	if (flags & (ATTR_COMPUTED | ATTR_OUT | ATTR_AUTO | ATTR_PROVIDER))
		return false;
	return f->type->kind != TYPE_ERROR && !type_may_be_null(f->type);
}
