/* Planned faults out of a store: their rule is read again, their counts go on. */
#include "fault_restore.h"

#include "test_control.h"

static void fault_row(struct row *row, int number, const char *rule)
{
    *row = row_of(TABLE_FAULT, ROW_PUT);
    row_int(row, 1);
    row_int(row, number);
    row_z(row, "FT00000000000000000000000000000007");
    row_z(row, rule);
    row_int(row, 1781630960000);
    row_int(row, 5);
    row_int(row, 2);
    row_int(row, 0);
}

static void a_fault_goes_on_with_its_counts_and_off_where_it_was(void **state)
{
    (void)state;
    static const struct journal_stamp now = {.wall_ms = 1781630970000, .mono_ms = 5000000};
    struct desk desk;
    struct row row;
    struct fail why = {0};
    desk_open(&desk);
    struct account *account = sim_account(desk.sim);
    account->last_fault_number = 9;
    fault_row(&row, 4, "{\"on\":{\"channel\":\"sms\"},\"first\":3,\"status\":503}");
    assert_true(fault_restore(desk.sim, &row, &now, &why));
    const struct planned_fault *fault = account->faults[0];
    assert_int_equal(fault->number, 4);
    assert_string_equal(fault->id, "FT00000000000000000000000000000007");
    assert_int_equal(fault->rule.matched, 5);
    assert_int_equal(fault->rule.hits, 2);
    assert_true(fault->rule.off);
    assert_int_equal(fault->rule.count, 3);
    assert_int_equal(fault->rule.armed_mono_ms, 4990000);
    assert_int_equal(account->last_fault_number, 9);
    desk_close(&desk);
}

static void a_rule_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const char *const rules[] = {NULL, "", "[]", "{", "{\"sttaus\":503}", "{\"status\":99}"};
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        struct desk desk;
        struct row row;
        struct fail why = {0};
        desk_open(&desk);
        fault_row(&row, 1, rules[i]);
        assert_false(fault_restore(desk.sim, &row, &(struct journal_stamp){0}, &why));
        assert_string_equal(why.text, "the table fault has a row 1 whose rule makes no sense");
        assert_int_equal(sim_account(desk.sim)->fault_count, 0);
        desk_close(&desk);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_goes_on_with_its_counts_and_off_where_it_was),
        cmocka_unit_test(a_rule_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
