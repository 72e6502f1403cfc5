/* CHECK, on histories written by hand: each case is a check in the language, and what is found. */
#include "test_support.h"

#include "checks.h"
#include "json.h"
#include "mem.h"
#include "problems.h"
#include "scenario.h"

#define CALL(t, id, to, channel, status, error, code)                                                        \
    "{'t':" #t ",'kind':'call','id':'" id "','provider':'twilio','operation':'message.create','to':'" to     \
    "','channel':'" channel "','from':'+15005550006','start_ms':" #t ",'status':" #status ",'code':" #error  \
    ",'text':'Your code is " code "','code_text':'" code "'}"
#define REPLY(t, id) "{'t':" #t ",'kind':'reply','call':'" id "','end_ms':" #t ",'how':'sent'}"
#define MESSAGE(t, sid, to, channel, code)                                                                   \
    "{'t':" #t ",'kind':'message','sid':'" sid "','provider':'twilio','to':'" to "','channel':'" channel     \
    "','from':'+15005550006','status':'queued','text':'Your code is " code "','code_text':'" code "'}"
#define STATUS(t, sid, status) "{'t':" #t ",'kind':'status','sid':'" sid "','status':'" status "'}"
#define CALLBACK(t, sid, word, status)                                                                       \
    "{'t':" #t ",'kind':'callback','sid':'" sid "','message_status':'" word "','status':" #status "}"
#define LOG(t, process, text) "{'t':" #t ",'kind':'log','process':'" process "','text':'" text "'}"
#define ANSWER(t, status)     "{'t':" #t ",'kind':'answer','request':'q','status':" #status "}"
#define AWA                   "+243810000001"
#define BINTA                 "+243810000002"

/* Awa: WhatsApp undelivered; SMS refused by 503 twice, then sent. Binta: SMS refused for good. */
static const char *const story[] = {
    CALL(100, "RQ1", AWA, "whatsapp", 201, null, "111111"),
    REPLY(110, "RQ1"),
    MESSAGE(110, "SM1", AWA, "whatsapp", "111111"),
    STATUS(150, "SM1", "sent"),
    STATUS(160, "SM1", "undelivered"),
    CALLBACK(170, "SM1", "undelivered", 204),
    CALL(200, "RQ2", AWA, "sms", 503, null, "111111"),
    REPLY(210, "RQ2"),
    CALL(2210, "RQ3", AWA, "sms", 503, null, "111111"),
    REPLY(2220, "RQ3"),
    CALL(6250, "RQ4", AWA, "sms", 201, null, "111111"),
    REPLY(6260, "RQ4"),
    MESSAGE(6260, "SM2", AWA, "sms", "111111"),
    STATUS(6300, "SM2", "delivered"),
    CALL(6400, "RQ5", BINTA, "sms", 400, 21610, "222222"),
    REPLY(6410, "RQ5"),
    LOG(6420, "backend", "{\\\"severity\\\":\\\"ERROR\\\",\\\"message\\\":\\\"refused\\\"}"),
    LOG(6420, "redis", "refused"),
    ANSWER(6430, 200),
    ANSWER(6440, 502),
    NULL,
};

static void line_add(struct history *history, struct history_time start, const char *quoted)
{
    char *text = mem_string(quoted);
    json_t *fields = NULL;
    struct fail why = {0};
    for (char *at = text; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    assert_true(json_read(text_of(text), "line", &fields, &why));
    int64_t t_ms = json_integer_value(json_object_get(fields, "t"));
    enum history_kind kind = history_kind_of(json_text(fields, "kind"));
    json_object_del(fields, "t");
    json_object_del(fields, "kind");
    history_add_at(
        history, kind, fields,
        (struct history_time){start.mono_ms + t_ms, start.wall_ms + t_ms, start.real_us + t_ms * 1000});
    mem_free(text);
}

static struct history *history_of(const char *const *lines)
{
    struct history_time start = {1000000, 1700000000000, 5000000};
    struct history *history = history_open(NULL, start, NULL);
    for (size_t i = 0; lines[i] != NULL; i++)
        line_add(history, start, lines[i]);
    return history;
}

/* Of the checks that follow. */
static bool exact_time;

/* "what expected|actual" a line. */
static char *judged(const char *check_yaml, const struct history *history)
{
    struct problems *problems = problems_new();
    struct text_buf yaml, out;
    text_buf_init(&yaml, 16384);
    text_buf_init(&out, 16384);
    text_putf(&yaml,
              "scenario: A check\npeople: { awa: {}, binta: {} }\nsteps: [{ advance: 1s }]\ncheck:\n%s",
              check_yaml);
    struct scenario *scenario = scenario_read_text("check.yaml", text_buf_view(&yaml), problems);
    problems_write(problems, &out);
    if (scenario == NULL)
        fail_msg("%s", text_buf_z(&out));
    struct variables *variables = variables_new(NULL);
    variables_set(variables, TEXT("awa"), json_string(AWA));
    variables_set(variables, TEXT("binta"), json_string(BINTA));
    struct findings *findings = findings_new();
    struct check_case c = {.history = (struct history *)(uintptr_t)history,
                           .since_real_us = happenings_mark(history),
                           .variables = variables,
                           .findings = findings,
                           .step = "check",
                           .exact_time = exact_time};
    bool fine = check_judge(scenario->check, &c);
    text_buf_clear(&out);
    for (size_t i = 0; i < findings_count(findings); i++) {
        const struct finding *finding = findings_at(findings, i);
        if (finding->difference_count == 0)
            text_putf(&out, "%s\n", finding->message);
        for (size_t k = 0; k < finding->difference_count; k++)
            text_putf(&out, "%s %s|%s\n", finding->differences[k].at, finding->differences[k].expected,
                      finding->differences[k].actual);
    }
    assert_int_equal(fine, findings_count(findings) == 0);
    findings_free(findings);
    variables_free(variables);
    scenario_free(scenario);
    problems_free(problems);
    text_buf_release(&yaml);
    return text_buf_take(&out);
}

struct check_row {
    const char *check; /* below `check:` */
    const char *found;
};

static void judge_rows(const struct check_row *rows, size_t count)
{
    struct history *history = history_of(story);
    for (size_t i = 0; i < count; i++) {
        char *found = judged(rows[i].check, history);
        if (strcmp(found, rows[i].found) != 0)
            fail_msg("%s: expected \"%s\", got \"%s\"", rows[i].check, rows[i].found, found);
        mem_free(found);
    }
    history_free(history);
}

static void messages_are_counted_by_what_became_of_them(void **state)
{
    (void)state;
    static const struct check_row rows[] = {
        {"  messages: [{ to: awa, channel: sms, requests: 3, accepted: 1, delivered: 1, codes: 1 }]", ""},
        {"  messages: [{ to: awa, channel: whatsapp, requests: 1, accepted: 1, delivered: 0 }]", ""},
        {"  messages: [{ to: awa, requests: 2 }]", "messages[0].requests 2|4\n"},
        {"  messages: [{ requests: 5.., codes: 2 }]", ""},
        {"  messages: [{ to: awa, delivered: 2 }]", "messages[0].delivered 2|1\n"},
        {"  messages: [{ to: awa, text: '/code is \\d{6}$/', accepted: 2 }]", ""},
        {"  messages: [{ to: awa, text: nothing, requests: 0 }]", ""},
        {"  messages: [{ from: '+15005550001', requests: 1 }]", "messages[0].requests 1|0\n"},
        {"  messages: [{ to: '+243810000002', accepted: 0, requests: 1 }]", ""},
        {"  messages: [{ to: binta, refused: { 21610: 1 } }]", ""},
        {"  messages: [{ to: awa, refused: { 21610: 1 } }]", "messages[0].refused.21610 1|0\n"},
    };
    judge_rows(rows, COUNT_OF(rows));
}

static void gaps_run_from_the_end_of_a_try_to_the_start_of_the_next(void **state)
{
    (void)state;
    static const struct check_row rows[] = {
        {"  messages: [{ to: awa, channel: sms, gaps: [2s, 4s] }]", ""},
        {"  messages: [{ to: awa, channel: sms, gaps: [2s, 3s] }]",
         "messages[0].gaps [2s, 3s] (+-50ms)|[2s, 4030ms]\n"},
        {"  messages: [{ to: awa, channel: sms, gaps: [2s] }]",
         "messages[0].gaps [2s] (+-50ms)|[2s, 4030ms]\n"},
        {"  messages: [{ to: binta, gaps: [] }]", ""},
    };
    judge_rows(rows, COUNT_OF(rows));
}

static void gaps_are_exact_on_the_virtual_clock(void **state)
{
    (void)state;
    const struct check_row rows[] = {
        {"  messages: [{ to: awa, channel: sms, gaps: [2s, 4s] }]",
         "messages[0].gaps [2s, 4s]|[2s, 4030ms]\n"},
        {"  messages: [{ to: awa, channel: sms, gaps: [2s, 4030ms] }]", ""},
    };
    exact_time = true;
    judge_rows(rows, COUNT_OF(rows));
    exact_time = false;
}

static void order_is_that_of_the_first_try_on_each_channel(void **state)
{
    (void)state;
    static const struct check_row rows[] = {
        {"  order: { awa: [whatsapp, sms] }", ""},
        {"  order: { awa: [sms, whatsapp] }", "order.awa [sms, whatsapp]|[whatsapp, sms]\n"},
        {"  order: { binta: [whatsapp, sms] }", "order.binta [whatsapp, sms]|[sms]\n"},
    };
    judge_rows(rows, COUNT_OF(rows));
}

static void calls_callbacks_answers_and_log_lines_are_counted(void **state)
{
    (void)state;
    static const struct check_row rows[] = {
        {"  calls: [{ operation: message.create, count: 5 }]", ""},
        {"  calls: [{ operation: message.list, count: 1.. }]", "calls[0].count 1..|0\n"},
        {"  calls: [{ operation: message.list, count: 0 }]", ""},
        {"  callbacks: [{ to: awa, status: undelivered, answered: 204, count: 1 }]", ""},
        {"  callbacks: [{ to: awa, answered: 4xx }]", "callbacks[0].count 1..|0\n"},
        {"  callbacks: [{ to: binta, count: 0 }]", ""},
        {"  answers: { 200: 1, 5xx: 1 }", ""},
        {"  answers: { 200: 2 }", "answers.200 2|1\n"},
        {"  log: [{ match: refused, count: 1 }]", ""},
        {"  log: [{ match: '.severity == \"ERROR\"' }]", ""},
        {"  log: [{ match: accepted }]", "log[0].count 1..|0\n"},
        {"  log: [{ filter: 'severity>=WARNING AND jsonPayload.message:REFUSED', count: 1 }]", ""},
        {"  log: [{ filter: 'severity>=CRITICAL' }]", "log[0].count 1..|0\n"},
    };
    judge_rows(rows, COUNT_OF(rows));
}

static void what_happened_under_given_does_not_count(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{'t':0,'kind':'phase','name':'given'}",
        CALL(100, "RQ1", AWA, "sms", 201, null, "111111"),
        MESSAGE(100, "SM1", AWA, "sms", "111111"),
        "{'t':200,'kind':'phase','name':'steps'}",
        STATUS(250, "SM1", "delivered"),
        CALLBACK(260, "SM1", "delivered", 204),
        CALL(300, "RQ2", AWA, "sms", 201, null, "222222"),
        NULL,
    };
    struct history *history = history_of(lines);
    char *found = judged("  messages: [{ to: awa, requests: 1, accepted: 0, delivered: 0, codes: 1 }]\n"
                         "  callbacks: [{ to: awa, count: 1 }]",
                         history);
    assert_string_equal(found, "");
    mem_free(found);
    history_free(history);
}

static void an_unknown_variable_fails_the_fact(void **state)
{
    (void)state;
    static const struct check_row rows[] = {
        {"  messages: [{ to: awa, requests: $nothing }]", "unknown name '$nothing'\n"},
    };
    struct history *history = history_of(story);
    char *found = judged(rows[0].check, history);
    assert_true(text_contains(text_of(found), TEXT("nothing")));
    mem_free(found);
    history_free(history);
}

static void facts_are_noted_in_the_history(void **state)
{
    (void)state;
    struct history *history = history_of(story);
    struct findings *findings = findings_new();
    struct check_case c = {.history = history, .findings = findings, .step = "check", .note = true};
    assert_false(check_report(&c, (struct place){"a.yaml", 3, 5}, "messages[0].requests", false, TEXT("1"),
                              TEXT("2")));
    const struct history_line *line = history_line(history, history_count(history) - 1);
    assert_int_equal(line->kind, HISTORY_CHECK);
    assert_text(history_text(line, "what"), "messages[0].requests");
    assert_text(history_text(line, "actual"), "2");
    assert_true(json_is_false(json_object_get(line->fields, "passed")));
    findings_free(findings);
    history_free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_counted_by_what_became_of_them),
        cmocka_unit_test(gaps_run_from_the_end_of_a_try_to_the_start_of_the_next),
        cmocka_unit_test(gaps_are_exact_on_the_virtual_clock),
        cmocka_unit_test(order_is_that_of_the_first_try_on_each_channel),
        cmocka_unit_test(calls_callbacks_answers_and_log_lines_are_counted),
        cmocka_unit_test(what_happened_under_given_does_not_count),
        cmocka_unit_test(an_unknown_variable_fails_the_fact),
        cmocka_unit_test(facts_are_noted_in_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
