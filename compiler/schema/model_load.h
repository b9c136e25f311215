/* Reading model slices; the notation is in model_load.c.  Thread: one at a time. */
#ifndef STYX_SCHEMA_MODEL_LOAD_H
#define STYX_SCHEMA_MODEL_LOAD_H

#include "compiler/schema/model.h"
#include "compiler/syntax/source.h"

/* Reads a slice.  NULL when something is wrong with it, which `diags` says.
 * Errors: E01, E0817.  Cost: linear; everything lives in `a`, texts are slices of the file. */
Model *model_load(Arena *a, SourceFile *f, DiagList *diags);

#endif
