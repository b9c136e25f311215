/* What encoder and decoder agree on. */
#ifndef STYX_GRAPH_GRAPH_BYTES_H
#define STYX_GRAPH_GRAPH_BYTES_H

#include "compiler/graph/graph.h"

#define GRAPH_MAGIC "styxgraph"

enum {
	GRAPH_VERSION = 2,
	GRAPH_DIGEST_PART = 64 << 10, /* bytes */
};

#endif
