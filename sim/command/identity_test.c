/* Who the account is over several starts, and with credentials that requests bring: the real program. */
#include "test_program.h"

#include <sys/stat.h>

#define SID   "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"
#define OTHER "ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2"
#define TOKEN "a-token-that-nobody-may-see"

static char home[64];

static int begin(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/identity-test-XXXXXX");
    assert_non_null(mkdtemp(home));
    return setenv("XDG_STATE_HOME", home, 1);
}

static int end(void **state)
{
    (void)state;
    static const char *const names[] = {"identity.json", "lock", "ca/ca.pem", "ca/ca.key", "ca", ""};
    char path[256];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(path, sizeof path, "%s/twilio-sim/default/%s", home, names[i]);
        remove(path);
        snprintf(path, sizeof path, "%s/twilio-sim/other/%s", home, names[i]);
        remove(path);
    }
    snprintf(path, sizeof path, "%s/twilio-sim", home);
    rmdir(path);
    return rmdir(home);
}

/* A text of the ready line; new. */
static char *ready(const struct program_run *run, const char *key)
{
    char start[64];
    snprintf(start, sizeof start, "\"%s\":\"", key);
    const char *at = strstr(run->said, start);
    assert_non_null(at);
    at += strlen(start);
    return mem_copy(at, strcspn(at, "\""));
}

static char *ca_of(const struct program_run *run)
{
    char *answer = mem_new(16384);
    assert_int_equal(program_ask(run->port, "/sim/v1/ca.pem", NULL, NULL, answer, 16384), 200);
    char *pem = mem_string(strstr(answer, "-----BEGIN"));
    mem_free(answer);
    return pem;
}

#define SERVE(run, ...) program_serve(run, (char *[]){"twilio-sim", "--port", "0", __VA_ARGS__, NULL})

static void check_same(char *a, char *b, bool same)
{
    assert_int_equal(strcmp(a, b) == 0, same);
    mem_free(a);
    mem_free(b);
}

static void a_remembered_identity_is_the_same_at_every_start(void **state)
{
    (void)state;
    struct program_run first, second, third, fourth;
    SERVE(&first, "--remember", "--number", "+15005550009");
    char *ca = ca_of(&first);
    SERVE(&second, "--remember"); /* two at once */
    check_same(ready(&first, "account_sid"), ready(&second, "account_sid"), true);
    check_same(ready(&first, "auth_token"), ready(&second, "auth_token"), true);
    check_same(ready(&first, "number"), ready(&second, "number"), true);
    check_same(ready(&first, "ca"), ready(&second, "ca"), true);
    check_same(ca, ca_of(&second), true);
    program_stop(&first);
    program_stop(&second);
    SERVE(&third, "--remember-as", "other");
    check_same(ready(&first, "account_sid"), ready(&third, "account_sid"), false);
    program_stop(&third);
    SERVE(&fourth, "--remember", "--account-sid", SID, "--auth-token", TOKEN);
    check_same(ready(&first, "ca"), ready(&fourth, "ca"), true);
    program_stop(&fourth);
    SERVE(&fourth, "--remember"); /* options are remembered, too */
    check_same(ready(&fourth, "account_sid"), mem_string(SID), true);
    check_same(ready(&fourth, "number"), mem_string("+15005550009"), true);
    program_stop(&fourth);
}

static void many_first_starts_at_once_agree(void **state)
{
    (void)state;
    struct program_run *runs = mem_new_array(4, sizeof *runs);
    char *argv[] = {"twilio-sim", "--port", "0", "--remember", NULL};
    for (size_t i = 0; i < 4; i++)
        program_start(&runs[i], argv, false);
    for (size_t i = 0; i < 4; i++) {
        program_says(&runs[i], "\"whatsapp\":");
        check_same(ready(&runs[0], "account_sid"), ready(&runs[i], "account_sid"), true);
    }
    for (size_t i = 0; i < 4; i++)
        program_stop(&runs[i]);
    mem_free(runs);
}

static void without_remember_nothing_is_written(void **state)
{
    (void)state;
    struct program_run run;
    SERVE(&run, "--any-account");
    assert_int_equal(program_message(run.port, SID, TOKEN, "243810000001", "1"), 201);
    program_stop(&run);
    assert_int_equal(rmdir(home), 0); /* it is empty */
    assert_int_equal(mkdir(home, 0700), 0);
}

static void a_damaged_file_ends_the_start(void **state)
{
    (void)state;
    struct program_run run;
    char path[256];
    SERVE(&run, "--remember");
    program_stop(&run);
    snprintf(path, sizeof path, "%s/twilio-sim/default/identity.json", home);
    FILE *file = fopen(path, "w");
    fputs("{\"version\":1,\"acc", file);
    fclose(file);
    assert_int_equal(program_run_whole(&run, (char *[]){"twilio-sim", "--port", "0", "--remember", NULL}), 3);
    assert_non_null(strstr(run.said, "is not what this program writes (no JSON); it is left as it is"));
}

static size_t times_said(const struct program_run *run, const char *words)
{
    size_t count = 0;
    for (const char *at = run->said; (at = strstr(at, words)) != NULL; at++)
        count++;
    return count;
}

static void any_account_takes_what_the_first_request_brings_and_never_shows_the_token(void **state)
{
    (void)state;
    struct program_run run;
    char answer[8192];
    const char *const paths[] = {"/sim/v1/accounts", "/sim/v1/requests", "/sim/v1/messages"};
    SERVE(&run, "--any-account");
    assert_int_equal(program_message(run.port, SID, TOKEN, "243810000001", "Your+code+is+482913"), 201);
    assert_int_equal(program_message(run.port, SID, TOKEN, "243810000001", "Your+code+is+482914"), 201);
    program_says(&run, "account: takes account ACaa\xE2\x80\xA6"
                       "aaa1 and its token, as a request brought them "
                       "(--any-account); it sends from +15005550006\n");
    program_ask(run.port, "/sim/v1/code?to=%2B243810000001", NULL, NULL, answer, sizeof answer);
    assert_non_null(strstr(answer, "\r\n\r\n482914\n")); /* it is the first account */
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        assert_int_equal(program_ask(run.port, paths[i], NULL, NULL, answer, sizeof answer), 200);
        assert_null(strstr(answer, TOKEN));
    }
    program_stop(&run);
    assert_int_equal(times_said(&run, "takes account"), 1);
    assert_null(strstr(run.said, TOKEN));
    assert_null(strstr(run.said, SID));
}

static void what_is_no_credentials_is_still_refused(void **state)
{
    (void)state;
    struct program_run run;
    char answer[4096], path[] = "/2010-04-01/Accounts/" SID ".json";
    static const char *const rows[] = {NULL,
                                       "AC1:x",
                                       SID ":",
                                       "somebody:x",
                                       "SK00000000000000000000000000000001:x",
                                       "ACzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz:x"};
    SERVE(&run, "--any-account");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(program_ask(run.port, path, rows[i], NULL, answer, sizeof answer), 401);
        assert_non_null(strstr(answer, "\"code\": 20003"));
    }
    assert_int_equal(program_ask(run.port, path, SID ":" TOKEN, NULL, answer, sizeof answer), 200);
    assert_int_equal(program_ask(run.port, path, SID ":another", NULL, answer, sizeof answer), 401);
    program_stop(&run);
}

static void a_second_sid_is_an_account_of_its_own(void **state)
{
    (void)state;
    struct program_run run;
    char answer[8192];
    SERVE(&run, "--any-account");
    assert_int_equal(program_ask(run.port, "/2010-04-01/Accounts/" SID ".json", SID ":" TOKEN, NULL, answer,
                                 sizeof answer),
                     200);
    assert_int_equal(program_ask(run.port, "/2010-04-01/Accounts/" OTHER ".json", OTHER ":t2", NULL, answer,
                                 sizeof answer),
                     200);
    assert_int_equal(program_ask(run.port, "/2010-04-01/Accounts/" OTHER ".json", OTHER ":" TOKEN, NULL,
                                 answer, sizeof answer),
                     401);
    program_says(&run, "account: takes account ACbb\xE2\x80\xA6"
                       "bbb2 and its token");
    program_ask(run.port, "/sim/v1/people?account=" OTHER, NULL, NULL, answer, sizeof answer);
    assert_non_null(strstr(answer, "{\"people\":[]}"));
    program_stop(&run);
}

static void an_adopted_account_is_remembered_and_its_token_not_shown(void **state)
{
    (void)state;
    struct program_run run;
    SERVE(&run, "--any-account", "--remember");
    assert_int_equal(program_message(run.port, SID, TOKEN, "243810000001", "1"), 201);
    program_says(&run, "takes account");
    program_stop(&run);
    SERVE(&run, "--remember");
    assert_non_null(strstr(run.said, "\"account_sid\":\"" SID "\",\"auth_token\":null"));
    assert_int_equal(program_message(run.port, SID, TOKEN, "243810000001", "1"), 201);
    assert_int_equal(program_message(run.port, OTHER, TOKEN, "243810000001", "1"), 401);
    program_stop(&run);
    assert_null(strstr(run.said, TOKEN));
}

static void exec_leaves_the_credentials_of_a_dotenv_alone(void **state)
{
    (void)state;
    struct program_run run;
    setenv("TWILIO_ACCOUNT_SID", SID, 1);
    program_start(
        &run,
        (char *[]){"twilio-sim", "exec", "--any-account", "--", "sh", "-c",
                   "echo sid=$TWILIO_ACCOUNT_SID token=$TWILIO_AUTH_TOKEN from=$TWILIO_PHONE_NUMBER", NULL},
        false);
    assert_int_equal(program_end(&run), 0);
    assert_string_equal(run.said, "sid=" SID " token= from=+15005550006\n");
    unsetenv("TWILIO_ACCOUNT_SID");
}

static void what_contradicts_itself_is_misuse(void **state)
{
    (void)state;
    struct program_run run;
    assert_int_equal(
        program_run_whole(&run, (char *[]){"twilio-sim", "--any-account", "--account-sid", SID, NULL}), 2);
    assert_string_equal(run.said,
                        "twilio-sim: --any-account takes what requests bring, --account-sid and --auth-token "
                        "say what it is: not both\n");
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HERE(a_remembered_identity_is_the_same_at_every_start),
        HERE(many_first_starts_at_once_agree),
        HERE(without_remember_nothing_is_written),
        HERE(a_damaged_file_ends_the_start),
        HERE(any_account_takes_what_the_first_request_brings_and_never_shows_the_token),
        HERE(what_is_no_credentials_is_still_refused),
        HERE(a_second_sid_is_an_account_of_its_own),
        HERE(an_adopted_account_is_remembered_and_its_token_not_shown),
        HERE(exec_leaves_the_credentials_of_a_dotenv_alone),
        HERE(what_contradicts_itself_is_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
