/* Making and finding accounts. */
#include "test_support.h"
#include "accounts.h"

#define SID "AC00000000000000000000000000000001"

struct bench {
    struct accounts accounts;
    struct ids ids;
};

static void begin(struct bench *bench)
{
    accounts_init(&bench->accounts);
    ids_init(&bench->ids, 7);
}

static struct account *add(struct bench *bench, struct account_setup setup)
{
    struct fail why = {0};
    struct account *account = accounts_add(&bench->accounts, &bench->ids, &setup, 1700000000000, &why);
    if (account == NULL)
        fail_msg("%s", why.text);
    return account;
}

static void an_account_has_the_defaults_of_its_plan(void **state)
{
    (void)state;
    static const struct {
        enum account_plan_id plan;
        const char *balance, *whatsapp;
    } rows[] = {{PLAN_PAID, "100.00", "+15005550006"},
                {PLAN_TEST, "20.00", "+15005550006"},
                {PLAN_TRIAL_LEGACY, "15.50", "+14155238886"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct bench bench;
        begin(&bench);
        const struct account *account =
            add(&bench, (struct account_setup){.plan = account_plan(rows[i].plan)});
        assert_string_equal(account->balance, rows[i].balance);
        assert_string_equal(account->whatsapp, rows[i].whatsapp);
        assert_string_equal(account->numbers[0].e164, "+15005550006");
        assert_string_equal(account->home, "CD");
        assert_string_equal(account->friendly_name, "My first Twilio account");
        assert_int_equal(strlen(account->sid), 34);
        assert_int_equal(strlen(account->token), 32);
        assert_int_equal(account->status, ACCOUNT_ACTIVE);
        assert_int_equal(account->tenant, 1);
        accounts_release(&bench.accounts);
    }
}

static void an_account_is_as_it_was_set_up(void **state)
{
    (void)state;
    struct bench bench;
    begin(&bench);
    const struct account *account = add(&bench, (struct account_setup){.sid = TEXT(SID),
                                                                       .token = TEXT("made-up"),
                                                                       .friendly_name = TEXT("Taxi"),
                                                                       .balance = TEXT("-0.25"),
                                                                       .home = TEXT("FR"),
                                                                       .status = ACCOUNT_SUSPENDED,
                                                                       .countries_listed = true,
                                                                       .countries = TEXT("CD,FR"),
                                                                       .sent_today = 49,
                                                                       .number = TEXT("+15017122661"),
                                                                       .whatsapp = TEXT("+15017122662")});
    assert_string_equal(account->sid, SID);
    assert_string_equal(account->token, "made-up");
    assert_string_equal(account->basic, "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTptYWRlLXVw");
    assert_string_equal(account->friendly_name, "Taxi");
    assert_string_equal(account->balance, "-0.25");
    assert_string_equal(account->home, "FR");
    assert_int_equal(account->status, ACCOUNT_SUSPENDED);
    assert_int_equal(account->country_count, 2);
    assert_string_equal(account->countries[1], "FR");
    assert_int_equal(account->sent_today, 49);
    assert_string_equal(account->numbers[0].e164, "+15017122661");
    assert_string_equal(account->whatsapp, "+15017122662");
    accounts_release(&bench.accounts);
}

#define A_LONG_TEXT "0123456789012345678901234567890123456789012345678901234567890123456789"

static void a_setup_that_cannot_be_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        struct account_setup setup;
        const char *text;
    } rows[] = {
        {{.sid = {"AC1", 3}}, "account SID 'AC1' is not AC and 32 hex digits"},
        {{.sid = {"SK00000000000000000000000000000001", 34}},
         "account SID 'SK00000000000000000000000000000001' is not AC and 32 hex digits"},
        {{.sid = {"ACxyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxy", 34}},
         "account SID 'ACxyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxy' is not AC and 32 hex digits"},
        {{.home = {"XX", 2}}, "home: 'XX' is no ISO country code"},
        {{.home = {"CDX", 3}}, "home: 'CDX' is no ISO country code"},
        {{.countries_listed = true, .countries = {"CD,XX", 5}}, "countries: 'XX' is no ISO country code"},
        {{.countries_listed = true, .countries = {"Congo", 5}}, "countries: 'Congo' is no ISO country code"},
        {{.number = {"hello", 5}}, "number: 'hello' is not + and 7 to 15 digits"},
        {{.number = {"+1234567890123456", 17}}, "number: '+1234567890123456' is not + and 7 to 15 digits"},
        {{.whatsapp = {"whatsapp:+15005550006", 21}},
         "whatsapp: 'whatsapp:+15005550006' is not + and 7 to 15 digits"},
        {{.balance = {"lots", 4}}, "balance: 'lots' is not an amount such as 15.50"},
        {{.token = {A_LONG_TEXT, 70}}, "token: more than 64 characters"},
        {{.friendly_name = {A_LONG_TEXT, 70}}, "friendly_name: more than 64 characters"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct bench bench;
        struct fail why = {0};
        begin(&bench);
        assert_null(accounts_add(&bench.accounts, &bench.ids, &rows[i].setup, 0, &why));
        assert_string_equal(why.text, rows[i].text);
        assert_int_equal(bench.accounts.count, 0);
        accounts_release(&bench.accounts);
    }
}

static void two_accounts_share_neither_sid_nor_number_nor_tenant(void **state)
{
    (void)state;
    struct bench bench;
    struct fail why = {0};
    begin(&bench);
    const struct account *first = add(&bench, (struct account_setup){.sid = TEXT(SID)});
    const struct account *second = add(&bench, (struct account_setup){0});
    assert_string_not_equal(first->numbers[0].e164, second->numbers[0].e164);
    assert_int_equal(second->tenant, 2);
    assert_null(
        accounts_add(&bench.accounts, &bench.ids, &(struct account_setup){.sid = TEXT(SID)}, 0, &why));
    assert_string_equal(why.text, "account " SID " exists already");
    assert_ptr_equal(accounts_find(&bench.accounts, text_of(SID)), first);
    assert_ptr_equal(accounts_find_number(&bench.accounts, text_of(second->numbers[0].e164)), second);
    assert_ptr_equal(accounts_at(&bench.accounts, 2), second);
    assert_null(accounts_at(&bench.accounts, 3));
    assert_null(accounts_find(&bench.accounts, TEXT("AC00000000000000000000000000000009")));
    assert_null(accounts_find_number(&bench.accounts, TEXT("+15017122661")));
    accounts_release(&bench.accounts);
}

static void a_key_finds_its_account(void **state)
{
    (void)state;
    struct bench bench;
    const struct api_key *key = NULL;
    begin(&bench);
    add(&bench, (struct account_setup){0});
    struct account *second = add(&bench, (struct account_setup){0});
    second->keys[second->key_count++] = (struct api_key){.sid = "SK1", .secret = "made-up"};
    assert_ptr_equal(accounts_find_key(&bench.accounts, TEXT("SK1"), &key), second);
    assert_string_equal(key->secret, "made-up");
    assert_null(accounts_find_key(&bench.accounts, TEXT("SK2"), &key));
    accounts_release(&bench.accounts);
}

static void there_are_a_thousand_accounts_at_most(void **state)
{
    (void)state;
    struct bench bench;
    struct fail why = {0};
    begin(&bench);
    for (int i = 0; i < 1000; i++)
        add(&bench, (struct account_setup){.number = TEXT("+15005550006")});
    assert_null(accounts_add(&bench.accounts, &bench.ids, &(struct account_setup){0}, 0, &why));
    assert_string_equal(why.text, "there are 1000 accounts already");
    accounts_release(&bench.accounts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_has_the_defaults_of_its_plan),
        cmocka_unit_test(an_account_is_as_it_was_set_up),
        cmocka_unit_test(a_setup_that_cannot_be_is_refused_in_words),
        cmocka_unit_test(two_accounts_share_neither_sid_nor_number_nor_tenant),
        cmocka_unit_test(a_key_finds_its_account),
        cmocka_unit_test(there_are_a_thousand_accounts_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
