/* The journal: intents stay open until they are settled; tokens name one attempt. */
#include "runtime/state/journal.h"

#include "tests/unit/state_util.h"
#include "tests/unit/test.h"

TEST(journal_keeps_intents_until_settled)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	JournalEntry entry = {.run = 1, .address = STR("a"), .generation = 3,
		.verb = JOURNAL_DESTROY, .call = STR("DeleteVpc"), .token = STR("t")};
	JournalEntry outcome = {.address = STR("a"), .generation = 3, .phase = JOURNAL_DONE};
	JournalEntry *open;
	uint32_t count;
	Diag err = {0};

	CHECK_THAT(journal_intent(s, &entry, &err));
	CHECK_THAT(journal_intent(s, &entry, &err));
	CHECK_THAT(store_commit(s, &err));
	store_close(s);
	s = state_open(&d, STORE_EXISTING);
	CHECK_THAT(journal_open(s, d.arena, &open, &count, &err));
	CHECK_EQ(count, 2);
	CHECK_EQ(open[0].verb, JOURNAL_DESTROY);
	CHECK_EQ((int64_t)open[0].generation, 3);
	CHECK_THAT(str_eq(open[0].call, STR("DeleteVpc")));
	outcome.generation = 4; /* another attempt */
	CHECK_THAT(journal_settle(s, &outcome, &err));
	CHECK_THAT(journal_open(s, d.arena, &open, &count, &err));
	CHECK_EQ(count, 2);
	outcome.generation = 3;
	CHECK_THAT(journal_settle(s, &outcome, &err));
	CHECK_THAT(journal_open(s, d.arena, &open, &count, &err));
	CHECK_EQ(count, 0);
	store_close(s);
	state_dir_free(&d);
}

TEST(journal_tokens_name_one_attempt)
{
	StateDir d = state_dir_new();
	Store *s = state_open(&d, STORE_CREATE);
	Str token = journal_token(s, d.arena, STR("a"), 1);
	Str marker = journal_marker(s, d.arena, STR("a"), 1);

	CHECK_EQ((int64_t)token.len, 36);
	CHECK_THAT(str_eq(token, journal_token(s, d.arena, STR("a"), 1)));
	CHECK_THAT(!str_eq(token, journal_token(s, d.arena, STR("a"), 2)));
	CHECK_THAT(!str_eq(token, journal_token(s, d.arena, STR("b"), 1)));
	CHECK_EQ((int64_t)marker.len, 53);
	CHECK_EQ(marker.ptr[26], '-');
	CHECK_THAT(str_eq(str_slice(marker, 0, 26),
		str_slice(journal_marker(s, d.arena, STR("b"), 2), 0, 26)));
	store_close(s);
	state_dir_free(&d);
}
