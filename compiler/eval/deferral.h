/* What deferred values wait for.  Thread: any. */
#ifndef STYX_EVAL_DEFERRAL_H
#define STYX_EVAL_DEFERRAL_H

#include "compiler/base/value.h"

/* Calls `visit` for every deferred part of `v`, outer ones before those inside them. */
void deferral_walk(Value v, void (*visit)(void *ctx, const Residual *r), void *ctx);

/* Says whether all deferred parts of `v` wait for lookups only; false when nothing is deferred. */
bool deferral_is_lookup(Value v);

/* Appends what `v` waits for, the first few: "after vpc.id and web.public_ip_address". */
void deferral_print_cause(Buf *b, Value v);

#endif
