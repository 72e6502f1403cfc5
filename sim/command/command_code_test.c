/* `twilio-sim code` and `twilio-sim messages`, as scripts and people call them, against a simulator that
 * runs. */
#include "test_program.h"

#define SID   "AC00000000000000000000000000000001"
#define TOKEN "0123456789abcdef0123456789abcdef"
#define AWA   "243810000001"
#define BEN   "243810000002"

static void serve(struct program_run *run)
{
    program_serve(run,
                  (char *[]){"twilio-sim", "--port", "0", "--account-sid", SID, "--auth-token", TOKEN, NULL});
}

static void send_message(const struct program_run *run, const char *to, const char *body)
{
    assert_int_equal(program_message(run->port, SID, TOKEN, to, body), 201);
}

/* Runs `twilio-sim` with up to six words; the status and all that it said are as given. */
static void check(const char *const words[6], int status, const char *said)
{
    struct program_run run;
    char *argv[8] = {"twilio-sim"};
    for (size_t i = 0; i < 6 && words[i] != NULL; i++)
        argv[i + 1] = (char *)(uintptr_t)words[i];
    assert_int_equal(program_run_whole(&run, argv), status);
    assert_string_equal(run.said, said);
}

#define CHECK(status, said, ...) check((const char *const[6]){__VA_ARGS__}, status, said)

static void the_newest_code_of_a_phone_is_printed_alone(void **state)
{
    (void)state;
    struct program_run run;
    char answer[4096];
    serve(&run);
    CHECK(1, "twilio-sim code: no message with a code reached +" AWA "\n", "code", "+" AWA);
    send_message(&run, AWA, "Your+code+is+111111");
    send_message(&run, AWA, "Your+code+is+482913");
    send_message(&run, BEN, "Your+code+is+222222");
    send_message(&run, AWA, "Welcome");
    CHECK(0, "482913\n", "code", "+" AWA);
    assert_int_equal(program_ask(run.port, "/sim/v1/people", NULL,
                                 "{\"name\":\"ben\",\"number\":\"+" BEN "\"}", answer, sizeof answer),
                     201);
    CHECK(0, "222222\n", "code", "ben", "--wait", "10s");
    CHECK(1, "twilio-sim code: no message with a code reached +" BEN "\n", "code", "ben", "-c", "whatsapp");
    CHECK(2, "twilio-sim code: to: 'nobody' is neither + and digits nor a person\n", "code", "nobody");
    CHECK(2, "twilio-sim code: one number or person is wanted: twilio-sim code +243810000001\n", "code");
    program_stop(&run);
}

static void an_address_names_its_channel(void **state)
{
    (void)state;
    struct program_run run;
    serve(&run);
    send_message(&run, AWA, "Your+code+is+111111");
    CHECK(0, "111111\n", "code", "+" AWA);
    CHECK(1, "twilio-sim code: no message with a code reached +" AWA "\n", "code", "whatsapp:+" AWA);
    assert_int_equal(program_ask(run.port, "/2010-04-01/Accounts/" SID "/Messages.json", SID ":" TOKEN,
                                 "To=whatsapp:%2B" AWA "&From=whatsapp:%2B15005550006&Body=Code+222222",
                                 run.said, sizeof run.said),
                     201);
    CHECK(0, "222222\n", "code", "whatsapp:+" AWA, "--wait", "10s");
    CHECK(0, "222222\n", "code", "whatsapp:+" AWA, "--channel", "whatsapp");
    CHECK(0, "111111\n", "code", "+" AWA, "--channel", "sms");
    CHECK(2, "twilio-sim code: whatsapp:+" AWA " is no address on --channel sms\n", "code", "whatsapp:+" AWA,
          "--channel", "sms");
    CHECK(2, "twilio-sim code: a number or person is wanted behind whatsapp:\n", "code", "whatsapp:");
    program_stop(&run);
}

static void a_cursor_keeps_the_code_of_an_earlier_click_out(void **state)
{
    (void)state;
    struct program_run run, cursor, waiting;
    serve(&run);
    CHECK(0, "0\n", "code", "--cursor");
    send_message(&run, AWA, "Your+code+is+111111");
    assert_int_equal(program_run_whole(&cursor, (char *[]){"twilio-sim", "code", "--cursor", NULL}), 0);
    assert_string_equal(cursor.said, "1\n");
    CHECK(1, "twilio-sim code: no message with a code reached +" AWA "\n", "code", "+" AWA, "--after", "1",
          "--wait", "10ms");
    program_start(&waiting, (char *[]){"twilio-sim", "code", "+" AWA, "--after", "1", "--wait", "60s", NULL},
                  false);
    send_message(&run, BEN, "Your+code+is+222222");
    send_message(&run, AWA, "Your+code+is+482913");
    assert_int_equal(program_end(&waiting), 0);
    assert_string_equal(waiting.said, "482913\n");
    CHECK(1, "twilio-sim code: no message with a code reached +" AWA "\n", "code", "+" AWA, "--new", "--wait",
          "10ms");
    program_stop(&run);
}

static void the_wait_is_real_time_also_where_the_clock_stands(void **state)
{
    (void)state;
    struct program_run run, waiting;
    char answer[4096];
    program_serve(&run, (char *[]){"twilio-sim", "--port", "0", "--virtual-time", "--account-sid", SID,
                                   "--auth-token", TOKEN, NULL});
    assert_int_equal(program_ask(run.port, "/sim/v1/clock", NULL, "{\"freeze\":true}", answer, sizeof answer),
                     200);
    CHECK(1, "twilio-sim code: no message with a code reached +" AWA "\n", "code", "+" AWA, "--wait",
          "100ms");
    program_start(&waiting, (char *[]){"twilio-sim", "code", "+" AWA, "--wait", "60s", NULL}, false);
    assert_int_equal(
        program_ask(run.port, "/sim/v1/clock", NULL, "{\"advance\":\"10m\"}", answer, sizeof answer), 200);
    send_message(&run, AWA, "Your+code+is+482913"); /* the ten minutes that passed did not end the wait */
    assert_int_equal(program_end(&waiting), 0);
    assert_string_equal(waiting.said, "482913\n");
    program_stop(&run);
}

static void messages_are_listed_a_line_each(void **state)
{
    (void)state;
    struct program_run run;
    char answer[4096];
    serve(&run);
    CHECK(0, "", "messages");
    send_message(&run, AWA, "Your+code+is+482913");
    assert_int_equal(program_ask(run.port, "/sim/v1/faults", NULL, "{\"fail\":30003}", answer, sizeof answer),
                     201);
    send_message(&run, BEN, "Bonjour");
    CHECK(0,
          "sms       +" AWA "  482913    Your code is 482913\n"
          "sms       +" BEN "  -         Bonjour\n"
          "sms       +" BEN "  undelivered  30003  Unreachable destination handset\n",
          "messages");
    CHECK(0, "sms       +" AWA "  482913    Your code is 482913\n", "messages", "--to", "+" AWA);
    CHECK(2, "twilio-sim messages: --to: 'nobody' is neither + and digits nor a person\n", "messages", "--to",
          "nobody");
    program_stop(&run);
}

static void json_is_an_object_a_line(void **state)
{
    (void)state;
    struct program_run run, list;
    serve(&run);
    send_message(&run, AWA, "Your+code+is+482913");
    send_message(&run, BEN, "Bonjour");
    assert_int_equal(program_run_whole(&list, (char *[]){"twilio-sim", "messages", "--json", NULL}), 0);
    assert_memory_equal(list.said, "{\"sid\":\"SM", 10);
    char *second = strchr(list.said, '\n');
    assert_non_null(second);
    *second = '\0';
    assert_non_null(strstr(list.said, "\"code\":\"482913\""));
    assert_memory_equal(second + 1, "{\"sid\":\"SM", 10);
    assert_non_null(strstr(second + 1, "\"code\":null"));
    program_stop(&run);
}

static void following_goes_on_until_the_simulator_ends_and_says_so(void **state)
{
    (void)state;
    struct program_run run, follow, waiting;
    char ended[128], path[] = "/2010-04-01/Accounts/" SID ".json", answer[4096];
    serve(&run);
    send_message(&run, AWA, "Your+code+is+111111");
    program_start(&follow, (char *[]){"twilio-sim", "messages", "--follow", NULL}, false);
    program_says(&follow, "+" AWA "  111111    Your code is 111111\n");
    send_message(&run, BEN, "Your+code+is+482913");
    program_says(&follow, "+" BEN "  482913    Your code is 482913\n");
    assert_int_equal(program_ask(run.port, path, SID ":wrong", NULL, answer, sizeof answer), 401);
    program_says(&follow, "GET /2010-04-01/Accounts/" SID ".json  refused   20003  Authenticate\n");
    assert_int_equal(program_ask(run.port, "/sim/v1/messages", NULL,
                                 "{\"from\":\"+" AWA "\",\"text\":\"STOP\"}", answer, sizeof answer),
                     201);
    program_says(&follow, "sms       +" AWA "  wrote     STOP\n");
    assert_int_equal(
        program_ask(run.port, "/sim/v1/faults", NULL, "{\"wire\":\"reset\"}", answer, sizeof answer), 201);
    program_message(run.port, SID, TOKEN, BEN, "2");
    program_says(&follow, "sms       +" BEN "  lost      wire reset\n");
    program_start(&waiting, (char *[]){"twilio-sim", "code", "+" AWA, "--after", "9", "--wait", "60s", NULL},
                  false);
    program_stop(&run);
    assert_int_equal(program_end(&follow), 4);
    snprintf(ended, sizeof ended, "twilio-sim messages: the simulator at http://127.0.0.1:%d ended\n",
             run.port);
    assert_non_null(strstr(follow.said, ended));
    assert_int_equal(program_end(&waiting), 4);
}

static void what_cannot_be_reached_is_said_with_what_to_do(void **state)
{
    (void)state;
    struct program_run run;
    unsetenv("TWILIO_SIM_URL");
    CHECK(4,
          "twilio-sim code: no simulator answers at http://127.0.0.1:1 (Connection refused); start one with "
          "'twilio-sim', or name another with --sim URL or TWILIO_SIM_URL\n",
          "code", "+" AWA, "--sim", "http://127.0.0.1:1");
    CHECK(2,
          "twilio-sim messages: --sim: 'https://x' is no address of a simulator, such as "
          "http://127.0.0.1:4010\n",
          "messages", "--sim", "https://x");
    CHECK(2, "twilio-sim code: --wait: '10' is not a duration such as 300ms, 5s, 10m or 1h\n", "code",
          "+" AWA, "--wait", "10");
    program_serve(&run, (char *[]){"twilio-sim", "--port", "0", "--control-token", "t1", NULL});
    char url[64], said[512];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", run.port);
    snprintf(said, sizeof said,
             "twilio-sim code: the simulator at %s wants its control token: --control-token or "
             "TWILIO_SIM_CONTROL_TOKEN\n",
             url);
    CHECK(4, said, "code", "+" AWA);
    CHECK(1, "twilio-sim code: no message with a code reached +" AWA "\n", "code", "+" AWA, "--sim", url,
          "--control-token=t1");
    program_stop(&run);
}

static void exec_tells_its_command_whom_to_ask(void **state)
{
    (void)state;
    struct program_run run;
    unsetenv("TWILIO_SIM_URL");
    program_start(&run,
                  (char *[]){"twilio-sim", "exec", "--quiet", "--control-token", "t1", "--", "sh", "-c",
                             "echo $TWILIO_SIM_URL $TWILIO_SIM_CONTROL_TOKEN", NULL},
                  false);
    assert_int_equal(program_end(&run), 0);
    assert_memory_equal(run.said, "http://127.0.0.1:", 17);
    assert_non_null(strstr(run.said, " t1\n"));
}

static void following_ends_when_nothing_can_be_written(void **state)
{
    (void)state;
    struct program_run run, follow;
    struct fail why = {0};
    char program[PATH_MAX];
    assert_true(preload_file_find("twilio-sim", program, &why));
    serve(&run);
    send_message(&run, AWA, "Your+code+is+111111");
    program_start(&follow,
                  (char *[]){"twilio-sim", "exec", "--quiet", "--", "sh", "-c",
                             "exec \"$0\" messages --follow --sim \"$1\" >/dev/full", program,
                             getenv("TWILIO_SIM_URL"), NULL},
                  false);
    assert_int_equal(program_end(&follow), 1);
    assert_non_null(strstr(follow.said, "twilio-sim: what was to be printed cannot be written\n"));
    program_stop(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_code_of_a_phone_is_printed_alone),
        cmocka_unit_test(an_address_names_its_channel),
        cmocka_unit_test(a_cursor_keeps_the_code_of_an_earlier_click_out),
        cmocka_unit_test(the_wait_is_real_time_also_where_the_clock_stands),
        cmocka_unit_test(messages_are_listed_a_line_each),
        cmocka_unit_test(json_is_an_object_a_line),
        cmocka_unit_test(following_goes_on_until_the_simulator_ends_and_says_so),
        cmocka_unit_test(following_ends_when_nothing_can_be_written),
        cmocka_unit_test(what_cannot_be_reached_is_said_with_what_to_do),
        cmocka_unit_test(exec_tells_its_command_whom_to_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
