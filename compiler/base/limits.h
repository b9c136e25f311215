/* Every cap of the compiler, with unit and reason. */
#ifndef STYX_BASE_LIMITS_H
#define STYX_BASE_LIMITS_H

enum {
	SOURCE_BYTES_MAX = 64 << 20,    /* one file: spans are 32 bits over all files */
	SOURCES_BYTES_MAX = 1 << 30,    /* all files of a compilation */
	NESTING_MAX = 256,              /* brackets, operators, types: the parser's stack */
	DIAG_COUNT_MAX = 50,            /* errors shown per run; more are counted */
	EVAL_STEPS_MAX = 50000000,      /* one evaluation: E0901 */
	GRAPH_NODES_MAX = 1000000,      /* objects of one graph */
	VALUE_DEPTH_MAX = 256,          /* of a decoded value */
	VALUE_ITEMS_MAX = 16 << 20,     /* elements of a decoded list or map */
	JSON_BYTES_MAX = 256 << 20,     /* of a document we read */
	YAML_ALIASES_MAX = 1000,        /* expansions of anchors in one document */
	YAML_NODES_MAX = 1 << 20,       /* of one document, anchors expanded */
	TEXT_BYTES_MAX = 256 << 20,     /* what an expression or an output may grow to */
	PATTERN_STEPS_MAX = 2000000000, /* one regular-expression match: bytes times instructions */
};

#endif
