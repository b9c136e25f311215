/* Diagnostics for machines: JSON lines, SARIF 2.1.0 (docs.oasis-open.org/sarif), and workflow
 * commands that annotate a pull request. */
#include "compiler/base/json.h"
#include "compiler/syntax/render_impl.h"

#include <string.h>

static void add_key(Buf *b, const char *key)
{
	buf_print(b, "\"%s\":", key);
}

static void add_text(Buf *b, const char *key, Str text)
{
	if (text.len == 0)
		return;
	buf_add_char(b, ',');
	add_key(b, key);
	json_print_string(b, text);
}

/* {"path":...,"line":...,"column":...,"end_line":...,"end_column":...} */
static void add_place(Buf *b, const Sources *s, Span at)
{
	SourcePlace from = sources_place(s, at.begin);
	SourcePlace to = sources_place(s, at.end > at.begin ? at.end : at.begin);

	buf_add_cstr(b, "{\"path\":");
	json_print_string(b, from.file->path);
	buf_print(b, ",\"line\":%u,\"column\":%u,\"end_line\":%u,\"end_column\":%u}", from.line,
		from.column, to.line, to.column);
}

/* The parts of a failed condition, from left to right. */
static void add_values(Buf *b, const Sources *s, const Diag *d)
{
	Arena *scratch = arena_new("json");

	buf_add_cstr(b, ",\"values\":[");
	for (uint32_t i = 0; i < d->values.len; i++) {
		const DiagValue *v = &d->values.ptr[i];

		buf_add_cstr(b, i ? ",{\"of\":" : "{\"of\":");
		json_print_string(b, str_squeeze(scratch, sources_text(s, v->of)));
		add_text(b, "value", v->text);
		buf_add_cstr(b, ",\"at\":");
		add_place(b, s, v->of);
		buf_add_char(b, '}');
	}
	buf_add_char(b, ']');
	arena_free(scratch);
}

void render_json(Buf *b, const Sources *s, const Diag *d)
{
	buf_add_cstr(b, "{\"code\":");
	json_print_string(b, diag_code_str(d->code));
	buf_print(b, ",\"severity\":\"%s\"", render_severity_word(diag_severity(d->code)));
	add_text(b, "what", d->what);
	if (render_has_place(s, d->at)) {
		buf_add_cstr(b, ",\"at\":");
		add_place(b, s, d->at);
	}
	add_text(b, "label", d->label);
	add_text(b, "why", d->why);
	add_text(b, "fix", d->fix);
	buf_add_cstr(b, ",\"notes\":[");
	for (uint32_t i = 0; i < d->notes.len; i++) {
		buf_add_cstr(b, i ? ",{\"text\":" : "{\"text\":");
		json_print_string(b, d->notes.ptr[i].text);
		if (render_has_place(s, d->notes.ptr[i].at)) {
			buf_add_cstr(b, ",\"at\":");
			add_place(b, s, d->notes.ptr[i].at);
		}
		buf_add_char(b, '}');
	}
	buf_add_cstr(b, "]");
	if (d->values.len)
		add_values(b, s, d);
	buf_add_cstr(b, ",\"edits\":[");
	for (uint32_t i = 0; i < d->edits.len; i++) {
		buf_add_cstr(b, i ? ",{\"at\":" : "{\"at\":");
		add_place(b, s, d->edits.ptr[i].at);
		add_text(b, "text", d->edits.ptr[i].text);
		buf_add_char(b, '}');
	}
	buf_add_cstr(b, "]}\n");
}

/* {"uri":...}: a path as a URI (RFC 3986): relative, or file:// if it is absolute. */
static void add_sarif_artifact(Buf *b, Str path)
{
	static const Str plain = STR_INIT("-._~/!$&'()*+,;=@");

	buf_print(b, "{\"uri\":\"%s", str_starts(path, STR("/")) ? "file://" : "");
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];
		bool is_alnum =
			(c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (is_alnum || memchr(plain.ptr, c, plain.len))
			buf_add_char(b, (char)c);
		else
			buf_print(b, "%%%02X", (unsigned)c);
	}
	buf_add_cstr(b, "\"}");
}

/* {"startLine":...}: lines and columns from 1, the end column is behind the last character. */
static void add_sarif_region(Buf *b, const Sources *s, Span at)
{
	SourcePlace from = sources_place(s, at.begin);
	SourcePlace to = sources_place(s, at.end > at.begin ? at.end : at.begin);

	buf_print(b, "{\"startLine\":%u,\"startColumn\":%u,\"endLine\":%u,\"endColumn\":%u}",
		from.line, from.column, to.line, to.column);
}

/* "physicalLocation":{...} */
static void add_sarif_location(Buf *b, const Sources *s, Span at)
{
	buf_add_cstr(b, "{\"physicalLocation\":{\"artifactLocation\":");
	add_sarif_artifact(b, sources_place(s, at.begin).file->path);
	buf_add_cstr(b, ",\"region\":");
	add_sarif_region(b, s, at);
	buf_add_char(b, '}');
}

/* One related location: `of` says what it is, when it is a value. */
static void add_sarif_related(Buf *b, const Sources *s, Span at, Str of, Str text)
{
	Arena *scratch = arena_new("sarif");

	add_sarif_location(b, s, at);
	buf_add_cstr(b, ",\"message\":{\"text\":");
	if (of.len)
		text = str_print(
			scratch, "%.*s: %.*s", STR_ARG(str_squeeze(scratch, of)), STR_ARG(text));
	json_print_string(b, text);
	buf_add_cstr(b, "}}");
	arena_free(scratch);
}

static void add_sarif_relations(Buf *b, const Sources *s, const Diag *d)
{
	bool is_first = true;

	for (uint32_t i = 0; i < d->notes.len; i++) {
		if (!render_has_place(s, d->notes.ptr[i].at))
			continue;
		if (!is_first)
			buf_add_char(b, ',');
		is_first = false;
		add_sarif_related(b, s, d->notes.ptr[i].at, STR_NONE, d->notes.ptr[i].text);
	}
	for (uint32_t i = 0; i < d->values.len; i++) {
		const DiagValue *v = &d->values.ptr[i];

		if (!is_first)
			buf_add_char(b, ',');
		is_first = false;
		add_sarif_related(b, s, v->of, sources_text(s, v->of), v->text);
	}
}

/* The edits of a diagnostic as one fix; all are in the file of the first. */
static void add_sarif_fixes(Buf *b, const Sources *s, const Diag *d)
{
	if (d->edits.len == 0)
		return;
	buf_add_cstr(b, ",\"fixes\":[{\"artifactChanges\":[{\"artifactLocation\":");
	add_sarif_artifact(b, sources_place(s, d->edits.ptr[0].at.begin).file->path);
	buf_add_cstr(b, ",\"replacements\":[");
	for (uint32_t i = 0; i < d->edits.len; i++) {
		buf_add_cstr(b, i ? ",{\"deletedRegion\":" : "{\"deletedRegion\":");
		add_sarif_region(b, s, d->edits.ptr[i].at);
		if (d->edits.ptr[i].text.len) {
			buf_add_cstr(b, ",\"insertedContent\":{\"text\":");
			json_print_string(b, d->edits.ptr[i].text);
			buf_add_char(b, '}');
		}
		buf_add_char(b, '}');
	}
	buf_add_cstr(b, "]}]}]");
}

static void add_sarif_result(Buf *b, const Sources *s, const Diag *d)
{
	DiagSeverity severity = diag_severity(d->code);

	buf_add_cstr(b, "{\"ruleId\":");
	json_print_string(b, diag_code_str(d->code));
	buf_print(b, ",\"level\":\"%s\",\"message\":{\"text\":",
		severity == SEVERITY_ERROR     ? "error"
		: severity == SEVERITY_WARNING ? "warning"
					       : "note");
	Arena *scratch = arena_new("sarif");
	json_print_string(
		b, str_print(scratch, "%.*s%s%.*s%s%.*s", STR_ARG(d->what), d->why.len ? "\n" : "",
			   STR_ARG(d->why), d->fix.len ? "\n" : "", STR_ARG(d->fix)));
	arena_free(scratch);
	buf_add_cstr(b, "},\"locations\":[");
	if (render_has_place(s, d->at)) {
		add_sarif_location(b, s, d->at);
		buf_add_char(b, '}');
	}
	buf_add_cstr(b, "],\"relatedLocations\":[");
	add_sarif_relations(b, s, d);
	buf_add_char(b, ']');
	add_sarif_fixes(b, s, d);
	buf_add_char(b, '}');
}

/* The rules that the results name, each once. */
static void add_sarif_rules(Buf *b, const DiagList *l)
{
	bool is_first = true;

	for (DiagCode code = DIAG_NONE + 1; code < DIAG_CODE_COUNT; code++) {
		bool is_used = false;

		for (uint32_t i = 0; i < l->items.len && !is_used; i++)
			is_used = l->items.ptr[i]->code == code;
		if (!is_used)
			continue;
		buf_add_cstr(b, is_first ? "{\"id\":" : ",{\"id\":");
		is_first = false;
		json_print_string(b, diag_code_str(code));
		buf_add_cstr(b, ",\"shortDescription\":{\"text\":");
		json_print_string(b, diag_title(code));
		buf_add_cstr(b, "}}");
	}
}

void render_sarif(Buf *b, const Sources *s, const DiagList *l)
{
	buf_add_cstr(b, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
			"\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"styx\","
			"\"rules\":[");
	add_sarif_rules(b, l);
	buf_add_cstr(b, "]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[");
	for (uint32_t i = 0; i < l->items.len; i++) {
		if (i)
			buf_add_char(b, ',');
		add_sarif_result(b, s, l->items.ptr[i]);
	}
	buf_add_cstr(b, "]}]}\n");
}

/* A workflow command's value: % and line ends escaped, in properties also `:` and `,`. */
static void add_command_text(Buf *b, Str text, bool is_property)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '%' || c == '\n' || c == '\r' || (is_property && (c == ':' || c == ',')))
			buf_print(b, "%%%02X", (unsigned)c);
		else
			buf_add_char(b, (char)c);
	}
}

void render_github(Buf *b, const Sources *s, const Diag *d)
{
	DiagSeverity severity = diag_severity(d->code);

	buf_print(b, "::%s ",
		severity == SEVERITY_ERROR     ? "error"
		: severity == SEVERITY_WARNING ? "warning"
					       : "notice");
	if (render_has_place(s, d->at)) {
		SourcePlace from = sources_place(s, d->at.begin);
		SourcePlace to =
			sources_place(s, d->at.end > d->at.begin ? d->at.end : d->at.begin);

		buf_add_cstr(b, "file=");
		add_command_text(b, from.file->path, true);
		buf_print(b, ",line=%u,col=%u,endLine=%u,endColumn=%u,", from.line, from.column,
			to.line, to.column);
	}
	buf_add_cstr(b, "title=");
	add_command_text(b, diag_code_str(d->code), true);
	buf_add_cstr(b, "::");
	add_command_text(b, d->what, false);
	if (d->why.len) {
		buf_add_cstr(b, "%0A");
		add_command_text(b, d->why, false);
	}
	Arena *scratch = arena_new("github");
	for (uint32_t i = 0; i < d->values.len; i++) {
		buf_add_cstr(b, "%0A");
		add_command_text(
			b, str_squeeze(scratch, sources_text(s, d->values.ptr[i].of)), false);
		buf_add_cstr(b, ": ");
		add_command_text(b, d->values.ptr[i].text, false);
	}
	arena_free(scratch);
	if (d->fix.len) {
		buf_add_cstr(b, "%0A");
		add_command_text(b, d->fix, false);
	}
	buf_add_char(b, '\n');
}
