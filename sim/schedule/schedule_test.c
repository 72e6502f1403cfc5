/* Courses of messages: what becomes of the message, and which callbacks a real receiver gets. */
#include "test_schedule.h"

static void each_change_that_twilio_calls_back_for_is_called_back(void **state)
{
    (void)state;
    static const struct {
        enum channel channel;
        struct course course;
        size_t count;
        const char *received;
    } rows[] = {
        {CHANNEL_SMS,
         {.count = 3, .steps = {{MESSAGE_SENDING, 0, 0}, {MESSAGE_SENT, 0, 0}, {MESSAGE_DELIVERED, 0, 10}}},
         2,
         "sent delivered"},
        {CHANNEL_SMS, {.count = 1, .steps = {{MESSAGE_FAILED, 30001, 5}}}, 1, "failed/30001"},
        {CHANNEL_WHATSAPP,
         {.count = 3,
          .steps = {{MESSAGE_SENDING, 0, 0}, {MESSAGE_SENT, 0, 0}, {MESSAGE_UNDELIVERED, 63003, 5}}},
         2,
         "sent undelivered/63003"},
        {CHANNEL_WHATSAPP,
         {.count = 4,
          .steps = {{MESSAGE_SENDING, 0, 0},
                    {MESSAGE_SENT, 0, 0},
                    {MESSAGE_DELIVERED, 0, 5},
                    {MESSAGE_READ, 0, 10}}},
         3,
         "sent delivered read"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct bench bench;
        char sid[SID_BYTES];
        begin(&bench);
        send_off(&bench, rows[i].channel, &rows[i].course, sid);
        wait_for_callbacks(&bench, rows[i].count);
        let_pass(&bench, 20);
        assert_received(&bench, rows[i].received);
        assert_int_equal(count_records(&bench, JOURNAL_STATUS), rows[i].count); /* sending is not noted */
        end(&bench);
    }
}

static void a_callback_is_signed_and_journalled(void **state)
{
    (void)state;
    struct bench bench;
    struct journal_record record = {0};
    struct form form;
    char sid[SID_BYTES], signature[SIGNATURE_BYTES];
    struct arena *arena = arena_new(64 * 1024);
    begin(&bench);
    send_off(&bench, CHANNEL_SMS,
             &(struct course){.count = 2, .steps = {{MESSAGE_SENDING, 0, 0}, {MESSAGE_SENT, 0, 0}}}, sid);
    wait_for_callbacks(&bench, 1);
    const struct received *received = &bench.receiver.received[0];
    assert_int_equal(form_parse(arena, text_of(received->body), &form), FORM_OK);
    assert_text(form_get(&form, "MessageSid"), sid);
    signature_sign(TEXT(TOKEN), text_of(bench.url), &form, signature);
    assert_string_equal(received->signature, signature);
    assert_string_equal(received->content_type, "application/x-www-form-urlencoded; charset=UTF-8");
    assert_int_equal(strlen(received->token), 36);
    sim_lock(bench.sim);
    for (uint64_t n = 0; record.kind != JOURNAL_CALLBACK && journal_next(&bench.sim->journal, n, &record);)
        n = record.n;
    assert_text(journal_text(&record, "sid"), sid);
    assert_text(journal_text(&record, "id"), received->token);
    assert_text(journal_text(&record, "url"), bench.url);
    assert_text(journal_text(&record, "message_status"), "sent");
    assert_text(journal_text(&record, "signature"), "good");
    assert_text(journal_text(&record, "body"), received->body);
    assert_null(journal_text(&record, "error").at);
    assert_int_equal(journal_number(&record, "status"), 204);
    assert_int_equal(journal_number(&record, "attempt"), 1);
    assert_int_equal(journal_number(&record, "forged"), 0);
    sim_unlock(bench.sim);
    arena_free(arena);
    end(&bench);
}

/* Sent at once, delivered after 10 ms; and what a fault orders instead of the usual callbacks. */
static const struct course usual = {
    .count = 3, .steps = {{MESSAGE_SENDING, 0, 0}, {MESSAGE_SENT, 0, 0}, {MESSAGE_DELIVERED, 0, 10}}};

static void ordered_callbacks_come_as_ordered_and_no_others(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        struct fault_rule fault;
        size_t count;
        const char *received;
    } rows[] = {
        {"none", {.has_callbacks = true}, 0, ""},
        {"twice the same",
         {.has_callbacks = true,
          .callback_count = 2,
          .callbacks = {{.state = MESSAGE_DELIVERED, .after_ms = 5},
                        {.state = MESSAGE_DELIVERED, .after_ms = 10}}},
         2,
         "delivered delivered"},
        {"by time, not by place",
         {.has_callbacks = true,
          .callback_count = 3,
          .callbacks = {{.state = MESSAGE_SENT, .after_ms = 15},
                        {.state = MESSAGE_DELIVERED, .after_ms = 5},
                        {.state = MESSAGE_READ, .after_ms = 50, .before_answer = true}}},
         3,
         "read delivered sent"},
        {"a failure has a code",
         {.has_callbacks = true, .callback_count = 1, .callbacks = {{.state = MESSAGE_UNDELIVERED}}},
         1,
         "undelivered/30008"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct bench bench;
        char sid[SID_BYTES];
        struct course course = usual;
        course.fault = &rows[i].fault;
        begin(&bench);
        send_off(&bench, CHANNEL_SMS, &course, sid);
        wait_for_callbacks(&bench, rows[i].count);
        let_pass(&bench, 30);
        assert_received(&bench, rows[i].received);
        sim_lock(bench.sim);
        assert_int_equal(messages_find(&bench.sim->messages, text_of(sid))->state, MESSAGE_DELIVERED);
        sim_unlock(bench.sim);
        end(&bench);
    }
}

static void an_ordered_callback_may_be_signed_wrong_or_not_at_all(void **state)
{
    (void)state;
    struct bench bench;
    char sid[SID_BYTES];
    const struct fault_rule fault = {
        .has_callbacks = true,
        .callback_count = 2,
        .callbacks = {{.state = MESSAGE_SENT, .signature = FAULT_SIGNED_WRONG},
                      {.state = MESSAGE_DELIVERED, .after_ms = 5, .signature = FAULT_NOT_SIGNED}}};
    struct course course = usual;
    course.fault = &fault;
    begin(&bench);
    send_off(&bench, CHANNEL_SMS, &course, sid);
    wait_for_callbacks(&bench, 2);
    struct arena *arena = arena_new(64 * 1024);
    struct form form;
    char good[SIGNATURE_BYTES];
    assert_int_equal(form_parse(arena, text_of(bench.receiver.received[0].body), &form), FORM_OK);
    signature_sign(TEXT(TOKEN), text_of(bench.url), &form, good);
    assert_int_equal(strlen(bench.receiver.received[0].signature), 28);
    assert_string_not_equal(bench.receiver.received[0].signature, good);
    assert_string_equal(bench.receiver.received[1].signature, "(none)");
    arena_free(arena);
    end(&bench);
}

static void after_a_delete_or_a_reset_nothing_more_happens(void **state)
{
    (void)state;
    for (int reset = 0; reset < 2; reset++) {
        struct bench bench;
        struct fail why = {0};
        char sid[SID_BYTES];
        const struct course late = {
            .count = 3,
            .steps = {{MESSAGE_SENDING, 0, 20}, {MESSAGE_SENT, 0, 20}, {MESSAGE_DELIVERED, 0, 30}}};
        begin(&bench);
        send_off(&bench, CHANNEL_SMS, &late, sid);
        if (reset) {
            assert_true(sim_reset(bench.sim, &(struct account_setup){0}, &why));
        } else {
            sim_lock(bench.sim);
            assert_true(messages_remove(&bench.sim->messages, text_of(sid)));
            sim_unlock(bench.sim);
        }
        let_pass(&bench, 60);
        assert_int_equal(bench.receiver.count, 0);
        assert_int_equal(count_records(&bench, JOURNAL_STATUS), 0);
        assert_int_equal(count_records(&bench, JOURNAL_CALLBACK), 0);
        assert_int_equal(timers_count(bench.timers), 0);
        end(&bench);
    }
}

/* With a seed the same SIDs come again after a reset. */
static void a_course_does_not_touch_a_message_of_the_same_sid_after_a_reset(void **state)
{
    (void)state;
    struct bench bench;
    struct fail why = {0};
    char sid[SID_BYTES];
    begin(&bench);
    assert_true(sim_reset(bench.sim, &(struct account_setup){0}, &why));
    send_off(&bench, CHANNEL_SMS, &(struct course){.count = 1, .steps = {{MESSAGE_SENDING, 0, 20}}}, sid);
    assert_true(sim_reset(bench.sim, &(struct account_setup){0}, &why));
    sim_lock(bench.sim);
    assert_string_equal(create(&bench, CHANNEL_SMS)->sid, sid);
    sim_unlock(bench.sim);
    let_pass(&bench, 40);
    sim_lock(bench.sim);
    assert_int_equal(messages_find(&bench.sim->messages, text_of(sid))->state, MESSAGE_QUEUED);
    sim_unlock(bench.sim);
    end(&bench);
}

static void a_status_never_goes_backwards(void **state)
{
    (void)state;
    struct bench bench;
    char sid[SID_BYTES];
    const struct course wild = {.count = 4,
                                .steps = {{MESSAGE_SENDING, 0, 0},
                                          {MESSAGE_SENT, 0, 0},
                                          {MESSAGE_SENDING, 0, 0},
                                          {MESSAGE_FAILED, 30001, 0}}};
    begin(&bench);
    send_off(&bench, CHANNEL_SMS, &wild, sid);
    wait_for_callbacks(&bench, 1);
    let_pass(&bench, 0);
    sim_lock(bench.sim);
    const struct message *message = messages_find(&bench.sim->messages, text_of(sid));
    assert_int_equal(message->state, MESSAGE_SENT);
    assert_int_equal(message->error_code, 0);
    sim_unlock(bench.sim);
    assert_received(&bench, "sent");
    assert_int_equal(count_records(&bench, JOURNAL_STATUS), 1);
    end(&bench);
}

static void what_is_due_at_once_needs_no_timer_and_sets_the_dates(void **state)
{
    (void)state;
    struct bench bench;
    char sid[SID_BYTES];
    struct course course = {
        .count = 3,
        .steps = {{MESSAGE_SENDING, 0, 0}, {MESSAGE_SENT, 0, 0}, {MESSAGE_UNDELIVERED, 30003, 0}}};
    begin(&bench);
    bench.url[0] = '\0';
    send_off(&bench, CHANNEL_SMS, &course, sid);
    sim_lock(bench.sim);
    const struct message *message = messages_find(&bench.sim->messages, text_of(sid));
    assert_int_equal(message->state, MESSAGE_UNDELIVERED);
    assert_int_equal(message->error_code, 30003);
    assert_true(message->sent_wall_ms > 0 && message->updated_wall_ms >= message->sent_wall_ms);
    sim_unlock(bench.sim);
    assert_int_equal(timers_count(bench.timers), 0);
    assert_int_equal(callback_sender_counts(bench.sender).accepted, 0);
    end(&bench);
}

static void a_forged_callback_is_sent_as_asked_and_changes_nothing(void **state)
{
    (void)state;
    struct bench bench;
    struct fail why = {0};
    char id[IDS_UUID_BYTES];
    struct form_pair pairs[] = {{TEXT("MessageStatus"), TEXT("read")}};
    struct form change = {pairs, 1};
    begin(&bench);
    sim_lock(bench.sim);
    struct message *message = create(&bench, CHANNEL_SMS);
    assert_true(schedule_forge(bench.schedule, message,
                               &(struct forged_callback){.state = MESSAGE_DELIVERED,
                                                         .signature = CALLBACK_SIGNATURE_MISSING,
                                                         .change = &change},
                               id, &why));
    sim_unlock(bench.sim);
    wait_for_callbacks(&bench, 1);
    assert_received(&bench, "read");
    assert_string_equal(bench.receiver.received[0].token, id);
    assert_string_equal(bench.receiver.received[0].signature, "(none)");
    sim_lock(bench.sim);
    assert_int_equal(messages_at(&bench.sim->messages, 1)->state, MESSAGE_QUEUED);
    sim_unlock(bench.sim);
    end(&bench);
}

static void a_callback_that_cannot_be_sent_is_refused_in_words(void **state)
{
    (void)state;
    struct bench bench;
    struct fail why = {0}, other = {0};
    char id[IDS_UUID_BYTES];
    begin(&bench);
    bench.url[0] = '\0';
    sim_lock(bench.sim);
    struct message *message = create(&bench, CHANNEL_SMS);
    assert_false(
        schedule_forge(bench.schedule, message, &(struct forged_callback){.state = MESSAGE_SENT}, id, &why));
    assert_string_equal(why.text, "the message has no StatusCallback; give a url");
    assert_false(schedule_forge(bench.schedule, message,
                                &(struct forged_callback){.state = MESSAGE_SENT, .url = TEXT("nowhere")}, id,
                                &other));
    assert_true(other.set);
    sim_unlock(bench.sim);
    end(&bench);
}

static void a_webhook_is_posted_for_the_account(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench);
    sim_lock(bench.sim);
    schedule_post(bench.schedule, sim_account(bench.sim), "SM1", text_of(bench.url), TEXT("Body=STOP"));
    sim_unlock(bench.sim);
    wait_for_callbacks(&bench, 1);
    assert_string_equal(bench.receiver.received[0].body, "Body=STOP");
    end(&bench);
}

static void a_schedule_ends_with_courses_under_way(void **state)
{
    (void)state;
    struct bench bench;
    char sid[SID_BYTES];
    begin(&bench);
    for (int i = 0; i < 3; i++)
        send_off(&bench, CHANNEL_SMS, &(struct course){.count = 1, .steps = {{MESSAGE_SENT, 0, 3600000}}},
                 sid);
    assert_int_equal(timers_count(bench.timers), 3);
    end(&bench);
    schedule_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_that_twilio_calls_back_for_is_called_back),
        cmocka_unit_test(a_callback_is_signed_and_journalled),
        cmocka_unit_test(ordered_callbacks_come_as_ordered_and_no_others),
        cmocka_unit_test(an_ordered_callback_may_be_signed_wrong_or_not_at_all),
        cmocka_unit_test(after_a_delete_or_a_reset_nothing_more_happens),
        cmocka_unit_test(a_course_does_not_touch_a_message_of_the_same_sid_after_a_reset),
        cmocka_unit_test(a_status_never_goes_backwards),
        cmocka_unit_test(what_is_due_at_once_needs_no_timer_and_sets_the_dates),
        cmocka_unit_test(a_forged_callback_is_sent_as_asked_and_changes_nothing),
        cmocka_unit_test(a_callback_that_cannot_be_sent_is_refused_in_words),
        cmocka_unit_test(a_webhook_is_posted_for_the_account),
        cmocka_unit_test(a_schedule_ends_with_courses_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
