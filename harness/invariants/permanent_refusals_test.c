/* Histories that keep and break invariant 7. */
#include "judge_test_support.h"

#define SENT(t, end, id)                                                                                     \
    "{'t':" #t ",'kind':'request','id':'" #id "','does':'send','phone':'+243810000001'}",                    \
        "{'t':" #end ",'kind':'answer','request':'" #id "','verdict':'sent'}"
#define CALL(t, channel, status, code, text)                                                                 \
    "{'t':" #t ",'kind':'call','operation':'message.create','to':'+243810000001','channel':'" channel        \
    "','status':" #status ",'code':" #code ",'start_ms':" #t ",'text':'" text "'}"

static const int64_t codes[] = {21608, 21211};
static const struct invariant_policy policy = {
    .code_length = 6, .resend = RESEND_NEW, .permanent = codes, .permanent_count = 2};

static void a_refusal_that_is_left_alone_holds(void **state)
{
    (void)state;
    static const char *const lines[] = {SENT(0, 9, 1), CALL(5, "whatsapp", 400, 21608, "code 111111"),
                                        CALL(6, "sms", 201, null, "code 111111"), NULL};
    assert_judged(7, lines, &policy, INVARIANT_HELD, 1, NULL);
}

static void a_try_after_a_permanent_code_is_a_breach(void **state)
{
    (void)state;
    static const char *const lines[] = {SENT(0, 9, 1), CALL(5, "sms", 400, 21608, "code 111111"),
                                        CALL(7, "sms", 400, 21608, "code 111111"), NULL};
    assert_judged(7, lines, &policy, INVARIANT_BROKEN, 2,
                  "+243810000001 was tried again on sms after the permanent code 21608: lines 3 and 4");
}

static void a_temporary_code_may_be_tried_again(void **state)
{
    (void)state;
    static const char *const lines[] = {SENT(0, 9, 1),
                                        CALL(5, "sms", 503, null, "code 111111"),
                                        CALL(6, "sms", 429, 20429, "code 111111"),
                                        CALL(7, "sms", null, null, ""),
                                        CALL(8, "sms", 201, null, "code 111111"),
                                        NULL};
    assert_judged(7, lines, &policy, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void the_next_request_may_try_again(void **state)
{
    (void)state;
    static const char *const lines[] = {SENT(0, 9, 1), CALL(5, "sms", 400, 21608, "code 111111"),
                                        SENT(10, 19, 2), CALL(15, "sms", 400, 21608, "code 222222"), NULL};
    assert_judged(7, lines, &policy, INVARIANT_HELD, 2, NULL);
}

static void requests_at_once_are_told_apart_by_their_codes(void **state)
{
    (void)state;
    static const char *const good[] = {SENT(0, 9, 1), SENT(0, 9, 2),
                                       CALL(5, "sms", 400, 21608, "code 111111"),
                                       CALL(6, "sms", 400, 21608, "code 222222"), NULL};
    static const char *const bad[] = {SENT(0, 9, 1),
                                      SENT(0, 9, 2),
                                      CALL(5, "sms", 400, 21608, "code 111111"),
                                      CALL(6, "sms", 400, 21608, "code 222222"),
                                      CALL(7, "sms", 400, 21608, "code 111111"),
                                      NULL};
    assert_judged(7, good, &policy, INVARIANT_HELD, 2, NULL);
    assert_judged(7, bad, &policy, INVARIANT_BROKEN, 3,
                  "+243810000001 was tried again on sms after the permanent code 21608: lines 5 and 7");
}

static void requests_at_once_without_a_code_are_not_judged(void **state)
{
    (void)state;
    static const char *const lines[] = {SENT(0, 9, 1), SENT(0, 9, 2), CALL(5, "sms", 400, 21608, "hello"),
                                        CALL(6, "sms", 400, 21608, "hello"), NULL};
    assert_judged(7, lines, &policy, INVARIANT_NOT_EXERCISED, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_that_is_left_alone_holds),
        cmocka_unit_test(a_try_after_a_permanent_code_is_a_breach),
        cmocka_unit_test(a_temporary_code_may_be_tried_again),
        cmocka_unit_test(the_next_request_may_try_again),
        cmocka_unit_test(requests_at_once_are_told_apart_by_their_codes),
        cmocka_unit_test(requests_at_once_without_a_code_are_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
