/* Programs started, heard, paused and ended for real. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "environment.h"
#include "process.h"
#include "process_family.h"
#include "test_support.h"

enum { LONG_MS = 20000 };

/* ---- what was heard */

struct heard {
    pthread_mutex_t mutex;
    char lines[256 * 1024];
    size_t len;
    int line_count, continued_count;
    struct drive_exit end;
    int end_count;
    struct drive_events events;
};

static void heard_line(void *context, const struct drive_line *line)
{
    struct heard *heard = context;
    pthread_mutex_lock(&heard->mutex);
    heard->len +=
        (size_t)snprintf(heard->lines + heard->len, sizeof heard->lines - heard->len, "%s %s: %.*s\n",
                         line->process, drive_stream_name(line->stream), TEXT_ARGS(line->text));
    heard->line_count++;
    heard->continued_count += line->continued;
    assert_true(line->at.wall_ms > 1600000000000 && line->at.mono_ms > 0 && line->at.real_us > 0);
    pthread_mutex_unlock(&heard->mutex);
}

static void heard_exit(void *context, const struct drive_exit *end)
{
    struct heard *heard = context;
    heard->end = *end;
    heard->end_count++;
}

static struct heard *heard_new(void)
{
    struct heard *heard = test_calloc(1, sizeof *heard);
    pthread_mutex_init(&heard->mutex, NULL);
    heard->events = (struct drive_events){.context = heard, .line = heard_line, .exited = heard_exit};
    return heard;
}

static struct process *start_shell(const char *shell, const struct heard *heard)
{
    static const char *const path[] = {"PATH=/usr/local/bin:/usr/bin:/bin", NULL};
    struct fail why = {0};
    struct process_options options = {
        .name = "it", .shell = shell, .environment = path, .events = heard == NULL ? NULL : &heard->events};
    struct process *process = process_start(&options, &why);
    assert_string_equal(why.text, "");
    return process;
}

static struct drive_exit wait_end(struct process *process)
{
    struct drive_exit end;
    assert_true(process_wait_exit(process, clock_mono_ms() + LONG_MS, &end));
    return end;
}

/* ---- output */

static void both_streams_come_line_by_line_and_the_end_after_them(void **state)
{
    (void)state;
    struct heard *heard = heard_new();
    struct process *process = start_shell("echo one; echo two >&2; printf 'three\\r\\nfour'; exit 7", heard);
    struct drive_exit end = wait_end(process);
    assert_int_equal(end.status, 7);
    assert_int_equal(end.signal, 0);
    assert_false(end.requested);
    assert_int_equal(heard->line_count, 4);
    assert_non_null(strstr(heard->lines, "it stdout: one\n"));
    assert_non_null(strstr(heard->lines, "it stderr: two\n"));
    const char *three = strstr(heard->lines, "it stdout: three\n");
    const char *four = strstr(heard->lines, "it stdout: four\n");
    assert_true(three != NULL && four > three);
    assert_int_equal(heard->end_count, 1);
    assert_int_equal(heard->end.status, 7);
    process_free(process);
    test_free(heard);
}

/* The shell says over a named pipe that it has written all: from then on nothing may be missing. */
static void what_was_written_has_been_heard_after_catching_up(void **state)
{
    (void)state;
    char folder[] = "/tmp/process-test-XXXXXX", pipe[64], shell[256], said;
    struct heard *heard = heard_new();
    assert_non_null(mkdtemp(folder));
    snprintf(pipe, sizeof pipe, "%s/pipe", folder);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    snprintf(shell, sizeof shell, "seq 1 3000; echo x > %s; exec cat %s", pipe, pipe);
    struct process *process = start_shell(shell, heard);
    int fd = open(pipe, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0 && read(fd, &said, 1) == 1);
    assert_true(process_catch_up(process, LONG_MS));
    pthread_mutex_lock(&heard->mutex);
    assert_int_equal(heard->line_count, 3000);
    pthread_mutex_unlock(&heard->mutex);
    close(fd);
    process_kill(process);
    wait_end(process);
    process_free(process);
    unlink(pipe);
    rmdir(folder);
    test_free(heard);
}

static void a_line_beyond_the_bound_comes_in_pieces(void **state)
{
    (void)state;
    struct heard *heard = heard_new();
    struct process *process = start_shell("head -c 150000 /dev/zero | tr '\\0' x; echo", heard);
    assert_int_equal(wait_end(process).status, 0);
    assert_int_equal(heard->line_count, 3);
    assert_int_equal(heard->continued_count, 2);
    process_free(process);
    test_free(heard);
}

static void a_grandchild_that_keeps_the_pipe_does_not_hold_up_the_end(void **state)
{
    (void)state;
    struct process *process = start_shell("sleep 1000 & echo gone", NULL);
    int64_t before = clock_real_mono_us();
    assert_int_equal(wait_end(process).status, 0);
    assert_true(clock_real_mono_us() - before < 5000000);
    process_free(process);
}

static void only_the_given_environment_is_there(void **state)
{
    (void)state;
    assert_int_equal(setenv("TWILIO_AUTH_TOKEN", "from the harness", 1), 0);
    struct environment *environment = environment_new();
    environment_set(environment, "ONE", "1");
    environment_set(environment, "TWO", "2");
    environment_set(environment, "ONE", "3");
    environment_set(environment, "TWO", NULL);
    const char *argv[] = {"/usr/bin/env", NULL};
    struct process_options options = {
        .name = "env", .argv = argv, .environment = environment_list(environment)};
    struct text_buf output;
    struct drive_exit end;
    struct fail why = {0};
    text_buf_init(&output, 4096);
    assert_true(process_run(&options, LONG_MS, &end, &output, &why));
    assert_string_equal(text_buf_z(&output), "ONE=3\n");
    text_buf_release(&output);
    environment_free(environment);
}

static void no_descriptor_of_ours_is_there(void **state)
{
    (void)state;
    int fd = open("/dev/null", O_RDONLY); /* not close-on-exec, on purpose */
    struct heard *heard = heard_new();
    struct process *process = start_shell("exec ls /proc/self/fd", heard);
    assert_int_equal(wait_end(process).status, 0);
    /* 0, 1, 2 and the one that ls reads the folder with */
    assert_string_equal(heard->lines, "it stdout: 0\nit stdout: 1\nit stdout: 2\nit stdout: 3\n");
    process_free(process);
    test_free(heard);
    close(fd);
}

/* ---- what cannot be started */

static void a_start_that_cannot_be_says_why(void **state)
{
    (void)state;
    static const char *const missing[] = {"no-such-program", NULL};
    static const char *const missing_path[] = {"/nowhere/program", NULL};
    static const char *const folder[] = {"/tmp", NULL};
    static const char *const shell[] = {"true", NULL};
    static const struct {
        const char *const *argv;
        const char *cwd;
        const char *said;
    } rows[] = {
        {missing, NULL, "no program \"no-such-program\" in PATH"},
        {missing_path, NULL, "cannot run /nowhere/program: No such file or directory"},
        {folder, NULL, "cannot run /tmp: Permission denied"},
        {shell, "/nowhere", "cannot enter /nowhere: No such file or directory"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fail why = {0};
        struct process_options options = {.name = "it", .argv = rows[i].argv, .cwd = rows[i].cwd};
        assert_null(process_start(&options, &why));
        assert_string_equal(why.text, rows[i].said);
    }
}

/* ---- ending */

static bool line_is_up(void *context, struct text line)
{
    (void)context;
    return text_is(line, "up");
}

static void wait_up(struct process *process)
{
    struct fail why = {0};
    struct process_ready ready = {.matches = line_is_up, .within_ms = LONG_MS};
    assert_true(process_wait_ready(process, &ready, &why));
}

static void stop_asks_first_and_kills_after_the_grace(void **state)
{
    (void)state;
    struct process *polite = start_shell("trap 'exit 5' TERM; echo up; sleep 1000 & wait", NULL);
    wait_up(polite);
    process_stop(polite, LONG_MS);
    struct drive_exit end = wait_end(polite);
    assert_int_equal(end.status, 5);
    assert_true(end.requested);
    process_free(polite);

    struct process *deaf = start_shell("trap '' TERM; echo up; exec sleep 1000", NULL);
    wait_up(deaf);
    process_stop(deaf, 100);
    assert_int_equal(wait_end(deaf).signal, SIGKILL);
    process_free(deaf);
}

static void the_group_and_its_descendants_are_ended(void **state)
{
    (void)state;
    struct process *process =
        start_shell("sleep 1000 & setsid sleep 1001 & setsid sh -c 'echo up; sleep 1002' & wait", NULL);
    wait_up(process);
    pid_t group = process_pid(process);
    assert_true(family_has_others(group));
    process_free(process);
    assert_false(family_has_others(group));
}

static void a_paused_process_goes_on_when_resumed_and_can_be_stopped(void **state)
{
    (void)state;
    struct process *process = start_shell("trap 'exit 6' TERM; echo up; sleep 1000 & wait", NULL);
    wait_up(process);
    process_pause(process);
    assert_true(process_is_running(process));
    process_resume(process);
    process_pause(process);
    process_stop(process, LONG_MS);
    assert_int_equal(wait_end(process).status, 6);
    process_free(process);
}

/* ---- readiness */

static void a_process_that_ends_before_it_is_ready_says_its_last_lines(void **state)
{
    (void)state;
    struct process *process = start_shell("echo starting; echo 'Error: no database' >&2; exit 3", NULL);
    struct fail why = {0};
    struct process_ready ready = {.matches = line_is_up, .within_ms = LONG_MS};
    assert_false(process_wait_ready(process, &ready, &why));
    assert_true(strncmp(why.text, "it ended with status 3 before it was ready:\n", 44) == 0);
    assert_non_null(strstr(why.text, "starting\n"));
    assert_non_null(strstr(why.text, "Error: no database\n"));
    process_free(process);
}

static void a_process_that_is_not_ready_in_time_says_what_was_missing(void **state)
{
    (void)state;
    struct process *process = start_shell("exec sleep 1000", NULL);
    struct fail why = {0};
    struct process_ready ready = {.matches = line_is_up, .within_ms = 50};
    assert_false(process_wait_ready(process, &ready, &why));
    assert_string_equal(why.text, "it was not ready within 50 ms (no line matched): it said nothing");
    struct fail why_port = {0};
    struct process_ready port = {.port = 1, .within_ms = 50};
    assert_false(process_wait_ready(process, &port, &why_port));
    assert_string_equal(why_port.text,
                        "it was not ready within 50 ms (nobody listens on port 1): it said nothing");
    process_free(process);
}

/* A listener of the test's own, which answers 503 once and then 204; the process only has to live. */
static void *answer_twice(void *context)
{
    static const char *const answers[] = {"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
                                          "HTTP/1.1 204 Fine\r\n\r\n"};
    char request[1024];
    for (size_t i = 0; i < COUNT_OF(answers);) {
        int fd = accept(*(int *)context, NULL, NULL);
        if (recv(fd, request, sizeof request, 0) > 0) { /* a look at the port sends nothing */
            send(fd, answers[i], strlen(answers[i]), MSG_NOSIGNAL);
            i++;
        }
        close(fd);
    }
    return NULL;
}

static void readiness_by_http_waits_for_the_right_status(void **state)
{
    (void)state;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    assert_int_equal(bind(listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(listener, 8), 0);
    getsockname(listener, (struct sockaddr *)&address, &len);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, answer_twice, &listener), 0);
    struct process *process = start_shell("exec sleep 1000", NULL);
    int port = ntohs(address.sin_port);
    struct process_ready ready = {
        .port = port, .http_port = port, .http_path = "/health", .http_status = 204, .within_ms = LONG_MS};
    struct fail why = {0};
    assert_true(process_wait_ready(process, &ready, &why));
    pthread_join(thread, NULL);
    close(listener);
    process_free(process);
}

static void early_lines_count_for_readiness_however_many_follow(void **state)
{
    (void)state;
    struct process *process = start_shell("echo up; seq 1 500; echo last; exec sleep 1000", NULL);
    wait_up(process);
    process_free(process);
}

static void the_last_forty_lines_are_kept(void **state)
{
    (void)state;
    struct process *process = start_shell("seq 1 100", NULL);
    wait_end(process);
    struct text_buf lines;
    text_buf_init(&lines, 4096);
    process_put_last_lines(process, &lines);
    assert_true(strncmp(text_buf_z(&lines), "61\n62\n", 6) == 0);
    assert_true(text_ends(text_buf_view(&lines), "\n100\n"));
    text_buf_release(&lines);
    process_free(process);
}

static void a_command_beyond_its_time_is_ended(void **state)
{
    (void)state;
    struct fail why = {0};
    struct process_options options = {.name = "prepare", .shell = "while :; do :; done"};
    assert_false(process_run(&options, 50, NULL, NULL, &why));
    assert_string_equal(why.text, "prepare did not end within 50 ms");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_streams_come_line_by_line_and_the_end_after_them),
        cmocka_unit_test(what_was_written_has_been_heard_after_catching_up),
        cmocka_unit_test(a_line_beyond_the_bound_comes_in_pieces),
        cmocka_unit_test(a_grandchild_that_keeps_the_pipe_does_not_hold_up_the_end),
        cmocka_unit_test(only_the_given_environment_is_there),
        cmocka_unit_test(no_descriptor_of_ours_is_there),
        cmocka_unit_test(a_start_that_cannot_be_says_why),
        cmocka_unit_test(stop_asks_first_and_kills_after_the_grace),
        cmocka_unit_test(the_group_and_its_descendants_are_ended),
        cmocka_unit_test(a_paused_process_goes_on_when_resumed_and_can_be_stopped),
        cmocka_unit_test(a_process_that_ends_before_it_is_ready_says_its_last_lines),
        cmocka_unit_test(a_process_that_is_not_ready_in_time_says_what_was_missing),
        cmocka_unit_test(readiness_by_http_waits_for_the_right_status),
        cmocka_unit_test(early_lines_count_for_readiness_however_many_follow),
        cmocka_unit_test(the_last_forty_lines_are_kept),
        cmocka_unit_test(a_command_beyond_its_time_is_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
