/* YAML 1.2 core schema to and from Values, by libyaml, behind caps.  Thread: any. */
#ifndef STYX_BASE_YAML_H
#define STYX_BASE_YAML_H

#include "compiler/base/value.h"

/* Parses one document; anchors are expanded up to a limit, duplicate keys and tags refused.
 * err  DIAG_YAML (USER): with line and column. */
MUST_CHECK bool yaml_parse(Arena *a, Str text, Value *ret, Diag *err);

/* Appends `v` as a block-style document. */
void yaml_print(Buf *b, Value v);

#endif
