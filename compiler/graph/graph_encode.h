/* The canonical bytes of a plan graph, for digests and saved plans.  Thread: any. */
#ifndef STYX_GRAPH_GRAPH_ENCODE_H
#define STYX_GRAPH_GRAPH_ENCODE_H

#include "compiler/base/hash.h"
#include "compiler/graph/graph.h"

/* Appends the encoding; with `has_places`, also spans and places (saved plans). */
void graph_encode(Buf *b, const Graph *g, bool has_places);

/* The digest of what the graph says, wherever it stands in its files. */
Digest graph_digest(const Graph *g);

/* Decodes, trusting nothing.  The result is ended with graph_free().
 * err  DIAG_DECODE (OUTSIDE). */
MUST_CHECK bool graph_decode(Str bytes, Graph **ret, Diag *err);

#endif
