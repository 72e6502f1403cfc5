/* What a setup file says, and the words and places of its mistakes. */
#include "test_support.h"

#include "mem.h"
#include "setup_file.h"

static char *errors_of(const char *yaml)
{
    struct text_buf out;
    struct problems *problems = problems_new();
    struct setup_file *file = setup_file_read_text("s.yaml", text_of(yaml), problems);
    assert_null(file);
    text_buf_init(&out, 64 * 1024);
    problems_write(problems, &out);
    problems_free(problems);
    return text_buf_take(&out);
}

static void check_errors(const char *yaml, const char *expected)
{
    char *errors = errors_of(yaml);
    assert_string_equal(errors, expected);
    mem_free(errors);
}

static struct setup_file *read(const char *yaml)
{
    struct problems *problems = problems_new();
    struct setup_file *file = setup_file_read_text("s.yaml", text_of(yaml), problems);
    assert_int_equal(problems_errors(problems), 0);
    problems_free(problems);
    assert_non_null(file);
    return file;
}

static void check_json(struct setup_file *file, enum setup_block block, size_t index, const char *expected)
{
    json_t *json = NULL;
    struct fail why = {0};
    if (!setup_file_json(file, block, index, &json, &why))
        fail_msg("%s", why.text);
    char *written = json_write(json);
    assert_string_equal(written, expected);
    mem_free(written);
    json_decref(json);
}

static void each_block_comes_in_the_keys_of_the_control_api(void **state)
{
    (void)state;
    struct setup_file *file = read("account: { plan: test, sent-today: 3, countries: [CD, CG] }\n"
                                   "people: { awa: { country: CD, whatsapp: false }, ben: {} }\n"
                                   "faults: [ { on: { to: awa }, first: 2, status: 503, delay: 2s } ]\n");
    assert_int_equal(setup_file_count(file, SETUP_PEOPLE), 2);
    check_json(file, SETUP_ACCOUNT, 0, "{\"plan\":\"test\",\"countries\":[\"CD\",\"CG\"],\"sent-today\":3}");
    check_json(file, SETUP_PEOPLE, 0, "{\"country\":\"CD\",\"whatsapp\":false,\"name\":\"awa\"}");
    check_json(file, SETUP_PEOPLE, 1, "{\"name\":\"ben\"}");
    setup_file_number(file, TEXT("awa"), "+243810000001");
    check_json(file, SETUP_FAULTS, 0,
               "{\"on\":{\"to\":\"+243810000001\"},\"first\":2,\"status\":503,\"delay\":\"2s\"}");
    setup_file_free(file);
}

static void an_account_may_be_its_plan_alone(void **state)
{
    (void)state;
    struct setup_file *file = read("account: trial-legacy\n");
    check_json(file, SETUP_ACCOUNT, 0, "{\"plan\":\"trial-legacy\"}");
    assert_false(setup_file_has(file, SETUP_PEOPLE));
    assert_false(setup_file_has(file, SETUP_FAULTS));
    setup_file_free(file);
}

static void an_empty_list_of_faults_is_one_that_was_written(void **state)
{
    (void)state;
    struct setup_file *file = read("faults: []\n");
    assert_true(setup_file_has(file, SETUP_FAULTS));
    assert_int_equal(setup_file_count(file, SETUP_FAULTS), 0);
    setup_file_free(file);
}

static void a_plan_of_no_version_yet_is_not_offered(void **state)
{
    (void)state;
    check_errors("account: trial-unit\n",
                 "s.yaml:1:10: error: expected a plan (paid, trial-legacy, test), got 'trial-unit'\n"
                 "    1 | account: trial-unit\n"
                 "      |          ^\n");
    check_errors("account: trial-legcy\n",
                 "s.yaml:1:10: error: expected a plan, got 'trial-legcy'; did you mean 'trial-legacy'?\n"
                 "    1 | account: trial-legcy\n"
                 "      |          ^\n");
}

static void all_mistakes_come_in_one_run_with_line_and_caret(void **state)
{
    (void)state;
    check_errors("peopel: {}\n"
                 "people:\n"
                 "  awa: { wahtsapp: false, verified: maybe }\n"
                 "faults:\n"
                 "  - { on: { chanel: sms }, status: 503 }\n",
                 "s.yaml:1:1: error: unknown key 'peopel'; did you mean 'people'?\n"
                 "    1 | peopel: {}\n"
                 "      | ^\n"
                 "s.yaml:3:10: error: unknown key 'wahtsapp'; did you mean 'whatsapp'?\n"
                 "    3 |   awa: { wahtsapp: false, verified: maybe }\n"
                 "      |          ^\n"
                 "s.yaml:3:37: error: expected true or false, got 'maybe'\n"
                 "    3 |   awa: { wahtsapp: false, verified: maybe }\n"
                 "      |                                     ^\n"
                 "s.yaml:5:13: error: unknown key 'chanel'; did you mean 'channel'?\n"
                 "    5 |   - { on: { chanel: sms }, status: 503 }\n"
                 "      |             ^\n");
}

static void a_scenario_is_no_setup(void **state)
{
    (void)state;
    check_errors("scenario: A\nsteps: []\n",
                 "s.yaml:1:1: error: unknown key 'scenario'; known: account, people, faults\n"
                 "    1 | scenario: A\n"
                 "      | ^\n"
                 "s.yaml:2:1: error: unknown key 'steps'; known: account, people, faults\n"
                 "    2 | steps: []\n"
                 "      | ^\n");
}

static void what_is_no_file_is_said(void **state)
{
    (void)state;
    struct text_buf out;
    struct problems *problems = problems_new();
    assert_null(setup_file_read("/nowhere/setup.yaml", problems));
    assert_null(setup_file_read("/", problems));
    text_buf_init(&out, 4096);
    problems_write(problems, &out);
    assert_string_equal(text_buf_z(&out),
                        "/nowhere/setup.yaml: error: cannot be read: No such file or directory\n"
                        "/: error: cannot be read: it is a folder\n");
    text_buf_release(&out);
    problems_free(problems);
}

static void a_refusal_is_shown_at_the_key_that_its_words_begin_with(void **state)
{
    (void)state;
    struct setup_file *file = read("people:\n  awa: { verified: true, country: XX }\n");
    struct problems *problems = problems_new();
    struct fail why = {0}, other = {0};
    struct text_buf out;
    fail_set(&why, "country: 'XX' is no ISO country code");
    fail_set(&other, "no number is left");
    assert_string_equal(setup_file_blame(file, SETUP_PEOPLE, 0, &why, problems), "country");
    assert_null(setup_file_blame(file, SETUP_PEOPLE, 0, &other, problems));
    text_buf_init(&out, 4096);
    problems_write(problems, &out);
    assert_string_equal(text_buf_z(&out), "s.yaml:2:3: error: no number is left\n"
                                          "s.yaml:2:35: error: country: 'XX' is no ISO country code\n");
    text_buf_release(&out);
    problems_free(problems);
    setup_file_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_block_comes_in_the_keys_of_the_control_api),
        cmocka_unit_test(an_account_may_be_its_plan_alone),
        cmocka_unit_test(an_empty_list_of_faults_is_one_that_was_written),
        cmocka_unit_test(a_plan_of_no_version_yet_is_not_offered),
        cmocka_unit_test(all_mistakes_come_in_one_run_with_line_and_caret),
        cmocka_unit_test(a_scenario_is_no_setup),
        cmocka_unit_test(what_is_no_file_is_said),
        cmocka_unit_test(a_refusal_is_shown_at_the_key_that_its_words_begin_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
