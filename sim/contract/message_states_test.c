/* The whole table of a message's states. */
#include "test_support.h"
#include "message_states.h"

static const struct {
    enum message_state state;
    const char *name;
    bool final, called_back, called_back_in_service;
} state_rows[] = {
    {MESSAGE_SCHEDULED, "scheduled", false, false, false},
    {MESSAGE_ACCEPTED, "accepted", false, false, false},
    {MESSAGE_QUEUED, "queued", false, false, true},
    {MESSAGE_SENDING, "sending", false, false, false},
    {MESSAGE_SENT, "sent", false, true, true},
    {MESSAGE_DELIVERED, "delivered", true, true, true},
    {MESSAGE_UNDELIVERED, "undelivered", true, true, true},
    {MESSAGE_FAILED, "failed", true, true, true},
    {MESSAGE_READ, "read", true, true, true},
    {MESSAGE_CANCELED, "canceled", true, true, true},
    {MESSAGE_RECEIVING, "receiving", false, false, false},
    {MESSAGE_RECEIVED, "received", true, false, false},
    {MESSAGE_PARTIALLY_DELIVERED, "partially_delivered", true, false, false},
};

/* A row a state, a column a state that may follow, in the order of the enum; r = only with read receipts. */
static const char *const moves[] = {
    /*                  -SAQsSDUFRCrRP */
    /* none */ ".###.......##.",
    /* scheduled */ "..##......#...",
    /* accepted */ "...#....#.....",
    /* queued */ "....#...#.....",
    /* sending */ ".....#..#.....",
    /* sent */ "......##......",
    /* delivered */ ".........r....",
    /* undelivered */ "..............",
    /* failed */ "..............",
    /* read */ "..............",
    /* canceled */ "..............",
    /* receiving */ "............#.",
    /* received */ "..............",
    /* partially */ "..............",
};

static void only_the_documented_moves_are_legal(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(moves), MESSAGE_STATE_COUNT);
    for (int from = 0; from < MESSAGE_STATE_COUNT; from++) {
        assert_int_equal(strlen(moves[from]), MESSAGE_STATE_COUNT);
        for (int to = 0; to < MESSAGE_STATE_COUNT; to++) {
            char move = moves[from][to];
            assert_int_equal(message_state_may_follow(from, to, CHANNEL_SMS), move == '#');
            assert_int_equal(message_state_may_follow(from, to, CHANNEL_MESSENGER), move == '#');
            assert_int_equal(message_state_may_follow(from, to, CHANNEL_WHATSAPP), move != '.');
            assert_int_equal(message_state_may_follow(from, to, CHANNEL_RCS), move != '.');
        }
    }
}

static void every_state_has_a_name_an_end_and_a_callback_rule(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(state_rows), MESSAGE_STATE_COUNT - 1);
    for (size_t i = 0; i < COUNT_OF(state_rows); i++) {
        enum message_state found = MESSAGE_NONE;
        assert_string_equal(message_state_name(state_rows[i].state), state_rows[i].name);
        assert_true(message_state_from_name(text_of(state_rows[i].name), &found));
        assert_int_equal(found, state_rows[i].state);
        assert_int_equal(message_state_is_final(found), state_rows[i].final);
        assert_int_equal(message_state_is_called_back(found, false), state_rows[i].called_back);
        assert_int_equal(message_state_is_called_back(found, true), state_rows[i].called_back_in_service);
    }
}

static void what_is_no_state_has_no_name(void **state)
{
    (void)state;
    enum message_state found = MESSAGE_SENT;
    assert_string_equal(message_state_name(MESSAGE_NONE), "");
    assert_false(message_state_from_name(TEXT(""), &found));
    assert_false(message_state_from_name(TEXT("Delivered"), &found));
    assert_false(message_state_from_name(TEXT("cancelled"), &found));
    assert_int_equal(found, MESSAGE_SENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_documented_moves_are_legal),
        cmocka_unit_test(every_state_has_a_name_an_end_and_a_callback_rule),
        cmocka_unit_test(what_is_no_state_has_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
