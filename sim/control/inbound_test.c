/* Messages from people: keywords, the sandbox, the window, the webhook. */
#include "test_control.h"

#include "inbound.h"
#include "test_clock.h"

#define AWA "+243810000001"

static struct person *awa(struct desk *desk, enum whatsapp_state whatsapp)
{
    struct person person = {.name = "awa", .e164 = AWA, .reachable = true, .whatsapp = whatsapp};
    return account_set_person(sim_account(desk->sim), &desk->sim->ids, &person, 0);
}

static const struct message *receive(struct desk *desk, enum channel channel, const char *text)
{
    sim_lock(desk->sim);
    const struct message *message =
        inbound_receive(desk->sim, sim_account(desk->sim),
                        &(struct inbound){.from = TEXT(AWA), .text = text_of(text), .channel = channel});
    sim_unlock(desk->sim);
    return message;
}

static void it_is_stored_and_journalled(void **state)
{
    (void)state;
    struct desk desk;
    struct journal_record record;
    desk_open(&desk);
    const struct message *message = receive(&desk, CHANNEL_SMS, "Bonjour");
    assert_text(message_text(message, MESSAGE_FROM), AWA);
    assert_text(message_text(message, MESSAGE_TO), "+15005550006");
    assert_text(message_text(message, MESSAGE_BODY), "Bonjour");
    assert_int_equal(message->state, MESSAGE_RECEIVED);
    assert_int_equal(message->direction, DIRECTION_INBOUND);
    assert_true(journal_next(&desk.sim->journal, 0, &record));
    assert_int_equal(record.kind, JOURNAL_MESSAGE);
    assert_text(journal_text(&record, "direction"), "inbound");
    assert_text(journal_text(&record, "from"), AWA);
    message = receive(&desk, CHANNEL_WHATSAPP, "Bonjour");
    assert_text(message_text(message, MESSAGE_FROM), "whatsapp:" AWA);
    assert_text(message_text(message, MESSAGE_TO), "whatsapp:+15005550006");
    desk_close(&desk);
}

static void keywords_opt_out_and_in_again(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool out_before, out_after;
    } rows[] = {
        {"STOP", false, true},        {"stop", false, true},        {" Stop \n", false, true},
        {"STOPALL", false, true},     {"UNSUBSCRIBE", false, true}, {"CANCEL", false, true},
        {"END", false, true},         {"QUIT", false, true},        {"REVOKE", false, true},
        {"OPTOUT", false, true},      {"STOP it", false, false},    {"nonstop", false, false},
        {"", false, false},           {"START", true, false},       {"yes", true, false},
        {"UNSTOP", true, false},      {"STOP", true, true},         {"hello", true, true},
        {"START please", true, true}, {"START", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct desk desk;
        desk_open(&desk);
        struct person *person = awa(&desk, WHATSAPP_OPEN);
        person->opted_out = rows[i].out_before;
        account_set_opt_out(sim_account(desk.sim), TEXT(AWA), TEXT("+15005550006"), rows[i].out_before);
        receive(&desk, CHANNEL_SMS, rows[i].text);
        if (person->opted_out != rows[i].out_after)
            fail_msg("'%s'", rows[i].text);
        assert_int_equal(account_has_opt_out(sim_account(desk.sim), TEXT(AWA), TEXT("+15005550006")),
                         rows[i].out_after);
        desk_close(&desk);
    }
}

static void whatsapp_words_change_the_handset(void **state)
{
    (void)state;
    static const struct {
        enum whatsapp_state before;
        const char *text;
        enum whatsapp_state after;
    } rows[] = {
        {WHATSAPP_OPEN, "join some-words", WHATSAPP_JOINED},
        {WHATSAPP_OPEN, "Join some-words", WHATSAPP_JOINED},
        {WHATSAPP_OPEN, "join", WHATSAPP_OPEN},
        {WHATSAPP_OPEN, "joining", WHATSAPP_OPEN},
        {WHATSAPP_JOINED, "stop", WHATSAPP_OPEN},
        {WHATSAPP_JOINED, "hello", WHATSAPP_JOINED},
        {WHATSAPP_OUTSIDE_WINDOW, "hello", WHATSAPP_OUTSIDE_WINDOW},
        {WHATSAPP_BLOCKED, "hello", WHATSAPP_BLOCKED},
        {WHATSAPP_NONE, "hello", WHATSAPP_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct desk desk;
        desk_open(&desk);
        const struct person *person = awa(&desk, rows[i].before);
        receive(&desk, CHANNEL_WHATSAPP, rows[i].text);
        if (person->whatsapp != rows[i].after)
            fail_msg("'%s'", rows[i].text);
        assert_false(person->opted_out);
        desk_close(&desk);
    }
}

static void any_whatsapp_message_opens_the_window_for_a_day(void **state)
{
    (void)state;
    static const char *const texts[] = {"hello", "join some-words", "stop", ""};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct desk desk;
        test_clock_start(1781630970000);
        desk_open(&desk);
        const struct person *person = awa(&desk, WHATSAPP_OUTSIDE_WINDOW);
        assert_false(person_window_is_open(person, clock_mono_ms()));
        receive(&desk, CHANNEL_SMS, texts[i]);
        assert_false(person_window_is_open(person, clock_mono_ms()));
        receive(&desk, CHANNEL_WHATSAPP, texts[i]);
        assert_int_equal(person->window_until_mono_ms, TEST_CLOCK_START_MS + 86400000);
        test_clock_jump(3600000);
        receive(&desk, CHANNEL_WHATSAPP, "again");
        assert_int_equal(person->window_until_mono_ms, TEST_CLOCK_START_MS + 90000000);
        desk_close(&desk);
        test_clock_stop();
    }
}

static void a_stranger_can_opt_out_too(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    receive(&desk, CHANNEL_SMS, "STOP");
    assert_true(account_has_opt_out(sim_account(desk.sim), TEXT(AWA), TEXT("+15005550006")));
    assert_int_equal(sim_account(desk.sim)->person_count, 0);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_stored_and_journalled),
        cmocka_unit_test(keywords_opt_out_and_in_again),
        cmocka_unit_test(whatsapp_words_change_the_handset),
        cmocka_unit_test(any_whatsapp_message_opens_the_window_for_a_day),
        cmocka_unit_test(a_stranger_can_opt_out_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
