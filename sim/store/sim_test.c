/* The store as a whole: its seed, and what a reset forgets and keeps. */
#include "test_support.h"

#include <stdio.h>

#include "mem.h"
#include "sim.h"

static struct sim *simulator(uint64_t seed)
{
    struct fail why = {0};
    struct sim *sim = sim_new(&(struct sim_settings){.seed = seed}, &why);
    if (sim == NULL)
        fail_msg("%s", why.text);
    return sim;
}

static void the_same_seed_makes_the_same_account(void **state)
{
    (void)state;
    struct sim *one = simulator(7), *same = simulator(7), *other = simulator(8);
    assert_string_equal(sim_account(one)->sid, sim_account(same)->sid);
    assert_string_equal(sim_account(one)->token, sim_account(same)->token);
    assert_string_not_equal(sim_account(one)->sid, sim_account(other)->sid);
    sim_free(one);
    sim_free(same);
    sim_free(other);
    sim_free(NULL);
}

static void a_setup_that_cannot_be_gives_no_simulator(void **state)
{
    (void)state;
    struct fail why = {0};
    assert_null(sim_new(&(struct sim_settings){.account = {.home = TEXT("XX")}}, &why));
    assert_string_equal(why.text, "home: 'XX' is no ISO country code");
}

static void add_something_of_everything(struct sim *sim)
{
    struct account *account = sim_account(sim);
    struct person person = {.name = "awa", .e164 = "+243810000001", .verified = true};
    account_set_person(account, &sim->ids, &person, 0);
    account_set_opt_out(account, TEXT("+243810000001"), TEXT("+15005550006"), true);
    account_add_fault(account, mem_new(sizeof(struct planned_fault)));
    struct text texts[MESSAGE_TEXT_COUNT] = {{"", 0}};
    messages_add(&sim->messages, &(struct message){.sid = "SM1", .tenant = account->tenant}, texts);
    journal_add(&sim->journal, JOURNAL_REPLY, journal_now(), 0, (struct text[]){TEXT("RQ1"), TEXT("sent")},
                (int64_t[]){0});
    accounts_add(&sim->accounts, &sim->ids, &(struct account_setup){0}, 0, &(struct fail){0});
}

static void count_call(void *context)
{
    ++*(int *)context;
}

static void a_reset_forgets_everything_but_sid_and_token(void **state)
{
    (void)state;
    int changes = 0;
    char sid[SID_BYTES], token[TOKEN_BYTES];
    struct fail why = {0};
    struct journal_record record;
    struct sim *sim = simulator(7);
    sim->changed = count_call;
    sim->changed_context = &changes;
    snprintf(sid, sizeof sid, "%s", sim_account(sim)->sid);
    snprintf(token, sizeof token, "%s", sim_account(sim)->token);
    add_something_of_everything(sim);
    unsigned tenant = sim_account(sim)->tenant;
    assert_true(sim_reset(sim, &(struct account_setup){.plan = account_plan(PLAN_TRIAL_LEGACY)}, &why));
    struct account *account = sim_account(sim);
    assert_int_equal(sim->accounts.count, 1);
    assert_string_equal(account->sid, sid);
    assert_string_equal(account->token, token);
    assert_int_equal(account->plan->id, PLAN_TRIAL_LEGACY);
    assert_int_equal(
        account->person_count + account->caller_id_count + account->opt_out_count + account->fault_count, 0);
    assert_int_not_equal(account->tenant, tenant);
    assert_null(messages_find(&sim->messages, TEXT("SM1")));
    assert_false(journal_next(&sim->journal, 0, &record));
    assert_int_equal(sim->generation, 1);
    assert_int_equal(changes, 1);
    sim_free(sim);
}

static void a_reset_takes_a_sid_and_a_token_when_they_are_given(void **state)
{
    (void)state;
    struct fail why = {0};
    struct sim *sim = simulator(7);
    assert_true(sim_reset(
        sim,
        &(struct account_setup){.sid = TEXT("AC00000000000000000000000000000002"), .token = TEXT("other")},
        &why));
    assert_string_equal(sim_account(sim)->sid, "AC00000000000000000000000000000002");
    assert_string_equal(sim_account(sim)->token, "other");
    sim_free(sim);
}

static void a_reset_that_cannot_be_changes_nothing(void **state)
{
    (void)state;
    struct fail why = {0};
    struct sim *sim = simulator(7);
    add_something_of_everything(sim);
    assert_false(sim_reset(sim, &(struct account_setup){.home = TEXT("XX")}, &why));
    assert_string_equal(why.text, "home: 'XX' is no ISO country code");
    assert_int_equal(sim->accounts.count, 2);
    assert_int_equal(sim_account(sim)->person_count, 1);
    assert_non_null(messages_find(&sim->messages, TEXT("SM1")));
    assert_int_equal(sim->generation, 0);
    sim_free(sim);
}

static void after_a_reset_a_seed_gives_the_same_values_again(void **state)
{
    (void)state;
    char first[IDS_SID_BYTES], second[IDS_SID_BYTES];
    struct fail why = {0};
    struct sim *sim = simulator(7);
    assert_true(sim_reset(sim, &(struct account_setup){0}, &why));
    ids_sid(&sim->ids, "SM", first);
    assert_true(sim_reset(sim, &(struct account_setup){0}, &why));
    ids_sid(&sim->ids, "SM", second);
    assert_string_equal(first, second);
    sim_free(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_makes_the_same_account),
        cmocka_unit_test(a_setup_that_cannot_be_gives_no_simulator),
        cmocka_unit_test(a_reset_forgets_everything_but_sid_and_token),
        cmocka_unit_test(a_reset_takes_a_sid_and_a_token_when_they_are_given),
        cmocka_unit_test(a_reset_that_cannot_be_changes_nothing),
        cmocka_unit_test(after_a_reset_a_seed_gives_the_same_values_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
