/* `otp-harness compare` as its user sees it: files in, words and exit status out. */
#include "run_trial.h"

#define LINE(n, rest)                                                                                        \
    "{\"n\":" n ",\"t_ms\":0,\"wall\":\"2023-06-16T17:29:30.000Z\",\"real_us\":0," rest "}\n"
#define FIRST(clock)        "{\"v\":1,\"n\":1,\"t_ms\":0,\"real_us\":0,\"kind\":\"run\",\"clock\":\"" clock "\"}\n"
#define CALL(n, id, status) LINE(n, "\"kind\":\"call\",\"id\":\"" id "\",\"to\":\"+1\",\"status\":" status)
#define LOG(n, text)        LINE(n, "\"kind\":\"log\",\"text\":\"" text "\"")

static int setup(void **state)
{
    struct run_trial *trial = run_trial_new();
    run_trial_write(trial, "a", FIRST("real") CALL("2", "R1", "201") LOG("3", "x"));
    run_trial_write(trial, "b", FIRST("virtual") LOG("2", "x") CALL("3", "R7", "201"));
    run_trial_write(trial, "c", FIRST("real") CALL("2", "R1", "503") LOG("3", "x"));
    run_trial_write(trial, "torn", FIRST("real") "{\"n\":2");
    run_trial_write(trial, "other", "hello\n");
    *state = trial;
    return 0;
}

static int teardown(void **state)
{
    run_trial_free(*state);
    return 0;
}

static void histories_are_compared_with_the_first(void **state)
{
    static const struct {
        const char *arguments;
        int status;
        const char *says;
    } rows[] = {
        {"compare a b", EXIT_PASSED, "2 of 2 histories show the same behaviour"},
        {"compare a b c", EXIT_FAILED, "--- a\n+++ c\n~ call +1: status 201 -> 503\n2 of 3 histories"},
        {"compare a b --times", EXIT_FAILED, "~ run: clock \"real\" -> \"virtual\""},
        {"compare a", EXIT_PASSED, "{\"v\":1,\"kind\":\"run\"}\n{\"kind\":\"call\",\"id\":\"id#1\","},
        {"compare a torn", EXIT_INVALID, "torn: the last line is torn"},
        {"compare other", EXIT_INVALID, "other:1:5: no JSON"},
        {"compare nowhere", EXIT_INVALID, "nowhere: cannot be read"},
        {"compare", EXIT_INVALID, "scenarios: "},
        {"compare --help", EXIT_PASSED, "how histories differ"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        run_trial_run(*state, rows[i].arguments);
        run_trial_ends(*state, rows[i].status, SAYS(rows[i].says));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(histories_are_compared_with_the_first, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
