/* sandbox_trial: a body run in a sandbox, with what it says and what it saw brought back to the test (tests
 * only).
 *
 *     struct trial *trial = trial_new();
 *     trial_run(trial, SANDBOX_NAMESPACE, connect_somewhere);
 *     assert_string_equal(trial->said, "refused\n");
 *     assert_non_null(strstr(trial->refusals, "tcp 1.1.1.1 443\n"));
 *     trial_free(trial);
 *
 * The memory is shared between the processes. Where the machine forbids namespaces the test is skipped, with
 * the reason. */
#ifndef SANDBOX_TRIAL_H
#define SANDBOX_TRIAL_H

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "environment.h"
#include "fail.h"
#include "process.h"
#include "sandbox.h"
#include "test_support.h"

enum { TRIAL_TEXT_BYTES = 16 * 1024, TRIAL_COMMAND_MS = 30000 };

struct trial {
    char said[TRIAL_TEXT_BYTES];     /* by the body */
    char refusals[TRIAL_TEXT_BYTES]; /* "protocol target port" lines */
    int status;                      /* of the worker */
    pthread_mutex_t mutex;
    const char *const *keep;
    const char *folder; /* kept; for the body's files */
    void (*body)(struct sandbox *sandbox, struct trial *trial);
};

static inline struct trial *trial_new(void)
{
    struct trial *trial =
        mmap(NULL, sizeof *trial, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(trial, MAP_FAILED);
    pthread_mutex_init(&trial->mutex, NULL);
    return trial;
}

static inline void trial_free(struct trial *trial)
{
    munmap(trial, sizeof *trial);
}

static inline void trial_put(struct trial *trial, char *where, const char *line)
{
    pthread_mutex_lock(&trial->mutex);
    size_t len = strlen(where);
    snprintf(where + len, TRIAL_TEXT_BYTES - len, "%s\n", line);
    pthread_mutex_unlock(&trial->mutex);
}

static inline void trial_say(struct trial *trial, const char *line)
{
    trial_put(trial, trial->said, line);
}

static inline void trial_refused(void *context, const struct drive_refusal *refusal)
{
    struct trial *trial = context;
    char line[512];
    snprintf(line, sizeof line, "%s %s %d", refusal->protocol, refusal->target, refusal->port);
    trial_put(trial, trial->refusals, line);
}

static inline int trial_body(struct sandbox *sandbox, void *context)
{
    struct trial *trial = context;
    trial->body(sandbox, trial);
    return 0;
}

/* Starts it; -1 with *why. */
static inline pid_t trial_start(struct trial *trial, enum sandbox_way way,
                                void (*body)(struct sandbox *, struct trial *), struct fail *why)
{
    static const char *const hosts[] = {"twilio.com", "example.org", NULL};
    static struct drive_events events;
    events = (struct drive_events){.context = trial, .refused = trial_refused};
    trial->body = body;
    struct sandbox_options options = {.way = way, .hosts = hosts, .keep = trial->keep, .events = &events};
    return sandbox_start(&options, trial_body, trial, why);
}

static inline void trial_wait(struct trial *trial, pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    trial->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static inline void trial_run(struct trial *trial, enum sandbox_way way,
                             void (*body)(struct sandbox *, struct trial *))
{
    struct fail why = {0};
    pid_t pid = trial_start(trial, way, body, &why);
    if (pid < 0)
        fail_msg("the sandbox did not start: %s", why.text);
    trial_wait(trial, pid);
    assert_int_equal(trial->status, 0);
}

/* Runs a command in the present sandbox and says its output and its exit status. */
static inline void trial_command(const struct sandbox *sandbox, struct trial *trial, const char *shell)
{
    struct environment *environment = environment_new();
    environment_inherit(environment, "PATH");
    environment_inherit(environment, "HOME");
    sandbox_put_environment(sandbox, 9, environment);
    struct process_options options = {.name = "command",
                                      .shell = shell,
                                      .environment = environment_list(environment),
                                      .cwd = trial->folder};
    struct text_buf output;
    text_buf_init(&output, TRIAL_TEXT_BYTES / 2);
    struct drive_exit end = {0};
    struct fail why = {0};
    bool ran = process_run(&options, TRIAL_COMMAND_MS, &end, &output, &why);
    if (output.len > 0)
        output.at[--output.len] = '\0';
    if (output.len > 0)
        trial_say(trial, text_buf_z(&output));
    char line[900];
    snprintf(line, sizeof line, ran ? "exit %d%s" : "failed %d %s", end.status, why.text);
    trial_say(trial, line);
    text_buf_release(&output);
    environment_free(environment);
}

/* True when namespaces work here; otherwise says why they do not: the test is to be skipped. */
static inline bool trial_namespaces_allowed(void)
{
    struct fail why = {0};
    if (sandbox_probe(SANDBOX_NAMESPACE, &why))
        return true;
    print_message("skipped, this machine forbids a namespace sandbox: %s\n", why.text);
    return false;
}

static inline bool trial_has_program(const char *name)
{
    char command[128];
    snprintf(command, sizeof command, "command -v %s >/dev/null", name);
    if (system(command) == 0)
        return true;
    print_message("skipped, there is no %s on this machine\n", name);
    return false;
}

#endif
