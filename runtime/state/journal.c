/* Intents and outcomes; tokens and markers. */
#include "runtime/state/journal.h"

#include "compiler/base/hash.h"
#include "runtime/host/clock.h"
#include "runtime/state/store_impl.h"

enum { JOURNAL_MARKER_CHARS = 26 };

bool journal_intent(Store *s, const JournalEntry *entry, Diag *err)
{
	Sql *q;

	if (!store_write(s, true, err) || !sql_prepare(s, SQL_JOURNAL_PUT, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	sql_int(q, 2, entry->run);
	sql_text(q, 3, entry->address);
	sql_int(q, 4, (int64_t)entry->generation);
	sql_int(q, 5, entry->verb);
	sql_text(q, 6, entry->call);
	sql_text(q, 7, entry->token);
	sql_text(q, 8, entry->request);
	sql_int(q, 9, clock_wall_ms());
	return sql_run(s, q, err);
}

bool journal_settle(Store *s, const JournalEntry *outcome, Diag *err)
{
	Sql *q;

	if (!store_write(s, true, err) || !sql_prepare(s, SQL_JOURNAL_END, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	sql_text(q, 2, outcome->address);
	sql_int(q, 3, (int64_t)outcome->generation);
	sql_int(q, 4, outcome->phase);
	sql_text(q, 5, outcome->note);
	return sql_run(s, q, err);
}

bool journal_open(Store *s, Arena *a, JournalEntry **ret, uint32_t *ret_count, Diag *err)
{
	Vec(JournalEntry) found = {0};
	bool has_row = true;
	Sql *q;

	if (!sql_prepare(s, SQL_JOURNAL_OPEN, &q, err))
		return false;
	sql_int(q, 1, s->stack);
	while (has_row) {
		if (!sql_row(s, q, &has_row, err))
			return false;
		if (!has_row)
			break;
		JournalEntry entry = {
			.key = sql_get_int(q, 0),
			.run = sql_get_int(q, 1),
			.address = str_copy(a, sql_get_bytes(q, 2)),
			.generation = (uint64_t)sql_get_int(q, 3),
			.verb = (JournalVerb)sql_get_int(q, 4),
			.call = str_copy(a, sql_get_bytes(q, 5)),
			.token = str_copy(a, sql_get_bytes(q, 6)),
			.request = str_copy(a, sql_get_bytes(q, 7)),
			.phase = (JournalPhase)sql_get_int(q, 8),
			.began_ms = sql_get_int(q, 9),
			.note = str_copy(a, sql_get_bytes(q, 10)),
		};

		vec_add(a, &found, entry);
	}
	*ret = found.ptr;
	*ret_count = found.len;
	return true;
}

/* SHA-256 over what names one attempt. */
static Digest journal_digest(Str lineage, Str address, uint64_t generation)
{
	Buf b;

	buf_init(&b, SIZE_MAX / 2);
	buf_add(&b, lineage);
	buf_add_char(&b, '\n');
	buf_add(&b, address);
	buf_add_char(&b, '\n');
	buf_add_leb(&b, generation);
	Digest digest = hash_of(HASH_SHA256, buf_str(&b));

	buf_fini(&b);
	return digest;
}

Str journal_token(const Store *s, Arena *a, Str address, uint64_t generation)
{
	Digest digest = journal_digest(s->lineage, address, generation);
	Str hex;

	/* The form of a UUID made by its owner's rules: version 8, variant 10. */
	digest.bytes[6] = (uint8_t)((digest.bytes[6] & 0x0f) | 0x80);
	digest.bytes[8] = (uint8_t)((digest.bytes[8] & 0x3f) | 0x80);
	hex = hash_hex(a, &digest);
	return str_print(a, "%.8s-%.4s-%.4s-%.4s-%.12s", hex.ptr, hex.ptr + 8, hex.ptr + 12,
		hex.ptr + 16, hex.ptr + 20);
}

Str journal_marker(const Store *s, Arena *a, Str address, uint64_t generation)
{
	Digest stack = hash_of(HASH_SHA256, s->lineage);
	Digest object = journal_digest(s->lineage, address, generation);
	Buf b;

	buf_init(&b, SIZE_MAX / 2);
	hash_add_base32(&b, (Str){(const char *)stack.bytes, 17});
	buf_drop_front(&b, b.len - JOURNAL_MARKER_CHARS);
	buf_add_char(&b, '-');
	hash_add_base32(&b, (Str){(const char *)object.bytes, 17});
	Str marker = str_copy(a, str_slice(buf_str(&b), 0, 2 * JOURNAL_MARKER_CHARS + 1));

	buf_fini(&b);
	return marker;
}
