/* `run --pause-on-failure` at a terminal: the test is the person. */
#include "run_trial.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>

#include "clock.h"
#include "http_client.h"

enum { WITHIN_MS = 60000 };

static const char profile[] = "backend: One that counts\n"
                              "cwd: app\n"
                              "run: [node, app.js]\n"
                              "env: { PORT: $port.backend }\n"
                              "ready: { http: /health, within: 30s }\n";
static const char app_js[] = "let count = 0;\n"
                             "require('http').createServer((q, s) => {\n"
                             "  if (q.url === '/count') count++;\n"
                             "  s.end('count ' + count);\n"
                             "}).listen(process.env.PORT);\n";
static const char failing[] = "scenario: It %s\n"
                              "time-limit: 3s\n"
                              "steps:\n"
                              "  - request: { path: /count }\n"
                              "  - request: { path: /count }\n"
                              "    expect: { text: count 7 }\n"
                              "cleanup:\n"
                              "  - request: { path: /count }\n";
static const char passing[] = "scenario: It passes\nsteps: [ { request: { path: /health } } ]\n";

struct terminal {
    struct run_trial *trial;
    int fd;
    pid_t pid;
    struct text_buf said;
};

static int setup(void **state)
{
    struct run_trial *trial = run_trial_new();
    char text[600];
    run_trial_write(trial, "backend.yaml", profile);
    run_trial_write(trial, "app/app.js", app_js);
    snprintf(text, sizeof text, failing, "fails first");
    run_trial_write(trial, "s/a.yaml", text);
    run_trial_write(trial, "s/b.yaml", passing);
    snprintf(text, sizeof text, failing, "fails at last");
    run_trial_write(trial, "s/c.yaml", text);
    *state = trial;
    return 0;
}

static int teardown(void **state)
{
    run_trial_free(*state);
    return 0;
}

static void terminal_open(struct terminal *terminal, struct run_trial *trial, const char *arguments)
{
    struct text_buf command;
    struct environment *environment = run_trial_environment(trial);
    run_trial_command(trial, "", arguments, &command);
    const char *const argv[] = {"sh", "-c", text_buf_z(&command), NULL};
    *terminal = (struct terminal){.trial = trial};
    text_buf_init(&terminal->said, RUN_TRIAL_OUTPUT_BYTES);
    terminal->pid = forkpty(&terminal->fd, NULL, NULL, NULL);
    if (terminal->pid == 0) {
        if (chdir(trial->folder) == 0)
            execve("/bin/sh", (char *const *)(uintptr_t)argv,
                   (char *const *)(uintptr_t)environment_list(environment));
        _exit(127);
    }
    assert_true(terminal->pid > 0);
    environment_free(environment);
    text_buf_release(&command);
}

/* False at its end. */
static bool terminal_read(struct terminal *terminal)
{
    char bytes[4096];
    struct pollfd polled = {.fd = terminal->fd, .events = POLLIN};
    if (poll(&polled, 1, WITHIN_MS) != 1)
        fail_msg("nothing more is said:\n%s", text_buf_z(&terminal->said));
    ssize_t got = read(terminal->fd, bytes, sizeof bytes);
    if (got > 0)
        text_put(&terminal->said, text_span(bytes, (size_t)got));
    return got > 0;
}

/* Reads until that is said once more; forgets what came before. */
static void terminal_says(struct terminal *terminal, const char *words)
{
    const char *at;
    while ((at = strstr(text_buf_z(&terminal->said), words)) == NULL)
        if (!terminal_read(terminal))
            fail_msg("it ended, and \"%s\" is not in:\n%s", words, text_buf_z(&terminal->said));
    char *rest = mem_string(at + strlen(words));
    text_buf_clear(&terminal->said);
    text_put_z(&terminal->said, rest);
    mem_free(rest);
}

static void terminal_type(struct terminal *terminal, const char *keys)
{
    assert_int_equal(write(terminal->fd, keys, strlen(keys)), (ssize_t)strlen(keys));
}

static void terminal_ends(struct terminal *terminal, int status, const char *words)
{
    int ended;
    while (terminal_read(terminal))
        ;
    assert_int_equal(waitpid(terminal->pid, &ended, 0), terminal->pid);
    if (strstr(text_buf_z(&terminal->said), words) == NULL)
        fail_msg("\"%s\" is not in:\n%s", words, text_buf_z(&terminal->said));
    assert_true(WIFEXITED(ended));
    assert_int_equal(WEXITSTATUS(ended), status);
    text_buf_release(&terminal->said);
    close(terminal->fd);
}

/* What the paused backend answers, through the port that is told next. */
static void terminal_asks(struct terminal *terminal, const char *path, const char *answer)
{
    struct http_result result;
    struct http_client *client = http_client_new(NULL);
    char url[100];
    terminal_says(terminal, "  backend  ");
    while (strchr(text_buf_z(&terminal->said), '\r') == NULL)
        assert_true(terminal_read(terminal));
    struct text said = text_buf_view(&terminal->said);
    snprintf(url, sizeof url, "%.*s%s", TEXT_ARGS(text_first(said, text_find(said, '\r'))), path);
    if (!http_client_run(client, &(struct http_call){.url = url}, &result))
        fail_msg("%s: %s", url, result.error_text);
    assert_text(text_buf_view(&result.body), answer);
    http_result_release(&result);
    http_client_free(client);
}

static void a_failing_scenario_stands_until_enter(void **state)
{
    struct terminal terminal;
    terminal_open(&terminal, *state, "run s -j 1 --pause-on-failure");
    terminal_says(&terminal, "It fails first");
    terminal_says(&terminal, "count 2"); /* the report comes first */
    terminal_says(&terminal, "paused: One that counts");
    terminal_asks(&terminal, "/", "count 2"); /* as the failure left it: cleanup has not run */
    terminal_says(&terminal, "Enter goes on with the run, Ctrl-C ends it.");
    run_trial_run(*state, "clock +11m"); /* also past the scenario's own time limit */
    run_trial_ends(*state, EXIT_PASSED, SAYS("virtual, runs at the speed of real time"));
    terminal_type(&terminal, "\n");
    terminal_says(&terminal, "It passes");
    terminal_says(&terminal, "It fails at last");
    terminal_asks(&terminal, "/", "count 2");
    terminal_says(&terminal, "Enter goes on");
    terminal_type(&terminal, "\n");
    terminal_ends(&terminal, EXIT_FAILED, "1 passed, 2 failed");
    run_trial_run(*state, "clock");
    run_trial_ends(*state, EXIT_ENVIRONMENT, SAYS("no stack is up"));
}

static void ctrl_c_at_a_pause_ends_the_run(void **state)
{
    struct terminal terminal;
    terminal_open(&terminal, *state, "run s -j 1 --pause-on-failure");
    terminal_says(&terminal, "Enter goes on with the run, Ctrl-C ends it.");
    terminal_type(&terminal, "\003");
    terminal_ends(&terminal, EXIT_FAILED, "0 passed, 1 failed");
}

/* Both fail side by side; one stands while the other waits for its turn. */
static void workers_pause_one_after_the_other(void **state)
{
    struct terminal terminal;
    terminal_open(&terminal, *state, "run s/a.yaml s/c.yaml -j 2 --pause-on-failure");
    for (int i = 0; i < 2; i++) {
        terminal_says(&terminal, "paused: One that counts");
        terminal_asks(&terminal, "/", "count 2");
        terminal_says(&terminal, "Enter goes on");
        terminal_type(&terminal, "\n");
    }
    terminal_ends(&terminal, EXIT_FAILED, "0 passed, 2 failed");
}

int main(void)
{
#define WITH_TRIAL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    static const struct CMUnitTest tests[] = {
        WITH_TRIAL(a_failing_scenario_stands_until_enter),
        WITH_TRIAL(ctrl_c_at_a_pause_ends_the_run),
        WITH_TRIAL(workers_pause_one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
