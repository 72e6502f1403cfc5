/* Who the account is over several starts, and with credentials that requests bring: the real program. */
#include "test_program.h"

#include <sys/stat.h>

#include "arena.h"
#include "signature.h"

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

/* Takes one request on the listening socket and answers it; the request is in `out`. */
static void take_callback(int listener, char *out, size_t room)
{
    struct pollfd look = {.fd = listener, .events = POLLIN};
    size_t len = 0;
    const char *body = NULL;
    assert_int_equal(poll(&look, 1, PROGRAM_GUARD_MS), 1);
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(fd >= 0);
    size_t wanted = SIZE_MAX;
    while (body == NULL || strlen(body) < wanted) {
        ssize_t count = read(fd, out + len, room - 1 - len);
        assert_true(count > 0);
        len += (size_t)count;
        out[len] = '\0';
        body = strstr(out, "\r\n\r\n");
        body = body == NULL ? NULL : body + 4;
        const char *length = strstr(out, "Content-Length: ");
        wanted = length == NULL ? 0 : (size_t)strtol(length + 16, NULL, 10);
    }
    assert_int_equal(write(fd, "HTTP/1.1 204 No Content\r\n\r\n", 27), 27);
    close(fd);
}

/* What the SDK of a backend with that token would want to see. */
static void check_signature(const char *request, const char *url, const char *token)
{
    char wanted[SIGNATURE_BYTES];
    struct form form = {0};
    struct arena *arena = arena_new(64 * 1024);
    const char *header = strstr(request, "X-Twilio-Signature: "), *body = strstr(request, "\r\n\r\n") + 4;
    assert_non_null(header);
    assert_int_equal(form_parse(arena, text_of(body), &form), FORM_OK);
    signature_sign(text_of(token), text_of(url), &form, wanted);
    assert_text(text_span(header + 20, SIGNATURE_BYTES - 1), wanted);
    assert_text(form_get(&form, "AccountSid"), SID);
    arena_free(arena);
}

static void callbacks_are_signed_with_the_token_that_came(void **state)
{
    (void)state;
    struct program_run run;
    char url[64], form[512], request[8192];
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(listener, 8), 0);
    getsockname(listener, (struct sockaddr *)&at, &size);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/status", ntohs(at.sin_port));
    snprintf(form, sizeof form, "1&StatusCallback=%s", url);
    SERVE(&run, "--any-account");
    assert_int_equal(program_message(run.port, SID, TOKEN, "243810000001", form), 201);
    take_callback(listener, request, sizeof request);
    check_signature(request, url, TOKEN);
    close(listener);
    program_stop(&run);
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
        (char *[]){"twilio-sim", "exec", "--quiet", "--any-account", "--", "sh", "-c",
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
        HERE(callbacks_are_signed_with_the_token_that_came),
        HERE(what_is_no_credentials_is_still_refused),
        HERE(a_second_sid_is_an_account_of_its_own),
        HERE(an_adopted_account_is_remembered_and_its_token_not_shown),
        HERE(exec_leaves_the_credentials_of_a_dotenv_alone),
        HERE(what_contradicts_itself_is_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
