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
        "{\"kind\":\"request\",\"code\":\"code#1\",\"body\":\"code#1 code#2\"}\n"
        "{\"kind\":\"message\",\"code_text\":\"code#2\",\"text\":\"Your code is code#2.\"}\n"
        "{\"kind\":\"status\",\"code\":\"30003\",\"x\":30003}\n"
        "{\"v\":1,\"kind\":\"log\",\"text\":\"otp=code#2 otpcode#2x %20code#2%20a 4829131 30003\"}\n");
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
                  "{\"kind\":\"process\",\"pid\":\"pid#1\",\"port\":\"port#1\",\"cause\":\"id#1\"}\n");
    history_free(history);
}

static void add_at(struct history *history, enum history_kind kind, int64_t t_ms, json_t *fields)
{
    history_add_at(history, kind, fields,
                   (struct history_time){.mono_ms = t_ms, .wall_ms = 1686936570000 + t_ms, .real_us = t_ms});
}

static void virtual_times_count_from_the_steps(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    add_at(history, HISTORY_RUN, 3, NULL);
    add_at(history, HISTORY_PHASE, 410, json_pack("{s:s}", "name", "steps"));
    add_at(history, HISTORY_ADVANCE, 410,
           json_pack("{s:i,s:s}", "ms", 2000, "text", "2023-06-16T17:29:32.410Z"));
    add_at(history, HISTORY_JUMP, 2410, json_pack("{s:i,s:i}", "from_ms", 410, "to_ms", 2410));
    add_at(history, HISTORY_CALL, 2410, json_pack("{s:i,s:i}", "start_ms", 2409, "end_ms", 410));
    history_add_at(history, HISTORY_RECEIVED, NULL,
                   (struct history_time){.mono_ms = 2410, .wall_ms = 1686936570000 - 60000 + 2410});
    add_at(history, HISTORY_PROCESS, 2410, NULL);
    add_at(history, HISTORY_END, 2410, NULL);
    add_at(history, HISTORY_LOG, 5000, NULL);
    assert_normal(history, (struct normal_form){.times = true},
                  "{\"v\":1,\"kind\":\"run\"}\n"
                  "{\"kind\":\"phase\",\"name\":\"steps\"}\n"
                  "{\"kind\":\"advance\",\"ms\":2000,\"text\":\"T+2.000\"}\n"
                  "{\"kind\":\"received\",\"t_ms\":2000,\"wall\":\"-60.000\"}\n"
                  "{\"kind\":\"end\",\"t_ms\":2000}\n"
                  "{\"kind\":\"process\"}\n"
                  "{\"kind\":\"call\",\"t_ms\":2000,\"start_ms\":1999}\n"
                  "{\"kind\":\"log\"}\n");
    assert_normal(history, (struct normal_form){0},
                  "{\"v\":1,\"kind\":\"run\"}\n"
                  "{\"kind\":\"phase\",\"name\":\"steps\"}\n"
                  "{\"kind\":\"advance\",\"text\":\"date\"}\n"
                  "{\"kind\":\"received\"}\n"
                  "{\"kind\":\"end\"}\n"
                  "{\"kind\":\"process\"}\n"
                  "{\"kind\":\"call\"}\n"
                  "{\"kind\":\"log\"}\n");
    history_free(history);
}

static void the_clock_may_be_left_out(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    add_at(history, HISTORY_RUN, 0,
           json_pack("{s:s,s:[{s:s}]}", "clock", "virtual", "clocks", "process", "backend"));
    add_at(history, HISTORY_PROCESS, 0, json_pack("{s:s,s:s}", "name", "child", "event", "clock"));
    add_at(history, HISTORY_ADVANCE, 0, json_pack("{s:s}", "text", "2 jumps"));
    assert_normal(history, (struct normal_form){.any_clock = true},
                  "{\"v\":1,\"kind\":\"run\"}\n{\"kind\":\"advance\"}\n");
    assert_normal(history, (struct normal_form){0},
                  "{\"v\":1,\"kind\":\"run\",\"clock\":\"virtual\",\"clocks\":[{\"process\":\"backend\"}]}\n"
                  "{\"kind\":\"advance\",\"text\":\"2 jumps\"}\n"
                  "{\"kind\":\"process\",\"name\":\"child\",\"event\":\"clock\"}\n");
    history_free(history);
}

static void what_a_run_is_called_and_how_much_it_proved_is_chance(void **state)
{
    (void)state;
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    add_at(history, HISTORY_RUN, 0, json_pack("{s:s,s:i,s:s}", "file", "/a/b.yaml", "seed", 7, "way", "url"));
    add_at(history, HISTORY_INVARIANT, 0,
           json_pack("{s:i,s:i,s:s}", "number", 1, "exercised", 7, "verdict", "held"));
    add_at(history, HISTORY_INVARIANT, 0,
           json_pack("{s:i,s:s,s:s}", "number", 7, "verdict", "broken", "text", "again: lines 3 and 19"));
    assert_normal(
        history, (struct normal_form){0},
        "{\"v\":1,\"kind\":\"run\",\"way\":\"url\"}\n"
        "{\"kind\":\"invariant\",\"number\":1}\n"
        "{\"kind\":\"invariant\",\"number\":7,\"verdict\":\"broken\",\"text\":\"again: lines # and #\"}\n");
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

/* Two people sign in at once; each line is an event that some observer notes. */
enum event {
    BEGIN,
    ASK_AWA,
    ASK_BINTA,
    CALL_AWA,
    CALL_BINTA,
    MESSAGE_AWA,
    MESSAGE_BINTA,
    LOG_AWA,
    LOG_BINTA,
    LOG_REQUEST,
    ANSWER_AWA,
    ANSWER_BINTA,
    STATUS_AWA,
    STATUS_BINTA,
    FAIL_AWA,
    SMS_AWA,
    FINISH,
};

/* What chance gives: SIDs, codes, ids. */
struct chance {
    const char *sids[2], *codes[2], *calls[3], *requests[2];
};

static const struct chance some_chance = {.sids = {SID_A, SID_B},
                                          .codes = {"482913", "111222"},
                                          .calls = {"R1", "R2", "R3"},
                                          .requests = {"q1", "q2"}};
static const struct chance other_chance = {.sids = {SID_B, SID_A},
                                           .codes = {"999888", "000777"},
                                           .calls = {"X7", "X3", "X1"},
                                           .requests = {"q2", "q1"}};

static const char *const numbers[] = {"+1", "+2"};

static json_t *call_fields(const struct chance *chance, int person, int call, const char *channel)
{
    return json_pack("{s:s,s:s,s:s,s:s}", "id", chance->calls[call], "to", numbers[person], "channel",
                     channel, "code_text", chance->codes[person]);
}

static json_t *log_fields(const char *text)
{
    return json_pack("{s:s,s:s,s:s}", "process", "backend", "stream", "stdout", "text", text);
}

static bool is_bintas(enum event event)
{
    return event == ASK_BINTA || event == CALL_BINTA || event == MESSAGE_BINTA || event == LOG_BINTA ||
           event == ANSWER_BINTA || event == STATUS_BINTA;
}

static json_t *step_fields(const char *event)
{
    return json_pack("{s:s,s:s,s:s}", "path", "steps[0]", "verb", "parallel", "event", event);
}

static json_t *status_fields(const char *sid, const char *status)
{
    return json_pack("{s:s,s:s}", "sid", sid, "status", status);
}

/* New. */
static json_t *event_fields(enum event event, const struct chance *c)
{
    int person = is_bintas(event);
    const char *sid = c->sids[person], *request = c->requests[person];
    switch (event) {
    case BEGIN:
    case FINISH:
        return step_fields(event == BEGIN ? "begin" : "end");
    case ASK_AWA:
    case ASK_BINTA:
        return json_pack("{s:s,s:s}", "id", request, "phone", numbers[person]);
    case ANSWER_AWA:
    case ANSWER_BINTA:
        return json_pack("{s:s,s:i}", "request", request, "status", 200);
    case CALL_AWA:
    case CALL_BINTA:
        return call_fields(c, person, person, "whatsapp");
    case SMS_AWA:
        return call_fields(c, 0, 2, "sms");
    case MESSAGE_AWA:
    case MESSAGE_BINTA:
        return json_pack("{s:s,s:s}", "sid", sid, "cause", c->calls[person]);
    case STATUS_AWA:
    case STATUS_BINTA:
        return status_fields(sid, "sent");
    case FAIL_AWA:
        return status_fields(sid, "failed");
    case LOG_AWA:
    case LOG_BINTA:
        return log_fields(sid);
    case LOG_REQUEST:
        return log_fields("request");
    }
    return NULL;
}

static void add_event(struct history *history, enum event event, const struct chance *chance)
{
    static const enum history_kind kinds[] = {
        [BEGIN] = HISTORY_STEP,          [FINISH] = HISTORY_STEP,           [ASK_AWA] = HISTORY_REQUEST,
        [ASK_BINTA] = HISTORY_REQUEST,   [ANSWER_AWA] = HISTORY_ANSWER,     [ANSWER_BINTA] = HISTORY_ANSWER,
        [CALL_AWA] = HISTORY_CALL,       [CALL_BINTA] = HISTORY_CALL,       [SMS_AWA] = HISTORY_CALL,
        [MESSAGE_AWA] = HISTORY_MESSAGE, [MESSAGE_BINTA] = HISTORY_MESSAGE, [STATUS_AWA] = HISTORY_STATUS,
        [STATUS_BINTA] = HISTORY_STATUS, [FAIL_AWA] = HISTORY_STATUS,       [LOG_AWA] = HISTORY_LOG,
        [LOG_BINTA] = HISTORY_LOG,       [LOG_REQUEST] = HISTORY_LOG,
    };
    history_add_at(history, kinds[event], event_fields(event, chance), (struct history_time){.mono_ms = 1});
}

/* New. */
static char *normal_of(const enum event *events, size_t count, const struct chance *chance)
{
    struct history *history = history_open(NULL, (struct history_time){0}, NULL);
    history_add_at(history, HISTORY_RUN, NULL, (struct history_time){0});
    for (size_t i = 0; i < count; i++)
        add_event(history, events[i], chance);
    char *text = history_normal_form(history, (struct normal_form){0});
    history_free(history);
    return text;
}

static void how_observers_interleave_is_chance(void **state)
{
    (void)state;
    static const enum event orderly[] = {BEGIN,       ASK_AWA,      CALL_AWA,   MESSAGE_AWA,   LOG_AWA,
                                         ANSWER_AWA,  ASK_BINTA,    CALL_BINTA, MESSAGE_BINTA, LOG_BINTA,
                                         LOG_REQUEST, ANSWER_BINTA, STATUS_AWA, STATUS_BINTA,  FAIL_AWA,
                                         SMS_AWA,     FINISH};
    static const enum event mixed[] = {BEGIN,        ASK_BINTA,  ASK_AWA,       LOG_REQUEST, ANSWER_BINTA,
                                       CALL_BINTA,   CALL_AWA,   MESSAGE_BINTA, LOG_BINTA,   MESSAGE_AWA,
                                       STATUS_BINTA, STATUS_AWA, FAIL_AWA,      LOG_AWA,     SMS_AWA,
                                       ANSWER_AWA,   FINISH};
    char *one = normal_of(orderly, COUNT_OF(orderly), &some_chance);
    char *other = normal_of(mixed, COUNT_OF(mixed), &other_chance);
    assert_string_equal(one, other);
    mem_free(one);
    mem_free(other);
}

static void what_one_observer_saw_in_another_order_is_behaviour(void **state)
{
    (void)state;
    static const enum event base[] = {CALL_AWA, MESSAGE_AWA, STATUS_AWA, FAIL_AWA, SMS_AWA};
    static const enum event others[][5] = {
        {CALL_AWA, MESSAGE_AWA, FAIL_AWA, STATUS_AWA, SMS_AWA},    /* a status goes back */
        {SMS_AWA, CALL_AWA, MESSAGE_AWA, STATUS_AWA, FAIL_AWA},    /* the other channel first */
        {CALL_AWA, MESSAGE_AWA, STATUS_AWA, FAIL_AWA, CALL_BINTA}, /* to somebody else */
    };
    char *expected = normal_of(base, COUNT_OF(base), &some_chance);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        char *other = normal_of(others[i], COUNT_OF(others[i]), &some_chance);
        assert_string_not_equal(expected, other);
        mem_free(other);
    }
    mem_free(expected);
}

/* Only through the message that the other line names does one know whose trace it is. */
static void words_are_followed_from_line_to_line(void **state)
{
    (void)state;
    static const char *const traces[] = {"550e8400-e29b-41d4-a716-446655440000",
                                         "650e8400-e29b-41d4-a716-446655440000"};
    static const enum event events[] = {CALL_AWA, MESSAGE_AWA, CALL_BINTA, MESSAGE_BINTA};
    char *texts[2];
    for (int mixed = 0; mixed < 2; mixed++) {
        struct history *history = history_open(NULL, (struct history_time){0}, NULL);
        for (size_t i = 0; i < COUNT_OF(events); i++)
            add_event(history, events[i], &some_chance);
        for (int i = 0; i < 4; i++) {
            char text[128];
            int person = (i + mixed) % 2;
            snprintf(text, sizeof text, i < 2 ? "done %s" : "sent %s %s", traces[person],
                     some_chance.sids[person]);
            history_add_at(history, HISTORY_LOG, log_fields(text), (struct history_time){0});
        }
        texts[mixed] = history_normal_form(history, (struct normal_form){0});
        history_free(history);
    }
    assert_string_equal(texts[0], texts[1]);
    mem_free(texts[0]);
    mem_free(texts[1]);
}

static void a_code_that_went_to_somebody_else_is_behaviour(void **state)
{
    (void)state;
    static const enum event events[] = {BEGIN, ASK_AWA, ASK_BINTA, FINISH, CALL_AWA, MESSAGE_AWA, CALL_BINTA};
    char *texts[2];
    for (int swapped = 0; swapped < 2; swapped++) {
        struct history *history = history_open(NULL, (struct history_time){0}, NULL);
        for (size_t i = 0; i < COUNT_OF(events); i++)
            add_event(history, events[i], &some_chance);
        history_add_at(
            history, HISTORY_REQUEST,
            json_pack("{s:s,s:s,s:s}", "id", "q3", "phone", "+1", "code", some_chance.codes[swapped]),
            (struct history_time){0});
        texts[swapped] = history_normal_form(history, (struct normal_form){0});
        history_free(history);
    }
    assert_string_not_equal(texts[0], texts[1]);
    mem_free(texts[0]);
    mem_free(texts[1]);
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
        cmocka_unit_test(virtual_times_count_from_the_steps),
        cmocka_unit_test(the_clock_may_be_left_out),
        cmocka_unit_test(what_a_run_is_called_and_how_much_it_proved_is_chance),
        cmocka_unit_test(two_runs_that_differ_by_chance_are_equal_and_others_are_not),
        cmocka_unit_test(how_observers_interleave_is_chance),
        cmocka_unit_test(what_one_observer_saw_in_another_order_is_behaviour),
        cmocka_unit_test(words_are_followed_from_line_to_line),
        cmocka_unit_test(a_code_that_went_to_somebody_else_is_behaviour),
        cmocka_unit_test(many_values_keep_their_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
