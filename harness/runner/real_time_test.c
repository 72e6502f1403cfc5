/* Which scenarios need time, and what becomes of them on the real clock. */
#include "real_time.h"

#include "test_support.h"

static const char profile_text[] = "backend: x\nrun: [x]\nenv: { PORT: \"1\" }\n"
                                   "actions:\n"
                                   "  ask: { path: /ask }\n"
                                   "  wait-and-ask: { steps: [ { advance: 1h }, { ask: {} } ] }\n";

struct trial {
    struct problems *problems;
    struct profile *profile;
    struct scenario *scenario;
};

static struct trial trial_of(const char *steps)
{
    char text[512];
    struct trial trial = {.problems = problems_new()};
    snprintf(text, sizeof text, "scenario: x\nsteps:\n%s", steps);
    trial.profile = profile_read_text("backend.yaml", text_of(profile_text), trial.problems);
    trial.scenario = scenario_read_text("x.yaml", text_of(text), trial.problems);
    assert_non_null(trial.profile);
    assert_non_null(trial.scenario);
    return trial;
}

static void trial_end(struct trial *trial)
{
    scenario_free(trial->scenario);
    profile_free(trial->profile);
    problems_free(trial->problems);
}

static bool passes(const char *steps)
{
    struct trial trial = trial_of(steps);
    bool found = scenario_lets_time_pass(trial.scenario, trial.profile);
    trial_end(&trial);
    return found;
}

static void time_passes_in_steps_and_in_the_steps_of_actions(void **state)
{
    (void)state;
    assert_true(passes("  - advance: 10m\n"));
    assert_true(passes("  - clock: { backend: { behind: 5m } }\n"));
    assert_true(passes("  - repeat: [ { advance: 1s } ]\n    times: 3\n"));
    assert_true(passes("  - parallel: [ { ask: {} }, { advance: 1s } ]\n"));
    assert_true(passes("  - wait-and-ask: {}\n"));
    assert_false(passes("  - ask: {}\n    within: 10m\n"));
}

static enum scenario_outcome outcome_of(const char *steps, enum settings_real_time wanted,
                                        const char **ret_words)
{
    static char words[256];
    struct trial trial = trial_of(steps);
    struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
    bool allowed =
        real_time_allows(trial.scenario, trial.profile, wanted, "go-server is a Go binary", result);
    assert_int_equal(allowed, result->outcome == SCENARIO_PASSED);
    snprintf(words, sizeof words, "%s", result->failure_count > 0 ? result->failures[0].message : "");
    *ret_words = words;
    enum scenario_outcome outcome = result->outcome;
    scenario_result_free(result);
    trial_end(&trial);
    return outcome;
}

static void a_scenario_that_needs_time_waits_is_skipped_or_fails_as_asked(void **state)
{
    (void)state;
    const char *words;
    assert_int_equal(outcome_of("  - advance: 10m\n", REAL_TIME_WAIT, &words), SCENARIO_PASSED);
    assert_int_equal(outcome_of("  - advance: 10m\n", REAL_TIME_SKIP, &words), SCENARIO_SKIPPED);
    assert_string_equal(words,
                        "it lets time pass, and the stack is on the real clock: go-server is a Go binary");
    assert_int_equal(outcome_of("  - advance: 10m\n", REAL_TIME_FAIL, &words), SCENARIO_FAILED);
    assert_int_equal(outcome_of("  - ask: {}\n", REAL_TIME_FAIL, &words), SCENARIO_PASSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_passes_in_steps_and_in_the_steps_of_actions),
        cmocka_unit_test(a_scenario_that_needs_time_waits_is_skipped_or_fails_as_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
