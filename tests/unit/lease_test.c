/* Leases: one writer, takeover of the dead, fences. */
#include "runtime/state/lease.h"

#include "runtime/host/clock.h"
#include "runtime/host/limits.h"
#include "runtime/state/object.h"
#include "tests/unit/state_util.h"
#include "tests/unit/test.h"

TEST(lease_keeps_others_out)
{
	StateDir d = state_dir_new();
	Store *one = state_open(&d, STORE_CREATE);
	Store *two = state_open(&d, STORE_EXISTING);
	Diag err = {0};

	CHECK_THAT(lease_take(one, STR("apply"), &err));
	CHECK_THAT(!lease_take(two, STR("destroy"), &err));
	CHECK_EQ(err.code, DIAG_STATE_LOCKED);
	CHECK_THAT(str_has(err.why, STR("`apply`")));
	diag_fini(&err);
	CHECK_THAT(lease_give(one, &err));
	CHECK_THAT(lease_take(two, STR("destroy"), &err));
	CHECK_THAT(lease_give(two, &err));
	store_close(one);
	store_close(two);
	state_dir_free(&d);
}

TEST(lease_of_a_dead_process_is_taken_at_once)
{
	StateDir d = state_dir_new();
	Store *one = state_open(&d, STORE_CREATE);
	Store *two = state_open(&d, STORE_EXISTING);
	Diag err = {0};

	CHECK_THAT(lease_take(one, STR("apply"), &err));
	CHECK_THAT(state_exec(one, "UPDATE lease SET pid = 2147483646"));
	CHECK_THAT(lease_take(two, STR("apply"), &err));
	CHECK_THAT(lease_give(two, &err));
	CHECK_THAT(!lease_renew(one, &err));
	diag_fini(&err);
	store_close(one);
	store_close(two);
	state_dir_free(&d);
}

TEST(lease_expires)
{
	StateDir d = state_dir_new();
	Store *one = state_open(&d, STORE_CREATE);
	Store *two = state_open(&d, STORE_EXISTING);
	StateObject row = {.address = STR("a"), .generation = 1, .type = STR("t")};
	Diag err = {0};

	clock_freeze(1000000);
	CHECK_THAT(lease_take(one, STR("apply"), &err));
	CHECK_THAT(state_exec(one, "UPDATE lease SET who = 'somebody@elsewhere'"));
	CHECK_THAT(!lease_take(two, STR("apply"), &err));
	diag_fini(&err);
	clock_freeze(1000000 + LEASE_TTL_MS);
	CHECK_THAT(lease_take(two, STR("apply"), &err));
	/* The first one's writes carry an old fence. */
	CHECK_THAT(!object_put(one, &row, NULL, 0, &err));
	CHECK_EQ(err.code, DIAG_LEASE_LOST);
	diag_fini(&err);
	CHECK_THAT(object_put(two, &row, NULL, 0, &err));
	CHECK_THAT(lease_give(two, &err));
	clock_freeze(-1);
	store_close(one);
	store_close(two);
	state_dir_free(&d);
}

TEST(lease_reads_the_serial_anew)
{
	StateDir d = state_dir_new();
	Store *one = state_open(&d, STORE_CREATE);
	Store *two = state_open(&d, STORE_EXISTING);
	StateObject row = {.address = STR("a"), .type = STR("t")};
	Diag err = {0};

	row.generation = object_next_generation(one);
	CHECK_THAT(object_put(one, &row, NULL, 0, &err) && store_commit(one, &err));
	CHECK_THAT(lease_take(two, STR("apply"), &err));
	CHECK_EQ((int64_t)store_serial(two), 1);
	CHECK_EQ((int64_t)object_next_generation(two), 2);
	CHECK_THAT(lease_give(two, &err));
	store_close(one);
	store_close(two);
	state_dir_free(&d);
}
