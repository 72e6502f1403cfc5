/* twilio-sim's options: what they mean, and the words for values that cannot be. */
#include "test_support.h"

#include "mem.h"
#include "sim_options.h"

enum { WORDS_MAX = 8 };

/* What a command line comes to: read, understood, and given to a simulator. */
struct outcome {
    struct options *options;
    struct settings settings;
    struct sim *sim;
    struct fail why;
};

static bool come_to(struct outcome *outcome, const char *const words[WORDS_MAX])
{
    int count = 0;
    *outcome = (struct outcome){.options = options_new("twilio-sim", sim_option_rows)};
    while (count < WORDS_MAX && words[count] != NULL)
        count++;
    if (!options_read(outcome->options, count, (char **)(uintptr_t)words, false, &outcome->why) ||
        !settings_read(outcome->options, &outcome->settings, &outcome->why))
        return false;
    outcome->sim = sim_new(&outcome->settings.sim, &outcome->why);
    return outcome->sim != NULL && settings_furnish(outcome->options, outcome->sim, &outcome->why);
}

static void outcome_release(struct outcome *outcome)
{
    sim_free(outcome->sim);
    settings_release(&outcome->settings);
    options_free(outcome->options);
}

#define SECRET_OF_65 "01234567890123456789012345678901234567890123456789012345678901234"

static void a_value_that_cannot_be_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS_MAX];
        const char *text;
    } rows[] = {
        {{"", "--port", "70000"}, "--port: '70000' is not a whole number from 0 to 65535"},
        {{"", "--account-plan", "gold"}, "--account-plan: 'gold' is not one of paid|test|trial-legacy"},
        {{"", "--account-status", "gone"}, "--account-status: 'gone' is not one of active|suspended|closed"},
        {{"", "--account-sid", "AC1"}, "account SID 'AC1' is not AC and 32 hex digits"},
        {{"", "--auth-token", SECRET_OF_65}, "token: more than 64 characters"},
        {{"", "--number", "5005550006"}, "number: '5005550006' is not + and 7 to 15 digits"},
        {{"", "--whatsapp-number", "whatsapp:+15005550006"},
         "whatsapp: 'whatsapp:+15005550006' is not + and 7 to 15 digits"},
        {{"", "--home", "Congo"}, "home: 'Congo' is no ISO country code"},
        {{"", "--countries", "CD,XX"}, "countries: 'XX' is no ISO country code"},
        {{"", "--countries", "CD,,FR"}, "countries: '' is no ISO country code"},
        {{"", "--balance", "lots"}, "balance: 'lots' is not an amount such as 15.50"},
        {{"", "--verified", "0810000001"}, "--verified: '0810000001' is no number: no + at the start"},
        {{"", "--sent-after", "5"}, "--sent-after: '5' is not a duration such as 300ms, 5s, 10m or 1h"},
        {{"", "--concurrency", "-1"}, "--concurrency: '-1' is not a whole number from 0 to 100000"},
        {{"", "--suspended-code", "20404"}, "--suspended-code: '20404' is not one of 20003|20005|20403"},
        {{"", "--api-key", "SK1:x"},
         "--api-key: 'SK1:x' is not SK and 32 hex digits, a colon and a secret of at most 64 characters"},
        {{"", "--api-key", "SK00000000000000000000000000000001"},
         "--api-key: 'SK00000000000000000000000000000001' is not SK and 32 hex digits, a colon and a secret "
         "of "
         "at most 64 characters"},
        {{"", "--nonsense"}, "unknown option '--nonsense'; 'twilio-sim --help' lists them"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct outcome outcome;
        if (come_to(&outcome, rows[i].words))
            fail_msg("%s %s is taken", rows[i].words[1], rows[i].words[2]);
        assert_string_equal(outcome.why.text, rows[i].text);
        outcome_release(&outcome);
    }
}

static void paths_addresses_and_rewrites_are_judged_at_the_start(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS_MAX];
        const char *start;
    } rows[] = {
        {{"", "--listen", "nowhere"}, "--listen: "},
        {{"", "--callback-ca", "/nonexistent/ca.pem"}, "--callback-ca: /nonexistent/ca.pem cannot be read: "},
        {{"", "--rewrite", "https://api.example.com"}, ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct outcome outcome;
        assert_false(come_to(&outcome, rows[i].words));
        assert_true(outcome.why.set);
        assert_memory_equal(outcome.why.text, rows[i].start, strlen(rows[i].start));
        outcome_release(&outcome);
    }
}

static void without_options_it_is_a_paid_account_that_delivers_at_once(void **state)
{
    (void)state;
    struct outcome outcome;
    assert_true(come_to(&outcome, (const char *[WORDS_MAX]){""}));
    const struct account *account = sim_account(outcome.sim);
    const struct sim_settings *settings = &outcome.settings.sim;
    assert_int_equal(account->plan->id, PLAN_PAID);
    assert_int_equal(account->status, ACCOUNT_ACTIVE);
    assert_string_equal(account->numbers[0].e164, "+15005550006");
    assert_false(account->countries_listed);
    assert_int_equal(settings->sent_after_ms + settings->delivered_after_ms, 0);
    assert_int_equal(settings->concurrency_max, 0);
    assert_int_equal(settings->suspended_code, 20403);
    assert_false(settings->strict_callbacks);
    assert_null(settings->control_token);
    assert_false(outcome.settings.callbacks.reach_public);
    outcome_release(&outcome);
}

static void the_account_is_as_the_options_say(void **state)
{
    (void)state;
    struct outcome outcome;
    assert_true(come_to(&outcome,
                        (const char *[WORDS_MAX]){"", "--account-plan=trial-legacy", "--number=+15017122661",
                                                  "--countries=CD,FR", "--account-status=suspended",
                                                  "--home=FR", "--balance=3.25"}));
    const struct account *account = sim_account(outcome.sim);
    assert_int_equal(account->plan->id, PLAN_TRIAL_LEGACY);
    assert_string_equal(account->numbers[0].e164, "+15017122661");
    assert_string_equal(account->whatsapp, "+14155238886");
    assert_true(account->countries_listed);
    assert_string_equal(account->countries[1], "FR");
    assert_int_equal(account->status, ACCOUNT_SUSPENDED);
    assert_string_equal(account->home, "FR");
    assert_string_equal(account->balance, "3.25");
    outcome_release(&outcome);
}

static void keys_and_verified_recipients_are_added(void **state)
{
    (void)state;
    struct outcome outcome;
    const struct api_key *key = NULL;
    assert_true(come_to(
        &outcome, (const char *[WORDS_MAX]){"", "--api-key=SK00000000000000000000000000000001:made:up",
                                            "--verified=+243810000001", "--verified", "+243810000002"}));
    assert_non_null(
        accounts_find_key(&outcome.sim->accounts, TEXT("SK00000000000000000000000000000001"), &key));
    assert_string_equal(key->secret, "made:up");
    assert_int_equal(sim_account(outcome.sim)->caller_id_count, 2);
    assert_non_null(account_caller_id(sim_account(outcome.sim), TEXT("+243810000002")));
    outcome_release(&outcome);
}

static void more_keys_than_the_bound_are_refused(void **state)
{
    (void)state;
    char keys[10][64];
    struct outcome outcome;
    const char *words[10] = {""};
    for (int i = 1; i < 10; i++) {
        snprintf(keys[i], sizeof keys[i], "--api-key=SK0000000000000000000000000000000%d:x", i);
        words[i] = keys[i];
    }
    outcome = (struct outcome){.options = options_new("twilio-sim", sim_option_rows)};
    assert_true(options_read(outcome.options, 10, (char **)(uintptr_t)words, false, &outcome.why));
    assert_true(settings_read(outcome.options, &outcome.settings, &outcome.why));
    outcome.sim = sim_new(&outcome.settings.sim, &outcome.why);
    assert_false(settings_furnish(outcome.options, outcome.sim, &outcome.why));
    assert_string_equal(outcome.why.text, "--api-key: more than 8");
    outcome_release(&outcome);
}

static void a_token_guards_the_control_api_beyond_loopback(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS_MAX];
        bool wanted;
        const char *token; /* NULL: one is made */
    } rows[] = {
        {{"", "--listen", "127.0.0.1"}, false, NULL},
        {{"", "--listen", "::1"}, false, NULL},
        {{"", "--listen", "0.0.0.0"}, true, NULL},
        {{"", "--listen", "127.0.0.1", "--listen", "10.0.0.1"}, true, NULL},
        {{"", "--control-token", "made-up"}, true, "made-up"},
        {{"", "--listen", "0.0.0.0", "--control-token", "made-up"}, true, "made-up"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct outcome outcome;
        assert_true(come_to(&outcome, rows[i].words));
        const char *token = outcome.settings.sim.control_token;
        assert_int_equal(token != NULL, rows[i].wanted);
        if (rows[i].token != NULL)
            assert_string_equal(token, rows[i].token);
        else if (token != NULL)
            assert_int_equal(strlen(token), 32);
        outcome_release(&outcome);
    }
}

static void the_rest_reaches_its_part(void **state)
{
    (void)state;
    struct outcome outcome;
    assert_true(come_to(&outcome, (const char *[WORDS_MAX]){
                                      "", "--strict-callbacks", "--callbacks-anywhere", "--sent-after=200ms",
                                      "--delivered-after=3s", "--control-host=sim.test", "--seed=7",
                                      "--rewrite=https://api.example.com=http://127.0.0.1:3000"}));
    assert_true(outcome.settings.sim.strict_callbacks);
    assert_true(outcome.settings.callbacks.reach_public);
    assert_int_equal(outcome.settings.sim.sent_after_ms, 200);
    assert_int_equal(outcome.settings.sim.delivered_after_ms, 3000);
    assert_int_equal(outcome.settings.sim.seed, 7);
    assert_string_equal(outcome.settings.control_hosts[0], "sim.test");
    assert_null(outcome.settings.control_hosts[1]);
    assert_int_equal(outcome.settings.callbacks.rewrite_count, 1);
    outcome_release(&outcome);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_that_cannot_be_is_refused_in_words),
        cmocka_unit_test(paths_addresses_and_rewrites_are_judged_at_the_start),
        cmocka_unit_test(without_options_it_is_a_paid_account_that_delivers_at_once),
        cmocka_unit_test(the_account_is_as_the_options_say),
        cmocka_unit_test(keys_and_verified_recipients_are_added),
        cmocka_unit_test(more_keys_than_the_bound_are_refused),
        cmocka_unit_test(a_token_guards_the_control_api_beyond_loopback),
        cmocka_unit_test(the_rest_reaches_its_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
