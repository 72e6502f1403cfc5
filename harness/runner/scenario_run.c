/* Phases of a scenario, and its result. Setting the world up is scene.c's work. */
#include "scenario_run.h"

#include <string.h>

#include "checks.h"
#include "clock.h"
#include "json.h"
#include "mem.h"
#include "names_way.h"
#include "real_time.h"
#include "rig_clock.h"
#include "policy_rows.h"
#include "scene.h"
#include "turn.h"

enum { SIMULATOR_GRACE_MS = 500 };

static void phase_note(struct scene *scene, const char *name)
{
    json_t *fields = json_object();
    json_set(fields, "name", json_string(name));
    history_add(scene->world.history, HISTORY_PHASE, fields);
}

static bool phase_take(struct scene *scene, const struct steps *steps, const char *name)
{
    struct turn turn = {
        .world = &scene->world, .variables = scene->world.variables, .findings = scene->findings};
    phase_note(scene, name);
    return steps_take(&turn, steps, name);
}

/* The first line is the sentence, the others are what a process said last. */
static void failure_add(struct scenario_result *result, const char *step, const struct fail *why)
{
    struct text all = text_of(why->text), first = text_first(all, text_find(all, '\n'));
    char *sentence = text_copy(first);
    const char *file = why->source[0] == '\0' ? NULL : why->source;
    struct scenario_failure *failure =
        scenario_result_fail(result, file, why->line, why->col, step, sentence);
    if (first.len + 1 < all.len)
        scenario_failure_set_detail(failure, why->text + first.len + 1);
    mem_free(sentence);
}

static void environment_fail(struct scenario_result *result, const char *step, const struct fail *why)
{
    failure_add(result, step, why);
    result->outcome = SCENARIO_ENVIRONMENT;
}

static void findings_move(struct scenario_result *result, struct findings *findings)
{
    for (size_t i = 0; i < findings_count(findings); i++) {
        const struct finding *finding = findings_at(findings, i);
        struct scenario_failure *failure = scenario_result_fail(
            result, finding->at.file, finding->at.line, finding->at.col, finding->step, finding->message);
        for (size_t k = 0; k < finding->difference_count; k++)
            scenario_failure_differs(failure, finding->differences[k].at, finding->differences[k].expected,
                                     finding->differences[k].actual);
        if (finding->detail != NULL)
            scenario_failure_set_detail(failure, finding->detail);
    }
    findings_cut(findings, 0);
}

static void check_final(struct scene *scene)
{
    const struct check *check = scene->job->scenario->check;
    struct fail why = {0};
    struct place none = {0};
    phase_note(scene, "check");
    if (!world_settle(&scene->world, &why)) {
        findings_add_fail(scene->findings, none, "check", &why);
        return;
    }
    struct check_case c = {.history = scene->world.history,
                           .since_real_us = happenings_mark(scene->world.history),
                           .variables = scene->world.variables,
                           .findings = scene->findings,
                           .step = "check",
                           .note = true,
                           .exact_time = scene->world.clock != NULL,
                           .log = &scene->world.profile->log};
    if (check != NULL)
        check_judge(check, &c);
    if (!planned_faults_settle(scene->world.faults, scene->world.simulator, scene->findings, "faults", &why))
        findings_add_fail(scene->findings, none, "faults", &why);
}

/* The first line is what happened, the others are what the process said last. */
static void end_add(struct scenario_result *result, const char *step, struct text_buf *words)
{
    struct text all = text_buf_view(words);
    char *sentence = text_copy(text_first(all, text_find(all, '\n')));
    struct scenario_failure *failure = scenario_result_fail(result, NULL, 0, 0, step, sentence);
    scenario_failure_set_detail(failure, text_buf_z(words) + strlen(sentence) + 1);
    mem_free(sentence);
}

static void backend_judge(struct scene *scene, struct scenario_result *result)
{
    struct text_buf words;
    if (scene->world.stage == NULL)
        return;
    text_buf_init(&words, FINDING_TEXT_MAX_BYTES);
    if (!stage_backend_is_well(scene->world.stage, &words))
        end_add(result, "backend", &words);
    text_buf_release(&words);
}

/* Without its simulator a scenario says nothing about the backend. */
static void simulator_judge(struct scene *scene, bool answers, struct scenario_result *result)
{
    struct text_buf words;
    if (scene->world.stage == NULL)
        return;
    text_buf_init(&words, FINDING_TEXT_MAX_BYTES);
    if (!stage_simulator_is_well(scene->world.stage, answers ? 0 : SIMULATOR_GRACE_MS, &words)) {
        end_add(result, "simulator", &words);
        result->outcome = SCENARIO_ENVIRONMENT;
    }
    text_buf_release(&words);
}

static void invariants_take(struct scene *scene, struct scenario_result *result)
{
    struct policy_rows rows;
    struct invariant_results verdicts;
    struct fail why = {0};
    if (!policy_rows_read(&rows, scene->policy, &why)) {
        failure_add(result, "invariants", &why);
    } else {
        invariants_judge(scene->world.history, &rows.policy, &verdicts);
        invariants_note(scene->world.history, &verdicts);
        scenario_result_judge(result, &verdicts);
    }
    policy_rows_release(&rows);
}

/* reset: { backend: ACTION }: a backend that runs on is brought back by one of its own actions. */
static bool reset_by_action(struct scene *scene)
{
    const struct value *reset = &scene->rig->plan.profile->reset.backend;
    if (!scene->kept || !value_given(reset) || text_is(reset->written, "keep"))
        return true;
    struct action_call call = {.at = reset->at, .name = reset->written};
    struct step step = {.at = reset->at, .verb = VERB_ACTION, .verb_at = reset->at, .action = &call};
    struct turn turn = {
        .world = &scene->world, .variables = scene->world.variables, .findings = scene->findings};
    return step_take(&turn, &step, "reset");
}

bool scenario_begin(struct scene *scene, struct scenario_result *result)
{
    const struct scenario *scenario = scene->job->scenario;
    struct world *world = &scene->world;
    struct fail why = {0};
    bool ready = reset_by_action(scene) &&
                 (scenario->given.count == 0 || phase_take(scene, &scenario->given, "given"));
    if (!ready) {
        findings_move(result, scene->findings);
        result->outcome = SCENARIO_SETUP_FAILED;
        return false;
    }
    if (planned_faults_add(world->faults, world->simulator, &scenario->faults, world->variables, &why))
        return true;
    failure_add(result, "faults", &why);
    return false;
}

static void cleanup(struct scene *scene, struct scenario_result *result)
{
    const struct scenario *scenario = scene->job->scenario;
    if (scenario->cleanup.count > 0)
        phase_take(scene, &scenario->cleanup, "cleanup");
    findings_move(result, scene->findings);
}

/* One run from its beginning. */
struct course {
    const struct scenario_pause *pause;
    int64_t begin_us, begin_ms;
    uint64_t jumps;
};

static void result_measure(const struct course *course, const struct scene *scene,
                           struct scenario_result *result)
{
    const struct rig *rig = scene->rig;
    bool is_virtual = rig->clock != NULL;
    result->virtual_ms = clock_mono_ms() - (is_virtual ? scene->world.started_mono_ms : course->begin_ms);
    result->is_virtual = is_virtual;
    result->jumps = is_virtual ? (int64_t)(timekeeper_jump_count(rig->clock) - course->jumps) : 0;
    result->took_real_ms = (clock_real_mono_us() - course->begin_us) / 1000;
}

static void pause_on_failure(const struct course *course, struct scene *scene, struct scenario_result *result)
{
    if (course->pause == NULL || result->failure_count == 0 || scene->world.stage == NULL)
        return;
    result_measure(course, scene, result);
    course->pause->hold(course->pause->context, scene, result);
}

/* False when the simulator did not answer at the end. */
static bool act(const struct course *course, struct scene *scene, struct scenario_result *result)
{
    struct fail why = {0};
    if (scenario_begin(scene, result)) {
        if (phase_take(scene, &scene->job->scenario->steps, "steps"))
            check_final(scene);
        findings_move(result, scene->findings);
    }
    bool answers = world_catch_up(&scene->world, &why);
    if (!answers)
        failure_add(result, "simulator", &why);
    backend_judge(scene, result);
    invariants_take(scene, result);
    pause_on_failure(course, scene, result);
    cleanup(scene, result);
    if (scene->world.is_lost)
        environment_fail(result, "reach", &scene->world.lost);
    struct fail unsound = {0};
    if (!history_sound(scene->world.history, &unsound))
        failure_add(result, "history", &unsound);
    return answers;
}

static void end_note(struct scene *scene, const struct scenario_result *result)
{
    if (scene->world.history == NULL)
        return;
    json_t *fields = json_object();
    json_set(fields, "outcome", json_string(scenario_outcome_name(result->outcome)));
    if (result->failure_count > 0)
        json_set(fields, "text", json_string(result->failures[0].message));
    history_add(scene->world.history, HISTORY_END, fields);
}

struct scenario_result *scenario_run(struct rig *rig, const struct job *job,
                                     const struct scenario_pause *pause)
{
    const struct scenario *scenario = job->scenario;
    struct course course = {.pause = pause, .begin_us = clock_real_mono_us(), .begin_ms = clock_mono_ms()};
    struct scenario_result *result =
        scenario_result_new(scenario->path, scenario->sentence.at.line, "", job->case_name);
    mem_free(result->name);
    result->name = text_copy(scenario->sentence.written);
    result->history_path = mem_string(job->history_path);
    struct scene scene;
    struct fail why = {0};
    bool answers = true;
    if (rig->clock == NULL && !real_time_allows(scenario, rig->plan.profile, rig->plan.settings->real_time,
                                                rig_clock_real_because(rig), result))
        return result;
    if (rig->plan.sandbox != NULL &&
        !names_way_allows(scenario, rig->plan.profile, sandbox_way_of(rig->plan.sandbox), result))
        return result;
    course.jumps = rig->clock == NULL ? 0 : timekeeper_jump_count(rig->clock);
    if (scene_open(&scene, rig, job, &why))
        answers = act(&course, &scene, result);
    else
        environment_fail(result, "start", &why);
    simulator_judge(&scene, answers, result);
    result_measure(&course, &scene, result);
    end_note(&scene, result);
    scene_close(&scene);
    if (rig->off_clock.set && result->outcome == SCENARIO_PASSED)
        environment_fail(result, "clock", &rig->off_clock);
    result->took_real_ms = (clock_real_mono_us() - course.begin_us) / 1000;
    return result;
}
