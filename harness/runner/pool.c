/* Hands out jobs and takes results. What a worker does is worker.c's. */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "dialer.h"
#include "interrupts.h"
#include "json.h"
#include "mem.h"
#include "pool_pause.h"
#include "worker.h"

enum { RESULT_MAX_BYTES = 64 * 1024 * 1024, READ_BYTES = 64 * 1024, NO_JOB = -1, SCRATCH_BYTES = 4096 };

static const char go_on[] = "{\"go-on\": true}\n";

struct member {
    pid_t pid; /* 0: not there */
    int commands_fd, results_fd, channel;
    struct text_buf line;
    int64_t job;
    bool idle;     /* it gets its next job when no pause is on */
    json_t *hello; /* it is paused */
    int64_t paused_mono_ms;
    int64_t began_mono_ms, until_mono_ms; /* of its job */
    bool timed_out;
    char scratch[SCRATCH_BYTES];
};

struct pool {
    const struct pool_options *options;
    struct member *members;
    size_t next; /* job */
    bool *reported;
    bool stopping; /* no further jobs */
    bool lost;     /* the surroundings do not come up */
    size_t deaths;
    size_t not_begun; /* scenarios whose surroundings did not come up */
    bool begun;       /* some scenario ran */
    struct fail why;
    struct interrupts interrupts;
    struct pool_pause pause;
    size_t paused; /* the member that it is about */
};

static const struct job *job_at(const struct pool *pool, int64_t number)
{
    return &pool->options->selection->jobs[number];
}

static void result_report(struct pool *pool, int64_t number, const struct scenario_result *result)
{
    if (pool->reported[number])
        return;
    pool->reported[number] = true;
    pool->options->ended(pool->options->context, result);
    bool environment = result->outcome == SCENARIO_ENVIRONMENT;
    pool->not_begun += environment;
    pool->begun = pool->begun || (!environment && result->outcome != SCENARIO_SKIPPED);
    if (!pool->begun && pool->not_begun == POOL_NOT_BEGUN_MAX && !pool->lost) {
        fail_set(&pool->why, "none of the first %d scenarios could begin", POOL_NOT_BEGUN_MAX);
        pool->lost = pool->stopping = true;
    }
    if (pool->options->fail_fast && result->outcome != SCENARIO_PASSED)
        pool->stopping = true;
}

/* A result that no worker gave. */
static void result_make(struct pool *pool, int64_t number, enum scenario_outcome outcome, const char *message,
                        int64_t took_ms)
{
    const struct job *job = job_at(pool, number);
    char *sentence = text_copy(job->scenario->sentence.written);
    struct scenario_result *result =
        scenario_result_new(job->scenario->path, job->scenario->sentence.at.line, sentence, job->case_name);
    scenario_result_fail(result, job->scenario->path, job->scenario->sentence.at.line, 1, "worker", message);
    result->outcome = outcome;
    result->took_real_ms = took_ms;
    if (outcome != SCENARIO_SKIPPED)
        result->history_path = mem_string(job->history_path);
    result_report(pool, number, result);
    scenario_result_free(result);
    mem_free(sentence);
}

/* Both ends -1 where nobody pauses. */
static bool channel_open(const struct pool *pool, int channel[2], struct fail *why)
{
    channel[0] = channel[1] = -1;
    return pool->options->pause == NULL || dialer_channel(channel, why);
}

static bool pipes_open(int commands[2], int results[2], struct fail *why)
{
    if (pipe2(commands, O_CLOEXEC) != 0)
        return fail_set(why, "no pipe for a worker: %s", strerror(errno));
    if (pipe2(results, O_CLOEXEC) == 0)
        return true;
    close(commands[0]);
    close(commands[1]);
    return fail_set(why, "no pipe for a worker: %s", strerror(errno));
}

static void member_close(struct member *member)
{
    close(member->commands_fd);
    close(member->results_fd);
    if (member->channel >= 0)
        close(member->channel);
    text_buf_release(&member->line);
    member->pid = 0;
    member->job = NO_JOB;
    member->idle = false;
}

static bool member_start(struct pool *pool, struct member *member, struct fail *why)
{
    int commands[2], results[2], channel[2];
    if (!channel_open(pool, channel, why) || !pipes_open(commands, results, why))
        return false;
    struct worker_plan plan = {.rig = pool->options->rig,
                               .selection = pool->options->selection,
                               .commands_fd = commands[0],
                               .results_fd = results[1],
                               .channel = channel[1]};
    snprintf(member->scratch, sizeof member->scratch, "%s/w%zu", pool->options->scratch,
             (size_t)(member - pool->members) + 1);
    plan.rig.scratch = member->scratch;
    struct sandbox_options sandbox = {.way = pool->options->way,
                                      .hosts = pool->options->hosts,
                                      .keep = pool->options->keep,
                                      .events = narrator_events(pool->options->rig.narrator),
                                      .scratch =
                                          pool->options->scratch_is_ours ? pool->options->scratch : NULL};
    member->pid = sandbox_start(&sandbox, worker_run, &plan, why);
    close(commands[0]);
    close(results[1]);
    if (channel[1] >= 0)
        close(channel[1]);
    member->channel = channel[0];
    member->commands_fd = commands[1];
    member->results_fd = results[0];
    member->job = NO_JOB;
    member->timed_out = false;
    text_buf_init(&member->line, RESULT_MAX_BYTES);
    if (member->pid > 0)
        return true;
    member_close(member);
    return false;
}

static void command_send(const struct member *member, const char *command)
{
    ssize_t written = write(member->commands_fd, command, strlen(command));
    (void)written; /* a worker that is gone shows in its results */
}

static void job_give(struct pool *pool, struct member *member)
{
    char command[32];
    member->job = NO_JOB;
    if (pool->stopping || pool->next == pool->options->selection->job_count) {
        command_send(member, "end\n");
        return;
    }
    member->idle = pool->pause.is_on;
    if (member->idle)
        return;
    member->job = (int64_t)pool->next++;
    member->began_mono_ms = clock_mono_ms();
    member->until_mono_ms = member->began_mono_ms + job_at(pool, member->job)->limit_ms + POOL_GRACE_MS;
    pool->options->began(pool->options->context, job_at(pool, member->job));
    snprintf(command, sizeof command, "%lld\n", (long long)member->job);
    command_send(member, command);
}

/* ---- pauses: one at a time; members that are paused meanwhile wait for their turn */

static void pause_next(struct pool *pool)
{
    for (size_t i = 0; i < (size_t)pool->options->workers && !pool->pause.is_on; i++) {
        struct member *member = &pool->members[i];
        if (member->hello == NULL)
            continue;
        pool->paused = i;
        pool_pause_begin(&pool->pause, member->hello, member->commands_fd, member->channel);
    }
    for (size_t i = 0; i < (size_t)pool->options->workers && !pool->pause.is_on; i++)
        if (pool->members[i].idle)
            job_give(pool, &pool->members[i]);
}

static void pause_take(struct pool *pool, struct member *member, const json_t *hello)
{
    member->hello = json_deep_copy(hello);
    member->paused_mono_ms = clock_mono_ms();
    pause_next(pool);
}

/* It goes on, or has died. Its time limit stood still. */
static void pause_over(struct pool *pool, struct member *member)
{
    member->until_mono_ms += clock_mono_ms() - member->paused_mono_ms;
    json_decref(member->hello);
    member->hello = NULL;
    if (pool->pause.is_on && member == &pool->members[pool->paused])
        pool_pause_end(&pool->pause);
    pause_next(pool);
}

static void pause_let_go(struct pool *pool)
{
    struct member *member = &pool->members[pool->paused];
    int commands_fd = member->commands_fd;
    pause_over(pool, member);
    ssize_t written = write(commands_fd, go_on, sizeof go_on - 1);
    (void)written; /* a worker that is gone shows in its results */
}

static void result_take(struct pool *pool, struct member *member, const json_t *line)
{
    struct fail why = {0};
    int64_t took_ms = clock_mono_ms() - member->began_mono_ms;
    struct scenario_result *result = scenario_result_from_json(json_object_get(line, "result"), &why);
    if (result == NULL)
        result_make(pool, member->job, SCENARIO_ENVIRONMENT, why.text, took_ms);
    else
        result_report(pool, member->job, result);
    scenario_result_free(result);
}

static void line_take(struct pool *pool, struct member *member, const json_t *line)
{
    struct text setup = json_text(line, "setup");
    int64_t took_ms = clock_mono_ms() - member->began_mono_ms;
    if (setup.at != NULL) {
        fail_set(&pool->why, "%.*s", TEXT_ARGS(setup));
        pool->lost = pool->stopping = true;
        if (member->job != NO_JOB)
            result_make(pool, member->job, SCENARIO_ENVIRONMENT, pool->why.text, took_ms);
        member->job = NO_JOB;
        return;
    }
    if (json_object_get(line, "job") == NULL) { /* of a stack that is held */
        if (pool->pause.is_on && member == &pool->members[pool->paused])
            pool_pause_take(&pool->pause, line);
        return;
    }
    const json_t *hello = json_object_get(line, "paused");
    if (json_object_get(line, "result") != NULL)
        result_take(pool, member, line);
    if (hello != NULL) {
        pause_take(pool, member, hello);
        return;
    }
    member->job = NO_JOB;
    if (!json_is_true(json_object_get(line, "last"))) /* else it ends, and a new one takes its place */
        job_give(pool, member);
}

/* True while the worker lives. */
static bool results_read(struct pool *pool, struct member *member)
{
    char *bytes = mem_new(READ_BYTES);
    ssize_t got = read(member->results_fd, bytes, READ_BYTES);
    bool alive = got > 0 || (got < 0 && errno == EINTR);
    for (struct text rest = text_span(bytes, got > 0 ? (size_t)got : 0); rest.len > 0;) {
        size_t end = text_find(rest, '\n');
        text_put(&member->line, text_first(rest, end));
        if (end < rest.len) {
            json_t *line = NULL;
            struct fail why = {0};
            if (json_read(text_buf_view(&member->line), "a worker's result", &line, &why))
                line_take(pool, member, line);
            json_decref(line);
            text_buf_clear(&member->line);
        }
        rest = text_from(rest, end + 1);
    }
    mem_free(bytes);
    return alive;
}

static void death_words(const struct pool *pool, const struct member *member, int status, char *out,
                        size_t size_bytes)
{
    int64_t limit_ms = job_at(pool, member->job)->limit_ms;
    if (interrupts_count() > 0)
        snprintf(out, size_bytes, "interrupted by signal %d", interrupts_last());
    else if (member->timed_out)
        snprintf(out, size_bytes,
                 "the scenario did not end within its time limit of %lld ms, nor soon after: it was ended",
                 (long long)limit_ms);
    else if (WIFSIGNALED(status))
        snprintf(out, size_bytes, "the worker was ended by signal %d while it ran this scenario",
                 WTERMSIG(status));
    else
        snprintf(out, size_bytes, "the worker ended with status %d while it ran this scenario",
                 WEXITSTATUS(status));
}

/* It ended, as it was told, or by itself. */
static void member_bury(struct pool *pool, struct member *member)
{
    int status = 0;
    char words[200];
    while (waitpid(member->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (member->job != NO_JOB) {
        death_words(pool, member, status, words, sizeof words);
        enum scenario_outcome outcome = interrupts_count() > 0 ? SCENARIO_SKIPPED
                                        : member->timed_out    ? SCENARIO_FAILED
                                                               : SCENARIO_ENVIRONMENT;
        result_make(pool, member->job, outcome, words, clock_mono_ms() - member->began_mono_ms);
        if (++pool->deaths >= POOL_DEATHS_MAX && !pool->lost) {
            fail_set(&pool->why, "%d workers died", POOL_DEATHS_MAX);
            pool->lost = pool->stopping = true;
        }
    }
    if (member->hello != NULL)
        pause_over(pool, member);
    member_close(member);
}

static size_t alive_count(const struct pool *pool)
{
    size_t count = 0;
    for (int i = 0; i < pool->options->workers; i++)
        count += pool->members[i].pid != 0;
    return count;
}

/* Fills empty places while there is something to do. */
static bool members_start(struct pool *pool)
{
    size_t left = pool->options->selection->job_count - pool->next;
    for (int i = 0; i < pool->options->workers && left > 0 && !pool->stopping && !pool->pause.is_on; i++) {
        struct member *member = &pool->members[i];
        if (member->pid != 0)
            continue;
        if (!member_start(pool, member, &pool->why)) {
            pool->lost = pool->stopping = true;
            return false;
        }
        job_give(pool, member);
        left = pool->options->selection->job_count - pool->next;
    }
    return true;
}

static int64_t earliest_deadline(const struct pool *pool)
{
    int64_t earliest = CLOCK_NEVER;
    for (int i = 0; i < pool->options->workers; i++) {
        const struct member *member = &pool->members[i];
        if (member->pid != 0 && member->job != NO_JOB && !member->timed_out && member->hello == NULL &&
            member->until_mono_ms < earliest)
            earliest = member->until_mono_ms;
    }
    return earliest;
}

/* To the sandbox's guardian: everything below ends with it. One without namespaces has work to do for that.
 */
static void member_end(const struct pool *pool, const struct member *member)
{
    kill(member->pid, pool->options->way == SANDBOX_NAMESPACE ? SIGKILL : SIGTERM);
}

static void overdue_end(struct pool *pool)
{
    for (int i = 0; i < pool->options->workers; i++) {
        struct member *member = &pool->members[i];
        if (member->pid == 0 || member->job == NO_JOB || member->timed_out || member->hello != NULL ||
            clock_mono_ms() < member->until_mono_ms)
            continue;
        member->timed_out = true;
        member_end(pool, member);
    }
}

static void interruption_take(struct pool *pool)
{
    if (interrupts_count() == 0 || pool->lost)
        return;
    fail_set(&pool->why, "interrupted by signal %d", interrupts_last());
    pool->lost = pool->stopping = true;
    for (int i = 0; i < pool->options->workers; i++)
        if (pool->members[i].pid != 0)
            member_end(pool, &pool->members[i]);
}

static void wait_and_take(struct pool *pool)
{
    struct pollfd polled[SETTINGS_WORKERS_MAX + POOL_PAUSE_POLLED_MAX];
    nfds_t workers = (nfds_t)pool->options->workers;
    for (int i = 0; i < pool->options->workers; i++) {
        const struct member *member = &pool->members[i];
        polled[i] = (struct pollfd){.fd = member->pid != 0 ? member->results_fd : -1, .events = POLLIN};
    }
    nfds_t count = workers + pool_pause_poll(&pool->pause, &polled[workers]);
    int timeout_ms = clock_poll_timeout_ms(earliest_deadline(pool));
    struct timespec timeout = {timeout_ms / 1000, (timeout_ms % 1000) * 1000000L};
    int ready = ppoll(polled, count, timeout_ms < 0 ? NULL : &timeout, &pool->interrupts.before);
    interruption_take(pool);
    overdue_end(pool);
    if (ready > 0 && count > workers && pool_pause_turn(&pool->pause, &polled[workers]))
        pause_let_go(pool);
    for (int i = 0; i < pool->options->workers && ready > 0; i++)
        if (polled[i].revents != 0 && !results_read(pool, &pool->members[i]))
            member_bury(pool, &pool->members[i]);
}

static void rest_skip(struct pool *pool)
{
    const char *words = interrupts_count() > 0 ? "not run: interrupted"
                        : pool->lost           ? "not run: the environment did not come up"
                                               : "not run: an earlier scenario failed (--fail-fast)";
    for (size_t i = 0; i < pool->options->selection->job_count; i++)
        if (!pool->reported[i])
            result_make(pool, (int64_t)i, SCENARIO_SKIPPED, words, 0);
}

bool pool_run(const struct pool_options *options, struct fail *why)
{
    struct pool pool = {.options = options, .pause.stand = options->pause};
    REQUIRE(options->workers >= 1 && options->workers <= SETTINGS_WORKERS_MAX);
    pool.members = mem_new_array((size_t)options->workers, sizeof *pool.members);
    pool.reported = mem_new_array(options->selection->job_count + 1, sizeof *pool.reported);
    interrupts_catch(&pool.interrupts);
    while (members_start(&pool), alive_count(&pool) > 0)
        wait_and_take(&pool);
    interrupts_restore(&pool.interrupts);
    pool_pause_end(&pool.pause);
    rest_skip(&pool);
    if (pool.lost)
        fail_set(why, "%s", pool.why.text);
    mem_free(pool.members);
    mem_free(pool.reported);
    return !pool.lost;
}
