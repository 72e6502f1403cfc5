/* What was written down comes back, on another clock; what makes no sense is refused. */
#include "restore.h"

#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "test_support.h"

/* Both clocks of the process that restores. */
static const struct journal_stamp later = {.wall_ms = 1781630970000, .mono_ms = 5000000};

static struct sim *simulator(void)
{
    struct fail why = {0};
    struct sim *sim = sim_new(&(struct sim_settings){.seed = 7}, &why);
    assert_non_null(sim);
    return sim;
}

static void all_rows(struct sim *sim, struct text_buf *out)
{
    text_buf_init(out, 1 << 20);
    sim_lock(sim);
    changes_begin(sim, true);
    changes_take(sim, out);
    sim_unlock(sim);
}

/* Rows come in the order of the tables, as a database gives them. */
static void put_back(struct sim *sim, const struct text_buf *rows)
{
    struct fail why = {0};
    struct row row;
    restore_begin(sim);
    for (int table = 0; table < TABLE_COUNT; table++)
        for (struct text rest = text_buf_view(rows); row_read(&rest, &row);)
            if (row.op == ROW_PUT && (int)row.table == table && !restore_row(sim, &row, &later, &why))
                fail_msg("%s", why.text);
    assert_true(restore_end(sim, &why));
}

static void add_messages(struct sim *sim)
{
    for (int i = 1; i <= 3; i++) {
        struct message fields = {.tenant = 1,
                                 .state = MESSAGE_DELIVERED,
                                 .channel = CHANNEL_WHATSAPP,
                                 .segments = 2,
                                 .error_code = 30003,
                                 .created_wall_ms = 1781630960000};
        snprintf(fields.sid, sizeof fields.sid, "SM%032x", i);
        struct text texts[MESSAGE_TEXT_COUNT] = {
            [MESSAGE_TO] = TEXT("whatsapp:+243810000001"), [MESSAGE_BODY] = TEXT("caf\xc3\xa9")};
        messages_add(&sim->messages, &fields, texts);
    }
    messages_remove(&sim->messages, TEXT("SM00000000000000000000000000000002"));
}

static void everything_comes_back(void **state)
{
    (void)state;
    struct text_buf rows, again;
    struct sim *sim = simulator(), *other = simulator();
    struct account *account = sim_account(sim);
    struct person person = {.name = "awa", .e164 = "+243810000001", .verified = true};
    account_set_person(account, &sim->ids, &person, 1781630960000);
    account_set_opt_out(account, TEXT("+243810000002"), TEXT("+15005550006"), true);
    account->countries_listed = true;
    account->country_count = 2;
    snprintf(account->countries[0], 3, "CD");
    snprintf(account->countries[1], 3, "FR");
    account->sent_today = 17;
    add_messages(sim);
    journal_add(&sim->journal, JOURNAL_REPLY, later, 0, (struct text[]){TEXT("RQ1"), TEXT_NONE},
                (int64_t[]){JOURNAL_NULL});
    all_rows(sim, &rows);
    put_back(other, &rows);
    assert_string_equal(sim_account(other)->token, account->token);
    assert_string_equal(sim_account(other)->basic, account->basic);
    assert_string_equal(sim_account(other)->countries[1], "FR");
    assert_int_equal(sim_account(other)->sent_today, 17);
    assert_int_equal(sim_account(other)->caller_id_count, 1);
    assert_true(account_has_opt_out(sim_account(other), TEXT("+243810000002"), TEXT("+15005550006")));
    assert_int_equal(messages_kept(&other->messages), 2);
    assert_null(messages_at(&other->messages, 2));
    unsigned tenant = 0;
    assert_int_equal(messages_number(&other->messages, TEXT("SM00000000000000000000000000000002"), &tenant),
                     2); /* where a page ended */
    const struct message *message = messages_at(&other->messages, 3);
    assert_text(message_text(message, MESSAGE_BODY), "caf\xc3\xa9");
    assert_null(message_text(message, MESSAGE_CALLBACK_URL).at);
    assert_int_equal(message->created_mono_ms, 4990000);
    /* And what is taken from it again is the same. */
    sim_lock(other);
    text_buf_init(&again, 1 << 20);
    changes_begin(other, true);
    changes_take(other, &again);
    sim_unlock(other);
    assert_int_equal(again.len, rows.len);
    assert_memory_equal(again.at, rows.at, rows.len);
    text_buf_release(&rows);
    text_buf_release(&again);
    sim_free(sim);
    sim_free(other);
}

/* Numbers of the journal go on behind what was stored, and behind what was seen. */
static void numbers_go_on(void **state)
{
    (void)state;
    struct text_buf rows;
    struct journal_record record;
    struct sim *sim = simulator(), *other = simulator();
    struct text texts[] = {TEXT("RQ1"), TEXT("sent")};
    for (int i = 0; i < 5; i++)
        journal_add(&sim->journal, JOURNAL_REPLY, later, 0, texts, (int64_t[]){0});
    for (int i = 0; i < 9; i++)
        journal_add(&other->journal, JOURNAL_REPLY, later, 0, texts, (int64_t[]){0});
    all_rows(sim, &rows);
    put_back(other, &rows);
    assert_int_equal(journal_add(&other->journal, JOURNAL_REPLY, later, 0, texts, (int64_t[]){7}), 10);
    assert_true(journal_next(&other->journal, 4, &record));
    assert_int_equal(record.n, 5);
    assert_true(journal_next(&other->journal, 5, &record));
    assert_int_equal(record.n, 10);
    assert_int_equal(record.numbers[0], 7);
    text_buf_release(&rows);
    sim_free(sim);
    sim_free(other);
}

static void person_row(struct row *row, int64_t window_until_ms)
{
    *row = row_of(TABLE_PERSON, ROW_PUT);
    row_int(row, 1);
    row_z(row, "+243810000001");
    row_z(row, "awa");
    row_z(row, "mobile");
    row_int(row, 0);
    row_int(row, 1);
    row_int(row, 0);
    row_z(row, "outside-window");
    row_int(row, window_until_ms);
    row_int(row, 0);
}

static void a_window_is_kept_by_the_wall_clock(void **state)
{
    (void)state;
    static const struct {
        int64_t until_wall_ms, until_mono_ms;
        const char *why;
    } rows[] = {
        {0, 0, "never written"},
        {1781630970000 + 60000, 5060000, "a minute is left"},
        {1781630970000 - 60000, 4940000, "it closed a minute ago"},
        {1781630970000 + 3 * 86400000LL, 5000000 + 86400000LL,
         "the wall clock was set back: not longer than new"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        struct row row;
        struct sim *sim = simulator();
        person_row(&row, rows[i].until_wall_ms);
        assert_true(restore_row(sim, &row, &later, &why));
        assert_int_equal(sim_account(sim)->people[0].window_until_mono_ms, rows[i].until_mono_ms);
        sim_free(sim);
    }
    assert_int_equal(restore_past_ms(&later, later.wall_ms - 7), 4999993);
    assert_int_equal(restore_past_ms(&later, later.wall_ms + 7), 5000000);
}

/* Of a good person's row the value at that place is another one. */
static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        struct row_value value;
        const char *column;
    } rows[] = {
        {0, {.type = COLUMN_INT, .number = 2}, "tenant"},
        {1, {.type = COLUMN_TEXT, .text = {"+24381000000123456789", 21}}, "number"},
        {3, {.type = COLUMN_TEXT, .text = {"boat", 4}}, "line"},
        {4, {.type = COLUMN_INT, .number = 2}, "verified"},
        {7, {.type = COLUMN_NULL}, "whatsapp"},
        {8, {.type = COLUMN_INT, .number = INT64_MAX}, "window_until_ms"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char words[64];
        struct fail why = {0};
        struct row row;
        struct sim *sim = simulator();
        person_row(&row, 0);
        row.values[rows[i].at] = rows[i].value;
        snprintf(words, sizeof words, "whose %s makes no sense", rows[i].column);
        assert_false(restore_row(sim, &row, &later, &why));
        if (strstr(why.text, words) == NULL)
            fail_msg("'%s' is wanted in '%s'", words, why.text);
        assert_int_equal(sim_account(sim)->person_count, 0);
        sim_free(sim);
    }
}

static void a_file_without_an_account_is_refused(void **state)
{
    (void)state;
    struct fail why = {0};
    struct sim *sim = simulator();
    restore_begin(sim);
    assert_false(restore_end(sim, &why));
    assert_string_equal(why.text, "the table account is empty");
    sim_free(sim);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_back),
        cmocka_unit_test(numbers_go_on),
        cmocka_unit_test(a_window_is_kept_by_the_wall_clock),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(a_file_without_an_account_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
