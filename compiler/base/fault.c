/* The one armed failure of the process. */
#include "compiler/base/fault.h"

#include "compiler/base/check.h"

#include <signal.h>
#include <string.h>

enum { FAULT_PATTERN_MAX = 128 };

typedef struct FaultState {
	uint64_t nth; /* 0: nothing is armed */
	uint64_t hits;
	size_t pattern_len;
	bool is_kill;
	char pattern[FAULT_PATTERN_MAX];
} FaultState;

static FaultState fault_state;

void fault_arm(Str pattern, uint64_t nth, bool is_kill)
{
	CHECK(pattern.len <= FAULT_PATTERN_MAX);
	fault_state = (FaultState){.nth = nth, .is_kill = is_kill};
	if (!nth)
		return;
	fault_state.pattern_len = pattern.len;
	memcpy(fault_state.pattern, pattern.ptr, pattern.len);
}

bool fault_point(const char *name)
{
	FaultState *f = &fault_state;

	if (!f->nth || !str_glob((Str){f->pattern, f->pattern_len}, str_from(name)))
		return false;
	if (++f->hits != f->nth)
		return false;
	if (f->is_kill)
		(void)raise(SIGKILL); /* does not return */
	return true;
}

uint64_t fault_hits(void)
{
	return fault_state.hits;
}
