/* Histories that keep and break invariant 2. */
#include "judge_test_support.h"

#define VERIFY(t, id, code)                                                                                  \
    "{'t':" #t ",'kind':'request','id':'" #id                                                                \
    "','does':'verify','phone':'+243810000001','purpose':'login','code':'" code "'}"
#define ANSWER(t, id, verdict) "{'t':" #t ",'kind':'answer','request':'" #id "','verdict':'" verdict "'}"
#define WRONG(t, id, code)     VERIFY(t, id, code), ANSWER(t, id, "wrong-code")
#define MESSAGE(t, code)                                                                                     \
    "{'t':" #t ",'kind':'message','to':'+243810000001','channel':'sms','code_text':'" code "'}"

static const struct invariant_policy three_guesses = {.code_guesses = 3, .resend = RESEND_NEW};

static void without_a_policy_it_is_not_exercised(void **state)
{
    (void)state;
    static const struct invariant_policy none = {0};
    static const char *const lines[] = {MESSAGE(0, "111111"),
                                        WRONG(1, 1, "2"),
                                        WRONG(2, 2, "2"),
                                        WRONG(3, 3, "2"),
                                        VERIFY(4, 9, "111111"),
                                        ANSWER(5, 9, "accepted"),
                                        NULL};
    assert_judged(2, lines, &none, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void fewer_guesses_leave_the_code_alive(void **state)
{
    (void)state;
    static const char *const lines[] = {MESSAGE(0, "111111"),     WRONG(1, 1, "222222"),
                                        WRONG(2, 2, "333333"),    VERIFY(4, 9, "111111"),
                                        ANSWER(5, 9, "accepted"), NULL};
    assert_judged(2, lines, &three_guesses, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void a_dead_code_that_stays_dead_holds(void **state)
{
    (void)state;
    static const char *const lines[] = {
        MESSAGE(0, "111111"),  WRONG(1, 1, "222222"),  WRONG(2, 2, "333333"),      WRONG(3, 3, "444444"),
        WRONG(3, 4, "555555"), VERIFY(4, 9, "111111"), ANSWER(5, 9, "wrong-code"), NULL};
    assert_judged(2, lines, &three_guesses, INVARIANT_HELD, 1, NULL);
}

static void a_code_that_opens_after_all_guesses_is_a_breach(void **state)
{
    (void)state;
    static const char *const lines[] = {MESSAGE(0, "111111"),
                                        WRONG(1, 1, "222222"),
                                        WRONG(2, 2, "333333"),
                                        WRONG(3, 3, "444444"),
                                        VERIFY(4, 9, "111111"),
                                        ANSWER(5, 9, "accepted"),
                                        NULL};
    assert_judged(2, lines, &three_guesses, INVARIANT_BROKEN, 1,
                  "code 111111 of +243810000001 was accepted after 3 wrong guesses (the policy allows 3): "
                  "lines 7 and 9");
}

static void guesses_still_under_way_are_not_held_against_the_backend(void **state)
{
    (void)state;
    static const char *const lines[] = {
        MESSAGE(0, "111111"),   WRONG(1, 1, "222222"),    WRONG(2, 2, "333333"),      VERIFY(3, 3, "444444"),
        VERIFY(3, 9, "111111"), ANSWER(5, 9, "accepted"), ANSWER(6, 3, "wrong-code"), NULL};
    assert_judged(2, lines, &three_guesses, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void guesses_at_another_code_do_not_count(void **state)
{
    (void)state;
    static const char *const lines[] = {MESSAGE(0, "666666"),
                                        WRONG(1, 1, "222222"),
                                        WRONG(2, 2, "333333"),
                                        MESSAGE(3, "111111"),
                                        "{'t':4,'kind':'request','id':'3','does':'verify','phone':'+"
                                        "243810000001','purpose':'register','code':'1'}",
                                        ANSWER(5, 3, "wrong-code"),
                                        WRONG(5, 4, "444444"),
                                        VERIFY(6, 9, "111111"),
                                        ANSWER(7, 9, "accepted"),
                                        NULL};
    assert_judged(2, lines, &three_guesses, INVARIANT_NOT_EXERCISED, 0, NULL);
}

static void a_fallback_with_the_same_code_gives_no_new_guesses(void **state)
{
    (void)state;
    static const char *const lines[] = {
        MESSAGE(0, "111111"),  WRONG(1, 1, "222222"),  WRONG(2, 2, "333333"),    MESSAGE(3, "111111"),
        WRONG(4, 3, "444444"), VERIFY(5, 9, "111111"), ANSWER(6, 9, "accepted"), NULL};
    static const struct invariant_policy same = {.code_guesses = 3, .resend = RESEND_SAME};
    assert_judged(2, lines, &three_guesses, INVARIANT_BROKEN, 1,
                  "code 111111 of +243810000001 was accepted after 3 wrong guesses (the policy allows 3): "
                  "lines 8 and 10");
    assert_judged(2, lines, &same, INVARIANT_NOT_EXERCISED, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_policy_it_is_not_exercised),
        cmocka_unit_test(fewer_guesses_leave_the_code_alive),
        cmocka_unit_test(a_dead_code_that_stays_dead_holds),
        cmocka_unit_test(a_code_that_opens_after_all_guesses_is_a_breach),
        cmocka_unit_test(guesses_still_under_way_are_not_held_against_the_backend),
        cmocka_unit_test(guesses_at_another_code_do_not_count),
        cmocka_unit_test(a_fallback_with_the_same_code_gives_no_new_guesses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
