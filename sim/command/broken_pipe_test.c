/* A reader that went away ends who writes, in order. */
#include "test_program.h"
#include "broken_pipe.h"

#define SID   "AC00000000000000000000000000000001"
#define TOKEN "0123456789abcdef0123456789abcdef"

/* The folder of the CA file that was named. */
static void folder_in(const struct program_run *run, char folder[64])
{
    const char *at = strstr(run->said, "/tmp/offline-ca-");
    assert_non_null(at);
    snprintf(folder, 64, "%.*s", (int)strcspn(at + strlen("/tmp/"), "/") + (int)strlen("/tmp/"), at);
    assert_int_equal(access(folder, F_OK), 0);
}

static int end_of(const struct program_run *run)
{
    int status = 0;
    assert_int_equal(waitpid(run->pid, &status, 0), run->pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void a_simulator_whose_reader_went_away_ends_and_leaves_nothing(void **state)
{
    (void)state;
    struct program_run run;
    char folder[64];
    program_serve(&run, (char *[]){"twilio-sim", "--port", "0", "--print", "--account-sid", SID,
                                   "--auth-token", TOKEN, NULL});
    folder_in(&run, folder);
    close(run.fd);
    program_message(run.port, SID, TOKEN, "243810000001", "Code+482913"); /* may end before it answers */
    assert_int_equal(end_of(&run), 0);
    assert_int_equal(access(folder, F_OK), -1);
}

static void a_start_that_nobody_reads_ends_with_a_failure(void **state)
{
    (void)state;
    struct program_run run = {.fd = -1};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    run.pid = fork();
    assert_true(run.pid >= 0);
    if (run.pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        program_become((char *[]){"twilio-sim", "--port", "0", "-q", NULL});
    }
    close(ends[1]);
    assert_int_equal(end_of(&run), 1);
}

static void a_run_whose_reader_went_away_ends_its_command_and_leaves_nothing(void **state)
{
    (void)state;
    struct program_run run;
    char folder[64];
    program_start(&run,
                  (char *[]){"twilio-sim", "exec", "--account-sid", SID, "--auth-token", TOKEN, "--", "sh",
                             "-c", "echo \"$CURL_CA_BUNDLE at $TWILIO_SIM_URL/.\"; exec sleep 60", NULL},
                  false);
    program_says(&run, "/.\n");
    folder_in(&run, folder);
    int port = (int)strtol(strstr(run.said, " at http://127.0.0.1:") + 21, NULL, 10);
    close(run.fd);
    program_message(port, SID, TOKEN, "243810000001", "Code+482913");
    assert_int_equal(end_of(&run), 128 + SIGTERM);
    assert_int_equal(access(folder, F_OK), -1);
}

static void one_that_was_ignored_stays_ignored(void **state)
{
    (void)state;
    struct sigaction after;
    signal(SIGPIPE, SIG_IGN);
    broken_pipe_ends();
    sigaction(SIGPIPE, NULL, &after);
    assert_true(after.sa_handler == SIG_IGN);
    signal(SIGPIPE, SIG_DFL);
    broken_pipe_ends();
    sigaction(SIGPIPE, NULL, &after);
    assert_true(after.sa_handler != SIG_DFL && after.sa_handler != SIG_IGN);
    signal(SIGPIPE, SIG_DFL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_simulator_whose_reader_went_away_ends_and_leaves_nothing),
        cmocka_unit_test(a_start_that_nobody_reads_ends_with_a_failure),
        cmocka_unit_test(a_run_whose_reader_went_away_ends_its_command_and_leaves_nothing),
        cmocka_unit_test(one_that_was_ignored_stays_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
