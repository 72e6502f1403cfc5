/* Sets the world of one scenario up, in the order of DESIGN's "One request, one scenario". */
#include "scene.h"

#include "clock.h"
#include "json.h"
#include "mem.h"
#include "people_setup.h"
#include "rig_clock.h"
#include "rig_hold.h"
#include "rig_variables.h"
#include "verb_search.h"

enum { DEFAULT_CODE_LENGTH = 6 };

static const char *way_name(const struct rig *rig)
{
    return rig->plan.sandbox == NULL ? "url" : sandbox_way_name(sandbox_way_of(rig->plan.sandbox));
}

static bool history_begin(struct scene *scene, struct fail *why)
{
    struct history_time start = rig_clock_begin(scene->rig);
    const struct scenario *scenario = scene->job->scenario;
    scene->world.history = history_open(scene->job->history_path, start, why);
    if (scene->world.history == NULL)
        return false;
    scene->world.started_mono_ms = start.mono_ms;
    scene->world.until_real_us = start.real_us + scene->job->limit_ms * 1000;
    json_t *fields = json_object();
    json_set(fields, "scenario", json_of_text(scenario->sentence.written));
    json_set(fields, "file", json_string(scenario->path));
    if (scene->job->case_name != NULL)
        json_set(fields, "case", json_string(scene->job->case_name));
    json_set(fields, "way", json_string(way_name(scene->rig)));
    json_set(fields, "clock", json_string(scene->rig->clock == NULL ? "real" : "virtual"));
    json_set(fields, "backend", json_of_text(scene->rig->plan.profile->backend.written));
    json_set(fields, "ready", json_of_text(scene->rig->plan.profile->ready.http.written));
    json_set(fields, "seed", json_integer((json_int_t)scene->job->seed));
    history_add(scene->world.history, HISTORY_RUN, fields);
    narrator_tell(scene->rig->plan.narrator, scene->world.history, start.mono_ms);
    if (rig_clock_real_because(scene->rig) != NULL)
        narrator_note_clock(scene->rig->plan.narrator,
                            json_pack("{s:s, s:s, s:s}", "process", "the whole stack", "clock", "real",
                                      "reason", rig_clock_real_because(scene->rig)));
    return true;
}

/* Cells of the case first: policy, people and account may use them. */
static bool variables_begin(struct scene *scene, struct fail *why)
{
    const struct scenario *scenario = scene->job->scenario;
    struct variables *variables = variables_new(scene->rig->variables);
    scene->world.variables = variables;
    for (size_t i = 0; scene->job->row >= 0 && i < scenario->cases.items[scene->job->row].count; i++) {
        const struct named_value *cell = &scenario->cases.items[scene->job->row].items[i];
        json_t *value = NULL;
        if (!value_json(&cell->value, variables, &value, why))
            return false;
        variables_set(variables, cell->name, value);
    }
    if (!policy_json(&scene->rig->plan.profile->policy, &scenario->with.policy, variables, &scene->policy,
                     why))
        return false;
    variables_set(variables, TEXT("policy"), json_incref(scene->policy));
    return true;
}

/* The account's SID and token stay from reset to reset; what the reset tells is what $twilio shows from now
 * on. */
static bool simulator_begin(struct scene *scene, struct fail *why)
{
    struct rig *rig = scene->rig;
    json_t *setup = NULL, *account = NULL;
    bool fine = account_setup(&scene->job->scenario->account, rig->plan.profile, scene->world.variables,
                              &setup, why) &&
                simulator_reset(rig->simulator, setup, &account, why);
    json_decref(setup);
    if (fine)
        json_object_update(rig->ready, account);
    json_decref(account);
    return fine;
}

static int code_length(const struct scene *scene)
{
    const json_t *length = json_object_get(json_object_get(scene->policy, "code"), "length");
    int64_t number = json_is_integer(length) ? json_integer_value(length) : DEFAULT_CODE_LENGTH;
    return (int)number;
}

static bool people_begin(struct scene *scene, struct fail *why)
{
    const struct scenario *scenario = scene->job->scenario;
    const struct value *address = &scene->rig->plan.profile->client.address;
    struct text word;
    if (!value_text_or(address, scene->world.variables, TEXT("own"), &word, why))
        return false;
    scene->world.cast = cast_new(text_is(word, "one"));
    if (!people_setup(&scenario->people, scene->rig->plan.profile, scene->world.variables,
                      scene->rig->simulator, scene->world.cast, why))
        return false;
    cast_provide(scene->world.cast, scene->world.variables, scene->world.history, code_length(scene),
                 scene->job->seed);
    return true;
}

/* What an earlier scenario left in the simulator's journal stays out of this history. */
static bool events_begin(struct scene *scene, struct fail *why)
{
    struct event_pump_options options = {.address = simulator_address(scene->rig->simulator),
                                         .history = scene->world.history,
                                         .code = scene->rig->code};
    if (!simulator_last_event(scene->rig->simulator, &options.after, why))
        return false;
    scene->world.pump = event_pump_new(&options, why);
    return scene->world.pump != NULL;
}

static bool backend_begin(struct scene *scene, struct fail *why)
{
    struct rig *rig = scene->rig;
    const struct scenario *scenario = scene->job->scenario;
    bool same, start;
    struct text reset;
    if (rig->stage == NULL)
        return true;
    if (!rig_plan_backend(rig, scenario, scene->world.variables, &same, why) ||
        !value_bool_or(&scenario->with.start, scene->world.variables, true, &start, why) ||
        !value_text_or(&rig->plan.profile->reset.backend, scene->world.variables, TEXT("restart"), &reset,
                       why))
        return false;
    bool moved = stage_services_moved(rig->stage);
    bool keep = same && !moved && !text_is(reset, "restart") && stage_backend_runs(rig->stage);
    scene->kept = start && keep;
    if (!start)
        stage_stop_backend(rig->stage);
    return !start || keep || stage_start_backend(rig->stage, why);
}

/* A backend that talks to somebody else does so in every scenario: each further one would wait in vain. */
static bool reach_is_possible(const struct rig *rig, struct fail *why)
{
    return !rig->lost.set || fail_set(why, "%s", rig->lost.text);
}

bool scene_open(struct scene *scene, struct rig *rig, const struct job *job, struct fail *why)
{
    *scene = (struct scene){.rig = rig, .job = job};
    scene->findings = findings_new();
    scene->world = (struct world){.profile = rig->plan.profile,
                                  .scenario = job->scenario,
                                  .stage = rig->stage,
                                  .simulator = rig->simulator,
                                  .code = rig->code,
                                  .clock = rig->clock,
                                  .prove_reach = rig->prove_reach};
    world_init(&scene->world);
    bool fine = reach_is_possible(rig, why) && history_begin(scene, why) && variables_begin(scene, why) &&
                simulator_begin(scene, why) && people_begin(scene, why) && events_begin(scene, why) &&
                rig_prepare_stores(rig, why) && backend_begin(scene, why) && rig_holds_all(rig, why) &&
                rig_clock_stand(rig, scene->world.until_real_us, why);
    scene->world.base_url = rig->stage == NULL ? rig->plan.settings->url : rig->base_url;
    return fine;
}

/* A backend that is to be restarted ends now, so that what it does last stands in this history and not in the
 * next. */
static void backend_end(struct scene *scene)
{
    struct rig *rig = scene->rig;
    struct text reset;
    struct fail ignored = {0};
    if (rig->stage == NULL || scene->world.variables == NULL)
        return;
    if (!value_text_or(&rig->plan.profile->reset.backend, scene->world.variables, TEXT("restart"), &reset,
                       &ignored) ||
        text_is(reset, "restart"))
        stage_stop_backend(rig->stage);
}

void scene_close(struct scene *scene)
{
    scene->rig->prove_reach = scene->world.prove_reach;
    scene->rig->lost = scene->world.lost.set ? scene->world.lost : scene->rig->lost;
    rig_clock_end(scene->rig,
                  scenario_has_verb(scene->job->scenario, scene->rig->plan.profile, VERB_SET(VERB_RUN)));
    backend_end(scene);
    narrator_tell(scene->rig->plan.narrator, NULL, 0);
    event_pump_free(scene->world.pump);
    variables_free(scene->world.variables);
    cast_free(scene->world.cast);
    history_free(scene->world.history);
    json_decref(scene->policy);
    findings_free(scene->findings);
    world_release(&scene->world);
}
