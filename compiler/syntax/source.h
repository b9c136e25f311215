/* Loaded source files: one space of 32-bit positions over all of them.
 *
 * Each file has a base; a Span anywhere in the tree is base-relative-free: positions of all files
 * are distinct, and 0 is no position.  Sources own their texts.  Thread: one at a time. */
#ifndef STYX_SYNTAX_SOURCE_H
#define STYX_SYNTAX_SOURCE_H

#include "compiler/base/diag.h"

typedef struct SourceFile {
	Str path;                  /* as shown to people */
	Str text;                  /* followed by a NUL */
	uint32_t base;             /* position of the first byte */
	Vec(uint32_t) line_starts; /* offsets in `text`; filled on first use */
} SourceFile;

typedef struct Sources {
	Arena *arena;
	Arena *nodes;            /* where the trees of programs go: `arena`, unless changed */
	Vec(SourceFile *) files; /* in the order of their bases */
	uint32_t next_base;
} Sources;

/* A place as people count it: both from 1, the column in code points. */
typedef struct SourcePlace {
	SourceFile *file;
	uint32_t line;
	uint32_t column;
} SourcePlace;

/* Makes an empty set of files that lives in `arena`. */
void sources_init(Sources *s, Arena *arena);

/* Adds a file whose text is already in memory (borrowed, NUL behind); NULL and an error in
 * `diags` when it or the whole is too big. */
SourceFile *sources_add(Sources *s, Str path, Str text, DiagList *diags);

/* Finds the file of a position; NULL for SPAN_NONE. */
SourceFile *sources_file(const Sources *s, uint32_t position);

/* Finds line and column.  The file must exist. */
SourcePlace sources_place(const Sources *s, uint32_t position);

/* Returns the text of line `line` (from 1), without its newline. */
Str source_line(SourceFile *f, uint32_t line);

/* Returns the bytes under a span. */
Str sources_text(const Sources *s, Span at);

#endif
