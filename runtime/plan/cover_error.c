/* All secret texts of the inputs in each form in which they travel, longest first, sought in each
 * text of the error. */
#include "runtime/plan/cover_error.h"

#include "compiler/base/json.h"

enum { COVER_SHORT_BYTES = 4 };

typedef struct CoverWords {
	Arena *arena;
	Vec(Str) words;
} CoverWords;

static void cover_word(CoverWords *c, Str word)
{
	uint32_t at = c->words.len;

	if (!word.len)
		return;
	vec_add(c->arena, &c->words, word);
	for (; at && c->words.ptr[at - 1].len < word.len; at--)
		c->words.ptr[at] = c->words.ptr[at - 1];
	c->words.ptr[at] = word;
}

/* The text itself, as JSON has it (a slash may have a backslash), and as a URL has it. */
static void cover_forms(CoverWords *c, Str text)
{
	Buf json;
	Buf slashes;
	Buf url;

	buf_init(&json, SIZE_MAX / 2);
	buf_init(&slashes, SIZE_MAX / 2);
	buf_init(&url, SIZE_MAX / 2);
	json_print_string(&json, text);
	Str inner = str_slice(buf_str(&json), 1, json.len - 1);

	for (size_t i = 0; i < inner.len; i++) {
		if (inner.ptr[i] == '/')
			buf_add_char(&slashes, '\\');
		buf_add_char(&slashes, inner.ptr[i]);
	}
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
				(byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' ||
				byte == '_' || byte == '~';

		if (is_plain)
			buf_add_char(&url, (char)byte);
		else
			buf_print(&url, "%%%02X", byte);
	}
	cover_word(c, str_copy(c->arena, text));
	cover_word(c, str_copy(c->arena, inner));
	cover_word(c, str_copy(c->arena, buf_str(&slashes)));
	cover_word(c, str_copy(c->arena, buf_str(&url)));
	buf_fini(&json);
	buf_fini(&slashes);
	buf_fini(&url);
}

/* Gathers what is secret in `plain`: all of it (`all`), or where `covered` has a handle. */
static void cover_gather(CoverWords *c, Value covered, Value plain, bool all)
{
	all = all || covered.kind == VAL_DEFERRED;
	if (!all && !value_has_secret(covered))
		return;
	if (plain.kind == VAL_STRING && all)
		cover_forms(c, plain.as.text);
	if (plain.kind == VAL_MAP)
		for (uint32_t i = 0; i < plain.as.map->len; i++) {
			const ValueEntry *e = &plain.as.map->entries[i];
			const Value *there =
				covered.kind == VAL_MAP ? value_find(covered, e->key) : NULL;

			cover_gather(c, there ? *there : VALUE_NULL, e->value, all);
		}
	if (plain.kind == VAL_LIST || plain.kind == VAL_SET) /* a set's order says nothing */
		for (uint32_t i = 0; i < plain.as.list->len; i++)
			cover_gather(c, VALUE_NULL, plain.as.list->items[i], true);
}

static void cover_text(const CoverWords *c, Diag *err, Str *text)
{
	bool is_short = false;

	for (uint32_t i = 0; i < c->words.len; i++) {
		Str word = c->words.ptr[i];
		Str rest = *text;
		Str before;
		Buf b;

		if (!str_has(rest, word))
			continue;
		is_short = is_short || word.len < COVER_SHORT_BYTES;
		buf_init(&b, SIZE_MAX / 2);
		while (str_cut_found(&rest, word, &before)) {
			buf_add(&b, before);
			buf_add(&b, STR("(secret)"));
		}
		buf_add(&b, before);
		*text = str_copy(
			err->arena, is_short ? STR("(it may hold a secret)") : buf_str(&b));
		buf_fini(&b);
		if (is_short)
			return;
	}
}

void cover_error(Arena *a, Value covered, Value plain, Diag *err)
{
	CoverWords c = {.arena = a};

	cover_gather(&c, covered, plain, false);
	if (!c.words.len || !err->arena)
		return;
	cover_text(&c, err, &err->what);
	cover_text(&c, err, &err->why);
	cover_text(&c, err, &err->fix);
	for (uint32_t i = 0; i < err->notes.len; i++)
		cover_text(&c, err, &err->notes.ptr[i].text);
}
