/* Histories that keep and break invariant 6. */
#include "judge_test_support.h"

#define SEND(t, id)            "{'t':" #t ",'kind':'request','id':'" #id "','does':'send','phone':'+243810000001'}"
#define ANSWER(t, id, verdict) "{'t':" #t ",'kind':'answer','request':'" #id "','verdict':'" verdict "'}"
#define SENT(t, end, id)       SEND(t, id), ANSWER(end, id, "sent")
#define MESSAGE(t, channel, code)                                                                            \
    "{'t':" #t ",'kind':'message','to':'+243810000001','channel':'" channel "','code_text':'" code "'}"

static const char *const both[] = {"whatsapp", "sms"};
static const struct invariant_policy windows = {.sends_limit = 2, .sends_per_ms = 1000};
static const struct invariant_policy requests = {
    .resend = RESEND_NEW, .unknown_outcome = UNKNOWN_LOOK_UP, .channels = both, .channel_count = 2};

static void without_a_policy_it_is_not_exercised(void **state)
{
    (void)state;
    static const struct invariant_policy none = {0};
    static const char *const lines[] = {SENT(0, 9, 1), MESSAGE(5, "sms", "111111"), NULL};
    assert_judged(6, lines, &none, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void sends_within_the_limit_hold(void **state)
{
    (void)state;
    static const char *const lines[] = {
        SENT(0, 9, 1), MESSAGE(5, "sms", "111111"), SENT(10, 19, 2),     MESSAGE(15, "sms", "222222"),
        SEND(20, 3),   ANSWER(21, 3, "limited"),    SENT(1005, 1009, 4), MESSAGE(1007, "sms", "333333"),
        NULL};
    assert_judged(6, lines, &windows, INVARIANT_HELD, 3, NULL);
}

static void one_send_too_many_in_the_window_is_a_breach(void **state)
{
    (void)state;
    static const char *const lines[] = {SENT(0, 9, 1), MESSAGE(5, "sms", "111111"), SENT(10, 19, 2),
                                        SENT(990, 999, 3), NULL};
    assert_judged(
        6, lines, &windows, INVARIANT_BROKEN, 1,
        "3 sends to +243810000001 were answered as sent within 999 ms (the policy allows 2 in 1000 ms): "
        "lines 1 to 7");
}

static void sends_of_others_do_not_count(void **state)
{
    (void)state;
    static const char *const lines[] = {
        SENT(0, 9, 1),         MESSAGE(5, "sms", "111111"),
        SENT(10, 19, 2),       "{'t':20,'kind':'request','id':'3','does':'send','phone':'+243810000002'}",
        ANSWER(21, 3, "sent"), NULL};
    assert_judged(6, lines, &windows, INVARIANT_HELD, 1, NULL);
}

static void one_message_a_channel_is_allowed(void **state)
{
    (void)state;
    static const char *const lines[] = {SENT(0, 9, 1), MESSAGE(5, "whatsapp", "111111"),
                                        MESSAGE(500, "sms", "111111"), NULL};
    assert_judged(6, lines, &requests, INVARIANT_HELD, 2, NULL);
}

static void a_third_message_for_one_request_is_a_breach(void **state)
{
    (void)state;
    static const struct invariant_policy retry = {
        .unknown_outcome = UNKNOWN_RETRY, .channels = both, .channel_count = 2};
    static const char *const lines[] = {SENT(0, 9, 1), MESSAGE(5, "whatsapp", "111111"),
                                        MESSAGE(6, "sms", "111111"), MESSAGE(7, "sms", "111111"), NULL};
    assert_judged(
        6, lines, &requests, INVARIANT_BROKEN, 3,
        "3 messages were accepted for 1 request of +243810000001 (the policy allows 2): lines 3 to 5");
    assert_judged(6, lines, &retry, INVARIANT_HELD, 3, NULL);
}

static void requests_at_once_are_told_apart_by_their_codes(void **state)
{
    (void)state;
    static const char *const lines[] = {SEND(0, 1),
                                        SEND(0, 2),
                                        MESSAGE(5, "whatsapp", "111111"),
                                        MESSAGE(6, "whatsapp", "222222"),
                                        MESSAGE(7, "sms", "111111"),
                                        MESSAGE(8, "sms", "222222"),
                                        ANSWER(9, 1, "sent"),
                                        ANSWER(9, 2, "sent"),
                                        NULL};
    static const struct invariant_policy same = {.resend = RESEND_SAME, .channels = both, .channel_count = 2};
    assert_judged(6, lines, &requests, INVARIANT_HELD, 4, NULL);
    assert_judged(6, lines, &same, INVARIANT_HELD, 4, NULL);
}

static void requests_at_once_with_one_code_share_their_allowance(void **state)
{
    (void)state;
    static const struct invariant_policy same = {.resend = RESEND_SAME, .channels = both, .channel_count = 2};
#define FOUR_OF_TWO                                                                                          \
    SEND(0, 1), SEND(0, 2), MESSAGE(5, "whatsapp", "111111"), MESSAGE(6, "whatsapp", "111111"),              \
        MESSAGE(7, "sms", "111111"), MESSAGE(8, "sms", "111111"), ANSWER(9, 1, "sent"), ANSWER(9, 2, "sent")
    static const char *const good[] = {FOUR_OF_TWO, NULL};
    static const char *const bad[] = {FOUR_OF_TWO, MESSAGE(10, "sms", "111111"), NULL};
    assert_judged(6, good, &same, INVARIANT_HELD, 4, NULL);
    assert_judged(
        6, bad, &same, INVARIANT_BROKEN, 5,
        "5 messages were accepted for 2 requests of +243810000001 (the policy allows 4): lines 3 to 9");
}

static void a_late_fallback_belongs_to_the_request_of_its_code(void **state)
{
    (void)state;
    static const char *const lines[] = {SENT(0, 9, 1),
                                        MESSAGE(5, "whatsapp", "111111"),
                                        SENT(10, 19, 2),
                                        MESSAGE(15, "whatsapp", "222222"),
                                        MESSAGE(16, "sms", "111111"),
                                        MESSAGE(17, "sms", "222222"),
                                        NULL};
    assert_judged(6, lines, &requests, INVARIANT_HELD, 4, NULL);
}

static void a_reply_of_the_person_is_not_billed(void **state)
{
    (void)state;
    static const char *const lines[] = {
        SENT(0, 9, 1), MESSAGE(5, "sms", "111111"),
        "{'t':6,'kind':'message','direction':'inbound','to':'+243810000001','channel':'sms','text':'STOP'}",
        NULL};
    assert_judged(6, lines, &requests, INVARIANT_HELD, 1, NULL);
}

static void a_message_nobody_asked_for_is_not_judged(void **state)
{
    (void)state;
    static const char *const lines[] = {MESSAGE(5, "sms", "1"), MESSAGE(6, "sms", "1"),
                                        MESSAGE(7, "sms", "1"), SENT(10, 19, 1), NULL};
    assert_judged(6, lines, &requests, INVARIANT_NOT_EXERCISED, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_policy_it_is_not_exercised),
        cmocka_unit_test(sends_within_the_limit_hold),
        cmocka_unit_test(one_send_too_many_in_the_window_is_a_breach),
        cmocka_unit_test(sends_of_others_do_not_count),
        cmocka_unit_test(one_message_a_channel_is_allowed),
        cmocka_unit_test(a_third_message_for_one_request_is_a_breach),
        cmocka_unit_test(requests_at_once_are_told_apart_by_their_codes),
        cmocka_unit_test(requests_at_once_with_one_code_share_their_allowance),
        cmocka_unit_test(a_late_fallback_belongs_to_the_request_of_its_code),
        cmocka_unit_test(a_reply_of_the_person_is_not_billed),
        cmocka_unit_test(a_message_nobody_asked_for_is_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
