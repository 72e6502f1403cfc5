/* Nothing survives: whoever ends first, worker or harness, and by whatever way, every descendant ends too. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>

#include "file_bytes.h"
#include "sandbox_trial.h"

enum { WAIT_MS = 10000 };

/* ---- finding the daemon from outside, by a number that only its command line has */

static int64_t mark;

static bool has_mark(const char *pid_text)
{
    char path[300], wanted[64];
    struct text_buf line;
    snprintf(path, sizeof path, "/proc/%s/cmdline", pid_text);
    snprintf(wanted, sizeof wanted, "%lld", (long long)mark);
    if (!file_read(path, &line, NULL))
        return false;
    /* the daemon's own line, not that of the shell that starts it */
    bool found = line.len > 6 && text_starts(text_from(text_buf_view(&line), 6), "echo running") &&
                 text_contains(text_buf_view(&line), text_of(wanted));
    text_buf_release(&line);
    return found;
}

/* A descriptor of the marked process that can be polled for its end, or -1. */
static int daemon_open(void)
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    int fd = -1;
    while (fd < 0 && (entry = readdir(processes)) != NULL) {
        int64_t pid;
        if (text_to_int(text_of(entry->d_name), 2, INT32_MAX, &pid) && has_mark(entry->d_name))
            fd = pidfd_open((pid_t)pid, 0);
    }
    closedir(processes);
    return fd;
}

static void assert_ends(int pidfd)
{
    while (pidfd >= 0) {
        struct pollfd wait = {.fd = pidfd, .events = POLLIN};
        assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
        close(pidfd);
        pidfd = daemon_open(); /* a child that it has just forked bears its mark too */
    }
}

/* ---- the worker: starts a daemon that leaves its group and session, and says when it runs */

static int turn[2]; /* the worker writes a byte when the daemon runs */
static int stay[2]; /* the worker reads: blocks for good until it is killed, or goes on when a byte comes */

static bool is_running_line(void *context, struct text line)
{
    (void)context;
    return text_is(line, "running");
}

static void body_starts_a_daemon(struct sandbox *sandbox, struct trial *trial)
{
    (void)sandbox;
    char command[200];
    snprintf(command, sizeof command,
             "setsid sh -c 'echo running; while :; do sleep 1000; done # %lld' & exec sleep 1000",
             (long long)mark);
    struct fail why = {0};
    struct environment *environment = environment_new();
    environment_inherit(environment, "PATH");
    struct process_options options = {
        .name = "launcher", .shell = command, .environment = environment_list(environment)};
    struct process *launcher = process_start(&options, &why);
    struct process_ready ready = {.matches = is_running_line};
    if (launcher == NULL || !process_wait_ready(launcher, &ready, &why))
        trial_say(trial, why.text);
    char byte = 'x';
    if (write(turn[1], &byte, 1) != 1 || read(stay[0], &byte, 1) != 1)
        trial_say(trial, "no turn");
    /* Neither is cleaned up: that is what the guardian is for. */
}

struct scene {
    struct trial *trial;
    int daemon;
};

static void scene_open(struct scene *scene)
{
    static int number;
    mark = 900000000 + (int64_t)getpid() * 10 + number++;
    assert_int_equal(pipe2(turn, O_CLOEXEC), 0);
    assert_int_equal(pipe2(stay, O_CLOEXEC), 0);
    scene->trial = trial_new();
}

/* Waits until the daemon runs. */
static void scene_wait(struct scene *scene)
{
    char byte;
    assert_int_equal(read(turn[0], &byte, 1), 1);
    scene->daemon = daemon_open();
    assert_true(scene->daemon >= 0);
    assert_string_equal(scene->trial->said, "");
}

static void scene_close(struct scene *scene)
{
    trial_free(scene->trial);
    for (int i = 0; i < 2; i++) {
        close(turn[i]);
        close(stay[i]);
    }
}

static bool way_allowed(enum sandbox_way way)
{
    return way != SANDBOX_NAMESPACE || trial_namespaces_allowed();
}

/* ---- the endings */

static void check_worker_done(enum sandbox_way way)
{
    if (!way_allowed(way))
        skip();
    struct scene scene;
    struct fail why = {0};
    scene_open(&scene);
    pid_t pid = trial_start(scene.trial, way, body_starts_a_daemon, &why);
    assert_true(pid > 0);
    scene_wait(&scene);
    char byte = 'x';
    assert_int_equal(write(stay[1], &byte, 1), 1);
    trial_wait(scene.trial, pid);
    assert_int_equal(scene.trial->status, 0);
    assert_ends(scene.daemon);
    scene_close(&scene);
}

static void a_daemon_ends_with_its_worker_in_a_namespace(void **state)
{
    (void)state;
    check_worker_done(SANDBOX_NAMESPACE);
}

static void a_daemon_ends_with_its_worker_by_proxy(void **state)
{
    (void)state;
    check_worker_done(SANDBOX_PROXY);
}

/* A harness of its own, so that it can be killed. */
static void check_harness_killed(enum sandbox_way way)
{
    if (!way_allowed(way))
        skip();
    struct scene scene;
    scene_open(&scene);
    pid_t harness = fork();
    if (harness == 0) {
        struct fail why = {0};
        pid_t worker = trial_start(scene.trial, way, body_starts_a_daemon, &why);
        _exit(worker > 0 && waitpid(worker, NULL, 0) > 0 ? 0 : 1);
    }
    scene_wait(&scene);
    assert_int_equal(kill(harness, SIGKILL), 0);
    assert_int_equal(waitpid(harness, NULL, 0), harness);
    assert_ends(scene.daemon);
    scene_close(&scene);
}

static void a_daemon_ends_when_the_harness_is_killed_in_a_namespace(void **state)
{
    (void)state;
    check_harness_killed(SANDBOX_NAMESPACE);
}

static void a_daemon_ends_when_the_harness_is_killed_by_proxy(void **state)
{
    (void)state;
    check_harness_killed(SANDBOX_PROXY);
}

static void body_kills_itself(struct sandbox *sandbox, struct trial *trial)
{
    (void)sandbox;
    (void)trial;
    kill(getpid(), SIGKILL);
}

static void body_returns(struct sandbox *sandbox, struct trial *trial)
{
    (void)sandbox;
    (void)trial;
}

static void the_workers_status_is_handed_up(void **state)
{
    (void)state;
    static const enum sandbox_way ways[] = {SANDBOX_NAMESPACE, SANDBOX_PRELOAD, SANDBOX_PROXY};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        if (!way_allowed(ways[i]))
            continue;
        struct trial *trial = trial_new();
        struct fail why = {0};
        trial_wait(trial, trial_start(trial, ways[i], body_kills_itself, &why));
        assert_int_equal(trial->status, 128 + 9);
        trial_run(trial, ways[i], body_returns);
        trial_free(trial);
    }
}

static void a_folder_that_is_not_there_stops_the_start(void **state)
{
    (void)state;
    if (!way_allowed(SANDBOX_NAMESPACE))
        skip();
    const char *const keep[] = {"/tmp/no-such-folder-here", NULL};
    struct trial *trial = trial_new();
    struct fail why = {0};
    trial->keep = keep;
    assert_int_equal(trial_start(trial, SANDBOX_NAMESPACE, body_returns, &why), -1);
    assert_string_equal(why.text, "cannot keep /tmp/no-such-folder-here: No such file or directory");
    trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_daemon_ends_with_its_worker_in_a_namespace),
        cmocka_unit_test(a_daemon_ends_with_its_worker_by_proxy),
        cmocka_unit_test(a_daemon_ends_when_the_harness_is_killed_in_a_namespace),
        cmocka_unit_test(a_daemon_ends_when_the_harness_is_killed_by_proxy),
        cmocka_unit_test(the_workers_status_is_handed_up),
        cmocka_unit_test(a_folder_that_is_not_there_stops_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
