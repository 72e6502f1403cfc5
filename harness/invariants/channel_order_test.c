/* Histories that keep and break invariant 9. */
#include "judge_test_support.h"

#define SEND(t, end, id, more)                                                                               \
    "{'t':" #t ",'kind':'request','id':'" #id "','does':'send','phone':'+243810000001'" more "}",            \
        "{'t':" #end ",'kind':'answer','request':'" #id "','verdict':'sent'}"
#define CALL(t, channel, code)                                                                               \
    "{'t':" #t                                                                                               \
    ",'kind':'call','operation':'message.create','to':'whatsapp:+243810000001','channel':'" channel          \
    "','text':'code " code "'}"

static const char *const both[] = {"whatsapp", "sms"};
static const struct invariant_policy policy = {
    .code_length = 6, .resend = RESEND_NEW, .channels = both, .channel_count = 2};

static void the_promised_order_holds_with_retries_in_it(void **state)
{
    (void)state;
    static const char *const lines[] = {
        SEND(0, 9, 1, ""),        CALL(3, "whatsapp", "111111"), CALL(4, "whatsapp", "111111"),
        CALL(5, "sms", "111111"), CALL(6, "sms", "111111"),      NULL};
    assert_judged(9, lines, &policy, INVARIANT_HELD, 1, NULL);
}

static void one_channel_alone_gives_no_occasion(void **state)
{
    (void)state;
    static const char *const lines[] = {SEND(0, 9, 1, ""), CALL(5, "sms", "111111"), NULL};
    assert_judged(9, lines, &policy, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void going_back_in_the_list_is_a_breach(void **state)
{
    (void)state;
    static const char *const lines[] = {SEND(0, 9, 1, ""), CALL(3, "sms", "111111"),
                                        CALL(4, "whatsapp", "111111"), NULL};
    assert_judged(9, lines, &policy, INVARIANT_BROKEN, 1,
                  "+243810000001 was tried on sms before whatsapp: lines 3 and 4");
}

static void a_channel_off_the_list_is_a_breach(void **state)
{
    (void)state;
    static const char *const lines[] = {SEND(0, 9, 1, ""), CALL(3, "call", "111111"), NULL};
    assert_judged(9, lines, &policy, INVARIANT_BROKEN, 1,
                  "+243810000001 was tried on call, which is not promised: line 3");
}

static void a_request_that_names_its_channel_is_exempt(void **state)
{
    (void)state;
    static const char *const lines[] = {SEND(0, 9, 1, ",'channel':'sms'"), CALL(3, "sms", "111111"),
                                        CALL(4, "whatsapp", "111111"), NULL};
    assert_judged(9, lines, &policy, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void the_next_request_starts_anew(void **state)
{
    (void)state;
    static const char *const lines[] = {SEND(0, 9, 1, ""),
                                        CALL(3, "whatsapp", "111111"),
                                        CALL(4, "sms", "111111"),
                                        SEND(10, 19, 2, ""),
                                        CALL(13, "whatsapp", "222222"),
                                        CALL(14, "sms", "222222"),
                                        NULL};
    assert_judged(9, lines, &policy, INVARIANT_HELD, 2, NULL);
}

static void without_channels_in_the_policy_it_is_not_exercised(void **state)
{
    (void)state;
    static const struct invariant_policy none = {.code_length = 6};
    static const char *const lines[] = {SEND(0, 9, 1, ""), CALL(3, "sms", "111111"),
                                        CALL(4, "whatsapp", "111111"), NULL};
    assert_judged(9, lines, &none, INVARIANT_NOT_EXERCISED, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_promised_order_holds_with_retries_in_it),
        cmocka_unit_test(one_channel_alone_gives_no_occasion),
        cmocka_unit_test(going_back_in_the_list_is_a_breach),
        cmocka_unit_test(a_channel_off_the_list_is_a_breach),
        cmocka_unit_test(a_request_that_names_its_channel_is_exempt),
        cmocka_unit_test(the_next_request_starts_anew),
        cmocka_unit_test(without_channels_in_the_policy_it_is_not_exercised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
