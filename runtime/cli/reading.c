/* The line that is shown while the world is read.  What is quick shows none. */
#include "runtime/cli/reading.h"

#include "compiler/base/buf.h"
#include "compiler/base/mem.h"
#include "compiler/base/vec.h"
#include "runtime/host/clock.h"
#include "runtime/host/terminal.h"

enum { READING_REDRAW_MS = 200, READING_MS = 1000 };

/* Objects of one type that are being read. */
typedef struct ReadingGroup {
	Str type; /* of a schema, which outlives the reading */
	uint32_t count;
} ReadingGroup;

struct ReadingStatus {
	LoopTimer *timer;
	Vec(ReadingGroup) groups; /* those that are not done */
	uint32_t total, done;
	int64_t since_ms;
	bool is_drawn;
};

static void reading_erase(ReadingStatus *r)
{
	if (r->is_drawn)
		(void)terminal_write(1, STR("\r\033[K"));
	r->is_drawn = false;
}

static void reading_draw(ReadingStatus *r)
{
	uint32_t columns = terminal_columns(1);
	Buf line;

	buf_init(&line, SIZE_MAX / 2);
	buf_print(&line, "reading: %u of %u object%s (%lld s)", r->done, r->total,
		r->total == 1 ? "" : "s",
		(long long)((clock_mono_ms() - r->since_ms) / READING_MS));
	for (uint32_t i = 0; i < r->groups.len; i++) {
		buf_add(&line, i ? STR(", ") : STR(" "));
		if (r->groups.ptr[i].count > 1)
			buf_print(&line, "%u ", r->groups.ptr[i].count);
		buf_add(&line, r->groups.ptr[i].type);
	}
	reading_erase(r);
	(void)terminal_write(1, str_slice(buf_str(&line), 0, columns > 1 ? columns - 1 : 0));
	buf_fini(&line);
	r->is_drawn = true;
}

static void reading_tick(void *arg)
{
	ReadingStatus *r = arg;

	if (r->done == r->total)
		return;
	reading_draw(r);
	loop_timer_set(r->timer, READING_REDRAW_MS);
}

ReadingStatus *reading_new(Loop *l)
{
	ReadingStatus *r = MEM_NEW(ReadingStatus);

	r->timer = loop_timer(l, reading_tick, r);
	return r;
}

ReadingStatus *reading_free(ReadingStatus *r)
{
	if (!r)
		return NULL;
	reading_erase(r);
	loop_timer_free(r->timer);
	vec_fini(&r->groups);
	mem_free(r);
	return NULL;
}

static void reading_begin(ReadingStatus *r, Str type, uint32_t count)
{
	ReadingGroup group = {type, count};

	if (r->done == r->total) {
		r->done = r->total = 0;
		r->since_ms = clock_mono_ms();
		loop_timer_set(r->timer, READING_REDRAW_MS);
	}
	r->total += count;
	vec_push(&r->groups, group);
}

void reading_note(void *ctx, Str type, uint32_t count, bool is_done)
{
	ReadingStatus *r = ctx;

	if (!is_done) {
		reading_begin(r, type, count);
		return;
	}
	r->done += count;
	for (uint32_t i = 0; i < r->groups.len; i++)
		if (str_eq(r->groups.ptr[i].type, type) && r->groups.ptr[i].count == count) {
			r->groups.ptr[i] = r->groups.ptr[--r->groups.len];
			break;
		}
	if (r->done == r->total)
		reading_erase(r);
}
