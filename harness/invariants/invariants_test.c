/* The table as a whole, and results as values: which are judged, sums, the way to JSON and back. */
#include "judge_test_support.h"

static const struct invariant_policy none = {0};
static const char *const broken_run[] = {"{'t':1,'kind':'callback','signature':'wrong','status':200}", NULL};
static const char *const held_run[] = {"{'t':1,'kind':'callback','signature':'wrong','status':403}",
                                       "{'t':2,'kind':'callback','signature':'missing','status':403}", NULL};
static const char *const empty_run[] = {NULL};

static void judge(const char *const *lines, struct invariant_results *ret)
{
    struct history *history = history_of(lines);
    invariants_judge(history, &none, ret);
    history_free(history);
}

static void an_empty_history_exercises_nothing(void **state)
{
    (void)state;
    static const enum invariant_verdict expected[INVARIANTS] = {
        [2] = INVARIANT_LATER,  [3] = INVARIANT_LATER,  [4] = INVARIANT_LATER,  [7] = INVARIANT_LATER,
        [9] = INVARIANT_LATER,  [11] = INVARIANT_LATER, [12] = INVARIANT_LATER, [13] = INVARIANT_LATER,
        [14] = INVARIANT_LATER, [16] = INVARIANT_LATER};
    struct invariant_results results;
    judge(empty_run, &results);
    for (int i = 0; i < INVARIANTS; i++) {
        assert_int_equal(results.rows[i].verdict, expected[i]);
        assert_int_equal(results.rows[i].number, i + 1);
        assert_int_equal(results.rows[i].exercised, 0);
    }
    assert_true(invariants_all_hold(&results));
    invariants_release(&results);
}

static void in_a_sum_broken_beats_held_beats_not_exercised(void **state)
{
    (void)state;
    struct invariant_results sum, one;
    invariants_init(&sum);
    const char *const *const runs[] = {empty_run, held_run, broken_run, held_run};
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        judge(runs[i], &one);
        invariants_sum(&sum, &one);
        invariants_release(&one);
    }
    assert_int_equal(sum.rows[15].verdict, INVARIANT_BROKEN);
    assert_int_equal(sum.rows[15].exercised, 5);
    assert_string_equal(sum.rows[15].text, "a callback whose signature is wrong was answered 200: line 1");
    assert_int_equal(sum.rows[0].verdict, INVARIANT_NOT_EXERCISED);
    assert_int_equal(sum.rows[2].verdict, INVARIANT_LATER);
    assert_false(invariants_all_hold(&sum));
    invariants_release(&sum);
}

static void results_survive_the_way_through_json(void **state)
{
    (void)state;
    struct invariant_results results, back;
    judge(broken_run, &results);
    json_t *value = invariants_to_json(&results);
    assert_true(invariants_from_json(value, &back));
    assert_int_equal(back.rows[15].verdict, INVARIANT_BROKEN);
    assert_int_equal(back.rows[15].exercised, 1);
    assert_string_equal(back.rows[15].text, results.rows[15].text);
    assert_int_equal(back.rows[4].verdict, INVARIANT_LATER);
    invariants_release(&back);
    json_array_remove(value, 16);
    assert_false(invariants_from_json(value, &back));
    json_decref(value);
    assert_false(invariants_from_json(NULL, &back));
    invariants_release(&results);
}

static void each_judged_invariant_is_noted_in_the_history(void **state)
{
    (void)state;
    struct history *history = history_of(broken_run);
    struct invariant_results results;
    invariants_judge(history, &none, &results);
    invariants_note(history, &results);
    assert_int_equal(history_count(history), 8);
    const struct history_line *last = history_line(history, 7);
    assert_int_equal(last->kind, HISTORY_INVARIANT);
    assert_int_equal(history_int(last, "number", 0), 16);
    assert_int_equal(history_int(last, "exercised", 0), 1);
    assert_text(history_text(last, "verdict"), "broken");
    assert_text(history_text(last, "text"), "a callback whose signature is wrong was answered 200: line 1");
    assert_text(history_text(history_line(history, 1), "verdict"), "not exercised");
    invariants_release(&results);
    history_free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_history_exercises_nothing),
        cmocka_unit_test(in_a_sum_broken_beats_held_beats_not_exercised),
        cmocka_unit_test(results_survive_the_way_through_json),
        cmocka_unit_test(each_judged_invariant_is_noted_in_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
