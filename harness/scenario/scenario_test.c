/* A scenario and a profile as typed trees: the example of the language, types, variables at run time, JSON
 * for the simulator. */
#include "test_support.h"
#include "document.h"
#include "mem.h"
#include "profile.h"
#include "scenario.h"

static const char example[] =
    "scenario: Someone without WhatsApp gets the code by SMS\n"
    "tags: [fallback, smoke]\n"
    "people: { awa: { whatsapp: false, number: +243810000001 } }\n"
    "account: { plan: trial-legacy, sent-today: 49 }\n"
    "with: { env: { OTP_LIFETIME_MS: 012, GONE: null }, policy: { sends: { limit: 5 } }, start: false }\n"
    "cases: [ { word: one }, { word: two } ]\n"
    "faults:\n"
    "  - { on: { channel: sms, to: awa }, first: 2, status: 503, retry-after: $wait, delay: { from: 1s, to: "
    "2s } }\n"
    "  - { in-turn: [ { fail: 30003 }, { pass: true } ], callbacks: [ sent, { status: failed, after: 1s } ], "
    "optional: true }\n"
    "steps:\n"
    "  - login: { phone: $awa, code: 012345 }\n"
    "    as: awa\n"
    "    times: $times\n"
    "    within: 1500ms\n"
    "    expect: { status: [200, 4xx], json: { ok: true, n: 1, s: \"1\", z: 01, w: $word }, text: a, took: "
    "5s }\n"
    "    save: { token: .token }\n"
    "  - receive: { to: awa, channel: sms }\n"
    "    save: otp\n"
    "  - run: [ echo, $word ]\n"
    "  - run: echo $$HOME\n"
    "  - faults: none\n"
    "  - process: { backend: restart }\n"
    "  - parallel: [ { advance: 1s } ]\n"
    "    expect: { answers: { 200: 1, 4xx: 2.. } }\n"
    "  - advance: { to: expiry, of: awa, minus: 1s }\n"
    "    expect: any\n"
    "check:\n"
    "  order: { awa: [whatsapp, sms] }\n"
    "  messages:\n"
    "    - { to: awa, requests: 3, accepted: 1..2, refused: { 21211: 1 }, gaps: [2s, $gap] }\n";

static struct scenario *read_example(void)
{
    struct problems *problems = problems_new();
    struct text_buf out;
    text_buf_init(&out, 64 * 1024);
    struct scenario *scenario = scenario_read_text("example.yaml", text_of(example), problems);
    problems_write(problems, &out);
    if (scenario == NULL)
        fail_msg("%s", text_buf_z(&out));
    text_buf_release(&out);
    problems_free(problems);
    return scenario;
}

static struct variables *make_variables(void)
{
    struct variables *variables = variables_new(NULL);
    variables_set(variables, TEXT("awa"), json_string("+243810000001"));
    variables_set(variables, TEXT("word"), json_string("one"));
    variables_set(variables, TEXT("times"), json_integer(20));
    variables_set(variables, TEXT("wait"), json_string("7s"));
    variables_set(variables, TEXT("gap"), json_string("soon"));
    return variables;
}

static void the_tree_has_what_was_written(void **state)
{
    (void)state;
    struct scenario *scenario = read_example();
    assert_text(scenario->sentence.written, "Someone without WhatsApp gets the code by SMS");
    assert_int_equal(scenario->tags.count, 2);
    assert_text(scenario->people.items[0].name, "awa");
    assert_text(scenario->people.items[0].number.written, "+243810000001");
    assert_false(value_given(&scenario->people.items[0].country));
    assert_text(scenario->account.plan.written, "trial-legacy");
    assert_int_equal(scenario->account.sent_today.as.integer, 49);
    assert_text(scenario->with.env.items[0].value.written, "012");
    assert_true(value_is_null(&scenario->with.env.items[1].value));
    assert_int_equal(scenario->cases.count, 2);
    assert_int_equal(scenario->faults.count, 2);
    assert_int_equal(scenario->steps.count, 8);
    assert_int_equal(scenario->given.count, 0);
    assert_null(scenario->check->messages.items[0].gaps.items[1].rule->words);
    assert_string_equal(scenario->path, "example.yaml");
    scenario_free(scenario);
}

static void each_step_has_one_verb_and_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *verb;
        int line;
    } rows[] = {{"action", 11}, {"receive", 17}, {"run", 19},      {"run", 20},
                {"faults", 21}, {"process", 22}, {"parallel", 23}, {"advance", 25}};
    struct scenario *scenario = read_example();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct step *step = &scenario->steps.items[i];
        assert_string_equal(verb_name(step->verb), rows[i].verb);
        assert_int_equal(step->at.line, rows[i].line);
        assert_int_equal(step->at.col, 5);
        assert_string_equal(step->at.file, "example.yaml");
    }
    const struct step *login = &scenario->steps.items[0];
    assert_text(login->action->name, "login");
    assert_text(login->action->params.items[1].value.written, "012345");
    assert_text(scenario->steps.items[1].save.name.written, "otp");
    assert_text(login->save.values.items[0].name, "token");
    assert_text(scenario->steps.items[2].run->argv.items[0].written, "echo");
    assert_true(value_given(&scenario->steps.items[4].faults->none));
    assert_int_equal(scenario->steps.items[5].process->items[0].value.as.choice, PROCESS_RESTART);
    assert_true(expect_is_any(scenario->steps.items[7].expect));
    assert_false(expect_is_any(login->expect));
    scenario_free(scenario);
}

static void values_are_resolved_with_their_type(void **state)
{
    (void)state;
    struct scenario *scenario = read_example();
    struct variables *variables = make_variables();
    struct fail why = {0};
    const struct step *login = &scenario->steps.items[0];
    int64_t number = 0;
    struct text text;
    struct status_set statuses;
    struct count count;
    int choice = -1;
    assert_true(value_int(&login->times, variables, &number, &why));
    assert_int_equal(number, 20);
    assert_true(value_duration_ms(&login->within, variables, &number, &why));
    assert_int_equal(number, 1500);
    assert_true(value_person(&login->as, variables, &text, &why));
    assert_text(text, "+243810000001");
    assert_true(value_text(&scenario->steps.items[2].run->argv.items[1], variables, &text, &why));
    assert_text(text, "one");
    assert_true(value_text(&scenario->steps.items[3].run->shell, variables, &text, &why));
    assert_text(text, "echo $HOME");
    assert_true(value_status_set(&login->expect->status, variables, &statuses, &why));
    assert_true(status_holds(&statuses, 404));
    assert_false(status_holds(&statuses, 201));
    assert_true(value_count(&scenario->check->messages.items[0].accepted, variables, &count, &why));
    assert_int_equal(count.max, 2);
    assert_true(value_choice(&scenario->check->order.items[0].channels.items[0], variables, &choice, &why));
    assert_int_equal(choice, CHANNEL_WHATSAPP);
    assert_true(value_duration_ms_or(&scenario->time_limit, variables, 60000, &number, &why));
    assert_int_equal(number, 60000);
    assert_true(value_duration_ms(&login->expect->took.about, variables, &number, &why));
    assert_int_equal(number, 5000);
    variables_free(variables);
    scenario_free(scenario);
}

static void a_variable_of_the_wrong_type_fails_with_its_place(void **state)
{
    (void)state;
    struct scenario *scenario = read_example();
    struct variables *variables = make_variables();
    struct fail why = {0};
    char line[1200];
    int64_t ms = 0;
    assert_false(value_duration_ms(&scenario->check->messages.items[0].gaps.items[1], variables, &ms, &why));
    assert_string_equal(fail_line(&why, line, sizeof line),
                        "example.yaml:30:81: $gap: 'soon' is no duration: write 300ms, 5s, 10m or 1h");
    variables_free(variables);
    scenario_free(scenario);
}

static void json_of_the_file_is_typed_as_json(void **state)
{
    (void)state;
    struct scenario *scenario = read_example();
    struct variables *variables = make_variables();
    struct fail why = {0};
    json_t *json = NULL;
    assert_true(node_json(scenario->steps.items[0].expect->json, variables, &json, &why));
    char *written = json_write(json);
    assert_string_equal(written, "{\"ok\":true,\"n\":1,\"s\":\"1\",\"z\":\"01\",\"w\":\"one\"}");
    mem_free(written);
    json_decref(json);
    variables_free(variables);
    scenario_free(scenario);
}

static void a_fault_becomes_the_json_that_the_simulator_takes(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "{\"on\":{\"channel\":\"sms\",\"to\":\"+243810000001\"},\"first\":2,\"status\":503,"
        "\"delay\":{\"from\":\"1s\",\"to\":\"2s\"},\"retry-after\":\"7s\"}",
        "{\"in-turn\":[{\"fail\":30003},{\"pass\":true}],"
        "\"callbacks\":[\"sent\",{\"status\":\"failed\",\"after\":\"1s\"}],\"optional\":true}",
    };
    struct scenario *scenario = read_example();
    struct variables *variables = make_variables();
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        struct fail why = {0};
        json_t *json = NULL;
        assert_true(fault_to_json(&scenario->faults.items[i], variables, &json, &why));
        char *written = json_write(json);
        assert_string_equal(written, expected[i]);
        mem_free(written);
        json_decref(json);
    }
    variables_free(variables);
    scenario_free(scenario);
}

static void a_fault_that_cannot_be_resolved_says_where(void **state)
{
    (void)state;
    struct scenario *scenario = read_example();
    struct variables *nothing = variables_new(NULL);
    struct fail why = {0};
    json_t *json = NULL;
    char line[1200];
    assert_false(fault_to_json(&scenario->faults.items[0], nothing, &json, &why));
    assert_string_equal(fail_line(&why, line, sizeof line),
                        "example.yaml:8:31: no person 'awa': unknown name '$awa'");
    variables_free(nothing);
    scenario_free(scenario);
}

static const char profile_example[] =
    "backend: OTP\n"
    "run: [node, server.js]\n"
    "url: http://127.0.0.1:3000\n"
    "env: { PORT: $port.backend }\n"
    "services: { redis: { use: redis }, queue: { run: ./queue, ready: { port: 4000 } }, db: { at: "
    "127.0.0.1:5432 } }\n"
    "prepare: [ ./migrate, [./seed, now], { run: ./extra, may-fail: true } ]\n"
    "ready: { http: /health, within: 5s }\n"
    "actions:\n"
    "  login: { method: POST, path: /login, json: { phone: $phone }, defaults: { phone: \"1\" } }\n"
    "  both: { steps: [ { login: {} } ] }\n"
    "answers: { wrong-code: { status: 400, not: { text: accepted } } }\n"
    "code: '/(\\d{6})/'\n"
    "policy: { code: { length: 6, lifetime: 10m }, sends: { limit: 3, per: 1h }, channels: [whatsapp, sms] "
    "}\n";

static struct profile *read_profile(void)
{
    struct problems *problems = problems_new();
    struct profile *profile = profile_read_text("backend.yaml", text_of(profile_example), problems);
    assert_non_null(profile);
    problems_free(problems);
    return profile;
}

static void a_profile_has_what_was_written(void **state)
{
    (void)state;
    struct profile *profile = read_profile();
    assert_text(profile->run.argv.items[1].written, "server.js");
    assert_int_equal(profile->services.items[0].use.as.choice, SERVICE_REDIS);
    assert_text(profile->services.items[1].run.shell.written, "./queue");
    assert_text(profile->services.items[2].address.written, "127.0.0.1:5432");
    assert_text(profile->prepare.items[0].run.shell.written, "./migrate");
    assert_int_equal(profile->prepare.items[1].run.argv.count, 2);
    assert_true(profile->prepare.items[2].may_fail.as.flag);
    const struct action *login = actions_find(&profile->actions, TEXT("login"));
    assert_non_null(login->request);
    assert_null(login->steps);
    assert_text(login->request->method.written, "POST");
    assert_text(login->defaults.items[0].value.written, "1");
    const struct action *both = actions_find(&profile->actions, TEXT("both"));
    assert_null(both->request);
    assert_int_equal(both->steps->count, 1);
    assert_null(actions_find(&profile->actions, TEXT("logout")));
    assert_non_null(answers_find(&profile->answers, TEXT("wrong-code"))->expect.not_);
    profile_free(profile);
}

static void the_policy_of_a_scenario_replaces_parts_of_the_profiles(void **state)
{
    (void)state;
    struct profile *profile = read_profile();
    struct scenario *scenario = read_example();
    struct variables *nothing = variables_new(NULL);
    struct fail why = {0};
    json_t *policy = NULL;
    assert_true(policy_json(&profile->policy, &scenario->with.policy, nothing, &policy, &why));
    char *written = json_write(policy);
    assert_string_equal(
        written, "{\"code\":{\"length\":6,\"lifetime\":\"10m\"},\"sends\":{\"limit\":5,\"per\":\"1h\"},"
                 "\"channels\":[\"whatsapp\",\"sms\"]}");
    mem_free(written);
    json_decref(policy);
    variables_free(nothing);
    scenario_free(scenario);
    profile_free(profile);
}

static void a_byte_order_mark_is_no_part_of_the_file(void **state)
{
    (void)state;
    struct problems *problems = problems_new();
    struct scenario *scenario = scenario_read_text(
        "a.yaml", TEXT("\xef\xbb\xbfscenario: A\r\nsteps: [ { advance: 1s } ]\r\n"), problems);
    assert_non_null(scenario);
    assert_int_equal(scenario->at.col, 1);
    assert_text(scenario->sentence.written, "A");
    scenario_free(scenario);
    problems_free(problems);
}

static void a_file_larger_than_the_bound_is_refused(void **state)
{
    (void)state;
    struct problems *problems = problems_new();
    struct text_buf out;
    char *bytes = mem_new(DOCUMENT_MAX_BYTES + 1);
    memset(bytes, '#', DOCUMENT_MAX_BYTES + 1);
    text_buf_init(&out, 4096);
    assert_null(scenario_read_text("big.yaml", text_span(bytes, DOCUMENT_MAX_BYTES + 1), problems));
    problems_write(problems, &out);
    assert_string_equal(text_buf_z(&out), "big.yaml: error: the file is larger than 1024 KiB\n");
    text_buf_release(&out);
    mem_free(bytes);
    problems_free(problems);
}

/* Small on disk, large in memory: a list of lists of the largest struct that there is. */
static void a_tree_larger_than_the_bound_is_refused(void **state)
{
    (void)state;
    struct problems *problems = problems_new();
    struct text_buf bytes, out;
    text_buf_init(&bytes, DOCUMENT_MAX_BYTES);
    text_buf_init(&out, 256 * 1024);
    text_put_z(&bytes, "scenario: A\nsteps:\n");
    for (int i = 0; i < 5; i++) {
        text_put_z(&bytes, " - faults: [");
        for (int j = 0; j < 9999; j++)
            text_put_z(&bytes, "{status: 503},");
        text_put_z(&bytes, "{status: 503}]\n");
    }
    assert_false(bytes.overflowed);
    assert_null(scenario_read_text("large.yaml", text_buf_view(&bytes), problems));
    problems_write(problems, &out);
    assert_true(text_contains(text_buf_view(&out),
                              TEXT("large.yaml:1:1: error: the file becomes larger than 64 MiB in memory")));
    text_buf_release(&bytes);
    text_buf_release(&out);
    problems_free(problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tree_has_what_was_written),
        cmocka_unit_test(each_step_has_one_verb_and_its_place),
        cmocka_unit_test(values_are_resolved_with_their_type),
        cmocka_unit_test(a_variable_of_the_wrong_type_fails_with_its_place),
        cmocka_unit_test(json_of_the_file_is_typed_as_json),
        cmocka_unit_test(a_fault_becomes_the_json_that_the_simulator_takes),
        cmocka_unit_test(a_fault_that_cannot_be_resolved_says_where),
        cmocka_unit_test(a_profile_has_what_was_written),
        cmocka_unit_test(the_policy_of_a_scenario_replaces_parts_of_the_profiles),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_the_file),
        cmocka_unit_test(a_file_larger_than_the_bound_is_refused),
        cmocka_unit_test(a_tree_larger_than_the_bound_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
