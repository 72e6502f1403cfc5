/* Nothing that a run has started or made in TMPDIR lives on: not after SIGKILL of the harness, not after
 * Ctrl-C. The backend leaves children behind that left its group, as daemons do. */
#include "run_trial.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>

#include "clock.h"
#include "sandbox.h"

enum { LOOK_MS = 10, COMES_WITHIN_MS = 20000, GOES_WITHIN_MS = 5000, MARKED = 3 };

/* What runs carries the name of the trial's folder in its command line. */
static const char profile_format[] =
    "backend: One that leaves things behind\n"
    "cwd: app\n"
    "run: \"(setsid sh -c 'sleep 1000; : %s' &); (sh -c 'sleep 1000; : %s' &); exec node app.js %s\"\n"
    "env: { PORT: $port.backend }\n"
    "ready: { http: /health, within: 20s }\n";

static const char backend_js[] =
    "require('http').createServer((q, s) => s.end('ok')).listen(process.env.PORT);\n";

static int setup(void **state)
{
    struct run_trial *trial = run_trial_new();
    struct text_buf profile;
    const char *mark = run_trial_mark(trial);
    text_buf_init(&profile, 4096);
    text_putf(&profile, profile_format, mark, mark, mark);
    run_trial_write(trial, "app/app.js", backend_js);
    run_trial_write(trial, "backend.yaml", text_buf_z(&profile));
    run_trial_write(trial, "x.yaml", "scenario: It waits\nsteps: [{ advance: 50s }]\n");
    run_trial_write(trial, "y.yaml", "scenario: It comes later\nsteps: [{ advance: 50s }]\n");
    text_buf_release(&profile);
    *state = trial;
    return 0;
}

static int teardown(void **state)
{
    run_trial_free(*state);
    return 0;
}

/* /proc tells nobody when it changes: it is looked at again. */
static size_t marked_wait(const struct run_trial *trial, size_t wanted, int64_t within_ms)
{
    size_t count;
    int64_t until_us = clock_real_mono_us() + within_ms * 1000;
    while ((count = run_trial_marked(trial)) != wanted && clock_real_mono_us() < until_us)
        poll(NULL, 0, LOOK_MS);
    return count;
}

static bool way_is_missing(enum sandbox_way way)
{
    struct fail why = {0};
    if (sandbox_probe(way, &why))
        return false;
    print_message("way %s left out: %s\n", sandbox_way_name(way), why.text);
    return true;
}

static const enum sandbox_way ways[] = {SANDBOX_NAMESPACE, SANDBOX_PROXY, SANDBOX_PRELOAD};

/* A run in which the backend and what it left behind are up. */
static struct process *run_begin(const struct run_trial *trial, enum sandbox_way way, int workers)
{
    char arguments[200];
    snprintf(arguments, sizeof arguments, "run x.yaml y.yaml -j %d --report junit --sandbox %s", workers,
             sandbox_way_name(way));
    struct process *run = run_trial_start(trial, arguments);
    size_t marked = (size_t)(MARKED * workers);
    assert_int_equal(marked_wait(trial, marked, COMES_WITHIN_MS), marked);
    return run;
}

/* Folders of ours in TMPDIR. */
static size_t folders_count(const struct run_trial *trial)
{
    size_t count = 0;
    DIR *folder = opendir(trial->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += strncmp(entry->d_name, "otp-harness-", 12) == 0;
    closedir(folder);
    return count;
}

static void assert_no_folder_stays(const struct run_trial *trial)
{
    char events[4096];
    int notices = inotify_init1(IN_CLOEXEC);
    struct pollfd look = {.fd = notices, .events = POLLIN};
    assert_true(inotify_add_watch(notices, trial->folder, IN_DELETE) >= 0);
    while (folders_count(trial) > 0)
        if (poll(&look, 1, GOES_WITHIN_MS) != 1 || read(notices, events, sizeof events) <= 0)
            fail_msg("%zu folders are left", folders_count(trial));
    close(notices);
}

static void a_killed_harness_leaves_neither_process_nor_folder(void **state)
{
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        int workers = ways[i] == SANDBOX_PRELOAD ? 2 : 1; /* two find the same folder to remove */
        if (way_is_missing(ways[i]))
            continue;
        struct process *run = run_begin(*state, ways[i], workers);
        assert_int_equal(folders_count(*state), ways[i] == SANDBOX_NAMESPACE ? 0 : 1);
        kill(process_pid(run), SIGKILL);
        assert_int_equal(marked_wait(*state, 0, GOES_WITHIN_MS), 0);
        assert_no_folder_stays(*state);
        process_free(run);
    }
}

static void assert_says(const struct process *run, const char *all, const char *words)
{
    if (strstr(all, words) == NULL)
        fail_msg("%s: \"%s\" is not in:\n%s", process_name(run), words, all);
}

/* Ctrl-C and what a CI runner sends when a job is cancelled. */
static void an_interrupted_harness_still_reports_and_leaves_no_process(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGINT};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        if (way_is_missing(ways[i]))
            continue;
        struct drive_exit end;
        struct text_buf said;
        struct process *run = run_begin(*state, ways[i], 1);
        kill(process_pid(run), signals[i]);
        assert_true(process_wait_exit(run, clock_mono_ms() + COMES_WITHIN_MS, &end));
        assert_int_equal(run_trial_marked(*state), 0);
        assert_int_equal(end.status, EXIT_ENVIRONMENT);
        text_buf_init(&said, RUN_TRIAL_OUTPUT_BYTES);
        process_put_last_lines(run, &said);
        assert_says(run, text_buf_z(&said),
                    signals[i] == SIGINT ? "interrupted by signal 2" : "interrupted by signal 15");
        assert_says(run, text_buf_z(&said), "2 skipped, the first because: interrupted by signal");
        text_buf_release(&said);
        process_free(run);
        char *report = run_trial_read(*state, "otp-report/junit.xml");
        assert_non_null(strstr(report, "</testsuites>"));
        mem_free(report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_killed_harness_leaves_neither_process_nor_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(an_interrupted_harness_still_reports_and_leaves_no_process, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
