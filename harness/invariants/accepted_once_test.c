/* Histories that keep and break invariant 1. */
#include "judge_test_support.h"

#define VERIFY(t, id, code)                                                                                  \
    "{'t':" #t ",'kind':'request','id':'" #id                                                                \
    "','does':'verify','phone':'+243810000001','purpose':'login','code':'" code "'}"
#define ANSWER(t, id, verdict) "{'t':" #t ",'kind':'answer','request':'" #id "','verdict':'" verdict "'}"
#define MESSAGE(t, code)                                                                                     \
    "{'t':" #t ",'kind':'message','to':'+243810000001','channel':'sms','code_text':'" code "'}"

static const struct invariant_policy none = {0};

static void a_code_used_once_gives_no_occasion(void **state)
{
    (void)state;
    static const char *const lines[] = {MESSAGE(0, "111111"), VERIFY(1, 1, "111111"),
                                        ANSWER(2, 1, "accepted"), NULL};
    assert_judged(1, lines, &none, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void a_second_use_that_is_refused_holds(void **state)
{
    (void)state;
    static const char *const lines[] = {MESSAGE(0, "111111"),       VERIFY(1, 1, "111111"),
                                        ANSWER(2, 1, "accepted"),   VERIFY(3, 2, "111111"),
                                        ANSWER(4, 2, "wrong-code"), NULL};
    assert_judged(1, lines, &none, INVARIANT_HELD, 1, NULL);
}

static void a_second_acceptance_is_a_breach(void **state)
{
    (void)state;
    static const char *const lines[] = {MESSAGE(0, "111111"),     VERIFY(1, 1, "111111"),
                                        ANSWER(2, 1, "accepted"), VERIFY(3, 2, "111111"),
                                        ANSWER(4, 2, "accepted"), NULL};
    assert_judged(1, lines, &none, INVARIANT_BROKEN, 1,
                  "code 111111 of +243810000001 was accepted twice: lines 3 and 5");
}

static void requests_at_once_are_judged_too(void **state)
{
    (void)state;
    static const char *const lines[] = {MESSAGE(0, "111111"),     VERIFY(1, 1, "111111"),
                                        VERIFY(1, 2, "111111"),   VERIFY(1, 3, "111111"),
                                        ANSWER(2, 2, "accepted"), ANSWER(3, 3, "wrong-code"),
                                        ANSWER(4, 1, "accepted"), NULL};
    assert_judged(1, lines, &none, INVARIANT_BROKEN, 2,
                  "code 111111 of +243810000001 was accepted twice: lines 5 and 7");
}

static void the_same_digits_sent_again_may_be_accepted_again(void **state)
{
    (void)state;
    static const char *const lines[] = {
        MESSAGE(0, "111111"),   VERIFY(1, 1, "111111"),     ANSWER(2, 1, "accepted"),
        MESSAGE(3, "111111"),   VERIFY(4, 2, "111111"),     ANSWER(5, 2, "accepted"),
        VERIFY(6, 3, "111111"), ANSWER(7, 3, "wrong-code"), NULL};
    assert_judged(1, lines, &none, INVARIANT_HELD, 1, NULL);
}

static void other_numbers_and_purposes_are_other_codes(void **state)
{
    (void)state;
    static const char *const lines[] = {VERIFY(1, 1, "111111"),
                                        ANSWER(2, 1, "accepted"),
                                        "{'t':3,'kind':'request','id':'2','does':'verify','phone':'+"
                                        "243810000002','purpose':'login','code':'111111'}",
                                        ANSWER(4, 2, "accepted"),
                                        "{'t':5,'kind':'request','id':'3','does':'verify','phone':'+"
                                        "243810000001','purpose':'register','code':'111111'}",
                                        ANSWER(6, 3, "accepted"),
                                        NULL};
    assert_judged(1, lines, &none, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void further_breaches_are_counted(void **state)
{
    (void)state;
    static const char *const lines[] = {VERIFY(1, 1, "111111"),
                                        VERIFY(1, 2, "111111"),
                                        VERIFY(1, 3, "111111"),
                                        ANSWER(2, 1, "accepted"),
                                        ANSWER(2, 2, "accepted"),
                                        ANSWER(2, 3, "accepted"),
                                        NULL};
    assert_judged(1, lines, &none, INVARIANT_BROKEN, 2,
                  "code 111111 of +243810000001 was accepted twice: lines 4 and 5; and 1 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_used_once_gives_no_occasion),
        cmocka_unit_test(a_second_use_that_is_refused_holds),
        cmocka_unit_test(a_second_acceptance_is_a_breach),
        cmocka_unit_test(requests_at_once_are_judged_too),
        cmocka_unit_test(the_same_digits_sent_again_may_be_accepted_again),
        cmocka_unit_test(other_numbers_and_purposes_are_other_codes),
        cmocka_unit_test(further_breaches_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
