/* Names from addresses: letters and digits, the rest as single dashes, and an end that no other
 * attempt has.  All services take that, and at most 48 bytes. */
#include "runtime/apply/auto_name.h"

#include "runtime/state/journal.h"

enum { AUTO_NAME_WORDS = 39, AUTO_NAME_END = 8 };

static bool auto_name_is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static Str auto_name(const Store *s, Arena *a, Str salt, uint64_t generation)
{
	Str marker = journal_marker(s, a, salt, generation);
	Buf b;

	buf_init(&b, SIZE_MAX / 2);
	for (size_t i = 0; i < salt.len && b.len < AUTO_NAME_WORDS; i++) {
		if (auto_name_is_plain(salt.ptr[i]))
			buf_add_char(&b, salt.ptr[i]);
		else if (b.len && b.ptr[b.len - 1] != '-')
			buf_add_char(&b, '-');
	}
	if (b.len && b.ptr[b.len - 1] != '-')
		buf_add_char(&b, '-');
	buf_add(&b, str_slice(marker, marker.len - AUTO_NAME_END, marker.len));
	Str name = str_copy(a, buf_str(&b));

	buf_fini(&b);
	return name;
}

Value auto_name_fill(const Store *s, Arena *a, const SchemaResource *schema, Str salt,
	uint64_t generation, Value desired)
{
	for (uint32_t i = 0; i < schema->attr_count; i++) {
		const SchemaAttr *attr = &schema->attrs[i];
		const Value *wanted = value_find(desired, attr->name);

		if (attr->flags & ATTR_AUTO && (!wanted || wanted->kind == VAL_NULL))
			desired = value_with(a, desired, attr->name,
				value_string(auto_name(s, a, salt, generation)));
	}
	return desired;
}
