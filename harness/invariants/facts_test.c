/* How facts finds answers, codes in texts, and the request that a call belongs to. */
#include "judge_test_support.h"

#include "facts.h"

#define SEND(t, id, phone)     "{'t':" #t ",'kind':'request','id':'" #id "','does':'send','phone':'" phone "'}"
#define ANSWER(t, id, verdict) "{'t':" #t ",'kind':'answer','request':'" #id "','verdict':'" verdict "'}"
#define CALL(t, to, text)                                                                                    \
    "{'t':" #t ",'kind':'call','operation':'message.create','to':'" to "','channel':'sms','text':'" text "'" \
    "}"

static void a_code_is_a_run_of_digits_of_the_right_length(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int length;
        const char *code;
    } rows[] = {{"Your code is 123456.", 6, "123456"},
                {"1234567 123456", 6, "123456"},
                {"12345", 6, ""},
                {"", 6, ""},
                {"123456", 0, ""},
                {"123456", 6, "123456"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_text(facts_code_in(text_of(rows[i].text), rows[i].length), rows[i].code);
}

static void an_answer_is_found_by_its_request(void **state)
{
    (void)state;
    static const char *const lines[] = {SEND(1, b, "+1"), SEND(2, a, "+1"), ANSWER(3, a, "sent"),
                                        "{'t':4,'kind':'request'}", NULL};
    static const struct invariant_policy policy = {0};
    struct history *history = history_of(lines);
    struct facts facts;
    facts_init(&facts, history, &policy);
    assert_int_equal(facts.request_count, 3);
    assert_null(facts.requests[0].answer);
    assert_int_equal(facts.requests[1].answer->n, 3);
    assert_text(facts.requests[1].verdict, "sent");
    assert_null(facts.requests[2].answer);
    facts_release(&facts);
    history_free(history);
}

static void a_call_belongs_to_the_request_before_it(void **state)
{
    (void)state;
    static const char *const lines[] = {CALL(0, "+1", ""), SEND(1, 1, "+1"),     ANSWER(5, 1, "sent"),
                                        SEND(2, 2, "+2"),  ANSWER(9, 2, "sent"), CALL(3, "+1", ""),
                                        CALL(4, "+2", ""), SEND(6, 3, "+1"),     ANSWER(9, 3, "sent"),
                                        CALL(7, "+1", ""), CALL(8, "+3", ""),    NULL};
    static const struct {
        int64_t n;
        int wave;
        bool judged;
    } expected[] = {{1, -1, false}, {11, -1, false}, {6, 0, true}, {10, 1, true}, {7, 2, true}};
    static const struct invariant_policy policy = {0};
    struct history *history = history_of(lines);
    struct facts facts;
    facts_init(&facts, history, &policy);
    assert_int_equal(facts.wave_count, 3);
    assert_int_equal(facts.call_count, 5);
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(facts.calls[i].line->n, expected[i].n);
        assert_int_equal(facts.calls[i].wave, expected[i].wave);
        assert_int_equal(facts.calls[i].occasion >= 0, expected[i].judged);
    }
    facts_release(&facts);
    history_free(history);
}

static void a_code_draws_its_later_calls_to_its_request(void **state)
{
    (void)state;
    static const char *const lines[] = {
        SEND(1, 1, "+1"),     ANSWER(2, 1, "sent"),         CALL(1, "+1", "code 111111"), SEND(3, 2, "+1"),
        ANSWER(9, 2, "sent"), CALL(4, "+1", "code 111111"), CALL(5, "+1", "code 222222"), NULL};
    static const struct {
        enum invariant_resend resend;
        int waves[3]; /* of lines 3, 6, 7 */
    } rows[] = {{RESEND_NEW, {0, 0, 1}}, {RESEND_SAME, {0, 1, 1}}, {RESEND_NOT_SAID, {0, 1, 1}}};
    for (size_t r = 0; r < COUNT_OF(rows); r++) {
        struct invariant_policy policy = {.code_length = 6, .resend = rows[r].resend};
        struct history *history = history_of(lines);
        struct facts facts;
        facts_init(&facts, history, &policy);
        static const int64_t numbers[] = {3, 6, 7};
        for (size_t i = 0; i < facts.call_count; i++)
            for (size_t k = 0; k < COUNT_OF(numbers); k++)
                if (facts.calls[i].line->n == numbers[k])
                    assert_int_equal(facts.calls[i].wave, rows[r].waves[k]);
        facts_release(&facts);
        history_free(history);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_a_run_of_digits_of_the_right_length),
        cmocka_unit_test(an_answer_is_found_by_its_request),
        cmocka_unit_test(a_call_belongs_to_the_request_before_it),
        cmocka_unit_test(a_code_draws_its_later_calls_to_its_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
