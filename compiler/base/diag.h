/* Diagnostics: one error type from the lexer to a cloud's reply.
 *
 * A Diag says what happened (`what`), why (`why`), and what to do (`fix`), with a stable code.
 * Compiler passes append to a DiagList and go on; runtime functions that can fail return false
 * and fill `Diag *err`, which the caller ends with diag_fini() or hands up.  Thread: one at a
 * time. */
#ifndef STYX_BASE_DIAG_H
#define STYX_BASE_DIAG_H

#include "compiler/base/str.h"
#include "compiler/base/vec.h"

/* A place in the sources: byte offsets in one space that all loaded files share (Sources gives
 * each file a base).  {0, 0} is no place. */
typedef struct Span {
	uint32_t begin;
	uint32_t end;
} Span;

#define SPAN_NONE ((Span){0, 0})

typedef enum DiagCode {
	DIAG_NONE,
#define X(name, code, severity, cls, title) DIAG_##name,
#include "compiler/base/diag_codes.def"
#undef X
	DIAG_CODE_COUNT
} DiagCode;

/* What may be done about it; the reconciler branches on this and on nothing else. */
typedef enum DiagClass {
	CLASS_USER,     /* their text or their arguments */
	CLASS_RETRY,    /* will pass */
	CLASS_CONFLICT, /* someone else changed it */
	CLASS_DENIED,   /* credentials or permissions */
	CLASS_LIMIT,    /* a quota or a cap */
	CLASS_OUTSIDE,  /* refused for good by something outside */
	CLASS_BUG,      /* ours */
} DiagClass;

typedef enum DiagSeverity {
	SEVERITY_ERROR,
	SEVERITY_WARNING,
	SEVERITY_LINT,
	SEVERITY_NOTE
} DiagSeverity;

/* Another place that explains the first, or (at = SPAN_NONE) context such as "while creating
 * bucket `x`", innermost first.  Notes in the same file are drawn as secondary labels. */
typedef struct DiagNote {
	Span at;
	Str text;
} DiagNote;

/* What a part of a failed condition was: `of` is that part, `at` where its value is hung up (the
 * operator, the name of a field, ...). */
typedef struct DiagValue {
	Span at;
	Span of;
	Str text;
} DiagValue;

/* A machine-applicable edit: replace `at` by `text` (an empty span inserts). */
typedef struct DiagEdit {
	Span at;
	Str text;
} DiagEdit;

typedef struct Diag {
	DiagCode code;
	Span at;   /* the smallest wrong thing */
	Str label; /* words under the carets; may be empty */
	Str what;  /* one line: lower case, no full stop */
	Str why;   /* the cause: errno text, HTTP status and body, SQLite's words; may be empty */
	Str fix;   /* what the user can do; may be empty */
	Vec(DiagNote) notes;
	Vec(DiagValue) values; /* drawn as one diagram under the lines in which they stand */
	Vec(DiagEdit) edits;
	Arena *arena; /* what the texts live in; owned unless `is_borrowed` */
	bool is_borrowed;
} Diag;

/* The compiler's errors: appended in any order, sorted for printing. */
typedef struct DiagList {
	Arena *arena;
	Vec(Diag *) items;
	uint32_t error_count;
	uint32_t dropped; /* beyond the cap of DIAG_COUNT_MAX errors */
} DiagList;

/* The code's text ("E0402"), severity, class and title, from diag_codes.def. */
Str diag_code_str(DiagCode code);
DiagSeverity diag_severity(DiagCode code);
DiagClass diag_class(DiagCode code);
Str diag_title(DiagCode code);

/* Finds a code by its text, any case; DIAG_NONE if there is none. */
DiagCode diag_code_find(Str text);

/* Makes an empty list whose diagnostics live in `arena`. */
void diag_list_init(DiagList *l, Arena *arena);

/* Appends a diagnostic at `at`, whose `what` is the formatted text, and returns it for more
 * (label, fix, notes); never NULL. */
Diag *diag_add(DiagList *l, DiagCode code, Span at, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Says whether the list holds an error (not only warnings). */
bool diag_list_has_errors(const DiagList *l);

/* Says whether errors are only counted from here on: then a costly `fix` need not be sought. */
bool diag_list_is_full(const DiagList *l);

/* Sorts by place, then code, and drops exact repeats. */
void diag_list_sort(DiagList *l);

/* Fill in more of `d`, formatted into its arena. */
void diag_label(Diag *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
void diag_why(Diag *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
void diag_fix(Diag *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
void diag_note(Diag *d, Span at, const char *fmt, ...) PRINTF_LIKE(3, 4);
void diag_edit(Diag *d, Span at, Str text);
void diag_value(Diag *d, DiagValue value);

/* Fills `err` (zeroed or filled before: then replaced) and returns false:
 * return diag_fail(err, DIAG_STATE_LOCKED, "cannot open ...").  `why` may be NULL. */
bool diag_fail(Diag *err, DiagCode code, const char *why, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Adds context on the way up: a note without a place.  Returns false, for `return`. */
bool diag_context(Diag *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Frees what `d` owns and zeroes it; zeroed memory is fine. */
void diag_fini(Diag *d);

/* Copies `d` into `arena` (the copy owns nothing). */
Diag *diag_copy(Arena *arena, const Diag *d);

#endif
