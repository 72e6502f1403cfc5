/* EXPECT and SAVE on answers: each case is an expect in the language, and what differs. */
#include "test_support.h"

#include <stdio.h>

#include "expectation.h"
#include "json.h"
#include "mem.h"
#include "problems.h"
#include "saving.h"
#include "scenario.h"

static const char profile_yaml[] = "backend: One\nrun: sh\nanswers:\n"
                                   "  sent: { status: 200, json: { success: true } }\n"
                                   "  limited: { status: 429 }\n";

/* A scenario with one step that has these lines beside its verb; the caller frees it. */
static struct scenario *scenario_with(const char *beside)
{
    struct problems *problems = problems_new();
    struct text_buf yaml, words;
    text_buf_init(&yaml, 4096);
    text_buf_init(&words, 4096);
    text_putf(&yaml, "scenario: One step\nsteps:\n  - request: { path: /x }\n%s", beside);
    struct scenario *scenario = scenario_read_text("one.yaml", text_buf_view(&yaml), problems);
    problems_write(problems, &words);
    if (scenario == NULL)
        fail_msg("%s", text_buf_z(&words));
    text_buf_release(&yaml);
    text_buf_release(&words);
    problems_free(problems);
    return scenario;
}

static struct profile *profile_new(void)
{
    struct problems *problems = problems_new();
    struct profile *profile = profile_read_text("backend.yaml", text_of(profile_yaml), problems);
    assert_non_null(profile);
    problems_free(problems);
    return profile;
}

static void answer_make(struct answer *answer, int status, const char *body)
{
    answer_init(answer, ANSWER_HTTP);
    answer->status = status;
    answer->took_ms = 1500;
    json_set(answer->headers, "retry-after", json_string("30"));
    if (status == 0)
        snprintf(answer->error, sizeof answer->error, "refused");
    answer_set_body(answer, text_of(body));
}

static char *findings_text(struct findings *findings)
{
    struct text_buf out;
    text_buf_init(&out, 8192);
    for (size_t i = 0; i < findings_count(findings); i++) {
        const struct finding *finding = findings_at(findings, i);
        for (size_t k = 0; k < finding->difference_count; k++)
            text_putf(&out, "%s %s|%s\n", finding->differences[k].at, finding->differences[k].expected,
                      finding->differences[k].actual);
        if (finding->detail != NULL)
            text_putf(&out, "%s", finding->detail);
    }
    return text_buf_take(&out);
}

struct expect_row {
    const char *beside;
    int status;
    const char *body;
    const char *differs; /* the start of what is found; "" = it fits */
};

static const struct expect_row rows[] = {
    {"", 200, "{}", ""},
    {"", 204, "", ""},
    {"", 404, "{}", "status 2xx|404\n"},
    {"", 0, "", "status 2xx|no answer: refused\n"},
    {"    expect: { json: { a: 1 }, text: b, headers: { X: y } }", 0, "", "status 2xx|no answer: refused\n"},
    {"    expect: { not: { text: b } }", 0, "", "answer any|none: refused\n"},
    {"    expect: any", 500, "{}", ""},
    {"    expect: any", 0, "", ""},
    {"    expect: { status: 4xx }", 429, "{}", ""},
    {"    expect: { status: [200, 503] }", 503, "{}", ""},
    {"    expect: { status: [200, 503] }", 404, "{}", "status 200 or 503|404\n"},
    {"    expect: sent", 200, "{\"success\":true,\"more\":1}", ""},
    {"    expect: sent", 200, "{\"success\":false}", "$.success: expected true, got false"},
    {"    expect: limited", 429, "{}", ""},
    {"    expect: $name", 429, "{}", ""},
    {"    expect: { json: { a: 1 } }", 502, "{\"a\":1}", "status 2xx|502\n"},
    {"    expect: { json: { a: $one } }", 200, "{\"a\":1}", ""},
    {"    expect: { json: { a: 1 } }", 200, "nothing", "json JSON|nothing\n"},
    {"    expect: { text: [ab, '/c$/'] }", 200, "abc", ""},
    {"    expect: { text: [ab, '/b$/'] }", 200, "abc", "text /b$/|abc\n"},
    {"    expect: { headers: { Retry-After: '/^30$/' } }", 200, "", ""},
    {"    expect: { headers: { X-None: x } }", 200, "", "header X-None x|(not there)\n"},
    {"    expect: { took: 1500ms }", 200, "", ""},
    {"    expect: { took: 500ms }", 200, "", ""},
    {"    expect: { took: 499ms }", 200, "", "took 499ms|1500ms\n"},
    {"    expect: { took: 1560ms }", 200, "", "took 1560ms|1500ms\n"},
    {"    expect: { took: { over: 1s, under: 2s } }", 200, "", ""},
    {"    expect: { took: { over: 1500ms } }", 200, "", "took over 1500ms|1500ms\n"},
    {"    expect: { took: { under: 1s } }", 200, "", "took under 1s|1500ms\n"},
    {"    expect: { not: { status: 429 } }", 500, "", ""},
    {"    expect: { not: { status: 5xx } }", 500, "",
     "not an answer unlike the one under `not`|one that fits it\n"},
    {"    expect: { status: 500, not: { text: code } }", 500, "a code", "not "},
};

static void an_answer_fits_or_differs(void **state)
{
    (void)state;
    struct profile *profile = profile_new();
    struct variables *variables = variables_new(NULL);
    variables_set(variables, TEXT("one"), json_integer(1));
    variables_set(variables, TEXT("name"), json_string("limited"));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct scenario *scenario = scenario_with(rows[i].beside);
        struct findings *findings = findings_new();
        struct answer answer;
        answer_make(&answer, rows[i].status, rows[i].body);
        struct expectation e = {.expect = scenario->steps.items[0].expect,
                                .answers = &profile->answers,
                                .variables = variables,
                                .findings = findings,
                                .step = "steps[0]"};
        bool fine = expectation_judge(&e, &answer);
        char *found = findings_text(findings);
        bool as_expected = rows[i].differs[0] == '\0' ? fine && found[0] == '\0'
                                                      : !fine && text_starts(text_of(found), rows[i].differs);
        if (!as_expected)
            fail_msg("%zu %s: expected \"%s\", got \"%s\"", i, rows[i].beside, rows[i].differs, found);
        mem_free(found);
        answer_release(&answer);
        findings_free(findings);
        scenario_free(scenario);
    }
    variables_free(variables);
    profile_free(profile);
}

static void statuses_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *beside;
        const char *differs;
    } counts[] = {
        {"    expect: { answers: { 200: 1, 4xx: 2 } }", ""},
        {"    expect: { answers: { 200: 2.. } }", "answers.200 2..|no answer: 1, 200: 1, 400: 1, 429: 1\n"},
        {"    expect: { answers: { 5xx: 0 } }", ""},
    };
    static const int statuses[] = {200, 429, 400, 0};
    struct variables *variables = variables_new(NULL);
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        struct scenario *scenario = scenario_with(counts[i].beside);
        struct findings *findings = findings_new();
        struct expectation e = {.expect = scenario->steps.items[0].expect,
                                .variables = variables,
                                .findings = findings,
                                .step = "x"};
        assert_true(expectation_counts(e.expect));
        assert_int_equal(expectation_judge_counts(&e, statuses, COUNT_OF(statuses)),
                         counts[i].differs[0] == '\0');
        char *found = findings_text(findings);
        assert_string_equal(found, counts[i].differs);
        mem_free(found);
        findings_free(findings);
        scenario_free(scenario);
    }
    variables_free(variables);
}

static void values_are_saved(void **state)
{
    (void)state;
    static const struct {
        const char *beside, *name, *saved; /* saved: as JSON; NULL: `why` */
        const char *why;
    } saves[] = {
        {"    save: all", "all", "{\"id\":7,\"token\":\"abc\"}", NULL},
        {"    save: { id: .id }", "id", "7", NULL},
        {"    save: { t: '/\"token\":\"(\\w+)\"/' }", "t", "\"abc\"", NULL},
        {"    save: { after: header.Retry-After }", "after", "\"30\"", NULL},
        {"    save: { s: status }", "s", "200", NULL},
        {"    save: { h: header.X-None }", "h", NULL, "the answer has no header 'X-None'"},
        {"    save: { p: '/no(thing)/' }", "p", NULL, "the pattern /no(thing)/ finds nothing in the answer"},
    };
    for (size_t i = 0; i < COUNT_OF(saves); i++) {
        struct scenario *scenario = scenario_with(saves[i].beside);
        struct variables *variables = variables_new(NULL);
        struct answer answer;
        struct fail why = {0};
        json_t *value = NULL;
        answer_make(&answer, 200, "{\"id\":7,\"token\":\"abc\"}");
        bool fine = saving_apply(&scenario->steps.items[0].save, &answer, variables, &why);
        assert_int_equal(fine, saves[i].saved != NULL);
        if (fine) {
            assert_true(variables_get(variables, text_of(saves[i].name), &value, &why));
            char *written = json_write(value);
            assert_string_equal(written, saves[i].saved);
            mem_free(written);
        } else {
            assert_string_equal(why.text, saves[i].why);
        }
        json_decref(value);
        answer_release(&answer);
        variables_free(variables);
        scenario_free(scenario);
    }
}

static void a_program_is_judged_by_its_exit_status(void **state)
{
    (void)state;
    struct scenario *scenario = scenario_with("    expect: { exit: 3 }");
    struct answer answer;
    answer_init(&answer, ANSWER_PROGRAM);
    answer.exit = 3;
    struct expectation strict = {0}, told = {.expect = scenario->steps.items[0].expect};
    assert_false(expectation_judge(&strict, &answer));
    assert_true(expectation_judge(&told, &answer));
    answer.exit = 0;
    assert_true(expectation_judge(&strict, &answer));
    assert_false(expectation_judge(&told, &answer));
    answer_release(&answer);
    scenario_free(scenario);
}

static void repeated_headers_are_joined_and_names_have_no_case(void **state)
{
    (void)state;
    struct http_header headers[] = {{"Set-Cookie", "a=1"}, {"set-cookie", "b=2"}};
    struct http_result result = {.status = 200, .headers = headers, .header_count = 2};
    struct answer answer;
    text_buf_init(&result.body, 16);
    answer_init(&answer, ANSWER_HTTP);
    answer_set_http(&answer, &result);
    assert_text(answer_header(&answer, TEXT("SET-COOKIE")), "a=1, b=2");
    assert_null(answer.json);
    answer_release(&answer);
    text_buf_release(&result.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_fits_or_differs),
        cmocka_unit_test(statuses_are_counted),
        cmocka_unit_test(values_are_saved),
        cmocka_unit_test(a_program_is_judged_by_its_exit_status),
        cmocka_unit_test(repeated_headers_are_joined_and_names_have_no_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
