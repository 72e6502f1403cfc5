/* up_trial: `otp-harness up` as its user sees it (tests only): starts one, reads what it prints, calls what
 * it forwards.
 *
 *     struct up_trial up;
 *     up_trial_start(&up, trial, "a", "--sandbox namespace");    // its name; it is up when this returns
 *     up_trial_call(&up, UP_BACKEND, "POST", "/api/auth/login", "{…}", &result);
 *     up_trial_end(&up, SIGINT, EXIT_PASSED);
 *
 * What it prints stands in the trial's folder, in NAME.log. Waits are bounded and for events. */
#ifndef UP_TRIAL_H
#define UP_TRIAL_H

#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "clock.h"
#include "http_client.h"
#include "run_trial.h"

enum { UP_WITHIN_MS = 60000, UP_LOOK_MS = 10 };
enum up_port { UP_BACKEND, UP_INBOX };

struct up_trial {
    struct run_trial *trial;
    struct process *process;
    char name[32];
    int ports[2];
};

/* Those that run: a test that fails leaves its own behind. */
static struct process *up_trial_running[4];

static inline void up_trial_note(struct process *before, struct process *now)
{
    for (size_t i = 0; i < COUNT_OF(up_trial_running); i++) {
        if (up_trial_running[i] == before) {
            up_trial_running[i] = now;
            return;
        }
    }
    fail_msg("too many are up");
}

/* In a test's teardown. */
static inline void up_trial_end_all(void)
{
    for (size_t i = 0; i < COUNT_OF(up_trial_running); i++) {
        process_free(up_trial_running[i]);
        up_trial_running[i] = NULL;
    }
}

/* What it has printed so far; new. */
static inline char *up_trial_said(const struct up_trial *up)
{
    char file[40];
    snprintf(file, sizeof file, "%s.log", up->name);
    return run_trial_read(up->trial, file);
}

/* Files tell nobody when they change: it is looked at again. */
static inline void up_trial_says(const struct up_trial *up, const char *words)
{
    int64_t until_us = clock_real_mono_us() + UP_WITHIN_MS * 1000LL;
    for (;;) {
        char *said = up_trial_said(up);
        bool found = strstr(said, words) != NULL,
             over = clock_real_mono_us() >= until_us || !process_is_running(up->process);
        if (!found && over)
            fail_msg("\"%s\" is not in:\n%s", words, said);
        mem_free(said);
        if (found)
            return;
        poll(NULL, 0, UP_LOOK_MS);
    }
}

static inline int up_trial_port(const char *said, const char *before)
{
    int64_t port = 0;
    const char *at = strstr(said, before);
    assert_non_null(at);
    at = strstr(at, "127.0.0.1:") + sizeof "127.0.0.1:" - 1;
    assert_true(text_to_int(text_span(at, strspn(at, "0123456789")), 1, 65535, &port));
    return (int)port;
}

static inline void up_trial_start(struct up_trial *up, struct run_trial *trial, const char *name,
                                  const char *arguments)
{
    char line[400], file[40];
    *up = (struct up_trial){.trial = trial};
    snprintf(up->name, sizeof up->name, "%s", name);
    snprintf(file, sizeof file, "%s.log", name);
    snprintf(line, sizeof line, "up %s --name %s > %s.log 2>&1", arguments, name, name);
    run_trial_write(trial, file, "");
    up->process = run_trial_start(trial, line);
    up_trial_note(NULL, up->process);
    up_trial_says(up, "Ctrl-C ends it.");
    char *said = up_trial_said(up);
    up->ports[UP_BACKEND] = up_trial_port(said, "  backend  ");
    up->ports[UP_INBOX] = up_trial_port(said, "  inbox    ");
    mem_free(said);
}

/* Ends it, and it ends so. */
static inline void up_trial_end(struct up_trial *up, int signal, int status)
{
    struct drive_exit end = {0};
    kill(process_pid(up->process), signal);
    if (!process_wait_exit(up->process, clock_mono_ms() + UP_WITHIN_MS, &end))
        fail_msg("it does not end");
    assert_int_equal(end.signal, 0);
    assert_int_equal(end.status, status);
    up_trial_note(up->process, NULL);
    process_free(up->process);
    up->process = NULL;
}

/* The result is to be released. */
static inline void up_trial_call(const struct up_trial *up, enum up_port port, const char *method,
                                 const char *path, const char *json, struct http_result *ret)
{
    char url[300];
    const struct http_header header = {"Content-Type", "application/json"};
    struct http_client *client = http_client_new(NULL);
    snprintf(url, sizeof url, "http://localhost:%d%s", up->ports[port], path);
    struct http_call call = {.method = method,
                             .url = url,
                             .headers = &header,
                             .header_count = json == NULL ? 0 : 1,
                             .body = text_of(json),
                             .within_ms = UP_WITHIN_MS};
    if (!http_client_run(client, &call, ret))
        fail_msg("%s %s: %s", method, path, ret->error_text);
    http_client_free(client);
}

/* The status alone. */
static inline int up_trial_status(const struct up_trial *up, enum up_port port, const char *method,
                                  const char *path, const char *json)
{
    struct http_result result;
    up_trial_call(up, port, method, path, json, &result);
    int status = result.status;
    http_result_release(&result);
    return status;
}

#endif
