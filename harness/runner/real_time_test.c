/* Which scenarios need time, and what becomes of them on the real clock. */
#include "real_time.h"

#include "scenario_trial.h"

static bool passes(const char *rest)
{
    struct scenario_trial trial = scenario_trial_of(rest);
    bool found = scenario_lets_time_pass(trial.scenario, trial.profile);
    scenario_trial_end(&trial);
    return found;
}

static void time_passes_in_steps_and_in_the_steps_of_actions(void **state)
{
    (void)state;
    assert_true(passes("steps: [ { advance: 10m } ]\n"));
    assert_true(passes("steps: [ { clock: { backend: { behind: 5m } } } ]\n"));
    assert_true(passes("steps: [ { repeat: [ { advance: 1s } ], times: 3 } ]\n"));
    assert_true(passes("steps: [ { parallel: [ { ask: {} }, { advance: 1s } ] } ]\n"));
    assert_true(passes("steps: [ { wait-and-ask: {} } ]\n"));
    assert_false(passes("steps: [ { ask: {}, within: 10m } ]\n"));
}

static enum scenario_outcome outcome_of(const char *rest, enum settings_real_time wanted,
                                        const char **ret_words)
{
    static char words[256];
    struct scenario_trial trial = scenario_trial_of(rest);
    struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
    bool allowed =
        real_time_allows(trial.scenario, trial.profile, wanted, "go-server is a Go binary", result);
    assert_int_equal(allowed, result->outcome == SCENARIO_PASSED);
    snprintf(words, sizeof words, "%s", result->failure_count > 0 ? result->failures[0].message : "");
    *ret_words = words;
    enum scenario_outcome outcome = result->outcome;
    scenario_result_free(result);
    scenario_trial_end(&trial);
    return outcome;
}

static void a_scenario_that_needs_time_waits_is_skipped_or_fails_as_asked(void **state)
{
    (void)state;
    const char *words;
    assert_int_equal(outcome_of("steps: [ { advance: 10m } ]\n", REAL_TIME_WAIT, &words), SCENARIO_PASSED);
    assert_int_equal(outcome_of("steps: [ { advance: 10m } ]\n", REAL_TIME_SKIP, &words), SCENARIO_SKIPPED);
    assert_string_equal(words,
                        "it lets time pass, and the stack is on the real clock: go-server is a Go binary");
    assert_int_equal(outcome_of("steps: [ { advance: 10m } ]\n", REAL_TIME_FAIL, &words), SCENARIO_FAILED);
    assert_int_equal(outcome_of("steps: [ { ask: {} } ]\n", REAL_TIME_FAIL, &words), SCENARIO_PASSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_passes_in_steps_and_in_the_steps_of_actions),
        cmocka_unit_test(a_scenario_that_needs_time_waits_is_skipped_or_fails_as_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
