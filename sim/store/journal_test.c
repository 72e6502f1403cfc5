/* The journal: what is kept, what is dropped, and how it reads. */
#include "test_support.h"

#include <stdio.h>

#include "clock.h"
#include "journal.h"

static const struct journal_stamp noon = {1700000000000, 5000, 6000000};

/* A status record with the number in its SID. */
static uint64_t add_status(struct journal *journal, unsigned number)
{
    char sid[16];
    snprintf(sid, sizeof sid, "SM%u", number);
    return journal_add(journal, JOURNAL_STATUS, noon, 1,
                       (struct text[]){text_of(sid), TEXT("delivered"), TEXT_NONE},
                       (int64_t[]){JOURNAL_NULL});
}

static void assert_json(const struct journal_record *record, const char *expected)
{
    struct text_buf out;
    text_buf_init(&out, 4096);
    journal_write(record, &out);
    assert_string_equal(text_buf_z(&out), expected);
    text_buf_release(&out);
}

static void records_come_back_in_order_with_numbers_without_gaps(void **state)
{
    (void)state;
    struct journal journal;
    struct journal_record record;
    journal_init(&journal, 1024 * 1024);
    assert_false(journal_next(&journal, 0, &record));
    for (unsigned i = 1; i <= 3; i++)
        assert_int_equal(add_status(&journal, i), i);
    assert_true(journal_next(&journal, 0, &record));
    assert_int_equal(record.n, 1);
    assert_true(journal_next(&journal, 2, &record));
    assert_int_equal(record.n, 3);
    assert_text(journal_text(&record, "sid"), "SM3");
    assert_false(journal_next(&journal, 3, &record));
    assert_false(journal_next(&journal, 1000000, &record));
    journal_release(&journal);
}

static void null_and_empty_are_told_apart(void **state)
{
    (void)state;
    struct journal journal;
    struct journal_record record;
    journal_init(&journal, 1024 * 1024);
    journal_add(&journal, JOURNAL_STATUS, noon, 1, (struct text[]){TEXT_NONE, TEXT(""), TEXT("RQ1")},
                (int64_t[]){JOURNAL_NULL});
    journal_add(&journal, JOURNAL_STATUS, noon, 1, (struct text[]){TEXT("a"), TEXT_NONE, TEXT("")},
                (int64_t[]){0});
    assert_true(journal_next(&journal, 0, &record));
    assert_json(&record, "{\"n\":1,\"kind\":\"status\",\"wall_ms\":1700000000000,\"mono_ms\":5000,"
                         "\"real_us\":6000000,\"sid\":null,\"status\":\"\",\"cause\":\"RQ1\",\"code\":null}");
    assert_true(journal_next(&journal, 1, &record));
    assert_json(&record, "{\"n\":2,\"kind\":\"status\",\"wall_ms\":1700000000000,\"mono_ms\":5000,"
                         "\"real_us\":6000000,\"sid\":\"a\",\"status\":null,\"cause\":\"\",\"code\":0}");
    journal_release(&journal);
}

static void any_bytes_read_back_and_are_written_as_json(void **state)
{
    (void)state;
    struct journal journal;
    struct journal_record record;
    journal_init(&journal, 1024 * 1024);
    journal_add(&journal, JOURNAL_UNREAD, noon, 0,
                (struct text[]){TEXT("127.0.0.1:5"), text_span("\x16\x03\0\"\n\xff", 6)}, (int64_t[]){-400});
    assert_true(journal_next(&journal, 0, &record));
    assert_int_equal(journal_text(&record, "what").len, 6);
    assert_memory_equal(journal_text(&record, "what").at, "\x16\x03\0\"\n\xff", 6);
    assert_int_equal(journal_number(&record, "status"), -400);
    assert_null(journal_text(&record, "status").at);
    assert_int_equal(journal_number(&record, "what"), JOURNAL_NULL);
    assert_json(&record, "{\"n\":1,\"kind\":\"unread\",\"wall_ms\":1700000000000,\"mono_ms\":5000,"
                         "\"real_us\":6000000,\"client\":\"127.0.0.1:5\","
                         "\"what\":\"\\u0016\\u0003\\u0000\\\"\\n\\ufffd\",\"status\":-400}");
    journal_release(&journal);
}

static void at_the_bound_the_oldest_are_dropped_and_counted(void **state)
{
    (void)state;
    enum { BOUND = 3 * 256 * 1024, RECORDS = 20000 };
    struct journal journal;
    struct journal_record record;
    journal_init(&journal, BOUND);
    for (unsigned i = 1; i <= RECORDS; i++) {
        add_status(&journal, i);
        assert_true(journal.bytes <= BOUND);
    }
    assert_true(journal.dropped > 0);
    assert_true(journal_next(&journal, 0, &record));
    assert_int_equal(record.n, journal.dropped + 1);
    uint64_t seen = 0;
    for (uint64_t n = 0; journal_next(&journal, n, &record); n = record.n) {
        char sid[16];
        snprintf(sid, sizeof sid, "SM%llu", (unsigned long long)record.n);
        assert_text(journal_text(&record, "sid"), sid);
        seen++;
    }
    assert_int_equal(seen + journal.dropped, RECORDS);
    journal_release(&journal);
}

static void a_record_larger_than_a_chunk_is_kept_whole(void **state)
{
    (void)state;
    enum { LARGE = 300 * 1024 };
    struct journal journal;
    struct journal_record record;
    char *large = calloc(1, LARGE);
    memset(large, 'x', LARGE);
    journal_init(&journal, 1024 * 1024);
    for (int i = 0; i < 10; i++) {
        journal_add(&journal, JOURNAL_UNREAD, noon, 0, (struct text[]){TEXT("c"), text_span(large, LARGE)},
                    (int64_t[]){i});
        assert_true(journal_next(&journal, (uint64_t)i, &record));
        assert_int_equal(journal_text(&record, "what").len, LARGE);
        assert_int_equal(journal_number(&record, "status"), i);
    }
    assert_true(journal.bytes <= 1024 * 1024);
    assert_int_equal(journal.dropped, 7);
    journal_release(&journal);
    free(large);
}

static void a_cleared_journal_counts_on(void **state)
{
    (void)state;
    struct journal journal;
    struct journal_record record;
    journal_init(&journal, 1024 * 1024);
    add_status(&journal, 1);
    add_status(&journal, 2);
    journal_clear(&journal);
    assert_false(journal_next(&journal, 0, &record));
    assert_int_equal(add_status(&journal, 3), 3);
    assert_true(journal_next(&journal, 0, &record));
    assert_int_equal(record.n, 3);
    assert_int_equal(journal.dropped, 0);
    journal_release(&journal);
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    static const char *const names[] = {"call", "reply", "message", "status", "callback", "fault", "unread"};
    static const struct text texts[JOURNAL_TEXTS_MAX];
    static const int64_t numbers[JOURNAL_NUMBERS_MAX];
    struct journal journal;
    struct journal_record record;
    assert_int_equal(JOURNAL_KIND_COUNT, COUNT_OF(names));
    journal_init(&journal, 1024 * 1024);
    for (size_t kind = 0; kind < COUNT_OF(names); kind++) {
        char expected[64];
        struct text_buf out;
        text_buf_init(&out, 4096);
        journal_add(&journal, (enum journal_kind)kind, noon, 1, texts, numbers);
        assert_true(journal_next(&journal, kind, &record));
        journal_write(&record, &out);
        snprintf(expected, sizeof expected, "{\"n\":%zu,\"kind\":\"%s\",", kind + 1, names[kind]);
        assert_memory_equal(text_buf_z(&out), expected, strlen(expected));
        text_buf_release(&out);
    }
    journal_release(&journal);
}

struct walk {
    uint64_t seen[8];
    size_t count, stop_at;
};

static bool note(void *context, const struct journal_record *record)
{
    struct walk *walk = context;
    walk->seen[walk->count++] = record->n;
    return walk->count < walk->stop_at;
}

static void a_walk_visits_each_record_behind_a_number_until_it_is_stopped(void **state)
{
    (void)state;
    static char large[300 * 1024]; /* a chunk of its own */
    struct journal journal;
    journal_init(&journal, 1024 * 1024);
    memset(large, 'x', sizeof large);
    add_status(&journal, 1);
    add_status(&journal, 2);
    journal_add(&journal, JOURNAL_STATUS, noon, 1,
                (struct text[]){text_span(large, sizeof large), TEXT("sent"), TEXT_NONE},
                (int64_t[]){JOURNAL_NULL});
    add_status(&journal, 4);
    static const struct {
        uint64_t after;
        size_t stop_at, count;
        uint64_t first;
    } rows[] = {{0, 8, 4, 1}, {1, 8, 3, 2},  {2, 8, 2, 3}, {3, 8, 1, 4},
                {4, 8, 0, 0}, {99, 8, 0, 0}, {0, 2, 2, 1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct walk walk = {.stop_at = rows[i].stop_at};
        journal_visit(&journal, rows[i].after, note, &walk);
        assert_int_equal(walk.count, rows[i].count);
        for (size_t k = 0; k < walk.count; k++)
            assert_int_equal(walk.seen[k], rows[i].first + k);
    }
    journal_release(&journal);
}

/* Packs of one journal, put into another that has seen records of its own. */
static void packs_bring_every_record_once(void **state)
{
    (void)state;
    struct journal from, to;
    struct journal_place place = {0};
    struct journal_pack pack;
    struct journal_record wanted, got;
    static char large[300000];
    memset(large, 'x', sizeof large);
    journal_init(&from, 1024 * 1024);
    journal_init(&to, 1024 * 1024);
    assert_false(journal_next_pack(&from, &place, &pack));
    for (unsigned i = 1; i <= 40; i++) { /* takes of one, some, and over a chunk's end */
        add_status(&from, i);
        if (i == 30)
            journal_add(&from, JOURNAL_STATUS, noon, 1,
                        (struct text[]){text_span(large, sizeof large), TEXT_NONE, TEXT("")}, (int64_t[]){7});
        if (i == 35)
            journal_skip_to(&from, from.last_n + 100);
        while (i % 5 == 1 && journal_next_pack(&from, &place, &pack))
            assert_true(journal_put_pack(&to, &pack));
    }
    while (journal_next_pack(&from, &place, &pack))
        assert_true(journal_put_pack(&to, &pack));
    assert_int_equal(to.last_n, 141);
    for (uint64_t n = 0; journal_next(&from, n, &wanted); n = wanted.n) {
        struct text_buf a, b;
        text_buf_init(&a, 1024 * 1024);
        text_buf_init(&b, 1024 * 1024);
        assert_true(journal_next(&to, n, &got));
        journal_write(&wanted, &a);
        journal_write(&got, &b);
        assert_string_equal(text_buf_z(&a), text_buf_z(&b));
        text_buf_release(&a);
        text_buf_release(&b);
    }
    struct journal_place end = journal_end(&from);
    assert_false(journal_next_pack(&from, &end, &pack));
    add_status(&from, 99);
    assert_true(journal_next_pack(&from, &end, &pack));
    assert_true(pack.first_n == 142 && pack.last_n == 142);
    journal_clear(&from); /* numbers go on */
    add_status(&from, 100);
    assert_true(journal_next_pack(&from, &end, &pack));
    assert_true(pack.first_n == 143 && pack.last_n == 143);
    journal_release(&from);
    journal_release(&to);
}

/* Cut anywhere, and with each bit of every byte turned: refused, or other records, and never a step beyond.
 */
static void a_pack_of_broken_bytes_does_no_harm(void **state)
{
    (void)state;
    struct journal from, to;
    struct journal_place place = {0};
    struct journal_pack pack;
    size_t refused = 0;
    journal_init(&from, 1024 * 1024);
    journal_init(&to, 64 * 1024 * 1024);
    add_status(&from, 1);
    add_status(&from, 22);
    assert_true(journal_next_pack(&from, &place, &pack));
    struct text whole = pack.bytes;
    char *bytes = text_copy(whole);
    for (size_t cut = 0; cut < whole.len; cut++) {
        struct journal_pack broken = {to.last_n + 1, to.last_n + 2, text_span(bytes, cut)};
        assert_false(journal_put_pack(&to, &broken));
    }
    for (size_t bit = 0; bit < whole.len * 8; bit++) {
        struct journal_pack broken = {to.last_n + 1, to.last_n + 2, text_span(bytes, whole.len)};
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        refused += !journal_put_pack(&to, &broken);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    assert_true(refused > 100);
    struct journal_pack one_too_many = {to.last_n + 1, to.last_n + 3, whole};
    assert_false(journal_put_pack(&to, &one_too_many));
    free(bytes);
    journal_release(&from);
    journal_release(&to);
}

static void a_kind_is_found_by_its_name(void **state)
{
    (void)state;
    enum journal_kind kind;
    assert_true(journal_kind_from_name(TEXT("callback"), &kind));
    assert_int_equal(kind, JOURNAL_CALLBACK);
    assert_string_equal(journal_kind_name(JOURNAL_CALLBACK), "callback");
    assert_false(journal_kind_from_name(TEXT("Callback"), &kind));
    assert_false(journal_kind_from_name(TEXT(""), &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back_in_order_with_numbers_without_gaps),
        cmocka_unit_test(null_and_empty_are_told_apart),
        cmocka_unit_test(any_bytes_read_back_and_are_written_as_json),
        cmocka_unit_test(at_the_bound_the_oldest_are_dropped_and_counted),
        cmocka_unit_test(a_record_larger_than_a_chunk_is_kept_whole),
        cmocka_unit_test(a_cleared_journal_counts_on),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
        cmocka_unit_test(a_walk_visits_each_record_behind_a_number_until_it_is_stopped),
        cmocka_unit_test(packs_bring_every_record_once),
        cmocka_unit_test(a_pack_of_broken_bytes_does_no_harm),
        cmocka_unit_test(a_kind_is_found_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
