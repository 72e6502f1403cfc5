/* scenario_trial: a scenario and a profile that has its actions (tests only).
 *
 *     struct scenario_trial trial = scenario_trial_of("steps: [ { ask: {} } ]\n"); // all but its name
 *     scenario_trial_end(&trial);
 */
#ifndef SCENARIO_TRIAL_H
#define SCENARIO_TRIAL_H

#include "test_support.h"

#include "profile.h"
#include "scenario.h"

struct scenario_trial {
    struct problems *problems;
    struct profile *profile;
    struct scenario *scenario;
};

static inline struct scenario_trial scenario_trial_of(const char *rest)
{
    static const char profile[] =
        "backend: x\nrun: [x]\nenv: { PORT: \"1\" }\n"
        "actions:\n"
        "  ask: { path: /ask }\n"
        "  wait-and-ask: { steps: [ { advance: 1h }, { ask: {} } ] }\n"
        "  lose-and-ask: { steps: [ { faults: [ { dns: unknown } ] }, { ask: {} } ] }\n";
    char text[512];
    struct scenario_trial trial = {.problems = problems_new()};
    snprintf(text, sizeof text, "scenario: x\n%s", rest);
    trial.profile = profile_read_text("backend.yaml", text_of(profile), trial.problems);
    trial.scenario = scenario_read_text("x.yaml", text_of(text), trial.problems);
    assert_non_null(trial.profile);
    assert_non_null(trial.scenario);
    return trial;
}

static inline void scenario_trial_end(struct scenario_trial *trial)
{
    scenario_free(trial->scenario);
    profile_free(trial->profile);
    problems_free(trial->problems);
}

#endif
