/* Finds the comments that silence warnings, by the text of the lines: a warning is rare, so nothing
 * is kept for it while lexing. */
#include "compiler/syntax/ignore.h"

typedef enum Silence { SILENCE_NONE, SILENCE_GIVEN, SILENCE_NO_REASON } Silence;

/* What a line says about a code. */
static Silence silence_of(Str line, Str code)
{
	size_t at = str_find(line, STR("# styx-ignore "), 0);

	if (at == SIZE_MAX)
		return SILENCE_NONE;
	Str rest = str_slice(line, at + sizeof("# styx-ignore ") - 1, line.len);
	Str named = str_trim(str_cut(&rest, STR(":")));
	if (!str_eq(named, code))
		return SILENCE_NONE;
	return str_trim(rest).len ? SILENCE_GIVEN : SILENCE_NO_REASON;
}

static Silence silence_at(const Sources *s, const Diag *d)
{
	if (d->at.begin == 0 || !sources_file(s, d->at.begin))
		return SILENCE_NONE;
	SourcePlace place = sources_place(s, d->at.begin);
	Str code = diag_code_str(d->code);
	Silence own = silence_of(source_line(place.file, place.line), code);
	if (own != SILENCE_NONE || place.line == 1)
		return own;
	Str above = source_line(place.file, place.line - 1);
	return str_starts(str_trim(above), STR("#")) ? silence_of(above, code) : SILENCE_NONE;
}

void ignore_silenced(const Sources *s, DiagList *l)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < l->items.len; i++) {
		Diag *d = l->items.ptr[i];
		Silence silence =
			diag_severity(d->code) == SEVERITY_ERROR ? SILENCE_NONE : silence_at(s, d);

		if (silence == SILENCE_GIVEN)
			continue;
		if (silence == SILENCE_NO_REASON)
			diag_fix(d, "to silence it, say why: # styx-ignore %.*s: the reason",
				STR_ARG(diag_code_str(d->code)));
		l->items.ptr[kept++] = d;
	}
	l->items.len = kept;
}
