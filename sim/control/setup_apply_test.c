/* What becomes of a simulator by a setup file, at the start and later. */
#include "test_control.h"

#include "setup_apply.h"

/* Applies it and returns the errors as they are shown, new; "" when it was taken. */
static char *apply(struct desk *desk, const char *yaml, const char *const *fixed)
{
    struct text_buf out;
    struct problems *problems = problems_new();
    struct setup_file *setup = setup_file_read_text("s.yaml", text_of(yaml), problems);
    bool fine = setup != NULL && setup_apply(desk->sim, setup, fixed, problems);
    assert_true(fine == (problems_errors(problems) == 0));
    text_buf_init(&out, 64 * 1024);
    problems_write(problems, &out);
    setup_file_free(setup);
    problems_free(problems);
    return text_buf_take(&out);
}

static void apply_well(struct desk *desk, const char *yaml)
{
    char *errors = apply(desk, yaml, NULL);
    assert_string_equal(errors, "");
    mem_free(errors);
}

static void the_account_the_people_and_the_faults_are_as_written(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    apply_well(&desk, "account: { plan: trial-legacy, home: CG, sent-today: 7 }\n"
                      "people:\n"
                      "  awa: { country: CD, verified: true }\n"
                      "  ben: {}\n"
                      "faults:\n"
                      "  - { on: { to: ben }, first: 2, status: 503 }\n"
                      "  - { on: { to: awa }, fail: 30003 }\n");
    const struct account *account = sim_account(desk.sim);
    assert_string_equal(account->sid, DESK_SID);
    assert_string_equal(account->plan->name, "trial-legacy");
    assert_string_equal(account->home, "CG");
    assert_string_equal(account->balance, "15.50");
    assert_string_equal(account->whatsapp, "+14155238886");
    assert_int_equal(account->sent_today, 7);
    assert_int_equal(account->person_count, 2);
    assert_string_equal(account->people[0].name, "awa");
    assert_true(account->people[0].verified);
    assert_memory_equal(account->people[0].e164, "+243", 4);
    assert_memory_equal(account->people[1].e164, "+242", 4); /* of the home country */
    assert_int_equal(account->fault_count, 2);
    assert_text(account->faults[0]->rule.to, account->people[1].e164);
    assert_text(account->faults[1]->rule.to, account->people[0].e164);
    desk_close(&desk);
}

static void a_second_time_replaces_people_and_faults(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    const char *yaml = "people: { awa: { country: CD }, ben: { number: +243810000009 } }\n"
                       "faults: [ { status: 503 } ]\n";
    apply_well(&desk, yaml);
    char before[E164_BYTES];
    const struct account *account = sim_account(desk.sim);
    snprintf(before, sizeof before, "%s", account_person_named(sim_account(desk.sim), TEXT("awa"))->e164);
    apply_well(&desk, yaml);
    assert_int_equal(account->person_count, 2);
    assert_string_equal(account_person_named(sim_account(desk.sim), TEXT("awa"))->e164, before);
    assert_int_equal(account->fault_count, 1);
    apply_well(&desk, "people: { ben: { number: +243810000009, reachable: false } }\n");
    assert_int_equal(account->person_count, 2);
    assert_false(account_person_named(sim_account(desk.sim), TEXT("ben"))->reachable);
    assert_int_equal(account->fault_count, 1); /* the file says nothing of faults */
    apply_well(&desk, "faults: []\n");
    assert_int_equal(account->fault_count, 0);
    desk_close(&desk);
}

static void an_invented_number_is_nobody_elses(void **state)
{
    (void)state;
    struct desk desk;
    char yaml[128];
    desk_open(&desk);
    apply_well(&desk, "people: { awa: { country: CD } }\n");
    snprintf(yaml, sizeof yaml, "people: { dan: {}, ben: { number: %s } }\n",
             sim_account(desk.sim)->people[0].e164); /* the first that is invented */
    assert_true(sim_reset(desk.sim, &(struct account_setup){0}, &(struct fail){0}));
    apply_well(&desk, yaml);
    assert_int_equal(sim_account(desk.sim)->person_count, 2);
    apply_well(&desk, yaml);
    assert_int_equal(sim_account(desk.sim)->person_count, 2);
    desk_close(&desk);
}

static void what_an_option_says_is_not_the_files(void **state)
{
    (void)state;
    static const char *const fixed[] = {"plan", "home", NULL};
    struct desk desk;
    desk_open(&desk);
    char *errors = apply(&desk, "account: { plan: test, home: CG, balance: 3 }\n", fixed);
    assert_string_equal(errors, "");
    mem_free(errors);
    assert_string_equal(sim_account(desk.sim)->plan->name, "paid");
    assert_string_equal(sim_account(desk.sim)->home, "CD");
    assert_string_equal(sim_account(desk.sim)->balance, "3");
    desk_close(&desk);
}

static void every_mistake_is_shown_and_nothing_is_changed(void **state)
{
    (void)state;
    struct desk desk;
    desk_open(&desk);
    char *errors =
        apply(&desk,
              "account: { plan: test, home: XX, balance: lots }\n"
              "people:\n"
              "  awa: { number: 243, line: mobile }\n"
              "  ben: { country: QQ }\n"
              "faults:\n"
              "  - { on: { to: bem }, status: 503 }\n"
              "  - { fail: 30003, on: { operation: message.fetch } }\n"
              "  - { fail: 30003, accepted: true, callbacks: [sent], deliver: { status: read, code: "
              "30003 } }\n",
              NULL);
    assert_string_equal(
        errors,
        "s.yaml:1:30: error: home: 'XX' is no ISO country code\n"
        "    1 | account: { plan: test, home: XX, balance: lots }\n"
        "      |                              ^\n"
        "s.yaml:1:43: error: balance: 'lots' is not an amount such as 15.50\n"
        "    1 | account: { plan: test, home: XX, balance: lots }\n"
        "      |                                           ^\n"
        "s.yaml:3:18: error: number: '243' is not + and up to 15 digits\n"
        "    3 |   awa: { number: 243, line: mobile }\n"
        "      |                  ^\n"
        "s.yaml:4:19: error: country: 'QQ' is no ISO country code\n"
        "    4 |   ben: { country: QQ }\n"
        "      |                   ^\n"
        "s.yaml:6:17: error: no person 'bem': unknown name '$bem'; did you mean '$ben'?\n"
        "    6 |   - { on: { to: bem }, status: 503 }\n"
        "      |                 ^\n"
        "s.yaml:7:13: error: fail: 30003 is a message's status; it needs message.create\n"
        "    7 |   - { fail: 30003, on: { operation: message.fetch } }\n"
        "      |             ^\n"
        "s.yaml:8:64: error: deliver: a code goes with failed and undelivered, and with no other status\n"
        "    8 |   - { fail: 30003, accepted: true, callbacks: [sent], deliver: { status: read, code: 30003 "
        "} }\n"
        "      |                                                                ^\n");
    mem_free(errors);
    assert_string_equal(sim_account(desk.sim)->plan->name, "paid");
    assert_int_equal(sim_account(desk.sim)->person_count, 0);
    assert_int_equal(sim_account(desk.sim)->fault_count, 0);
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_account_the_people_and_the_faults_are_as_written),
        cmocka_unit_test(a_second_time_replaces_people_and_faults),
        cmocka_unit_test(an_invented_number_is_nobody_elses),
        cmocka_unit_test(what_an_option_says_is_not_the_files),
        cmocka_unit_test(every_mistake_is_shown_and_nothing_is_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
