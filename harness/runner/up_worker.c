/* Opens a scene as a run does, and hands it over. */
#include "up_worker.h"

#include <string.h>

#include "json.h"
#include "mem.h"
#include "report_file.h"
#include "runner.h"
#include "scenario_run.h"

enum { LINE_BYTES = 1024 * 1024 };

/* Stolen. */
static void tell(const struct up_plan *plan, json_t *line)
{
    char *words = json_write(line);
    struct text_buf out;
    text_buf_init(&out, LINE_BYTES);
    text_putf(&out, "%s\n", words);
    report_write(plan->hold.lines_fd, text_buf_view(&out));
    text_buf_release(&out);
    mem_free(words);
    json_decref(line);
}

static int setup_fail(const struct up_plan *plan, int status, const char *words)
{
    json_t *line = json_object();
    json_set(line, "setup", json_of_text(text_of(words)));
    json_set(line, "status", json_integer(status));
    tell(plan, line);
    return status;
}

static int environment_fail(const struct up_plan *plan, const struct fail *why)
{
    char words[sizeof why->text + sizeof why->source + 32];
    return setup_fail(plan, EXIT_ENVIRONMENT, fail_line(why, words, sizeof words));
}

static int given_fail(const struct up_plan *plan, const struct scenario_result *result)
{
    char words[2048] = "what the scenario sets up failed";
    const struct scenario_failure *failure = result->failures;
    if (result->failure_count > 0)
        snprintf(words, sizeof words, "%s:%d:%d: %s: %s", failure->file == NULL ? "" : failure->file,
                 failure->line, failure->col, failure->step, failure->message);
    return setup_fail(plan, EXIT_FAILED, words);
}

/* `given` and the faults, then it is a person's. */
static int scene_hand_over(struct up_plan *plan, struct scene *scene)
{
    const struct scenario *scenario = plan->job->scenario;
    struct scenario_result *result =
        scenario_result_new(scenario->path, scenario->sentence.at.line, "up", NULL);
    int status = EXIT_PASSED;
    if (scenario_begin(scene, result)) {
        json_t *line = json_object();
        json_set(line, "up", hold_hello(scene));
        tell(plan, line);
        hold_scene(scene, &plan->hold);
    } else {
        status = given_fail(plan, result);
    }
    scenario_result_free(result);
    return status;
}

/* False with *ret_real: everything must start anew on the real clock, or with *why. */
static bool scene_up(struct up_plan *plan, struct rig *rig, char **ret_real, int *ret_status,
                     struct fail *why)
{
    struct scene scene;
    bool may_be_real = strcmp(plan->rig.settings->clock, "virtual") != 0;
    bool up = scene_open(&scene, rig, plan->job, why);
    if (up)
        *ret_status = scene_hand_over(plan, &scene);
    else if (rig->off_clock.set && may_be_real && rig->clock != NULL)
        *ret_real = mem_string(rig->off_clock.text);
    scene_close(&scene);
    return up;
}

int up_worker_run(struct sandbox *sandbox, void *context)
{
    struct up_plan *plan = context;
    char *real_because = NULL;
    int status = EXIT_ENVIRONMENT;
    bool again = true;
    plan->rig.sandbox = sandbox;
    while (again) {
        struct fail why = {0};
        char *real = NULL;
        struct rig *rig = rig_open(&plan->rig, &why);
        bool up = rig != NULL && scene_up(plan, rig, &real, &status, &why);
        rig_close(rig);
        again = real != NULL;
        if (!up && !again)
            environment_fail(plan, &why);
        mem_free(again ? real_because : NULL);
        real_because = again ? real : real_because;
        plan->rig.real_because = real_because;
    }
    mem_free(real_because);
    return status;
}
