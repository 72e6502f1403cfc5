/* Reads job numbers, runs them, writes results. */
#include "worker.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hold.h"
#include "json.h"
#include "mem.h"
#include "scenario_run.h"

enum { COMMAND_BYTES = 32, STATUS_ENVIRONMENT = 4, IGNORED_BYTES = 64 * 1024 };

static bool bytes_write(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

/* The value is stolen. */
static bool line_write(int fd, json_t *value)
{
    char *line = json_write(value);
    json_decref(value);
    bool fine = bytes_write(fd, line, strlen(line)) && bytes_write(fd, "\n", 1);
    mem_free(line);
    return fine;
}

/* The next job's number; false when there is none. */
static bool command_read(int fd, int64_t jobs, int64_t *ret_job)
{
    char command[COMMAND_BYTES];
    size_t len = 0;
    while (len < sizeof command) {
        ssize_t got = read(fd, &command[len], 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        if (command[len] == '\n')
            return text_to_int(text_span(command, len), 0, jobs - 1, ret_job);
        len++;
    }
    return false;
}

static bool rig_is_sound(struct rig *rig)
{
    struct text_buf ignored;
    text_buf_init(&ignored, IGNORED_BYTES);
    bool sound = rig->stage == NULL || stage_simulator_is_well(rig->stage, 0, &ignored);
    text_buf_release(&ignored);
    return sound;
}

/* What a worker keeps from job to job. */
struct bench {
    struct worker_plan *plan;
    struct rig *rig;
    char *real_because; /* why everything is on the real clock from now on, or NULL */
    int64_t number;     /* of the job that runs */
    bool told;          /* its result, at a pause */
};

/* A failing scenario is reported, and then its stack is a person's. */
static void scenario_hold(void *context, struct scene *scene, struct scenario_result *result)
{
    struct bench *bench = context;
    struct hold_plan plan = {bench->plan->commands_fd, bench->plan->results_fd, bench->plan->channel};
    json_t *line = json_object();
    json_set(line, "job", json_integer(bench->number));
    json_set(line, "result", scenario_result_to_json(result));
    json_set(line, "paused", hold_hello(scene));
    bench->told = line_write(bench->plan->results_fd, line) && hold_scene(scene, &plan);
}

static struct scenario_result *job_take(struct bench *bench, const struct job *job)
{
    const struct scenario_pause pause = {bench, scenario_hold};
    bool pauses = bench->plan->rig.settings->pause_on_failure;
    return scenario_run(bench->rig, job, pauses ? &pause : NULL);
}

/* Somebody of the stack cannot be on the virtual clock: then nobody may be. All of it starts anew. */
static bool go_real(struct bench *bench, struct fail *why)
{
    bench->real_because = mem_string(bench->rig->off_clock.text);
    bench->plan->rig.real_because = bench->real_because;
    rig_close(bench->rig);
    bench->rig = rig_open(&bench->plan->rig, why);
    return bench->rig != NULL;
}

static struct scenario_result *scenario_take(struct bench *bench, const struct job *job, struct fail *why)
{
    struct scenario_result *result = job_take(bench, job);
    bool may_be_real = strcmp(bench->plan->rig.settings->clock, "virtual") != 0;
    if (!bench->rig->off_clock.set || bench->real_because != NULL || !may_be_real)
        return result;
    scenario_result_free(result);
    return go_real(bench, why) ? job_take(bench, job) : NULL;
}

/* False when no further job can be run here; the result says so. */
static bool job_run(struct bench *bench, int64_t number, struct fail *why)
{
    bench->number = number;
    bench->told = false;
    struct scenario_result *result = scenario_take(bench, &bench->plan->selection->jobs[number], why);
    if (result == NULL)
        return false;
    bool sound = rig_is_sound(bench->rig);
    json_t *line = json_object();
    json_set(line, "job", json_integer(number));
    if (bench->told)
        json_set(line, "resumed", json_true());
    else
        json_set(line, "result", scenario_result_to_json(result));
    json_set(line, "last", json_boolean(!sound));
    scenario_result_free(result);
    return line_write(bench->plan->results_fd, line) && sound;
}

static int setup_fail(const struct worker_plan *plan, const struct fail *why)
{
    char words[sizeof why->text + sizeof why->source + 32];
    json_t *line = json_object();
    json_set(line, "setup", json_of_text(text_of(fail_line(why, words, sizeof words))));
    line_write(plan->results_fd, line);
    return STATUS_ENVIRONMENT;
}

int worker_run(struct sandbox *sandbox, void *context)
{
    struct bench bench = {.plan = context};
    struct fail why = {0};
    int status = 0;
    int64_t job;
    bench.plan->rig.sandbox = bench.plan->rig.settings->url == NULL ? sandbox : NULL;
    bench.rig = rig_open(&bench.plan->rig, &why);
    while (bench.rig != NULL &&
           command_read(bench.plan->commands_fd, (int64_t)bench.plan->selection->job_count, &job) &&
           job_run(&bench, job, &why))
        ;
    if (bench.rig == NULL)
        status = setup_fail(bench.plan, &why);
    rig_close(bench.rig);
    mem_free(bench.real_because);
    return status;
}
