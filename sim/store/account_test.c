/* What belongs to an account: people, caller IDs, opt-outs, countries, the day's count, faults. */
#include "test_support.h"

#include <stdio.h>

#include "account.h"
#include "mem.h"

/* 2023-06-16 17:29:30 UTC */
#define A_DAY_MS 1686936570000

static struct person person(const char *name, const char *e164, bool verified)
{
    struct person person = {.verified = verified, .reachable = true, .whatsapp = WHATSAPP_OPEN};
    snprintf(person.name, sizeof person.name, "%s", name);
    snprintf(person.e164, sizeof person.e164, "%s", e164);
    return person;
}

static struct person *set(struct account *account, const char *name, const char *e164, bool verified)
{
    struct ids ids;
    struct person given = person(name, e164, verified);
    ids_init(&ids, account->caller_id_count + 1);
    return account_set_person(account, &ids, &given, A_DAY_MS);
}

static void a_person_is_found_by_number_and_by_name(void **state)
{
    (void)state;
    struct account account = {0};
    set(&account, "awa", "+243810000001", false);
    set(&account, "ben", "+243810000002", false);
    assert_string_equal(account_person(&account, TEXT("+243810000002"))->name, "ben");
    assert_string_equal(account_person_named(&account, TEXT("awa"))->e164, "+243810000001");
    assert_null(account_person(&account, TEXT("+24381000000")));
    assert_null(account_person_named(&account, TEXT("Awa")));
    set(&account, "eve", "+243810000002", false);
    assert_int_equal(account.person_count, 2);
    assert_null(account_person_named(&account, TEXT("ben")));
    account_release(&account);
}

static void a_verified_person_has_a_caller_id_and_an_unverified_one_none(void **state)
{
    (void)state;
    struct account account = {0};
    set(&account, "awa", "+243810000001", true);
    set(&account, "", "+243810000002", true);
    const struct caller_id *awa = account_caller_id(&account, TEXT("+243810000001"));
    assert_memory_equal(awa->sid, "PN", 2);
    assert_string_equal(awa->friendly_name, "awa");
    assert_int_equal(awa->created_wall_ms, A_DAY_MS);
    assert_string_equal(account_caller_id(&account, TEXT("+243810000002"))->friendly_name, "+243810000002");
    set(&account, "awa", "+243810000001", true);
    assert_int_equal(account.caller_id_count, 2);
    set(&account, "awa", "+243810000001", false);
    assert_null(account_caller_id(&account, TEXT("+243810000001")));
    assert_int_equal(account.caller_id_count, 1);
    account_release(&account);
}

static void a_person_leaves_with_the_caller_id(void **state)
{
    (void)state;
    struct account account = {0};
    set(&account, "awa", "+243810000001", true);
    set(&account, "ben", "+243810000002", true);
    account_remove_person(&account, account_person_named(&account, TEXT("awa")));
    assert_null(account_person(&account, TEXT("+243810000001")));
    assert_null(account_caller_id(&account, TEXT("+243810000001")));
    assert_int_equal(account.person_count, 1);
    assert_true(account_person_named(&account, TEXT("ben"))->verified);
    account_remove_person(&account, account_person_named(&account, TEXT("ben")));
    assert_int_equal(account.person_count + account.caller_id_count, 0);
    account_release(&account);
}

static void who_loses_the_caller_id_is_verified_no_longer(void **state)
{
    (void)state;
    struct account account = {0};
    set(&account, "awa", "+243810000001", true);
    set(&account, "ben", "+243810000002", true);
    char sid[SID_BYTES];
    snprintf(sid, sizeof sid, "%s", account_caller_id(&account, TEXT("+243810000001"))->sid);
    assert_true(account_remove_caller_id(&account, text_of(sid)));
    assert_false(account_remove_caller_id(&account, text_of(sid)));
    assert_false(account_person(&account, TEXT("+243810000001"))->verified);
    assert_true(account_person(&account, TEXT("+243810000002"))->verified);
    account_release(&account);
}

static void an_opt_out_is_of_one_sender(void **state)
{
    (void)state;
    struct account account = {0};
    struct text awa = TEXT("+243810000001"), sender = TEXT("+15005550006"), other = TEXT("+15017122661");
    account_set_opt_out(&account, awa, sender, true);
    account_set_opt_out(&account, awa, sender, true);
    assert_int_equal(account.opt_out_count, 1);
    assert_true(account_has_opt_out(&account, awa, sender));
    assert_false(account_has_opt_out(&account, awa, other));
    assert_false(account_has_opt_out(&account, sender, awa));
    account_set_opt_out(&account, awa, other, false);
    account_set_opt_out(&account, awa, sender, false);
    assert_false(account_has_opt_out(&account, awa, sender));
    assert_int_equal(account.opt_out_count, 0);
    account_release(&account);
}

static void geo_permissions_are_listed_or_the_plans(void **state)
{
    (void)state;
    static const struct {
        enum account_plan_id plan;
        bool listed;
        const char *countries[2];
        const char *to;
        bool may;
    } rows[] = {
        {PLAN_PAID, false, {NULL}, "FR", true},          {PLAN_TRIAL_LEGACY, false, {NULL}, "CD", true},
        {PLAN_TRIAL_LEGACY, false, {NULL}, "FR", false}, {PLAN_TRIAL_LEGACY, true, {"FR"}, "FR", true},
        {PLAN_TRIAL_LEGACY, true, {"FR"}, "CD", false},  {PLAN_PAID, true, {"CD", "FR"}, "FR", true},
        {PLAN_PAID, true, {"CD", "FR"}, "BE", false},    {PLAN_PAID, true, {NULL}, "CD", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct account account = {
            .plan = account_plan(rows[i].plan), .home = "CD", .countries_listed = rows[i].listed};
        for (size_t c = 0; c < 2 && rows[i].countries[c] != NULL; c++)
            snprintf(account.countries[account.country_count++], 3, "%s", rows[i].countries[c]);
        assert_int_equal(account_may_send_to(&account, rows[i].to), rows[i].may);
    }
}

static void the_days_count_begins_anew_at_midnight_utc(void **state)
{
    (void)state;
    struct account account = {.sent_day_wall_ms = 1686873600000, .sent_today = 48};
    int64_t last_ms = 1686959999999, midnight_ms = 1686960000000;
    assert_int_equal(account_sent_today(&account, A_DAY_MS), 48);
    account_count_sent(&account, last_ms);
    assert_int_equal(account_sent_today(&account, last_ms), 49);
    assert_int_equal(account_sent_today(&account, midnight_ms), 0);
    account_count_sent(&account, midnight_ms);
    assert_int_equal(account_sent_today(&account, midnight_ms + 1), 1);
}

static struct planned_fault *fault(const char *id)
{
    struct planned_fault *fault = mem_new(sizeof *fault);
    snprintf(fault->id, sizeof fault->id, "%s", id);
    fault->texts[0] = mem_string("sms");
    fault->source = mem_string("{}");
    return fault;
}

static void faults_keep_their_order_and_never_share_a_number(void **state)
{
    (void)state;
    struct account account = {0};
    assert_true(account_add_fault(&account, fault("FT1")));
    assert_true(account_add_fault(&account, fault("FT2")));
    assert_true(account_add_fault(&account, fault("FT3")));
    assert_true(account_remove_fault(&account, TEXT("FT2")));
    assert_false(account_remove_fault(&account, TEXT("FT2")));
    assert_null(account_fault(&account, TEXT("2")));
    assert_string_equal(account_fault(&account, TEXT("3"))->id, "FT3");
    assert_string_equal(account_fault(&account, TEXT("FT3"))->id, "FT3");
    assert_true(account_add_fault(&account, fault("FT4")));
    static const struct {
        const char *id;
        int number;
    } left[] = {{"FT1", 1}, {"FT3", 3}, {"FT4", 4}};
    assert_int_equal(account.fault_count, 3);
    for (size_t i = 0; i < COUNT_OF(left); i++) {
        assert_string_equal(account.faults[i]->id, left[i].id);
        assert_int_equal(account.faults[i]->number, left[i].number);
    }
    account_clear_faults(&account);
    assert_int_equal(account.fault_count, 0);
    account_release(&account);
    planned_fault_free(NULL);
}

static void more_faults_than_the_bound_are_not_taken(void **state)
{
    (void)state;
    struct account account = {0};
    for (int i = 0; i < 256; i++)
        assert_true(account_add_fault(&account, fault("FT")));
    struct planned_fault *one_more = fault("FT");
    assert_false(account_add_fault(&account, one_more));
    planned_fault_free(one_more);
    account_release(&account);
}

static void more_numbers_than_the_bound_are_not_taken(void **state)
{
    (void)state;
    struct account account = {0};
    struct ids ids;
    ids_init(&ids, 1);
    for (int i = 0; i < 8; i++)
        assert_non_null(account_add_number(&account, &ids, "+15005550006", true));
    assert_null(account_add_number(&account, &ids, "+15005550006", true));
    assert_true(account_number(&account, TEXT("+15005550006"))->sms);
    assert_null(account_number(&account, TEXT("+1500555000")));
    account_release(&account);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_person_is_found_by_number_and_by_name),
        cmocka_unit_test(a_verified_person_has_a_caller_id_and_an_unverified_one_none),
        cmocka_unit_test(a_person_leaves_with_the_caller_id),
        cmocka_unit_test(who_loses_the_caller_id_is_verified_no_longer),
        cmocka_unit_test(an_opt_out_is_of_one_sender),
        cmocka_unit_test(geo_permissions_are_listed_or_the_plans),
        cmocka_unit_test(the_days_count_begins_anew_at_midnight_utc),
        cmocka_unit_test(faults_keep_their_order_and_never_share_a_number),
        cmocka_unit_test(more_faults_than_the_bound_are_not_taken),
        cmocka_unit_test(more_numbers_than_the_bound_are_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
