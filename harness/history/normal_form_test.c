/* Which words of a history are chance, and that two runs which differ in nothing else compare byte for byte.
 */
#include "test_support.h"

#include <stdio.h>

#include "history.h"
#include "json.h"
#include "mem.h"
#include "normal_form.h"

#define SID_A "SM0123456789abcdef0123456789abcdef"
#define SID_B "SMffffffffffffffffffffffffffffffff"

static struct history *history_with(const char *const *texts, int64_t start_us)
{
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    for (; *texts != NULL; texts++)
        history_add_at(history, HISTORY_LOG, json_pack("{s:o}", "text", json_of_text(text_of(*texts))),
                       (struct history_time){.mono_ms = 5, .wall_ms = start_us, .real_us = start_us});
    return history;
}

static void assert_normal(const struct history *history, struct normal_form options, const char *expected)
{
    char *text = history_normal_form(history, options);
    assert_string_equal(text, expected);
    mem_free(text);
}

static void words_of_chance_are_numbered_by_first_appearance(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *normal;
        const char *why;
    } rows[] = {
        {SID_A " " SID_B " " SID_A, "SM#1 SM#2 SM#1", "SIDs by kind"},
        {"AC0123456789abcdef0123456789abcdef/" SID_A, "AC#1/SM#1", "each kind counts for itself"},
        {"x" SID_A, "x" SID_A, "no start of a word"},
        {SID_A "0", SID_A "0", "no end of a word"},
        {"SM0123456789ABCDEF0123456789ABCDEF", "SM0123456789ABCDEF0123456789ABCDEF", "capitals are no SID"},
        {"token 550e8400-e29b-41d4-a716-446655440000.", "token uuid#1.", "UUIDs"},
        {"550e8400-e29b-41d4-a716", "550e8400-e29b-41d4-a716", "half a UUID"},
        {"0123456789abcdef0123456789abcdef01", "hex#1", "long hex"},
        {"t=pbGGk3rpd0aWLgZixOAoBkzlrm2uuu2Lc1lBRLQus9k", "t=token#1", "a session's token"},
        {"a-word-of-small-letters-is-no-token-4", "a-word-of-small-letters-is-no-token-4", "no capitals"},
        {"http://127.0.0.1:3000/x localhost:4010 127.0.0.1:3000",
         "http://127.0.0.1:port#1/x localhost:port#2 127.0.0.1:port#1", "ports of this machine"},
        {"at 2023-06-16T17:29:30.123Z, Fri, 16 Jun 2023 17:29:30 +0000", "at date, date", "dates"},
        {"Fri, 16 Jun 2023 17:29:30 GMT", "date", "HTTP's dates"},
        {"2023-06-16", "2023-06-16", "a day is no moment"},
        {"", "", "nothing"},
        {"caf\xC3\xA9 123456", "caf\xC3\xA9 123456", "digits that nobody calls a code"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const texts[] = {rows[i].text, NULL};
        struct history *history = history_with(texts, 7);
        char expected[512];
        snprintf(expected, sizeof expected, "{\"v\":1,\"kind\":\"log\",\"text\":\"%s\"}\n", rows[i].normal);
        assert_normal(history, (struct normal_form){0}, expected);
        history_free(history);
    }
}

static void codes_are_found_wherever_they_stand(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    static const struct history_time when = {.mono_ms = 1};
    history_add_at(history, HISTORY_LOG,
                   json_pack("{s:s}", "text", "otp=482913 otp482913x %20482913%20a 4829131 30003"), when);
    history_add_at(history, HISTORY_MESSAGE,
                   json_pack("{s:s,s:s}", "code_text", "482913", "text", "Your code is 482913."), when);
    history_add_at(history, HISTORY_REQUEST,
                   json_pack("{s:s,s:s}", "code", "000000", "body", "000000 482913"), when);
    history_add_at(history, HISTORY_STATUS, json_pack("{s:s,s:i}", "code", "30003", "x", 30003), when);
    assert_normal(
        history, (struct normal_form){0},
        "{\"v\":1,\"kind\":\"log\",\"text\":\"otp=code#1 otpcode#1x %20code#1%20a 4829131 30003\"}\n"
        "{\"kind\":\"message\",\"code_text\":\"code#1\",\"text\":\"Your code is code#1.\"}\n"
        "{\"kind\":\"request\",\"code\":\"code#2\",\"body\":\"code#2 code#1\"}\n"
        "{\"kind\":\"status\",\"code\":\"30003\",\"x\":30003}\n");
    history_free(history);
}

static void ids_ports_and_processes_are_known_by_their_keys(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    static const struct history_time when = {.mono_ms = 1};
    history_add_at(
        history, HISTORY_REQUEST,
        json_pack("{s:s,s:{s:s,s:s}}", "id", "r-91", "headers", "x-twilio-signature", "abc=", "A", "b"),
        when);
    history_add_at(history, HISTORY_ANSWER,
                   json_pack("{s:s,s:i,s:[i,f,b,n]}", "request", "r-91", "took_ms", 4, "list", 1, 0.5, 1),
                   when);
    history_add_at(history, HISTORY_PROCESS,
                   json_pack("{s:i,s:i,s:i}", "pid", 4711, "port", 3000, "cause", 1), when);
    assert_normal(history, (struct normal_form){0},
                  "{\"v\":1,\"kind\":\"request\",\"id\":\"id#1\",\"headers\":{\"A\":\"b\"}}\n"
                  "{\"kind\":\"answer\",\"request\":\"id#1\",\"list\":[1,0.5,true,null]}\n"
                  "{\"kind\":\"process\",\"pid\":\"pid#1\",\"port\":\"port#1\",\"cause\":1}\n");
    history_free(history);
}

static void virtual_times_are_kept_when_asked_for(void **state)
{
    (void)state;
    static const char *const texts[] = {"at 2023-06-16T17:29:30Z", NULL};
    struct history *history = history_with(texts, 7);
    assert_normal(history, (struct normal_form){.times = true},
                  "{\"v\":1,\"kind\":\"log\",\"t_ms\":5,\"wall\":\"1970-01-01T00:00:00.007Z\","
                  "\"text\":\"at 2023-06-16T17:29:30Z\"}\n");
    history_free(history);
}

static void two_runs_that_differ_by_chance_are_equal_and_others_are_not(void **state)
{
    (void)state;
    static const char *const one[] = {"sent " SID_A, "delivered " SID_A, NULL};
    static const char *const two[] = {"sent " SID_B, "delivered " SID_B, NULL};
    static const char *const other[] = {"sent " SID_B, "delivered " SID_A, NULL};
    char *texts[3];
    const char *const *const runs[] = {one, two, other};
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        struct history *history = history_with(runs[i], (int64_t)i * 1000);
        texts[i] = history_normal_form(history, (struct normal_form){0});
        history_free(history);
    }
    assert_string_equal(texts[0], texts[1]);
    assert_string_not_equal(texts[0], texts[2]);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        mem_free(texts[i]);
}

static void lines_can_stand_as_they_happened(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    history_add_at(history, HISTORY_ANSWER, NULL, (struct history_time){.real_us = 9});
    history_add_at(history, HISTORY_CALL, NULL, (struct history_time){.real_us = 8});
    assert_normal(history, (struct normal_form){0}, "{\"v\":1,\"kind\":\"answer\"}\n{\"kind\":\"call\"}\n");
    assert_normal(history, (struct normal_form){.in_order = true},
                  "{\"kind\":\"call\"}\n{\"v\":1,\"kind\":\"answer\"}\n");
    history_free(history);
}

static void many_values_keep_their_numbers(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    char id[16];
    for (int i = 0; i < 2000; i++) {
        snprintf(id, sizeof id, "r%d", i % 1000);
        history_add_at(history, HISTORY_REQUEST, json_pack("{s:s}", "id", id), (struct history_time){0});
    }
    char *text = history_normal_form(history, (struct normal_form){0});
    assert_non_null(strstr(text, "\"id\":\"id#1000\""));
    assert_null(strstr(text, "\"id\":\"id#1001\""));
    assert_string_equal(text + strlen(text) - strlen("\"id#1000\"}\n"), "\"id#1000\"}\n");
    mem_free(text);
    history_free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_chance_are_numbered_by_first_appearance),
        cmocka_unit_test(codes_are_found_wherever_they_stand),
        cmocka_unit_test(ids_ports_and_processes_are_known_by_their_keys),
        cmocka_unit_test(virtual_times_are_kept_when_asked_for),
        cmocka_unit_test(two_runs_that_differ_by_chance_are_equal_and_others_are_not),
        cmocka_unit_test(lines_can_stand_as_they_happened),
        cmocka_unit_test(many_values_keep_their_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
