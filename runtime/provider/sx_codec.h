/* Attributes to and from the wire: which member of a request or an answer an attribute is, and in
 * which form (providers.md, 2.4, 2.5).
 *
 * An encoded value uses the model's member names; how members travel is the protocols' business
 * (call.h).  Pure.  Thread: any. */
#ifndef STYX_PROVIDER_SX_CODEC_H
#define STYX_PROVIDER_SX_CODEC_H

#include "runtime/provider/sx_eval.h"

/* Encodes a value of an attribute (`attr` NULL: an element) with its units, its members' names and
 * its write functions.  The attribute that carries the marker gets it, and the default tags. */
Value sx_encode(const SxEnv *env, const Type *type, const SchemaAttr *attr, Value v);

/* Returns `params` with every attribute that the input takes (NULL: takes all). */
Value sx_encode_all(const SxEnv *env, const ModelShape *input, Value params);

/* Says whether a create with this input sends the attribute. */
bool sx_sends(const SxEnv *env, const ModelShape *input, const SchemaAttr *attr);

/* Decodes all attributes from the object as read (env->obj) and its aspects: a record.  Where
 * nothing was read for an attribute (an aspect that was not asked for, write-only, local), what
 * `recorded` holds stays. */
Value sx_decode_all(const SxEnv *env, Value recorded);

/* Decodes one attribute. */
Value sx_decode_attr(const SxEnv *env, const SchemaAttr *attr);

/* Says whether reading the attribute, or a part of it, takes this aspect. */
bool sx_uses_aspect(const SchemaAttr *attr, Str aspect);

/* Says whether the attribute carries the marker: `tags` or `labels`; gives the marker that an
 * object as read carries (empty: none). */
bool sx_is_marker(const SxEnv *env, const SchemaAttr *attr);
Str sx_marker_of(const SxEnv *env);

#endif
