/* What `twilio-sim` itself says: to a person at a terminal, to a program, and when it cannot start. */
#include "test_program.h"

#define SID   "AC00000000000000000000000000000001"
#define TOKEN "0123456789abcdef0123456789abcdef"

static int port_in(const struct program_run *run)
{
    const char *address = strstr(run->said, "http://127.0.0.1:");
    assert_non_null(address);
    return (int)strtol(address + strlen("http://127.0.0.1:"), NULL, 10);
}

static void write_file(char path[64], const char *content)
{
    snprintf(path, 64, "/tmp/serve-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    close(fd);
}

static void a_person_at_a_terminal_is_greeted_and_sees_each_message(void **state)
{
    (void)state;
    struct program_run run;
    char expected[256];
    program_start(&run,
                  (char *[]){"twilio-sim", "--port", "0", "--account-sid", SID, "--auth-token", TOKEN, NULL},
                  true);
    program_says(&run, "Ctrl-C ends it.");
    program_says(&run, "--wait 10s\r\n");
    int port = port_in(&run);
    snprintf(expected, sizeof expected, "  inbox    http://127.0.0.1:%d/\r\n", port);
    assert_non_null(strstr(run.said, expected));
    assert_non_null(strstr(run.said, "  account  " SID ", token " TOKEN " (paid)\r\n"));
    assert_null(strstr(run.said, "{\"address\""));
    assert_int_equal(program_message(port, SID, TOKEN, "243810000001", "Your+code+is+482913"), 201);
    program_says(&run,
                 "twilio-sim: sms       +243810000001  \x1b[1m482913\x1b[0m    Your code is 482913\r\n");
    assert_int_equal(program_message(port, SID, TOKEN, "1", "x"), 400);
    program_says(&run, "twilio-sim: sms       +1  \x1b[31mrefused\x1b[0m   21211  ");
    assert_int_equal(write(run.fd, "\x03", 1), 1); /* Ctrl-C */
    assert_int_equal(program_end(&run), 0);
}

static void no_color_is_honoured(void **state)
{
    (void)state;
    struct program_run run;
    setenv("NO_COLOR", "1", 1);
    program_start(&run,
                  (char *[]){"twilio-sim", "--port", "0", "--account-sid", SID, "--auth-token", TOKEN, NULL},
                  true);
    unsetenv("NO_COLOR");
    program_says(&run, "--wait 10s\r\n");
    assert_int_equal(program_message(port_in(&run), SID, TOKEN, "243810000001", "Your+code+is+482913"), 201);
    program_says(&run, "+243810000001  482913    Your code is 482913\r\n");
    program_signal(&run, SIGTERM);
    assert_int_equal(program_end(&run), 0);
    assert_null(strchr(run.said, '\x1b'));
}

static void a_program_gets_the_line_of_json_and_nothing_else_unless_it_asks(void **state)
{
    (void)state;
    struct program_run run;
    char *quiet[] = {"twilio-sim", "--port", "0", "-q", "--account-sid", SID, "--auth-token", TOKEN, NULL};
    char *prints[] = {"twilio-sim", "--port",       "0",   "-q", "--print", "--account-sid",
                      SID,          "--auth-token", TOKEN, NULL};
    program_serve(&run, quiet);
    assert_int_equal(program_message(run.port, SID, TOKEN, "243810000001", "Your+code+is+482913"), 201);
    program_stop(&run);
    assert_memory_equal(run.said, "{\"address\":", 11);
    assert_ptr_equal(strchr(run.said, '\n'), run.said + run.len - 1);
    program_serve(&run, prints);
    assert_int_equal(program_message(run.port, SID, TOKEN, "243810000001", "Your+code+is+482913"), 201);
    program_says(&run, "\ntwilio-sim: sms       +243810000001  482913    Your code is 482913\n");
    program_stop(&run);
}

static void what_fails_and_what_is_lost_is_said_with_its_meaning(void **state)
{
    (void)state;
    struct program_run run;
    char answer[4096];
    program_serve(&run, (char *[]){"twilio-sim", "--port", "0", "--print", "--account-sid", SID,
                                   "--auth-token", TOKEN, NULL});
    const char *faults[] = {"{\"nth\":1,\"fail\":30003}", "{\"nth\":2,\"wire\":\"reset\"}"};
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(program_ask(run.port, "/sim/v1/faults", NULL, faults[i], answer, sizeof answer),
                         201);
    program_message(run.port, SID, TOKEN, "243810000001", "1");
    program_says(&run, "sms       +243810000001  undelivered  30003  Unreachable destination handset\n");
    program_message(run.port, SID, TOKEN, "243810000001", "2");
    program_says(&run, "sms       +243810000001  lost      wire reset");
    program_stop(&run);
}

static void a_port_that_is_taken_is_said_with_what_to_do(void **state)
{
    (void)state;
    struct program_run run, second;
    char port[16], expected[256];
    program_serve(&run, (char *[]){"twilio-sim", "--port", "0", NULL});
    snprintf(port, sizeof port, "%d", run.port);
    snprintf(expected, sizeof expected,
             "twilio-sim: port %d on 127.0.0.1 is taken by another program (a twilio-sim that runs "
             "already?); --port "
             "names another one, --port 0 takes a free one\n",
             run.port);
    assert_int_equal(program_run_whole(&second, (char *[]){"twilio-sim", "--port", port, NULL}), 1);
    assert_string_equal(second.said, expected);
    program_stop(&run);
}

static void a_setup_file_says_what_the_simulator_is_like(void **state)
{
    (void)state;
    struct program_run run;
    char path[64], answer[8192];
    write_file(path, "account: { plan: trial-legacy, home: CG }\n"
                     "people: { awa: { country: CD, verified: true } }\n"
                     "faults: [ { on: { to: awa }, first: 1, status: 503 } ]\n");
    program_serve(&run, (char *[]){"twilio-sim", "--port", "0", "--setup", path, "--home", "CD", NULL});
    program_ask(run.port, "/sim/v1/accounts", NULL, NULL, answer, sizeof answer);
    assert_non_null(strstr(answer, "\"plan\":\"trial-legacy\""));
    assert_non_null(strstr(answer, "\"home\":\"CD\"")); /* the option beats the file */
    program_ask(run.port, "/sim/v1/people", NULL, NULL, answer, sizeof answer);
    assert_non_null(strstr(answer, "\"name\":\"awa\",\"number\":\"+243"));
    program_ask(run.port, "/sim/v1/faults", NULL, NULL, answer, sizeof answer);
    assert_non_null(strstr(answer, "\"rule\":{\"on\":{\"to\":\"+243"));
    program_stop(&run);
    unlink(path);
}

static void a_setup_file_with_mistakes_ends_the_start_with_all_of_them(void **state)
{
    (void)state;
    struct program_run run;
    char path[64], expected[1024];
    write_file(path,
               "people: { awa: { contry: CD } }\nfaults: [ { fail: 42 }, { status: 503, first: 0 } ]\n");
    snprintf(expected, sizeof expected,
             "%s:1:18: error: unknown key 'contry'; did you mean 'country'?\n"
             "    1 | people: { awa: { contry: CD } }\n"
             "      |                  ^\n"
             "%s:2:19: error: expected an error number of the provider, such as 21211, got '42'\n"
             "    2 | faults: [ { fail: 42 }, { status: 503, first: 0 } ]\n"
             "      |                   ^\n"
             "%s:2:47: error: expected a whole number from 1, got '0'\n"
             "    2 | faults: [ { fail: 42 }, { status: 503, first: 0 } ]\n"
             "      |                                               ^\n"
             "twilio-sim: --setup: %s is wrong\n",
             path, path, path, path);
    assert_int_equal(program_run_whole(&run, (char *[]){"twilio-sim", "--port", "0", "--setup", path, NULL}),
                     3);
    assert_string_equal(run.said, expected);
    assert_int_equal(
        program_run_whole(&run, (char *[]){"twilio-sim", "exec", "--setup", path, "--", "true", NULL}), 3);
    assert_string_equal(run.said, expected);
    unlink(path);
    assert_int_equal(program_run_whole(&run, (char *[]){"twilio-sim", "--port", "0", "--setup", path, NULL}),
                     3);
    snprintf(expected, sizeof expected,
             "%s: error: cannot be read: No such file or directory\ntwilio-sim: --setup: %s is wrong\n", path,
             path);
    assert_string_equal(run.said, expected);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_at_a_terminal_is_greeted_and_sees_each_message),
        cmocka_unit_test(no_color_is_honoured),
        cmocka_unit_test(a_program_gets_the_line_of_json_and_nothing_else_unless_it_asks),
        cmocka_unit_test(what_fails_and_what_is_lost_is_said_with_its_meaning),
        cmocka_unit_test(a_port_that_is_taken_is_said_with_what_to_do),
        cmocka_unit_test(a_setup_file_says_what_the_simulator_is_like),
        cmocka_unit_test(a_setup_file_with_mistakes_ends_the_start_with_all_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
