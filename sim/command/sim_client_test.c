/* Which simulator is meant. What it is asked, and what becomes of its answers, is tested with the real
 * program in command_code_test.c. */
#include "test_support.h"

#include <stdlib.h>

#include "sim_client.h"

static bool read(const char *url, struct sim_client *ret, struct fail *why)
{
    char *argv[] = {(char *)"code", (char *)"--sim", (char *)(uintptr_t)url};
    struct options *options = options_new("code", sim_client_rows);
    assert_true(options_read(options, url == NULL ? 1 : 3, argv, false, why));
    bool fine = sim_client_read(options, ret, why);
    options_free(options);
    return fine;
}

static void an_address_has_a_host_and_a_port(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host, *port, *shown;
    } rows[] = {
        {"http://127.0.0.1:4010", "127.0.0.1", "4010", "http://127.0.0.1:4010"},
        {"http://127.0.0.1:4010/", "127.0.0.1", "4010", "http://127.0.0.1:4010"},
        {"http://sim", "sim", "80", "http://sim"},
        {"http://[::1]:4010", "::1", "4010", "http://[::1]:4010"},
        {"http://[::1]", "::1", "80", "http://[::1]"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sim_client client;
        struct fail why = {0};
        if (!read(rows[i].url, &client, &why))
            fail_msg("%s: %s", rows[i].url, why.text);
        assert_string_equal(client.host, rows[i].host);
        assert_string_equal(client.port, rows[i].port);
        assert_string_equal(client.url, rows[i].shown);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"https://127.0.0.1:4010", "127.0.0.1:4010",   "http://",
                                       "http://:4010",           "http://sim:",      "http://sim:0",
                                       "http://sim:65536",       "http://sim:4010x", "http://[::1",
                                       "http://[::1]4010",       "http://sim/inbox", "http://a b:1"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sim_client client;
        struct fail why = {0};
        if (read(rows[i], &client, &why))
            fail_msg("%s was taken", rows[i]);
        assert_non_null(strstr(why.text, "is no address of a simulator, such as http://127.0.0.1:4010"));
    }
}

static void the_option_beats_the_environment_which_beats_the_default(void **state)
{
    (void)state;
    struct sim_client client;
    struct fail why = {0};
    unsetenv("TWILIO_SIM_URL");
    assert_true(read(NULL, &client, &why));
    assert_string_equal(client.url, "http://127.0.0.1:4010");
    setenv("TWILIO_SIM_URL", "http://sim:1", 1);
    assert_true(read(NULL, &client, &why));
    assert_string_equal(client.url, "http://sim:1");
    assert_true(read("http://sim:2", &client, &why));
    assert_string_equal(client.url, "http://sim:2");
    setenv("TWILIO_SIM_URL", "nonsense", 1);
    assert_false(read(NULL, &client, &why));
    assert_string_equal(
        why.text, "TWILIO_SIM_URL: 'nonsense' is no address of a simulator, such as http://127.0.0.1:4010");
    unsetenv("TWILIO_SIM_URL");
}

static void a_value_of_a_query_is_escaped(void **state)
{
    (void)state;
    struct text_buf out;
    text_buf_init(&out, 256);
    sim_client_put_escaped(&out, "+243 a&b=%\xC3\xA9~-._");
    assert_string_equal(text_buf_z(&out), "%2B243%20a%26b%3D%25%C3%A9~-._");
    text_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_has_a_host_and_a_port),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(the_option_beats_the_environment_which_beats_the_default),
        cmocka_unit_test(a_value_of_a_query_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
