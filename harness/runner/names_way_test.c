/* Which scenarios need names to be looked up, and what becomes of them in the proxy way. */
#include "names_way.h"

#include "scenario_trial.h"

#define ASK "steps: [ { ask: {} } ]\n"

static bool loses(const char *rest)
{
    struct scenario_trial trial = scenario_trial_of(rest);
    bool found = scenario_loses_names(trial.scenario, trial.profile);
    scenario_trial_end(&trial);
    return found;
}

static void names_are_lost_by_faults_of_scenario_step_and_action(void **state)
{
    (void)state;
    assert_true(loses("faults: [ { dns: servfail } ]\n" ASK));
    assert_true(
        loses("faults: [ { status: 503 }, { in-turn: [ { pass: true }, { dns: unknown } ] } ]\n" ASK));
    assert_true(loses("steps: [ { ask: {} }, { faults: [ { first: 1, dns: unknown } ] } ]\n"));
    assert_true(loses("steps: [ { lose-and-ask: {} } ]\n"));
    assert_false(loses("faults: [ { tls: expired } ]\nsteps: [ { faults: none }, { ask: {} } ]\n"));
}

static void the_proxy_way_skips_them_with_a_reason(void **state)
{
    static const struct {
        const char *rest;
        enum sandbox_way way;
        enum scenario_outcome outcome;
    } rows[] = {{"faults: [ { dns: servfail } ]\n" ASK, SANDBOX_PROXY, SCENARIO_SKIPPED},
                {"faults: [ { dns: servfail } ]\n" ASK, SANDBOX_PRELOAD, SCENARIO_PASSED},
                {"faults: [ { dns: servfail } ]\n" ASK, SANDBOX_NAMESPACE, SCENARIO_PASSED},
                {"faults: [ { tls: expired } ]\n" ASK, SANDBOX_PROXY, SCENARIO_PASSED}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct scenario_trial trial = scenario_trial_of(rows[i].rest);
        struct scenario_result *result = scenario_result_new("x.yaml", 1, "x", NULL);
        bool allowed = names_way_allows(trial.scenario, trial.profile, rows[i].way, result);
        assert_int_equal(result->outcome, rows[i].outcome);
        assert_int_equal(allowed, rows[i].outcome == SCENARIO_PASSED);
        if (!allowed)
            assert_string_equal(result->failures[0].message,
                                "it has a dns fault, and in the proxy way the backend looks no names up: use "
                                "--sandbox namespace or preload");
        scenario_result_free(result);
        scenario_trial_end(&trial);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_lost_by_faults_of_scenario_step_and_action),
        cmocka_unit_test(the_proxy_way_skips_them_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
