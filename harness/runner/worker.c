/* Reads job numbers, runs them, writes results. */
#include "worker.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

/* False when no further job can be run here; the result says so. */
static bool job_run(const struct worker_plan *plan, struct rig *rig, int64_t number)
{
    struct scenario_result *result = scenario_run(rig, &plan->selection->jobs[number]);
    bool sound = rig_is_sound(rig);
    json_t *line = json_object();
    json_set(line, "job", json_integer(number));
    json_set(line, "result", scenario_result_to_json(result));
    json_set(line, "last", json_boolean(!sound));
    scenario_result_free(result);
    return line_write(plan->results_fd, line) && sound;
}

int worker_run(struct sandbox *sandbox, void *context)
{
    struct worker_plan *plan = context;
    struct fail why = {0};
    char words[sizeof why.text + sizeof why.source + 32];
    int64_t job;
    plan->rig.sandbox = plan->rig.settings->url == NULL ? sandbox : NULL;
    struct rig *rig = rig_open(&plan->rig, &why);
    if (rig == NULL) {
        json_t *line = json_object();
        json_set(line, "setup", json_of_text(text_of(fail_line(&why, words, sizeof words))));
        line_write(plan->results_fd, line);
        return STATUS_ENVIRONMENT;
    }
    while (command_read(plan->commands_fd, (int64_t)plan->selection->job_count, &job) &&
           job_run(plan, rig, job))
        ;
    rig_close(rig);
    return 0;
}
