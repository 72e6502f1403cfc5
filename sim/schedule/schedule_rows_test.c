/* What is still due is noted while it is, and goes on out of its row. */
#include "test_schedule.h"

#include "restore.h"

/* The rows of a table that were noted since the last call, put or removed. */
static int take(struct bench *bench, enum store_table table, enum row_op op, struct row *ret_last,
                struct text_buf *bytes)
{
    int count = 0;
    struct row row;
    text_buf_init(bytes, 1 << 20);
    sim_lock(bench->sim);
    changes_take(bench->sim, bytes);
    sim_unlock(bench->sim);
    for (struct text rest = text_buf_view(bytes); row_read(&rest, &row);) {
        if (row.table == table && row.op == op) {
            count++;
            *ret_last = row;
        }
    }
    return count;
}

static void assert_due(const char *table, int64_t count, int64_t expected)
{
    if (count != expected)
        fail_msg("%s: %lld rows, not %lld", table, (long long)count, (long long)expected);
}

static void progress_is_noted_until_it_is_over(void **state)
{
    (void)state;
    struct bench bench;
    struct row row;
    struct text_buf bytes;
    char sid[SID_BYTES];
    static const struct course course = {
        .count = 3,
        .steps = {{MESSAGE_SENDING, 0, 0}, {MESSAGE_SENT, 0, 0}, {MESSAGE_DELIVERED, 0, 3600000}}};
    begin(&bench);
    changes_begin(bench.sim, false);
    bench.url[0] = '\0';
    send_off(&bench, CHANNEL_SMS, &course, sid);
    assert_due("progress", take(&bench, TABLE_PROGRESS, ROW_PUT, &row, &bytes), 1);
    assert_text(row.values[0].text, sid);
    assert_int_equal(row.values[2].number, 2);
    assert_text(row.values[5].text, "sending:0:0,sent:0:0,delivered:0:3600000");
    assert_text(row.values[6].text, "");
    text_buf_release(&bytes);
    end(&bench);
}

static void a_callback_is_noted_until_it_was_answered(void **state)
{
    (void)state;
    struct bench bench;
    struct row row, over;
    struct text_buf bytes, later;
    char sid[SID_BYTES];
    static const struct course course = {.count = 2,
                                         .steps = {{MESSAGE_SENDING, 0, 0}, {MESSAGE_SENT, 0, 0}}};
    begin(&bench);
    changes_begin(bench.sim, false);
    send_off(&bench, CHANNEL_SMS, &course, sid);
    wait_for_callbacks(&bench, 1);
    wait_idle(bench.sender);
    int put = take(&bench, TABLE_CALLBACK, ROW_PUT, &row, &bytes);
    assert_due("callback", put, 1);
    assert_text(row.values[3].text, "sent");
    assert_text(row.values[4].text, "good");
    int gone = 0;
    for (struct text rest = text_buf_view(&bytes); row_read(&rest, &over);)
        gone += over.table == TABLE_CALLBACK && over.op == ROW_REMOVE &&
                text_equal(over.values[0].text, row.values[0].text);
    assert_int_equal(gone, 1);
    assert_due("callback", take(&bench, TABLE_CALLBACK, ROW_PUT, &over, &later), 0);
    text_buf_release(&bytes);
    text_buf_release(&later);
    end(&bench);
}

static void progress_row(struct row *row, const char *sid, int64_t began_ms, const char *steps,
                         const char *ordered)
{
    *row = row_of(TABLE_PROGRESS, ROW_PUT);
    row_z(row, sid);
    row_int(row, began_ms);
    row_int(row, 0);
    row_int(row, 1);
    row_int(row, 0);
    row_z(row, steps);
    row_z(row, ordered);
}

/* It began an hour ago: what became due meanwhile happens now, and is called back. */
static void progress_goes_on_where_it_was(void **state)
{
    (void)state;
    struct bench bench;
    struct row row;
    struct fail why = {0};
    begin(&bench);
    sim_lock(bench.sim);
    struct message *message = create(&bench, CHANNEL_SMS);
    struct journal_stamp now = journal_now();
    progress_row(&row, message->sid, now.wall_ms - 3600000, "sending:0:0,sent:0:1000,delivered:0:3600000",
                 "");
    assert_true(schedule_restore(bench.schedule, &row, &now, &why));
    sim_unlock(bench.sim);
    wait_for_callbacks(&bench, 2);
    sim_lock(bench.sim);
    assert_int_equal(message->state, MESSAGE_DELIVERED);
    sim_unlock(bench.sim);
    assert_int_equal(bench.receiver.count, 2);
    end(&bench);
}

static void progress_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *steps, *ordered, *column;
    } rows[] = {
        {"", "", "steps"},
        {"sent", "", "steps"},
        {"sent:0", "", "steps"},
        {"asleep:0:0", "", "steps"},
        {"sent:x:0", "", "steps"},
        {"sent:0:-1", "", "steps"},
        {"sent:0:0,sent:0:0,sent:0:0,sent:0:0,sent:0:0", "", "steps"},
        {"sent:0:0", "delivered:well:0", "ordered"},
        {"sent:0:0", "delivered:good", "ordered"},
    };
    struct bench bench;
    begin(&bench);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct row row;
        struct fail why = {0};
        char words[64];
        progress_row(&row, "SM1", 0, rows[i].steps, rows[i].ordered);
        snprintf(words, sizeof words, "whose %s makes no sense", rows[i].column);
        assert_false(schedule_restore(bench.schedule, &row, &(struct journal_stamp){0}, &why));
        if (strstr(why.text, words) == NULL)
            fail_msg("row %zu: '%s'", i, why.text);
    }
    assert_int_equal(timers_count(bench.timers), 0);
    end(&bench);
}

static void a_callback_goes_out_again_with_its_token(void **state)
{
    (void)state;
    struct bench bench;
    struct fail why = {0};
    struct row row = row_of(TABLE_CALLBACK, ROW_PUT);
    begin(&bench);
    row_z(&row, "0a4b2c1d-0000-4000-8000-000000000001");
    row_int(&row, 1);
    row_z(&row, "SM1");
    row_z(&row, "delivered");
    row_z(&row, "good");
    row_int(&row, 0);
    row_z(&row, bench.url);
    row_z(&row, "MessageStatus=delivered");
    sim_lock(bench.sim);
    assert_true(schedule_restore(bench.schedule, &row, &(struct journal_stamp){0}, &why));
    row.values[1].number = 77; /* nobody's */
    assert_true(schedule_restore(bench.schedule, &row, &(struct journal_stamp){0}, &why));
    row.values[4].text = TEXT("excellent");
    assert_false(schedule_restore(bench.schedule, &row, &(struct journal_stamp){0}, &why));
    sim_unlock(bench.sim);
    wait_for_callbacks(&bench, 1);
    wait_idle(bench.sender);
    assert_int_equal(bench.receiver.count, 1);
    assert_received(&bench, "delivered");
    assert_string_equal(bench.receiver.received[0].token, "0a4b2c1d-0000-4000-8000-000000000001");
    end(&bench);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_is_noted_until_it_is_over),
        cmocka_unit_test(a_callback_is_noted_until_it_was_answered),
        cmocka_unit_test(progress_goes_on_where_it_was),
        cmocka_unit_test(progress_that_makes_no_sense_is_refused),
        cmocka_unit_test(a_callback_goes_out_again_with_its_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
