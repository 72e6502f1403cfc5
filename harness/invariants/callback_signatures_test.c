/* Answers to callbacks that are not signed as they should be: invariant 16. */
#include "judge_test_support.h"

static const struct invariant_policy none = {0};

static void only_answered_callbacks_with_a_bad_signature_are_judged(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum invariant_verdict verdict;
        int exercised;
        const char *said;
    } rows[] = {
        {"{'t':1,'kind':'callback','signature':'good','status':204}", INVARIANT_NOT_EXERCISED, 0, NULL},
        {"{'t':1,'kind':'callback','signature':'wrong','error':'connection refused'}",
         INVARIANT_NOT_EXERCISED, 0, NULL},
        {"{'t':1,'kind':'callback','signature':'wrong','status':403}", INVARIANT_HELD, 1, NULL},
        {"{'t':1,'kind':'callback','signature':'missing','status':401}", INVARIANT_HELD, 1, NULL},
        {"{'t':1,'kind':'callback','signature':'wrong','status':204}", INVARIANT_BROKEN, 1,
         "a callback whose signature is wrong was answered 204: line 1"},
        {"{'t':1,'kind':'callback','signature':'other-token','status':500}", INVARIANT_BROKEN, 1,
         "a callback whose signature is other-token was answered 500: line 1"},
        {"{'t':1,'kind':'callback','signature':'missing','status':404}", INVARIANT_BROKEN, 1,
         "a callback whose signature is missing was answered 404: line 1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const lines[] = {rows[i].line, NULL};
        assert_judged(16, lines, &none, rows[i].verdict, rows[i].exercised, rows[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_answered_callbacks_with_a_bad_signature_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
