/* Every cap of the runtime, with unit and reason. */
#ifndef STYX_HOST_LIMITS_H
#define STYX_HOST_LIMITS_H

enum {
	FIBER_STACK_BYTES = 256 << 10,   /* JSON of depth 256 and the interpreter fit many times */
	FIBER_POOL_MAX = 1024,           /* free stacks kept */
	WORKER_THREADS = 4,              /* of the pool */
	WORKER_JOBS_MAX = 1024,          /* queued: more wait in their fibers */
	HTTP_BODY_BYTES_MAX = 256 << 20, /* of an answer held in memory */
	HTTP_CONNECTIONS_MAX = 64,       /* to one host */
	HTTP_TIMEOUT_MS = 60000,         /* of one request, unless the caller says */
	HTTP_CONNECT_TIMEOUT_MS = 10000,
	PROCESS_OUTPUT_BYTES_MAX = 16 << 20,
	PROCESS_KILL_MS = 5000,  /* from SIGTERM to SIGKILL */
	PROCESS_DRAIN_MS = 1000, /* for output after the end: grandchildren */
	XML_DEPTH_MAX = 128,
	JOURNAL_BATCH_MAX = 1000, /* rows in one commit */
	LEASE_TTL_MS = 30000,     /* a dead holder blocks others this long */
	LEASE_RENEW_MS = 10000,
	SINGLE_READS_MAX = 500, /* a type's, at plan, for what the program does not write */
	APPLY_PARALLELISM = 64, /* steps at a time, unless the user says */
};

#endif
