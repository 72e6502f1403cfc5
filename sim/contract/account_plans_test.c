/* What the kinds of account may do, and the magic numbers of test credentials. */
#include "test_support.h"
#include "account_plans.h"

static void the_old_trial_has_the_rules_of_its_page(void **state)
{
    (void)state;
    const struct account_plan *trial = account_plan_find(TEXT("trial-legacy"));
    assert_int_equal(trial->id, PLAN_TRIAL_LEGACY);
    assert_string_equal(trial->account_type, "Trial");
    assert_string_equal(trial->body_prefix, "Sent from your Twilio trial account - ");
    assert_int_equal(strlen(trial->body_prefix), 38);
    assert_true(trial->verified_only);
    assert_int_equal(error_code(trial->unverified_error)->code, 21608);
    assert_false(trial->alphanumeric_sender);
    assert_true(trial->home_country_only);
    assert_true(trial->free_text);
    assert_int_equal(trial->numbers_max, 1);
    assert_int_equal(trial->daily_cap, 50);
    assert_string_equal(trial->balance, "15.50");
    assert_true(trial->delivers && trial->calls_back && !trial->magic_numbers && !trial->old_texts);
}

static void a_paid_account_has_no_such_limits(void **state)
{
    (void)state;
    const struct account_plan *paid = account_plan(PLAN_PAID);
    assert_string_equal(paid->name, "paid");
    assert_string_equal(paid->account_type, "Full");
    assert_string_equal(paid->body_prefix, "");
    assert_false(paid->verified_only || paid->home_country_only || paid->magic_numbers || paid->old_texts);
    assert_int_equal(paid->unverified_error, ERROR_NONE);
    assert_int_equal(paid->daily_cap, 0);
    assert_int_equal(paid->numbers_max, 0);
    assert_true(paid->alphanumeric_sender && paid->free_text && paid->messaging_services);
    assert_true(paid->lists_numbers && paid->delivers && paid->calls_back);
}

static void test_credentials_send_nothing(void **state)
{
    (void)state;
    const struct account_plan *test = account_plan_find(TEXT("test"));
    assert_int_equal(test->id, PLAN_TEST);
    assert_true(test->magic_numbers && test->old_texts);
    assert_false(test->delivers || test->calls_back || test->messaging_services || test->lists_numbers);
    assert_null(test->balance);
}

static void the_trial_of_2026_takes_no_free_text(void **state)
{
    (void)state;
    const struct account_plan *units = account_plan_find(TEXT("trial-units"));
    assert_int_equal(units->id, PLAN_TRIAL_UNITS);
    assert_false(units->free_text || units->lists_numbers || units->alphanumeric_sender);
    assert_int_equal(error_code(units->unverified_error)->code, 572002);
    assert_int_equal(units->verified_max, 5);
}

static void every_plan_stands_at_its_place(void **state)
{
    (void)state;
    for (int i = 0; i < PLAN_COUNT; i++) {
        const struct account_plan *plan = account_plan((enum account_plan_id)i);
        assert_int_equal(plan->id, i);
        assert_ptr_equal(account_plan_find(text_of(plan->name)), plan);
        assert_true(strlen(plan->source) > 0);
        assert_int_equal(plan->verified_only, plan->unverified_error != ERROR_NONE);
    }
    assert_null(account_plan_find(TEXT("Paid")));
    assert_null(account_plan_find(TEXT("")));
}

static void magic_numbers_answer_as_their_table_says(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        int as_from, as_to; /* codes; 0 = none */
        bool magic;
    } rows[] = {
        {"+15005550000", 21606, 0, true},     {"+15005550001", 21212, 21211, true},
        {"+15005550002", 21606, 21612, true}, {"+15005550003", 21606, 21408, true},
        {"+15005550004", 21606, 21610, true}, {"+15005550005", 21606, 0, true},
        {"+15005550006", 0, 0, true},         {"+15005550007", 21606, 0, true},
        {"+15005550008", 21611, 0, true},     {"+15005550009", 21606, 21614, true},
        {"+15005550010", 21606, 0, false},    {"+1500555000", 21606, 0, false},
        {"+150055500066", 21606, 0, false},   {"+1500555000x", 21606, 0, false},
        {"15005550006", 21606, 0, false},     {"", 21606, 0, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum error_id from = magic_from_error(text_of(rows[i].number));
        enum error_id to = magic_to_error(text_of(rows[i].number));
        assert_int_equal(from == ERROR_NONE ? 0 : error_code(from)->code, rows[i].as_from);
        assert_int_equal(to == ERROR_NONE ? 0 : error_code(to)->code, rows[i].as_to);
        assert_int_equal(magic_number(text_of(rows[i].number)), rows[i].magic);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_old_trial_has_the_rules_of_its_page),
        cmocka_unit_test(a_paid_account_has_no_such_limits),
        cmocka_unit_test(test_credentials_send_nothing),
        cmocka_unit_test(the_trial_of_2026_takes_no_free_text),
        cmocka_unit_test(every_plan_stands_at_its_place),
        cmocka_unit_test(magic_numbers_answer_as_their_table_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
